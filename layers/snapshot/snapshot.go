// Package snapshot holds every feature of every layer at one moment, in memory: values in columns, quantised geometry, an
// R-tree a layer. Features in degrees flow in; rows, values and shapes flow out, to tiles and to whatever answers
// questions.
//
// A snapshot never changes: an edit makes the next one, which shares with it all that the edit leaves alone. Readers
// need no lock. It knows nothing of files, SQL or HTTP.
package snapshot

import (
	"errors"
	"fmt"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
)

// Snapshot is every layer at one moment. It never changes: Apply makes the
// next, which shares with it all that the changes leave alone.
//
// A feature takes about 64 bytes for its id, its place in the R-tree and its
// packed values, and 8 bytes a vertex.
type Snapshot struct {
	Catalog *layers.Catalog
	tables  []*Table  // in the catalogue's order
	whole   *Snapshot // that this is masked of; nil of one that is whole
}

// Table finds a layer's features.
func (s *Snapshot) Table(layer string) (*Table, bool) {
	for _, t := range s.tables {
		if t.Layer.ID == layer {
			return t, true
		}
	}
	return nil, false
}

// Tables lists every layer's features in the catalogue's order.
func (s *Snapshot) Tables() []*Table { return s.tables }

// Bounds is a box around every feature of every layer; Empty where there is
// none.
func (s *Snapshot) Bounds() geo.Box {
	b := geo.Empty
	for _, t := range s.tables {
		b = b.Union(t.Bounds())
	}
	return b
}

// Builder makes the first snapshot out of features.
type Builder struct {
	catalog *layers.Catalog
	tables  []*tableBuilder
}

// NewBuilder begins with no features.
func NewBuilder(c *layers.Catalog) *Builder {
	b := &Builder{catalog: c}
	for _, l := range c.Layers {
		b.tables = append(b.tables, newTableBuilder(l, nil))
	}
	return b
}

// Add adds a feature, of which it keeps nothing but texts. Features come
// fastest by ascending id within a layer. A feature that the layer cannot hold
// is an error and is left out; the builder stays good. Adding two features of
// one layer with one id is the caller's mistake and is not noticed.
func (b *Builder) Add(l *layers.Layer, f *layers.Feature) error {
	for _, t := range b.tables {
		if t.Layer == l {
			return t.add(f)
		}
	}
	return fmt.Errorf("layer %s is not of this catalogue", l.ID)
}

// Snapshot finishes. The builder is spent.
func (b *Builder) Snapshot() *Snapshot {
	s := &Snapshot{Catalog: b.catalog}
	for _, t := range b.tables {
		s.tables = append(s.tables, t.finish())
	}
	b.tables = nil
	return s
}

// Delta says what a batch of changes touched, by layer.
type Delta map[string]*Touched

// Touched is what changed in one layer: the features, and their geometry before
// and after, where it shows on the map.
type Touched struct {
	IDs    []int64
	Shapes []geo.Shape
}

// Box is the smallest box around all that changed.
func (t *Touched) Box() geo.Box {
	b := geo.Empty
	for _, s := range t.Shapes {
		b = b.Union(s.Box())
	}
	return b
}

// Apply makes the next snapshot. Each change says what the feature is now; one
// that already is so, bit for bit as served, touches nothing. Changes that the
// layer cannot hold are left out and come back as one joined error beside a good
// snapshot. Two Apply calls on snapshots of one descent must not run at once;
// readers may, of any.
func (s *Snapshot) Apply(changes []layers.Change) (*Snapshot, Delta, error) {
	byLayer := map[string]map[int64]*layers.Feature{}
	var errs []error
	for _, c := range changes {
		if _, ok := s.Table(c.Layer); !ok {
			errs = append(errs, fmt.Errorf("layer %s is not of this catalogue", c.Layer))
			continue
		}
		if byLayer[c.Layer] == nil {
			byLayer[c.Layer] = map[int64]*layers.Feature{}
		}
		byLayer[c.Layer][c.ID] = c.Feature
	}
	next := &Snapshot{Catalog: s.Catalog, tables: append([]*Table(nil), s.tables...)}
	delta := Delta{}
	for i, t := range s.tables {
		if len(byLayer[t.Layer.ID]) == 0 {
			continue
		}
		table, touched, err := t.apply(byLayer[t.Layer.ID])
		if err != nil {
			errs = append(errs, err)
		}
		if len(touched.IDs) > 0 {
			next.tables[i] = table
			delta[t.Layer.ID] = touched
		}
	}
	return next, delta, errors.Join(errs...)
}
