package data

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
)

// CheckEdit is what every store asks of an edit before it touches a table, so
// that all refuse the same: the layer is in the catalogue and, where it is a record,
// not overwritten, the id fits the operation, what is set passes Field.Check and CheckGeometry, texts are valid
// UTF-8 without NUL (no database keeps one), lines have two vertices and rings
// are closed and have four. It gives values their fields' types, in a copy where
// one changes. The error is an *EditError.
func CheckEdit(c *layers.Catalog, index int, e *layers.Edit) (*layers.Layer, error) {
	refuse := func(field string, err error) (*layers.Layer, error) {
		return nil, &EditError{Index: index, Layer: e.Layer, ID: e.Feature.ID, Field: field, Err: err}
	}
	l, ok := c.Layer(e.Layer)
	switch {
	case !ok:
		return refuse("", fmt.Errorf("%w: no such layer", ErrInvalid))
	case e.Op < layers.Insert || e.Op > layers.Put:
		return refuse("", fmt.Errorf("%w: operation %d", ErrInvalid, e.Op))
	case e.Feature.ID < 0 || e.Feature.ID == 0 && e.Op == layers.Put:
		return refuse("", fmt.Errorf("%w: an id is 1 or more", ErrInvalid))
	case e.Op == layers.Delete:
		return l, nil
	case e.Base != nil && e.Op == layers.Insert:
		return refuse("", fmt.Errorf("%w: what is inserted has no state before", ErrInvalid))
	case e.Unplace && (e.Op != layers.Update || e.Feature.Geometry != nil):
		return refuse("geometry", fmt.Errorf("%w: only an update without a geometry takes one away", ErrInvalid))
	case l.AppendOnly && e.Op != layers.Insert:
		return refuse("", fmt.Errorf("%w: layer %s is a record, which nothing overwrites: add another one", ErrInvalid, l.ID))
	case len(e.Feature.Values) != len(l.Fields):
		return refuse("", fmt.Errorf("%w: %d values, not %d", ErrInvalid, len(e.Feature.Values), len(l.Fields)))
	}
	if field, err := checkValues(l, e); err != nil {
		return refuse(field, &refusal{err})
	}
	err := l.CheckGeometry(e.Feature.Geometry)
	if err == nil {
		err = checkVertices(e.Feature.Geometry)
	}
	if err != nil {
		return refuse("geometry", &refusal{err})
	}
	return l, nil
}

// Sets tells whether an edit writes the field with the index.
func Sets(e *layers.Edit, field int) bool {
	return e.Op != layers.Update || e.Set == nil || slices.Contains(e.Set, field)
}

// Places tells whether an edit writes the geometry.
func Places(e *layers.Edit) bool {
	return e.Op != layers.Update || e.Feature.Geometry != nil || e.Unplace
}

// CheckBase is what every store asks of an edit that has a base, once it has kept others from changing the feature: that
// the feature, nil where there is none, is in that state. The error is an *EditError.
func CheckBase(l *layers.Layer, index int, id int64, base *layers.Base, current *layers.Feature) error {
	refusal := &EditError{Index: index, Layer: l.ID, ID: id, Err: ErrNotFound}
	switch {
	case current == nil:
		return refusal
	case base.Is(l, current):
		return nil
	}
	refusal.Err, refusal.Current = ErrChanged, current
	return refusal
}

func checkValues(l *layers.Layer, e *layers.Edit) (field string, err error) {
	if e.Op == layers.Update {
		for _, i := range e.Set {
			if i < 0 || i >= len(l.Fields) {
				return "", fmt.Errorf("the layer has no field %d", i)
			}
		}
	}
	copied := false
	for i := range l.Fields {
		if !Sets(e, i) {
			continue
		}
		was := e.Feature.Values[i]
		v, err := l.Fields[i].Check(was)
		if err == nil {
			err = checkText(v.Text())
		}
		if err != nil {
			return l.Fields[i].ID, err
		}
		if v != was {
			if !copied {
				e.Feature.Values, copied = slices.Clone(e.Feature.Values), true
			}
			e.Feature.Values[i] = v
		}
	}
	return "", nil
}

func checkText(s string) error {
	if strings.IndexByte(s, 0) >= 0 {
		return errors.New("a text may not hold NUL")
	}
	if !utf8.ValidString(s) {
		return errors.New("a text must be valid UTF-8")
	}
	return nil
}

func checkVertices(g orb.Geometry) error {
	switch g := g.(type) {
	case orb.LineString:
		if len(g) < 2 {
			return errors.New("a line needs two vertices")
		}
	case orb.MultiLineString:
		if len(g) == 0 {
			return errors.New("a line needs two vertices")
		}
		for _, line := range g {
			if err := checkVertices(line); err != nil {
				return err
			}
		}
	case orb.Ring:
		if len(g) < 4 || g[0] != g[len(g)-1] {
			return errors.New("a ring needs four vertices, the last one equal to the first")
		}
	case orb.Polygon:
		if len(g) == 0 {
			return errors.New("a polygon needs a ring")
		}
		for _, ring := range g {
			if err := checkVertices(ring); err != nil {
				return err
			}
		}
	case orb.MultiPolygon:
		for _, polygon := range g {
			if err := checkVertices(polygon); err != nil {
				return err
			}
		}
	}
	return nil
}

// refusal is ErrInvalid in the words of the check that failed. A
// fault names its field first; EditError does so already.
type refusal struct{ err error }

func (r *refusal) Error() string {
	if faults, ok := errors.AsType[layers.Faults](r.err); ok {
		return faults[0].Detail
	}
	return r.err.Error()
}

func (r *refusal) Unwrap() error { return ErrInvalid }
