package layers

// Draw says how a layer is drawn: its look, and which of its features tiles hold before the
// layer's MaxZoom, at which they hold all. The zero Draw holds all from MinZoom on.
//
// What a tile holds of a feature never depends on the tile: a feature has one
// level, the first zoom that shows it, and keeps showing from there on, so nothing
// comes and goes while the map is moved.
type Draw struct {
	Look
	Classes []Class  `json:"classes,omitempty"`
	Thin    *Thin    `json:"thin,omitempty"`
	Cluster *Cluster `json:"cluster,omitempty"`
	Merge   int      `json:"merge,omitempty"` // before this zoom lines whose values agree are one feature, without id
}

// Class shows features from a zoom on, by the value of a field. The first class
// of a layer that a feature is of counts; one of none shows from MinZoom on.
type Class struct {
	Field string `json:"field"`
	Value string `json:"value"`
	Zoom  int    `json:"zoom"`
}

// Thin shows points where there is room: at zooms before Below, the first one of
// each cell of a grid of Units, a power of two, of a tile's 4096. The cells of a
// zoom are four to one of the zoom before, so what shows at a zoom shows at the next.
type Thin struct {
	Below int     `json:"below"`
	Units int     `json:"units"`
	First []First `json:"first"`
}

// First puts features in order: those whose field has the value come first or,
// where there is no value, those whose field is a greater number. Null is last.
type First struct {
	Field string `json:"field"`
	Value string `json:"value,omitempty"`
}

// Cluster shows counts instead of points: at zooms before Below, one point for
// each cell of a grid of Units, a power of two, of a tile's 4096.
type Cluster struct {
	Below int   `json:"below"`
	Units int   `json:"units"`
	Sums  []Sum `json:"sums"`
}

// Sum is a property of a cluster: how many of its features have the value in the
// field or, where there is no value, the sum of the field's numbers.
type Sum struct {
	ID    string `json:"id"`
	Title Words  `json:"title"`
	Field string `json:"field"`
	Value string `json:"value,omitempty"`
}

// CountID is the property of a cluster that says of how many features it is.
const CountID = "count"
