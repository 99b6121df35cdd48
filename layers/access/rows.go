package access

import (
	"slices"
	"time"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/area"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// All are the rights of who may do everything with all rows, such as whoever uses a store without accounts on the machine
// itself.
func All() Rights {
	var all Rights
	for _, v := range Verbs() {
		all.Grants = append(all.Grants, Grant{Verb: v, Layer: AllLayers, Class: Sensitive})
	}
	return all
}

// At are the rights that still last.
func (r Rights) At(now time.Time) Rights {
	if !slices.ContainsFunc(r.Grants, func(g Grant) bool { return !g.Lasts(now) }) {
		return r
	}
	r.Grants = slices.DeleteFunc(slices.Clone(r.Grants), func(g Grant) bool { return !g.Lasts(now) })
	r.class = nil
	return r
}

// As are the rights of a reader who may see just what these let do with a verb.
func (r Rights) As(verb Verb) Rights {
	var as Rights
	for _, g := range r.Grants {
		if g.Verb == verb {
			g.Verb = Read
			as.Grants = append(as.Grants, g)
		}
	}
	return as
}

// Reads tells whether fields of a class may be read of anything.
func (r Rights) Reads(class layers.Secrecy) bool {
	return slices.ContainsFunc(r.Grants, func(g Grant) bool { return g.Verb == Read && g.Class >= class })
}

// Below are the rights without those to fields of a class and above.
func (r Rights) Below(class layers.Secrecy) Rights {
	less := Rights{Admin: r.Admin}
	for _, g := range r.Grants {
		g.Class = min(g.Class, class-1)
		less.Grants = append(less.Grants, g)
	}
	return less
}

// extent is where some grants let somebody: in one of the areas or, by pairs, where two of them overlap.
type extent struct {
	everywhere bool
	areas      map[string]bool
	overlaps   []overlap
}

type overlap struct{ area, within string }

// extent is where the grants let somebody do a thing with fields of a class.
func (r Rights) extent(verb Verb, layer string, class layers.Secrecy) (e extent) {
	for _, g := range r.Grants {
		if g.Verb != verb || g.Layer != AllLayers && g.Layer != layer || g.Class < class {
			continue
		}
		switch {
		case g.Area == "" && g.Within == "":
			e.everywhere = true
		case g.Area == "" || g.Within == "" || g.Area == g.Within:
			if e.areas == nil {
				e.areas = map[string]bool{}
			}
			e.areas[g.Area+g.withinAlone()] = true
		default:
			e.overlaps = append(e.overlaps, overlap{g.Area, g.Within})
		}
	}
	return e
}

// withinAlone is Within where Area does not narrow.
func (g Grant) withinAlone() string {
	if g.Area == "" {
		return g.Within
	}
	return ""
}

func (e extent) none() bool { return !e.everywhere && len(e.areas) == 0 && len(e.overlaps) == 0 }

// holds tells whether something that lies in all of the areas is in the extent.
func (e extent) holds(areas []string) bool {
	return e.everywhere || slices.ContainsFunc(areas, func(code string) bool { return e.areas[code] }) ||
		slices.ContainsFunc(e.overlaps, func(o overlap) bool {
			return slices.Contains(areas, o.area) && slices.Contains(areas, o.within)
		})
}

// rows tells which rows of a table are in the extent. It is for one goroutine.
func (e extent) rows(x *area.Index, t *snapshot.Table) func(row uint32) bool {
	if e.everywhere {
		return nil
	}
	in := x.AmongPlaces(t, func(code string) bool { return e.areas[code] })
	for _, o := range e.overlaps {
		before, one := in, x.AmongPlaces(t, func(code string) bool { return code == o.area })
		other := x.AmongPlaces(t, func(code string) bool { return code == o.within })
		in = func(row uint32) bool { return before(row) || one(row) && other(row) }
	}
	return in
}

// Subject is what somebody wants to do something with: a feature as it is, or as it is to become.
type Subject struct {
	Layer *layers.Layer
	Value func(field int) layers.Value
	Shape geo.Shape
}

// SubjectOf is a row of a table.
func SubjectOf(t *snapshot.Table, row uint32) Subject {
	return Subject{t.Layer, func(field int) layers.Value { return t.Value(row, field) }, t.Shape(row)}
}

// Decide tells whether somebody may do a thing with a feature's fields of a class.
func Decide(x *area.Index, r Rights, verb Verb, what Subject, class layers.Secrecy) bool {
	e := r.extent(verb, what.Layer.ID, max(class, what.Layer.Secrecy))
	return e.everywhere || !e.none() && e.holds(x.Whereabouts(what.Layer, what.Value, what.Shape))
}

// DecideLayer tells whether somebody may do a thing with all of a layer, and with some of it.
func DecideLayer(r Rights, verb Verb, l *layers.Layer, class layers.Secrecy) (all, some bool) {
	e := r.extent(verb, l.ID, max(class, l.Secrecy))
	return e.everywhere, !e.none()
}

// Rows is which rows of a table somebody may do a thing with, by the class of their fields.
type Rows struct {
	None bool                  // of them
	Some func(row uint32) bool // which, where neither none nor, as nil says, all. For one goroutine
}

// Filter tells of all rows of a table what Decide tells of one.
func Filter(x *area.Index, r Rights, verb Verb, t *snapshot.Table, class layers.Secrecy) Rows {
	e := r.extent(verb, t.Layer.ID, max(class, t.Layer.Secrecy))
	if e.none() {
		return Rows{None: true}
	}
	return Rows{Some: e.rows(x, t)}
}

// DecideArea tells whether somebody may do a thing with a layer's fields of a class in the area with the code.
func DecideArea(x *area.Index, r Rights, verb Verb, l *layers.Layer, code string, class layers.Secrecy) bool {
	codes := []string{code}
	for _, a := range x.Path(code) {
		codes = append(codes, a.Code)
	}
	return r.extent(verb, l.ID, max(class, l.Secrecy)).holds(codes)
}
