package layers

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cuntu/cuntu/geo"
)

// Catalog is the declaration of every layer, in the order in which lists and
// legends show them.
type Catalog struct {
	Layers []*Layer `json:"layers"`
}

// Words is a text in both tongues.
type Words struct {
	Zh string `json:"zh"`
	En string `json:"en"`
}

// Layer declares one layer.
type Layer struct {
	ID       string     `json:"id"`
	Title    Words      `json:"title"`
	Note     Words      `json:"note,omitzero"`
	Group    string     `json:"group"`              // places, transport, services, relocation, limits or records
	Geometry []geo.Kind `json:"-"`                  // what a feature may be; none for a plain table
	MinZoom  int        `json:"min_zoom"`           // tiles hold the layer from this zoom on
	MaxZoom  int        `json:"max_zoom"`           // to this one, which holds all of it
	Level    string     `json:"level,omitempty"`    // of areas: county, town or village, whose codes its features have
	Outlines string     `json:"outlines,omitempty"` // the layer of places, by whose codes its features are their outlines
	Near     bool       `json:"near,omitempty"`     // one wants to have it near, and is told how far it is
	Draw     Draw       `json:"draw,omitzero"`
	Ratios   []Ratio    `json:"ratios,omitempty"`
	Works    *Works     `json:"works,omitempty"` // of what is built: when each is there
	Color    string     `json:"color"`           // #rrggbb, of a symbol that no field colours
	ColorBy  string     `json:"color_by,omitempty"`
	Fields   []Field    `json:"fields"`
	// Derived fields are found from the data and not stored: a snapshot that is to answer has them behind Fields, in the
	// order given here, and its clusters have DerivedSums. Stores, import and edits know nothing of them.
	Derived     []Field `json:"-"`
	DerivedSums []Sum   `json:"-"`
	// Key is the field, beside code, by whose value people tell features apart, such as a project's number; "" for none.
	Key string `json:"key,omitempty"`
	// AppendOnly layers are records: features are added and never changed. One goes only
	// with all that came with it, as when an import is taken back.
	AppendOnly bool `json:"append_only,omitempty"`
	// Apart are the fields that together tell one feature from another in a layer without code; none where only all of a
	// feature does.
	Apart []string `json:"apart,omitempty"`
	// Secrecy is how far it may go that there is a feature, and where.
	Secrecy Secrecy `json:"secrecy,omitzero"`
}

// FieldType is the type of a field's values.
type FieldType string

// The types of field. Year is a calendar year; Date is a day, a text as 2017-05-31;
// List is a text of items joined by ListSeparator; Code is an official division code of 6, 9 or 12 digits,
// kept as text and, where the field's id is "code", unique in its layer.
const (
	TypeText  FieldType = "text"
	TypeCode  FieldType = "code"
	TypeList  FieldType = "list"
	TypeInt   FieldType = "int"
	TypeFloat FieldType = "float"
	TypeBool  FieldType = "bool"
	TypeYear  FieldType = "year"
	TypeDate  FieldType = "date"
)

// ListSeparator stands between the items of a TypeList value.
const ListSeparator = ","

// Field declares one field.
type Field struct {
	ID       string    `json:"id"`
	Type     FieldType `json:"type"`
	Title    Words     `json:"title"`
	Unit     string    `json:"unit,omitempty"` // m, km, m2, %, wan_yuan, …; "" for none
	Group    string    `json:"group,omitempty"`
	Headings []string  `json:"headings,omitempty"` // what Chinese ledgers call the column, beside Title
	Tile     bool      `json:"tile,omitempty"`
	TileZoom int       `json:"tile_zoom,omitempty"` // the first zoom whose tiles hold it, where not all do
	Required bool      `json:"required,omitempty"`
	Values   []Choice  `json:"values,omitempty"` // all that is allowed, where not empty
	Min      *float64  `json:"min,omitempty"`
	Max      *float64  `json:"max,omitempty"`
	Ref      string    `json:"ref,omitempty"`  // the layer whose code a TypeCode field holds
	Good     []string  `json:"good,omitempty"` // of Values those that one wishes for; "false" of a TypeBool field whose yes one does not
	Theme    *Theme    `json:"theme,omitempty"`
	Derived  bool      `json:"derived,omitempty"`
	// Signed fields say who did what by which procedure: the program alone writes them, neither edits nor imports do.
	Signed bool `json:"signed,omitempty"`
	// Follows is the record, a layer of steps, that the field follows from where there are steps of the feature: what edits
	// and imports say of it then is held against the record and not written. "" where it follows from none.
	Follows string  `json:"follows,omitempty"`
	Secrecy Secrecy `json:"secrecy,omitzero"`
	Example string  `json:"-"` // what a clerk would write, of a made-up place; "" where Type and Values tell enough
}

// Choice is one allowed value of a field, as stored.
type Choice struct {
	Value string `json:"value"`
	Title Words  `json:"title"`
	Color string `json:"color,omitempty"` // #rrggbb on the map and in the legend
}

// Layer finds a layer by id.
func (c *Catalog) Layer(id string) (*Layer, bool) {
	for _, l := range c.Layers {
		if l.ID == id {
			return l, true
		}
	}
	return nil, false
}

// IDs lists the layers' ids in order.
func (c *Catalog) IDs() []string {
	ids := make([]string, len(c.Layers))
	for i, l := range c.Layers {
		ids[i] = l.ID
	}
	return ids
}

// Placed lists the ids of the layers whose features have a place, in order.
func (c *Catalog) Placed() []string {
	var ids []string
	for _, l := range c.Layers {
		if l.HasGeometry() {
			ids = append(ids, l.ID)
		}
	}
	return ids
}

// Field is the index of a field in Fields and in a feature's Values, or -1.
func (l *Layer) Field(id string) int {
	return slices.IndexFunc(l.Fields, func(f Field) bool { return f.ID == id })
}

// Whole is the layer as it answers: its derived fields stand behind those that are stored, and its clusters have sums of
// them. It is the layer itself where it has none.
func (l *Layer) Whole() *Layer {
	if len(l.Derived) == 0 {
		return l
	}
	own := *l
	own.Fields, own.Derived, own.DerivedSums = slices.Concat(l.Fields, l.Derived), nil, nil
	if c := l.Draw.Cluster; c != nil {
		own.Draw.Cluster = &Cluster{Below: c.Below, Units: c.Units, Sums: slices.Concat(c.Sums, l.DerivedSums)}
	}
	return &own
}

// Derives tells whether one of the fields is a derived field of the layer.
func (l *Layer) Derives(fields []string) bool {
	return slices.ContainsFunc(l.Derived, func(f Field) bool { return slices.Contains(fields, f.ID) })
}

// HasGeometry tells whether features of the layer have a place at all.
func (l *Layer) HasGeometry() bool { return len(l.Geometry) > 0 }

// Allows tells whether a feature of the layer may have a geometry of the kind.
func (l *Layer) Allows(k geo.Kind) bool { return slices.Contains(l.Geometry, k) }

// Check is the value in the field's own type, or Faults that say what is allowed: whole floats become Int for TypeInt,
// Int becomes Float for TypeFloat. Null passes unless the field is Required.
func (f *Field) Check(v Value) (Value, error) {
	if v.IsNull() {
		if f.Required {
			return Null, valueFault(f.ID, v, "a value")
		}
		return v, nil
	}
	switch f.Type {
	case TypeInt, TypeYear:
		if v.kind == FloatKind && v.Float() == float64(v.Int()) {
			v = Int(v.Int())
		}
		if v.kind != IntKind {
			return Null, valueFault(f.ID, v, "a whole number")
		}
		if f.Type == TypeYear && (v.Int() < 1900 || v.Int() > 2100) {
			return Null, valueFault(f.ID, v, "a year from 1900 to 2100")
		}
	case TypeFloat:
		if v.kind == IntKind {
			v = Float(v.Float())
		}
		if v.kind != FloatKind {
			return Null, valueFault(f.ID, v, "a number")
		}
	case TypeBool:
		if v.kind != BoolKind {
			return Null, valueFault(f.ID, v, "true or false")
		}
	default:
		if v.kind != TextKind {
			return Null, valueFault(f.ID, v, "a text")
		}
		if f.Type == TypeCode && !isCode(v.text) {
			return Null, valueFault(f.ID, v, "a code of 6, 9 or 12 digits")
		}
		if f.Type == TypeDate && !isDate(v.text) {
			return Null, valueFault(f.ID, v, "a day, such as 2017-05-31")
		}
		if err := f.checkChoice(v); err != nil {
			return Null, err
		}
	}
	if n := v.Float(); (v.kind == IntKind || v.kind == FloatKind) && (f.Min != nil && n < *f.Min || f.Max != nil && n > *f.Max) {
		return Null, valueFault(f.ID, v, f.rangeText())
	}
	return v, nil
}

func (f *Field) checkChoice(v Value) error {
	if len(f.Values) == 0 {
		return nil
	}
	items := []string{v.text}
	if f.Type == TypeList {
		items = strings.Split(v.text, ListSeparator)
	}
	for _, item := range items {
		if !slices.ContainsFunc(f.Values, func(c Choice) bool { return c.Value == item }) {
			allowed := make([]string, len(f.Values))
			for i, c := range f.Values {
				allowed[i] = c.Value
			}
			return valueFault(f.ID, Text(item), "one of "+strings.Join(allowed, ", "))
		}
	}
	return nil
}

// Heading is what the field's column is called for people: the title with the unit behind it, 户数(户).
func (f *Field) Heading() Words {
	unit := UnitWords(f.Unit)
	if f.Unit == "" {
		return f.Title
	}
	return Words{f.Title.Zh + "(" + unit.Zh + ")", f.Title.En + "(" + unit.En + ")"}
}

func (f *Field) rangeText() string {
	switch {
	case f.Max == nil:
		return fmt.Sprintf("%v or more", *f.Min)
	case f.Min == nil:
		return fmt.Sprintf("%v or less", *f.Max)
	}
	return fmt.Sprintf("%v to %v", *f.Min, *f.Max)
}

func isCode(s string) bool {
	if n := len(s); n != 6 && n != 9 && n != 12 {
		return false
	}
	return strings.Trim(s, "0123456789") == ""
}

func isDate(s string) bool {
	day, err := time.Parse(time.DateOnly, s)
	return err == nil && day.Year() >= 1900 && day.Year() <= 2100
}

// valueFault says which field holds what is not allowed, and what is.
func valueFault(field string, v Value, allowed string) error {
	wrong := NewFault(field, "%q is not %s", v.String(), allowed)
	if v.IsNull() {
		wrong = NewFault(field, "needs %s", allowed)
	}
	wrong[0].Allowed = allowed
	return wrong
}

// AreaFields are the fields, by index, in which a feature of the layer names areas that it lies in, the lowest first: village,
// town and county, and the code of a layer whose features are such areas or their outlines.
func (l *Layer) AreaFields() []int {
	var fields []int
	for _, id := range []string{"village", "town", "county"} {
		if l.ID == id || l.Outlines == id {
			id = "code"
		}
		if f := l.Field(id); f >= 0 && l.Fields[f].Type == TypeCode {
			fields = append(fields, f)
		}
	}
	return fields
}

// OutlinesOf is the layer of the outlines of a layer of places.
func (c *Catalog) OutlinesOf(places string) (*Layer, bool) {
	for _, l := range c.Layers {
		if l.Outlines == places {
			return l, true
		}
	}
	return nil, false
}
