package layers

// Look is how a layer looks on a map. The zero Look is that of any layer: points as dots,
// lines and areas in the layer's colour, with names where a field name is in tiles.
type Look struct {
	// Order is the height of the layer in the pile, from the ground up; 0 is by its geometry:
	// areas at 25, lines at 55, points at 115.
	Order int `json:"order,omitempty"`
	// Off keeps the layer off the map until somebody asks for it.
	Off bool `json:"off,omitempty"`
	// From is the zoom from which the map has room for it, where tiles hold it sooner.
	From float64 `json:"from,omitempty"`
	// Ground hardly changes: it travels in one tile with the rest of the ground.
	Ground bool `json:"ground,omitempty"`
	// Symbol is the shape of a point: dot, speck, ring, seat, square, drop, mast, house,
	// hexagon or diamond; "" is a dot.
	Symbol string `json:"symbol,omitempty"`
	// Fine lines are drawn some pixels wide at most, and so many pixels Beside their course, to the right where that is positive:
	// pipes and cables mostly run along one and the same road.
	Fine   bool    `json:"fine,omitempty"`
	Beside float64 `json:"beside,omitempty"`
	// Dash are the lengths of strokes and gaps, in widths of the line; none is a whole line.
	Dash []float64 `json:"dash,omitempty"`
	// Marked symbols have the first character of their kind in them, where kinds are too many for colours alone.
	Marked bool `json:"marked,omitempty"`
	// Hatched areas leave the map under them readable.
	Hatched bool `json:"hatched,omitempty"`
	// Rank is a field of whole numbers, 1 for the greatest, by which widths and names fall.
	Rank  string `json:"rank,omitempty"`
	Great *Great `json:"great,omitempty"`
	Label *Label `json:"label,omitempty"`
	Ways  *Ways  `json:"ways,omitempty"`
}

// Great are the points whose field has the value: they come before the others, and in bold.
type Great struct {
	Field  string  `json:"field"`
	Value  string  `json:"value"`
	Symbol string  `json:"symbol,omitempty"`
	Label  float64 `json:"label"` // the zoom from which they are named
	Rest   float64 `json:"rest"`  // the zoom from which the others are drawn
}

// Label says what is written beside features, and how.
type Label struct {
	Field string  `json:"field,omitempty"` // "" is name
	From  float64 `json:"from,omitempty"`  // the first zoom
	Size  float64 `json:"size,omitempty"`  // px
	Color string  `json:"color,omitempty"` // #rrggbb on a light ground
	Dark  string  `json:"dark,omitempty"`  // and on a dark one
}

// Ways are lines that people take: as wide as their class is great, in the colour of what they
// are made of, and broken where that is not good.
type Ways struct {
	Class string `json:"class"` // the field whose values fall from the greatest
	Great int    `json:"great"` // so many of the first classes are drawn in their own colours
	Made  string `json:"made"`  // the field that says what they are made of
	Apart *Apart `json:"apart,omitempty"`
}

// Apart are the ways whose field has the value, which are of a kind of their own.
type Apart struct {
	Field string `json:"field"`
	Value string `json:"value"`
}

// Theme says how a field colours the map where its type, unit and values do not say it.
type Theme struct {
	// Plan is the place of the theme among those that the plan is measured by, from 1 on.
	Plan int `json:"plan,omitempty"`
	// Title names it there, where it is not the field's.
	Title Words `json:"title,omitzero"`
	// Breaks are the bounds of the classes of counts and measures, which are no theme without.
	Breaks []float64 `json:"breaks,omitempty"`
	// Scope is the field of yes or no without which this one says nothing.
	Scope string `json:"scope,omitempty"`
	// Areas tells counties and towns apart: by the sum, by the share of the field Over, or
	// not at all (none); "" is by the share that is good or by the mean.
	Areas      string    `json:"areas,omitempty"`
	Over       string    `json:"over,omitempty"`
	AreaBreaks []float64 `json:"area_breaks,omitempty"`
}

// What Theme.Areas may be.
const (
	AreasSum   = "sum"
	AreasShare = "share"
	AreasNone  = "none"
)

// Ratio is a theme made of two fields: how many in a hundred of Over the field Part is. Below the first of its
// breaks is good.
type Ratio struct {
	ID    string `json:"id"`
	Title Words  `json:"title"`
	Group string `json:"group"`
	Part  string `json:"part"`
	Over  string `json:"over"`
	// Limit is the code of a service's criterion whose limit takes the place of the first of the breaks.
	Limit string `json:"limit,omitempty"`
	Theme Theme  `json:"theme"`
}
