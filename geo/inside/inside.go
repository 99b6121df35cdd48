// Package inside finds the polygons that a place lies in, for many places one after another.
//
// Quantised polygons with ids flow in, ids flow out. What is inside goes by the even-odd rule; of polygons that lie side by side
// along the same vertices, exactly one has each place on what is between them.
//
// Making it costs a look at every edge. A place then costs a search of an R-tree and, of each polygon whose box it lies in, a look
// at the few edges on its level, however many vertices that has.
package inside

import (
	"iter"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/index"
)

// Index is polygons made ready. Any number of goroutines may ask it.
type Index struct {
	tree  *index.Packed // of places in the list
	ids   []uint32
	bands []bands
}

// New makes an index of shapes by their ids. What is no polygon is left out.
func New(shapes iter.Seq2[uint32, geo.Shape]) *Index {
	x := &Index{}
	var items []index.Item
	for id, s := range shapes {
		if box := s.Box(); s.Kind == geo.Polygons && !box.IsEmpty() {
			items = append(items, index.Item{Box: box, ID: uint32(len(x.ids))})
			x.ids, x.bands = append(x.ids, id), append(x.bands, newBands(s, box))
		}
	}
	x.tree = index.Pack(items)
	return x
}

// Len is the number of polygons.
func (x *Index) Len() int { return len(x.ids) }

// At appends the ids of the polygons that a place lies in, in the order in which New was given them.
func (x *Index) At(p geo.Point, ids []uint32) []uint32 {
	from := len(ids)
	ids = x.tree.Search(geo.Box{Min: p, Max: p}, ids)
	found := ids[:from]
	for _, n := range ids[from:] {
		if x.bands[n].hold(p) {
			found = append(found, n)
		}
	}
	sortSmall(found[from:])
	for i := from; i < len(found); i++ {
		found[i] = x.ids[found[i]]
	}
	return found
}

// sortSmall sorts a few numbers.
func sortSmall(list []uint32) {
	for i := 1; i < len(list); i++ {
		for k := i; k > 0 && list[k] < list[k-1]; k-- {
			list[k], list[k-1] = list[k-1], list[k]
		}
	}
}

// bands are a polygon's edges by their levels: those of band n are edges[ends[n-1]:ends[n]]. An edge stands in every band that it
// reaches into.
type bands struct {
	low   int32 // the polygon's lowest level
	shift uint8 // a band is 2^shift levels high
	ends  []uint32
	edges []edge
}

// edge runs from a lower level to a higher one.
type edge struct{ low, high geo.Point }

// edgesABand is how many edges would lie in a band if none reached into two.
const edgesABand = 4

func newBands(s geo.Shape, box geo.Box) bands {
	b := bands{low: box.Min.Y}
	height := int64(box.Max.Y) - int64(box.Min.Y) + 1
	for most := int64(len(s.Points)/edgesABand + 1); height>>b.shift >= most && b.shift < 32; {
		b.shift++
	}
	// Each band's edges are counted, then put in their places.
	counts := make([]uint32, height>>b.shift+2)
	b.each(s, func(band int, _ edge) { counts[band+1]++ })
	for i := 1; i < len(counts); i++ {
		counts[i] += counts[i-1]
	}
	b.ends = append([]uint32(nil), counts[1:]...)
	b.edges = make([]edge, counts[len(counts)-1])
	b.each(s, func(band int, e edge) {
		b.edges[counts[band]] = e
		counts[band]++
	})
	return b
}

// each yields every edge once for each band that it reaches into. Level ones bound nothing.
func (b *bands) each(s geo.Shape, yield func(band int, e edge)) {
	for i := range s.Ends {
		ring := s.Part(i)
		for j, p := range ring {
			q := ring[(j+1)%len(ring)]
			if p.Y > q.Y {
				p, q = q, p
			}
			if p.Y == q.Y {
				continue
			}
			for band := b.of(p.Y); band <= b.of(q.Y); band++ {
				yield(band, edge{p, q})
			}
		}
	}
}

func (b *bands) of(y int32) int { return int((int64(y) - int64(b.low)) >> b.shift) }

// hold tells whether a place in the polygon's box lies inside.
func (b *bands) hold(p geo.Point) bool {
	band := b.of(p.Y)
	from := uint32(0)
	if band > 0 {
		from = b.ends[band-1]
	}
	in := false
	for _, e := range b.edges[from:b.ends[band]] {
		if e.low.Y > p.Y || e.high.Y <= p.Y {
			continue
		}
		// The way round an edge is the same whichever polygon it is of, so that polygons on both sides agree.
		dx, dy := float64(int64(e.high.X)-int64(e.low.X)), float64(int64(e.high.Y)-int64(e.low.Y))
		if dx*float64(int64(p.Y)-int64(e.low.Y)) > float64(int64(p.X)-int64(e.low.X))*dy {
			in = !in
		}
	}
	return in
}
