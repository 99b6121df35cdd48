package coverage

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// marks are the values of a village's derived fields, as service.Catalog.Marks declares them.
type marks struct {
	states [maxServices]service.State
	lacks  int16 // -1 for null
}

// maxServices is how many services there can be. A village's marks are then a value that is compared and kept without
// a pointer.
const maxServices = 32

// value is the derived field with the index.
func (m *marks) value(services, f int) layers.Value {
	switch {
	case f < services:
		return layers.Text(m.states[f].String())
	case m.lacks < 0:
		return layers.Null
	}
	return layers.Int(int64(m.lacks))
}

func (r *Result) marksOf(i int) (own marks) {
	lacks, unknown := int16(0), false
	for n, s := range r.Services.Services {
		own.states[n] = r.columns[n][i]
		switch {
		case !s.Overview:
		case own.states[n] == service.Not:
			lacks++
		case own.states[n] == service.Unknown:
			unknown = true
		}
	}
	if own.lacks = lacks; lacks == 0 && unknown {
		own.lacks = -1
	}
	return own
}

// Marker keeps the villages' states in step with the data, as fields of the village
// layer, so that tiles carry them. Snapshots flow in as they come and go out at once with
// the states known so far; when the states of the newest are found it goes out again,
// with a delta of just the villages whose states have changed.
type Marker struct {
	results  *Cache
	networks *roads.Cache

	mu       sync.Mutex // held while something is published, so that it goes out in order
	publish  func(*snapshot.Snapshot, snapshot.Delta)
	heard    map[*func(snapshot.Delta)]struct{}
	snap     *snapshot.Snapshot // the newest, as it came
	marks    map[int64]marks
	joined   snapshot.Derived // of the village table from
	from     *snapshot.Table
	changed  []uint32 // rows whose marks changed since
	wake     chan struct{}
	byYear   map[int]yearTable
	thisYear func() int
}

// yearTable is the village layer with the states of a year.
type yearTable struct {
	result *Result
	table  *snapshot.Table
}

// NewMarker makes a marker that hands snapshots on to publish, which must be quick. Its
// results are those of the caches, of the present year.
func NewMarker(results *Cache, networks *roads.Cache, publish func(*snapshot.Snapshot, snapshot.Delta)) *Marker {
	return &Marker{
		results: results, networks: networks, publish: publish, wake: make(chan struct{}, 1), heard: map[*func(snapshot.Delta)]struct{}{},
		marks: map[int64]marks{}, byYear: map[int]yearTable{}, thisYear: func() int { return time.Now().Year() },
	}
}

// Hear takes the next snapshot, with what has changed in it: nil for anything at all.
func (m *Marker) Hear(snap *snapshot.Snapshot, delta snapshot.Delta) {
	if snap == nil {
		return // nothing is loaded yet
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.snap = snap
	m.publish(m.marked(), delta)
	select {
	case m.wake <- struct{}{}:
	default: // it is to wake already
	}
}

// Listen has fn told of the villages whose states have changed, until stop is called.
func (m *Marker) Listen(fn func(snapshot.Delta)) (stop func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.heard[&fn] = struct{}{}
	return func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		delete(m.heard, &fn)
	}
}

// Run finds the states of what is heard until ctx ends; it returns ctx's error.
func (m *Marker) Run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-m.wake:
		}
		m.mu.Lock()
		snap := m.snap
		m.mu.Unlock()
		result, err := m.results.Get(snap, m.networks, m.thisYear())
		if err != nil {
			return err
		}
		m.mark(result)
	}
}

// mark takes the states of a result and publishes what they change.
func (m *Marker) mark(r *Result) {
	m.mu.Lock()
	defer m.mu.Unlock()
	village, ok := m.snap.Table(service.MarkedLayer)
	if !ok {
		return
	}
	touched := &snapshot.Touched{}
	for i, row := range r.Villages.Rows {
		id, own := r.Villages.Table.ID(row), r.marksOf(i)
		if was, known := m.marks[id]; !known || was != own {
			touched.IDs = append(touched.IDs, id)
			m.marks[id] = own
		}
	}
	if len(m.marks) > r.Villages.Len() { // some are of villages that are gone
		for id := range m.marks {
			if _, ok := r.Villages.Table.Find(id); !ok {
				delete(m.marks, id)
			}
		}
	}
	slices.Sort(touched.IDs)
	for _, id := range touched.IDs {
		if row, ok := village.Find(id); ok {
			m.changed = append(m.changed, row)
			if shape := village.Shape(row); len(shape.Points) > 0 {
				touched.Shapes = append(touched.Shapes, shape)
			}
		}
	}
	if len(touched.IDs) == 0 {
		return
	}
	delta := snapshot.Delta{service.MarkedLayer: touched}
	m.publish(m.marked(), delta)
	for fn := range m.heard {
		(*fn)(delta)
	}
}

// marked is the newest snapshot with the states known.
func (m *Marker) marked() *snapshot.Snapshot {
	village, ok := m.snap.Table(service.MarkedLayer)
	if !ok {
		return m.snap
	}
	if m.from != village || len(m.changed) > 0 {
		services := len(village.Layer.Derived) - 1
		m.joined = village.Derive(func(row uint32, f int) layers.Value {
			own, known := m.marks[village.ID(row)]
			if !known {
				return layers.Null
			}
			return own.value(services, f)
		}, m.joined, m.changed)
		m.from, m.changed = village, nil
	}
	return m.snap.With(m.joined.Table)
}

// AsOf is the newest village layer with the states of a year.
func (m *Marker) AsOf(year int) (*snapshot.Table, error) {
	m.mu.Lock()
	snap := m.snap
	m.mu.Unlock()
	r, err := m.results.Get(snap, m.networks, year)
	if err != nil || r.Villages.Table == nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if y, ok := m.byYear[year]; ok && y.result == r {
		return y.table, nil
	}
	for y := range m.byYear { // of an earlier state, or one too many
		if m.byYear[y].result.Villages.Table != r.Villages.Table || len(m.byYear) >= keptYears {
			delete(m.byYear, y)
		}
	}
	table, _ := WithMarks(snap.With(r.Villages.Table), r).Table(service.MarkedLayer)
	m.byYear[year] = yearTable{r, table}
	return table, nil
}

// WithMarks is the snapshot that the result is of, its villages with their states.
func WithMarks(snap *snapshot.Snapshot, r *Result) *snapshot.Snapshot {
	return snap.WithDerived(service.MarkedLayer, func(row uint32, f int) layers.Value {
		i, ok := r.Villages.Index(row)
		if !ok {
			return layers.Null
		}
		own := r.marksOf(i)
		return own.value(len(r.Services.Services), f)
	})
}

// Marks are the values of the derived fields of a village, by its row; none of a row that the result does not know.
func (r *Result) Marks(row uint32) (values []layers.Value) {
	i, ok := r.Villages.Index(row)
	if !ok {
		return nil
	}
	own := r.marksOf(i)
	for f := range len(r.Services.Services) + 1 {
		values = append(values, own.value(len(r.Services.Services), f))
	}
	return values
}

// Known are the values of the derived fields of a village of the present year, as tiles have them: those found last,
// which may be of the moment before. ok is false for a village that is not judged yet.
func (m *Marker) Known(id int64) (values []layers.Value, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	own, ok := m.marks[id]
	village, there := m.snap.Table(service.MarkedLayer)
	if !ok || !there {
		return nil, false
	}
	services := len(village.Layer.Derived) - 1
	for f := range services + 1 {
		values = append(values, own.value(services, f))
	}
	return values, true
}

// MarkReads are the layers that marks are made from.
func MarkReads() []string { return readLayers[:] }
