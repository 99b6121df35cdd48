package history

import (
	"slices"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
)

// Rewind takes features back to what they were before some changes. Its cost is that of the features changed, not of those
// that are there. The zero Rewind has nothing to take back.
type Rewind struct {
	was map[string]map[int64]*was
}

// was is what is known of a feature as it was.
type was struct {
	absent bool // it was not there
	whole  bool // cells and geometry are all that it had
	cells  map[string]layers.Value
	moved  bool
	place  orb.Geometry
}

// Add takes one more change back. The changes of a feature come the newest first.
func (r *Rewind) Add(p *Past) {
	if r.was == nil {
		r.was = map[string]map[int64]*was{}
	}
	byID := r.was[p.Layer]
	if byID == nil {
		byID = map[int64]*was{}
		r.was[p.Layer] = byID
	}
	w := byID[p.ID]
	if w == nil {
		w = &was{cells: map[string]layers.Value{}}
		byID[p.ID] = w
	}
	switch p.Op {
	case layers.Insert:
		*w = was{absent: true, cells: map[string]layers.Value{}}
	case layers.Delete:
		*w = was{whole: true, cells: map[string]layers.Value{}, moved: true, place: p.GeometryBefore}
		w.take(p)
	default:
		w.take(p)
		if p.Moved() {
			w.moved, w.place = true, p.GeometryBefore
		}
	}
}

func (w *was) take(p *Past) {
	for id, v := range p.Before {
		w.cells[id] = v
	}
}

// Feature is what a feature that is there was, nil where it was not there. It may be the feature itself.
func (r *Rewind) Feature(l *layers.Layer, f *layers.Feature) *layers.Feature {
	w := r.was[l.ID][f.ID]
	switch {
	case w == nil:
		return f
	case w.absent:
		return nil
	case w.whole:
		return feature(l, f.ID, w.cells, w.place)
	}
	old := Copy(f)
	set(l, old, w.cells)
	if w.moved {
		old.Geometry = w.place
	}
	old.Unread = slices.DeleteFunc(slices.Clone(f.Unread), func(u layers.Unread) bool {
		_, known := w.cells[u.Part]
		return known || u.Part == GeometryPart && w.moved
	})
	return old
}

// Whole lists the features of a layer that were there and of which all is known, by ascending id: those that are gone are
// among them.
func (r *Rewind) Whole(l *layers.Layer) []*layers.Feature {
	var list []*layers.Feature
	for id, w := range r.was[l.ID] {
		if w.whole {
			list = append(list, feature(l, id, w.cells, w.place))
		}
	}
	slices.SortFunc(list, func(a, b *layers.Feature) int { return int(a.ID - b.ID) })
	return list
}

// Layer gives add the features of a layer as they were, by ascending id, out of those that load gives as they are.
func (r *Rewind) Layer(l *layers.Layer, load func(add func(*layers.Feature) error) error, add func(*layers.Feature) error) error {
	whole := r.Whole(l)
	err := load(func(f *layers.Feature) error {
		for len(whole) > 0 && whole[0].ID < f.ID {
			if err := add(whole[0]); err != nil {
				return err
			}
			whole = whole[1:]
		}
		if len(whole) > 0 && whole[0].ID == f.ID {
			whole = whole[1:]
		}
		if old := r.Feature(l, f); old != nil {
			return add(old)
		}
		return nil
	})
	for _, f := range whole {
		if err != nil {
			return err
		}
		err = add(f)
	}
	return err
}
