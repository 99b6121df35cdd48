package history

import (
	"cmp"
	"slices"

	"github.com/cuntu/cuntu/layers"
)

// Revert is what puts past changes back: the edits, a feature each, and the cells that were changed again since, which no
// edit touches.
type Revert struct {
	Edits     []layers.Edit
	Conflicts []Conflict
}

// NewRevert takes changes back, the newest of each feature first. now tells what is there, nil for nothing. What was changed
// since by a change that is not among them is a conflict; what is as it was before is left alone.
func NewRevert(c *layers.Catalog, pasts []*Past, now func(l *layers.Layer, id int64) *layers.Feature) Revert {
	r := reverting{features: map[featureKey]*reverted{}}
	for _, p := range pasts {
		l, ok := c.Layer(p.Layer)
		if !ok {
			continue
		}
		k := featureKey{p.Layer, p.ID}
		f := r.features[k]
		if f == nil {
			was := now(l, p.ID)
			f = &reverted{layer: l, id: p.ID, now: was, is: was, met: map[string]bool{}}
			r.features[k] = f
			r.order = append(r.order, f)
		}
		f.back(p)
	}
	return r.done()
}

type featureKey struct {
	layer string
	id    int64
}

type reverting struct {
	features map[featureKey]*reverted
	order    []*reverted
}

// reverted is one feature under way from what is there to what was.
type reverted struct {
	layer     *layers.Layer
	id        int64
	now, is   *layers.Feature
	met       map[string]bool // cells with a conflict
	conflicts []Conflict
}

// back takes one change back. A feature as a whole is one cell where it came or went: who changed an inserted feature since
// would lose that.
func (f *reverted) back(p *Past) {
	if f.met[""] {
		return
	}
	switch p.Op {
	case layers.Insert:
		after := feature(f.layer, f.id, p.After, p.GeometryAfter)
		if f.is == nil {
			return
		}
		if !Same(f.layer, f.is, after) {
			f.refuse(Conflict{BaseFeature: after, TheirsFeature: f.is})
			return
		}
		f.is = nil
	case layers.Delete:
		before := feature(f.layer, f.id, p.Before, p.GeometryBefore)
		if f.is == nil {
			f.is = before
		} else if !Same(f.layer, f.is, before) {
			f.refuse(Conflict{MineFeature: before, TheirsFeature: f.is})
		}
	default:
		f.backUpdate(p)
	}
}

func (f *reverted) backUpdate(p *Past) {
	if f.is == nil {
		f.refuse(Conflict{})
		return
	}
	is := Copy(f.is)
	for i := range f.layer.Fields {
		id := f.layer.Fields[i].ID
		before, known := p.Before[id]
		after := p.After[id]
		switch now := is.Values[i]; {
		case !known || now == before || f.met[id]:
		case now == after:
			is.Values[i] = before
		default:
			f.refuse(Conflict{Field: id, Base: after, Mine: before, Theirs: now})
		}
	}
	switch {
	case !p.Moved() || SamePlace(is.Geometry, p.GeometryBefore) || f.met[GeometryPart]:
	case SamePlace(is.Geometry, p.GeometryAfter):
		is.Geometry = p.GeometryBefore
	default:
		f.refuse(Conflict{
			Field:       GeometryPart,
			BaseFeature: &layers.Feature{ID: f.id, Geometry: p.GeometryAfter}, MineFeature: &layers.Feature{ID: f.id, Geometry: p.GeometryBefore},
			TheirsFeature: &layers.Feature{ID: f.id, Geometry: is.Geometry},
		})
	}
	f.is = is
}

func (f *reverted) refuse(c Conflict) {
	c.Layer, c.ID = f.layer.ID, f.id
	f.met[c.Field] = true
	f.conflicts = append(f.conflicts, c)
}

// done are the edits: what goes first, so that codes are free for what comes.
func (r *reverting) done() Revert {
	var out Revert
	for _, f := range r.order {
		out.Conflicts = append(out.Conflicts, f.conflicts...)
		if e, ok := Between(f.layer, f.now, f.is); ok && !f.met[""] {
			out.Edits = append(out.Edits, e)
		}
	}
	slices.SortStableFunc(out.Edits, func(a, b layers.Edit) int { return cmp.Compare(precedence(a.Op), precedence(b.Op)) })
	return out
}

func precedence(op layers.Op) int {
	if op == layers.Delete {
		return 0
	}
	return 1
}

// Between is the edit that makes one state of a feature into another, nil for none; ok is false where they are the same.
func Between(l *layers.Layer, from, to *layers.Feature) (e layers.Edit, ok bool) {
	switch {
	case from == nil && to == nil:
		return e, false
	case to == nil:
		return layers.Edit{Op: layers.Delete, Layer: l.ID, Feature: layers.Feature{ID: from.ID}}, true
	case from == nil:
		return layers.Edit{Op: layers.Insert, Layer: l.ID, Feature: *Copy(to)}, true
	}
	set := []int{}
	for i := range l.Fields {
		if from.Values[i] != to.Values[i] {
			set = append(set, i)
		}
	}
	moved := !SamePlace(from.Geometry, to.Geometry)
	if len(set) == 0 && !moved {
		return e, false
	}
	e = layers.Edit{Op: layers.Update, Layer: l.ID, Feature: *Copy(to), Set: set}
	switch {
	case !moved:
		e.Feature.Geometry = nil // which leaves it
	case to.Geometry == nil:
		e.Op, e.Set = layers.Put, nil // no update takes a geometry away
	}
	return e, true
}
