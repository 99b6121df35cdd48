package snapshot

import (
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/simplify"
	"github.com/cuntu/cuntu/layers"
)

// A layer's features stand in pages of pageRows rows, in columns, with their
// vertices in one arena a page. A page is never changed: an edit builds anew the
// pages it touches and shares all others with the snapshot before, so that the
// next snapshot of a million features costs a page, not a million.
const (
	pageBits = 10
	pageRows = 1 << pageBits
)

type page struct {
	ids    []int64
	dead   []uint64 // a bit a row: the feature is deleted; nil where none is
	kinds  []geo.Kind
	levels []uint8  // of rows: see level.go
	places []uint32 // of rows: see order.go
	sizes  []uint8  // of rows: see claim.go
	cols   []column
	points []geo.Point
	ranks  []uint8  // of points: see rank.go
	ends   []uint32 // of parts, counted from their feature's first point
	rows   []extent
}

// extent is where a row's points and parts end in the arenas.
type extent struct{ points, ends uint32 }

func (p *page) isDead(i int) bool { return p.dead != nil && p.dead[i/64]&(1<<(i%64)) != 0 }

// before is where the row's points and parts begin.
func (p *page) before(i int) extent {
	if i == 0 {
		return extent{}
	}
	return p.rows[i-1]
}

func (p *page) shape(i int) geo.Shape {
	from, to := p.before(i), p.rows[i]
	return geo.Shape{
		Kind:   p.kinds[i],
		Points: p.points[from.points:to.points:to.points],
		Ends:   p.ends[from.ends:to.ends:to.ends],
	}
}

// ranksOf runs parallel to the points of the row's shape.
func (p *page) ranksOf(i int) []uint8 {
	from, to := p.before(i).points, p.rows[i].points
	return p.ranks[from:to:to]
}

// pageBuilder gathers rows and packs them into a page.
type pageBuilder struct {
	dicts []*dict
	page
	values [][]layers.Value // by field
	ranker simplify.Ranker
	class  classLevel
}

func newPageBuilder(l *layers.Layer, dicts []*dict) *pageBuilder {
	return &pageBuilder{dicts: dicts, values: make([][]layers.Value, len(dicts)), class: classLevelOf(l)}
}

// add appends a row; a dead one keeps its id, so that rows stay in the order of
// their ids. Its level and ranks are those it has by itself: thin and rankPolygons,
// or rethin and rerank, see to what other features change about them.
func (b *pageBuilder) add(id int64, shape geo.Shape, values []layers.Value) {
	b.append(id, shape, values)
	b.levels = append(b.levels, b.class.of(values))
	from := len(b.ranks)
	b.ranks = append(b.ranks, make([]uint8, len(shape.Points))...)
	if shape.Kind == geo.Lines {
		b.ranker.Rank(shape, nil, b.ranks[from:])
	}
}

// copy appends a row of another page as it is.
func (b *pageBuilder) copy(p *page, i int, values []layers.Value) {
	for f := range values {
		values[f] = p.cols[f].value(i, b.dicts[f])
	}
	b.append(p.ids[i], p.shape(i), values)
	b.levels = append(b.levels, p.levels[i])
	b.ranks = append(b.ranks, p.ranksOf(i)...)
	if p.isDead(i) {
		b.kill(b.len() - 1)
	}
}

func (b *pageBuilder) append(id int64, shape geo.Shape, values []layers.Value) {
	b.ids = append(b.ids, id)
	b.kinds = append(b.kinds, shape.Kind)
	b.points = append(b.points, shape.Points...)
	b.ends = append(b.ends, shape.Ends...)
	b.rows = append(b.rows, extent{uint32(len(b.points)), uint32(len(b.ends))})
	b.places, b.sizes = append(b.places, placeOf(shape)), append(b.sizes, sizeOf(shape))
	for f := range b.values {
		b.values[f] = append(b.values[f], values[f])
	}
}

func (b *pageBuilder) kill(i int) {
	if b.dead == nil {
		b.dead = make([]uint64, pageRows/64)
	}
	b.dead[i/64] |= 1 << (i % 64)
}

func (b *pageBuilder) len() int { return len(b.ids) }

// finish packs the page and leaves the builder empty for the next.
func (b *pageBuilder) finish() *page {
	p := &page{
		ids:    append([]int64(nil), b.ids...),
		dead:   b.dead,
		kinds:  append([]geo.Kind(nil), b.kinds...),
		levels: append([]uint8(nil), b.levels...),
		places: append([]uint32(nil), b.places...),
		sizes:  append([]uint8(nil), b.sizes...),
		cols:   make([]column, len(b.dicts)),
		points: append([]geo.Point(nil), b.points...),
		ranks:  append([]uint8(nil), b.ranks...),
		ends:   append([]uint32(nil), b.ends...),
		rows:   append([]extent(nil), b.rows...),
	}
	for f, values := range b.values {
		p.cols[f] = pack(values, b.dicts[f])
		b.values[f] = values[:0]
	}
	b.page = page{
		ids:    b.ids[:0],
		kinds:  b.kinds[:0],
		levels: b.levels[:0],
		places: b.places[:0],
		sizes:  b.sizes[:0],
		points: b.points[:0],
		ranks:  b.ranks[:0],
		ends:   b.ends[:0],
		rows:   b.rows[:0],
	}
	return p
}
