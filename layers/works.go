package layers

// Works says of a layer of things that are built when each is there.
type Works struct {
	Year    string   `json:"year"`    // the field that has the year of completion
	Status  string   `json:"status"`  // the field that says how far it is
	Pending []string `json:"pending"` // what Status is of what is not finished
}
