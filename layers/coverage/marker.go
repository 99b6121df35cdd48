package coverage

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Marks are the fields that a Marker adds to the village layer, one a service: cov_road
// and so on, each with the name of a state; and cov_lacks, how many of the services that
// are for every village it is known to lack, null where it lacks none that is known and
// others are not known.
var Marks = func() (fields []layers.Field) {
	for s := range services {
		fields = append(fields, layers.Field{ID: "cov_" + s.String(), Type: layers.TypeText, Title: markTitles[s], Values: stateChoices, Tile: true})
	}
	return append(fields, layers.Field{ID: "cov_lacks", Type: layers.TypeInt, Title: layers.Words{Zh: "未达标服务项数", En: "Services lacking"}, Tile: true})
}()

var stateChoices = func() (list []layers.Choice) {
	for s := range StateNames {
		list = append(list, layers.Choice{Value: StateNames[s], Title: State(s).Words()})
	}
	return list
}()

// overview are the services that cov_lacks counts: what the plan promises every village.
var overview = [...]Service{Road, Water, Broadband, Power, Clinic, Culture, TV}

// MarkSums are what clusters of villages tell of the marks: how many are of each state,
// cov_road_reached and so on; and the sum of cov_lacks. Of those that are of no state nothing
// is asked.
var MarkSums = func() (sums []layers.Sum) {
	for s := range services {
		field := Marks[s]
		for _, state := range []State{Reached, Basically, Not, Unknown} {
			word := stateWords[state]
			title := layers.Words{Zh: strings.TrimSuffix(markTitles[s].Zh, stateWords[Reached].Zh) + "：" + word.Zh, En: markTitles[s].En + ": " + word.En}
			sums = append(sums, layers.Sum{ID: field.ID + "_" + state.String(), Title: title, Field: field.ID, Value: state.String()})
		}
	}
	lacks := Marks[services]
	return append(sums, layers.Sum{ID: lacks.ID, Title: lacks.Title, Field: lacks.ID})
}()

var markTitles = [services]layers.Words{
	Road: {Zh: "硬化路达标", En: "Hardened road"}, Water: {Zh: "饮水达标", En: "Safe water"}, Broadband: {Zh: "宽带达标", En: "Broadband"},
	Power: {Zh: "通电达标", En: "Power"}, Clinic: {Zh: "卫生室达标", En: "Clinic"}, School: {Zh: "学校达标", En: "School"},
	Culture: {Zh: "文化广场达标", En: "Culture square"}, TV: {Zh: "广播电视达标", En: "Radio and TV"},
	Cooperative: {Zh: "合作社达标", En: "Cooperative"}, Exit: {Zh: "退出标准达标", En: "Exit rules"},
}

type villageMarks [services]State

// mark is the value of a field of Marks.
func (own *villageMarks) mark(f int) layers.Value {
	if f < int(services) {
		return layers.Text(own[f].String())
	}
	lacks, unknown := int64(0), false
	for _, s := range overview {
		switch own[s] {
		case Not:
			lacks++
		case Unknown:
			unknown = true
		}
	}
	if lacks == 0 && unknown {
		return layers.Null
	}
	return layers.Int(lacks)
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
	marks    map[int64]villageMarks
	joined   *snapshot.Table // of the newest village table
	from     *snapshot.Table
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
		byYear: map[int]yearTable{}, thisYear: func() int { return time.Now().Year() },
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

func (r *Result) marksOf(i int) (own villageMarks) {
	for s := range r.States {
		own[s] = r.States[s][i]
	}
	return own
}

// mark takes the states of a result and publishes what they change.
func (m *Marker) mark(r *Result) {
	marks := make(map[int64]villageMarks, r.Villages.Len())
	for i, row := range r.Villages.Rows {
		marks[r.Villages.Table.ID(row)] = r.marksOf(i)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	touched := &snapshot.Touched{}
	village, ok := m.snap.Table("village")
	if !ok {
		return
	}
	for id, own := range marks {
		if was, known := m.marks[id]; !known || was != own {
			touched.IDs = append(touched.IDs, id)
		}
	}
	slices.Sort(touched.IDs)
	for _, id := range touched.IDs {
		if row, ok := village.Find(id); ok {
			if shape := village.Shape(row); len(shape.Points) > 0 {
				touched.Shapes = append(touched.Shapes, shape)
			}
		}
	}
	if m.marks = marks; len(touched.IDs) == 0 {
		return
	}
	m.from = nil
	delta := snapshot.Delta{"village": touched}
	m.publish(m.marked(), delta)
	for fn := range m.heard {
		(*fn)(delta)
	}
}

// marked is the newest snapshot with the states known.
func (m *Marker) marked() *snapshot.Snapshot {
	village, ok := m.snap.Table("village")
	if !ok {
		return m.snap
	}
	if m.from != village {
		m.from = village
		m.joined, _ = m.snap.WithFields("village", Marks, MarkSums, func(row uint32, f int) layers.Value {
			own, known := m.marks[village.ID(row)]
			if !known {
				return layers.Null
			}
			return own.mark(f)
		}).Table("village")
	}
	return m.snap.With(m.joined)
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
		if m.byYear[y].result.Villages.Table != r.Villages.Table || len(m.byYear) >= resultLimit.Most {
			delete(m.byYear, y)
		}
	}
	table, _ := WithMarks(snap.With(r.Villages.Table), r).Table(MarkedLayer)
	m.byYear[year] = yearTable{r, table}
	return table, nil
}

// WithMarks is the snapshot that the result is of, its villages with their states.
func WithMarks(snap *snapshot.Snapshot, r *Result) *snapshot.Snapshot {
	return snap.WithFields(MarkedLayer, Marks, MarkSums, func(row uint32, f int) layers.Value {
		i, ok := r.Villages.Index(row)
		if !ok {
			return layers.Null
		}
		own := r.marksOf(i)
		return own.mark(f)
	})
}

// MarkedLayer is the layer that has marks, and MarkReads what they are made from.
const MarkedLayer = "village"

// MarkReads are the layers that marks are made from.
func MarkReads() []string { return readLayers[:] }
