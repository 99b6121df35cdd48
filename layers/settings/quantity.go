package settings

// Quantity is a number with where it comes from.
type Quantity struct {
	Value  float64 `yaml:"value" json:"value"`
	Source string  `yaml:"source" json:"source"`
}
