package snapshot

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/index"
)

// OverviewBelow is the zoom below which a table keeps an overview.
const OverviewBelow = 10

// overview finds the rows of a tile at low zooms by their claims, the first ones
// first, so that a tile that can hold a thousandth of what lies in it costs what it
// holds. Rows stand in bands by claim, each twice as large as the one before and with
// an R-tree of its own: who has seen enough reads no further band, and has read at
// most twice what was wanted.
//
// Beside the bands stands a digest of the rows, in the same order: their lines without
// the vertices that no zoom before OverviewBelow draws, and the fields that tiles hold
// there. A tile of a low zoom then reads a tenth of the memory, most of it in order.
//
// It takes some 60 bytes a row that shows before OverviewBelow and 9 a vertex that is
// left, and is made when it is first asked for. The bands are never changed: rows that have changed since are looked at one
// by one, until they are so many that the overview is made anew.
type overview struct {
	bands  []band
	digest *Table
	alike  [OverviewBelow][]uint32 // by zoom and row of the digest; nil where lines are not merged
	shown  [OverviewBelow]uint32   // how many rows have a level of the zoom or less
	edited []uint32                // in order
}

type band struct {
	from  uint32   // place of the first row among all
	first Priority // of it
	rows  []uint32 // by claim
	tree  *index.Packed
}

const (
	firstBand    = 4096 // rows
	maxEdited    = 256  // rows changed since the overview was made, and
	editedShare  = 256  // one more for each so many of all
	neverClaimed = 1<<64 - 1
)

// lazyOverview holds the overview of a table once somebody has asked for it.
type lazyOverview struct {
	mu   sync.Mutex
	made atomic.Pointer[overview]
}

func (l *lazyOverview) of(t *Table) *overview {
	if o := l.made.Load(); o != nil {
		return o
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if o := l.made.Load(); o != nil {
		return o
	}
	o := newOverview(t, firstBand)
	l.made.Store(o)
	return o
}

// after is the overview of the next table, in which some rows have changed.
func (l *lazyOverview) after(t *Table, rows []uint32) *lazyOverview {
	next := &lazyOverview{}
	if o := l.made.Load(); o != nil {
		own := *o
		own.edited = append(slices.Clone(o.edited), rows...)
		slices.Sort(own.edited)
		own.edited = slices.Compact(own.edited)
		if len(own.edited) <= maxEdited+t.live/editedShare {
			next.made.Store(&own)
		}
	}
	return next
}

func newOverview(t *Table, size int) *overview {
	type claimed struct {
		Priority
		row uint32
	}
	o := &overview{}
	var all []claimed
	for n, p := range t.pages {
		for i, level := range p.levels {
			if level < OverviewBelow && !p.isDead(i) && p.rows[i] != p.before(i) {
				row := uint32(n<<pageBits | i)
				all = append(all, claimed{t.Priority(row), row})
			}
		}
	}
	slices.SortFunc(all, func(a, b claimed) int { return a.Compare(b.Priority) })
	for z := range o.shown {
		o.shown[z] = uint32(sortedBefore(len(all), func(i int) bool { return all[i].order>>56 <= uint64(z) }))
	}
	refs := make([]rowRef, len(all))
	for i, c := range all {
		p, at := t.at(c.row)
		refs[i] = rowRef{p, at}
	}
	o.digest = t.digest(refs)
	o.alike = o.digest.alike()
	// No band has rows of two levels: of each, a zoom shows all or nothing.
	for from := 0; from < len(all); {
		some := all[from:min(from+size, len(all))]
		some = some[:sortedBefore(len(some), func(i int) bool { return some[i].order>>56 == some[0].order>>56 })]
		b := band{from: uint32(from), first: some[0].Priority, rows: make([]uint32, len(some))}
		items := make([]index.Item, len(some))
		for i, c := range some {
			b.rows[i] = c.row
			items[i] = index.Item{Box: t.Shape(c.row).Box(), ID: uint32(i)}
		}
		b.tree = index.Pack(items)
		o.bands = append(o.bands, b)
		if from += len(some); len(some) == size {
			size *= 2
		}
	}
	return o
}

// sortedBefore is how many of n, of which the first ones are so, are so.
func sortedBefore(n int, so func(i int) bool) int {
	lo, hi := 0, n
	for lo < hi {
		if mid := (lo + hi) / 2; so(mid) {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// Scan goes through rows by their claims. It keeps its memory from one use to the
// next.
type Scan struct {
	// Copies are of the rows that Next returned last: the row in Digest, or NoCopy where
	// it has been edited since or is an area, whose middle all its vertices make.
	Copies []uint32

	table  *Table
	over   *overview
	box    geo.Box
	zoom   uint8
	band   int
	rows   []uint32
	spare  []uint32
	edited []editedRow // that show, by claim
}

type editedRow struct {
	Priority
	row uint32
}

// NoCopy is in Copies where a row has none.
const NoCopy = 1<<32 - 1

// Digest has the rows' copies: lines without the vertices that no zoom before
// OverviewBelow needs, and only the fields that tiles hold there.
func (s *Scan) Digest() *Table { return s.over.digest }

// Alike gives each row of Digest a number that rows have in common whose values agree in
// all fields that tiles of the zoom hold. It is nil where the layer's lines are not merged.
func (s *Scan) Alike() []uint32 { return s.over.alike[s.zoom] }

// Begin starts on the rows whose box shares a point with box and whose level is zoom
// or less; zoom must be below OverviewBelow.
func (s *Scan) Begin(t *Table, box geo.Box, zoom uint8) {
	s.table, s.over, s.box, s.zoom, s.band = t, t.overview.of(t), box, zoom, 0
	s.edited = s.edited[:0]
	for _, row := range s.over.edited {
		p, i := t.at(row)
		if p.isDead(i) || p.levels[i] > zoom || !p.shape(i).Box().Intersects(box) {
			continue
		}
		s.edited = append(s.edited, editedRow{t.Priority(row), row})
	}
	slices.SortFunc(s.edited, func(a, b editedRow) int { return a.Compare(b.Priority) })
}

// shown tells whether a band's rows have a level to be shown.
func (s *Scan) shown(b *band) bool { return b.from < s.over.shown[s.zoom] }

// Next is the next rows by their claims, none after the last ones.
func (s *Scan) Next() []uint32 {
	for ; s.band < len(s.over.bands); s.band++ {
		if len(s.find(&s.over.bands[s.band])) > 0 {
			s.band++
			return s.rows
		}
	}
	s.rows, s.Copies = s.rows[:0], s.Copies[:0]
	s.mix(Priority{order: neverClaimed})
	return s.rows
}

func (s *Scan) find(b *band) []uint32 {
	s.rows = s.rows[:0]
	if s.shown(b) {
		s.rows = b.tree.Search(s.box, s.rows)
		s.rows, s.spare = SortRows(s.rows, s.spare)
	}
	kept := s.rows[:0]
	s.Copies = s.Copies[:0]
	for _, i := range s.rows {
		row := b.rows[i]
		if len(s.over.edited) > 0 {
			if _, edited := slices.BinarySearch(s.over.edited, row); edited {
				continue
			}
		}
		kept = append(kept, row)
		copied := b.from + i
		if p, at := s.over.digest.at(copied); p.kinds[at] == geo.Polygons {
			copied = NoCopy
		}
		s.Copies = append(s.Copies, copied)
	}
	s.rows = kept
	if len(s.edited) > 0 {
		end := Priority{order: neverClaimed}
		if s.band+1 < len(s.over.bands) {
			end = s.over.bands[s.band+1].first
		}
		s.mix(end)
	}
	return s.rows
}

// mix puts the edited rows whose claims come before end where they belong.
func (s *Scan) mix(end Priority) {
	n := 0
	for ; n < len(s.edited) && s.edited[n].Compare(end) < 0; n++ {
		at := sortedBefore(len(s.rows), func(i int) bool { return s.table.Priority(s.rows[i]).Compare(s.edited[n].Priority) < 0 })
		s.rows, s.Copies = slices.Insert(s.rows, at, s.edited[n].row), slices.Insert(s.Copies, at, NoCopy)
	}
	s.edited = slices.Delete(s.edited, 0, n)
}

// Left is about how many rows Next has not told of: exact but for those edited since
// the overview was made.
func (s *Scan) Left() int {
	n := len(s.edited)
	s.edited = s.edited[:0]
	for i := s.band; i < len(s.over.bands); i++ {
		b := &s.over.bands[i]
		if s.shown(b) {
			n += b.tree.Count(s.box)
		}
	}
	return n
}
