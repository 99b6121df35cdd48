package encode

import (
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/tiles/clip"
)

// drawing is what a tile shows before it is bytes of either format: layer after layer,
// the rows and the geometry clipped from them. An Encoder with one notes there what it
// writes as MVT, so a tile shows the same in both formats, down to the last feature for
// which there was room.
type drawing struct {
	layers []drawn
	done   int // layers that are kept; the one behind them is being drawn

	// uncounted is set where nothing can be left out, so that nobody asks how many bytes of
	// MVT the drawing is.
	uncounted bool
}

// drawn is a layer of a drawing. Features of rows come first, then clusters.
type drawn struct {
	table  *snapshot.Table
	fields []int // the indexes of those that the tile shows

	rows     []uint32 // by feature; of merged lines one of those that they were
	ids      []int64  // of the first features: merged lines, which come last, have none
	clusters []int64  // how many features each stands for
	sums     []float64

	kinds  []geo.Kind // by feature
	ends   []int32    // by feature: how many parts there are so far
	shapes clip.Shapes
}

func (d *drawing) reset() { d.done = 0 }

// layer is the one being drawn.
func (d *drawing) layer() *drawn { return &d.layers[d.done] }

// begin empties the layer being drawn.
func (d *drawing) begin(table *snapshot.Table, fields []int) {
	if d.done == len(d.layers) {
		d.layers = append(d.layers, drawn{})
	}
	l := d.layer()
	l.table, l.fields = table, append(l.fields[:0], fields...)
	l.cut(0)
}

func (d *drawing) keep() { d.done++ }

// add notes the geometry of a feature.
func (l *drawn) add(kind geo.Kind, s *clip.Shapes) {
	l.kinds = append(l.kinds, kind)
	from := int32(len(l.shapes.Points))
	l.shapes.Points = append(l.shapes.Points, s.Points...)
	if len(s.Ends) == 0 { // points
		l.shapes.Ends = append(l.shapes.Ends, int32(len(l.shapes.Points)))
	}
	for _, end := range s.Ends {
		l.shapes.Ends = append(l.shapes.Ends, from+end)
	}
	l.ends = append(l.ends, int32(len(l.shapes.Ends)))
}

// cut leaves the first n features, none of which is a cluster.
func (l *drawn) cut(n int) {
	l.rows, l.ids, l.kinds, l.ends = l.rows[:n], l.ids[:min(n, len(l.ids))], l.kinds[:n], l.ends[:n]
	l.clusters, l.sums = l.clusters[:0], l.sums[:0]
	parts := int32(0)
	if n > 0 {
		parts = l.ends[n-1]
	}
	l.shapes.Ends = l.shapes.Ends[:parts]
	l.shapes.Points = l.shapes.Points[:l.shapes.Open()]
}

// recorded is how many features of the layer are noted.
func (e *Encoder) recorded() int {
	if e.drawing == nil {
		return 0
	}
	return len(e.drawing.layer().rows)
}

// record notes the feature of a row, of which e.shapes shows, and tells whether that is
// all there is to do.
func (e *Encoder) record(row uint32, id int64, kind byte) bool {
	if e.drawing == nil {
		return false
	}
	l := e.drawing.layer()
	l.rows, l.ids = append(l.rows, row), append(l.ids, id)
	l.add(geo.Kind(kind), &e.shapes)
	if e.drawing.uncounted {
		e.Stats.Features++
	}
	return e.drawing.uncounted
}

// recordMerged notes the feature that lines have become, with the values of one row.
func (e *Encoder) recordMerged(row uint32) {
	if e.drawing != nil {
		l := e.drawing.layer()
		l.rows = append(l.rows, row)
		l.add(geo.Lines, &e.shapes)
	}
}

func (e *Encoder) recordCluster(p clip.Point, count int64, sums []float64) {
	if e.drawing != nil {
		l := e.drawing.layer()
		l.clusters, l.sums = append(l.clusters, count), append(l.sums, sums...)
		l.kinds = append(l.kinds, geo.Points)
		l.shapes.Append([]clip.Point{p})
		l.ends = append(l.ends, int32(len(l.shapes.Ends)))
	}
}
