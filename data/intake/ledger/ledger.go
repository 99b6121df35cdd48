// Package ledger keeps apart what several departments say of the same features: what each was last told and last said, whose
// word counts for which fields, and the cells in which a file and the store disagree.
//
// Values of a cell flow in, three of them: what its sender knew, what the store has, what the file says; what is to become of
// the cell flows out. Package intake reads the files and writes the store.
package ledger

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/paulmach/orb/geojson"

	"github.com/cuntu/cuntu/layers"
)

// Outcome is what becomes of a cell in which a file says something else than the store has.
type Outcome uint8

// The outcomes.
const (
	Take    Outcome = iota // the file alone has changed it
	Keep                   // the store alone has: the file says what its sender knew
	Dispute                // both have, and not alike
)

// Compare brings a cell of a file and of the store together, which differ, by what its sender knew of it.
func Compare(knew, store, file layers.Value) Outcome {
	switch knew {
	case store:
		return Take
	case file:
		return Keep
	}
	return Dispute
}

// Choice settles a dispute.
type Choice string

// The choices; "" is none.
const (
	File  Choice = "file"  // what the file says is written
	Store Choice = "store" // what the store has stays
	Later Choice = "later" // it stays, and the dispute stays open
)

// Settles tells whether nothing is left to decide.
func (c Choice) Settles() bool { return c == File || c == Store }

// Choices settle the disputes of an import: one by one, else field by field, else the rest.
type Choices struct {
	Cells  map[string]Choice `json:"cells,omitempty"`  // by Cell
	Fields map[string]Choice `json:"fields,omitempty"` // by id; geometry is that of the place
	Rest   Choice            `json:"rest,omitempty"`
}

// Check is what is wrong with choices about a layer.
func (c Choices) Check(l *layers.Layer) (wrong layers.Faults) {
	known := func(part string, choice Choice, may ...Choice) {
		if !slices.Contains(may, choice) {
			wrong.Add(part, "%q is not one of %s", choice, join(may))
		}
	}
	for cell, choice := range c.Cells {
		known("conflicts.cells."+cell, choice, File, Store, Later)
	}
	for field, choice := range c.Fields {
		if l.Field(field) < 0 && field != Geometry && field != Whole {
			wrong.Add("conflicts.fields", "layer %s has no field %q", l.ID, field)
		}
		known("conflicts.fields."+field, choice, File, Store, Later)
	}
	if c.Rest != "" {
		known("conflicts.rest", c.Rest, File, Store, Later)
	}
	return wrong
}

func join(list []Choice) (s string) {
	for i, c := range list {
		if i > 0 {
			s += ", "
		}
		s += string(c)
	}
	return s
}

// Of is the choice for a cell; "" where none was made.
func (c Choices) Of(feature int64, field string) Choice {
	if choice, ok := c.Cells[Cell(feature, field)]; ok {
		return choice
	}
	if choice, ok := c.Fields[field]; ok {
		return choice
	}
	return c.Rest
}

// What a dispute may be about beside a field of the layer.
const (
	Geometry = "geometry"
	Whole    = "" // whether the feature is there at all
)

// Cell names a cell of a layer.
func Cell(feature int64, field string) string { return strconv.FormatInt(feature, 10) + "/" + field }

// Conflict is a cell in dispute.
type Conflict struct {
	Feature int64  `json:"feature"`
	Code    string `json:"code,omitempty"`
	Title   string `json:"title,omitempty"` // the feature's name
	Sheet   string `json:"sheet,omitempty"`
	Row     int64  `json:"row,omitempty"` // of the file, where it has one
	Field   string `json:"field"`         // Geometry or Whole too

	Knew  *layers.Value `json:"knew,omitempty"` // what the sender knew; nil where that is not on record
	Store layers.Value  `json:"store"`
	File  layers.Value  `json:"file"`

	Metres float64           `json:"metres,omitempty"` // between two places
	Place  *geojson.Geometry `json:"place,omitempty"`  // that the file says

	From   *Source `json:"from,omitempty"` // whence the store's value is, as far as history tells
	Choice Choice  `json:"choice,omitempty"`
	Rule   bool    `json:"rule,omitempty"` // the choice follows from a rule
}

// Cell names the cell in dispute.
func (c *Conflict) Cell() string { return Cell(c.Feature, c.Field) }

// Source is who wrote a value, and when.
type Source struct {
	Sender string    `json:"sender,omitempty"` // of the ledger that it came with
	Name   string    `json:"name,omitempty"`
	Origin string    `json:"origin"`
	At     time.Time `json:"at"`
}

// Rule says whose ledger wins disputes about a field.
type Rule struct {
	Layer string `json:"layer"`
	Field string `json:"field"` // "*" for all of the layer that have no rule of their own
	Wins  string `json:"wins"`  // a sender
}

// AllFields as the field of a rule is all that have none of their own.
const AllFields = "*"

// Rules are those of a store.
type Rules []Rule

// Check is what is wrong with rules.
func (r Rules) Check(catalog *layers.Catalog) (wrong layers.Faults) {
	seen := map[[2]string]bool{}
	for i, rule := range r {
		part := fmt.Sprintf("rules[%d]", i)
		l, ok := catalog.Layer(rule.Layer)
		switch {
		case !ok:
			wrong.Add(part+".layer", "%q is not the id of a layer", rule.Layer)
		case l.Field(rule.Field) < 0 && rule.Field != AllFields && rule.Field != Geometry:
			wrong.Add(part+".field", "layer %s has no field %q; %s is all of them", l.ID, rule.Field, AllFields)
		case seen[[2]string{rule.Layer, rule.Field}]:
			wrong.Add(part, "layer %s, field %s has another rule already", rule.Layer, rule.Field)
		}
		seen[[2]string{rule.Layer, rule.Field}] = true
		if err := CheckSender(rule.Wins); err != nil || rule.Wins == "" {
			wrong.Add(part+".wins", "must name who sends ledgers, in up to %d bytes", MostSender)
		}
	}
	return wrong
}

// Of is how a dispute of a sender's file about a field is settled; "" where no rule says. A sender whom a rule lets win has
// the word as soon as he has sent a ledger of the layer.
func (r Rules) Of(layer, field, sender string, hasSent func(sender string) bool) Choice {
	for _, name := range []string{field, AllFields} {
		for _, rule := range r {
			if rule.Layer != layer || rule.Field != name || field == Whole {
				continue
			}
			switch {
			case rule.Wins == sender:
				return File
			case hasSent(rule.Wins):
				return Store
			}
		}
	}
	return ""
}
