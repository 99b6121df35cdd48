package dem

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/klauspost/compress/zstd"
	"github.com/maypok86/otter/v2"
	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
)

// Packed is a packed tile with its place.
type Packed struct {
	Lattice Lattice
	ID      TileID
	Bytes   []byte
}

// Model is the ground as all tiles together know it. It never changes and is safe for
// any number of goroutines. A nil Model knows nothing.
type Model struct {
	sheets []*sheet
	bounds orb.Bound
	kept   *otter.Cache[cellsKey, *cells]
	zstd   *zstd.Decoder
}

// sheet is the tiles of one lattice.
type sheet struct {
	Lattice
	number int
	cellM  float64 // of a cell, about
	tiles  map[TileID][]byte
	// low and high are the corners of the box of tiles.
	low, high TileID
}

// cellsKey is an unpacked tile; of level n > 0, one whose cells are the means of 2ⁿ × 2ⁿ.
type cellsKey struct {
	sheet, level int
	id           TileID
}

// New makes a model of tiles. Every tile is unpacked once to see that it is sound;
// later, at most maxBytes of unpacked ones are kept.
func New(tiles []Packed, maxBytes int64) (*Model, error) {
	m := &Model{zstd: newUnpacker(), bounds: orb.Bound{Min: orb.Point{math.Inf(1), math.Inf(1)}, Max: orb.Point{math.Inf(-1), math.Inf(-1)}}}
	m.kept = otter.Must(&otter.Options[cellsKey, *cells]{
		MaximumWeight: uint64(max(maxBytes, 16*Side*Side)),
		Weigher:       func(_ cellsKey, c *cells) uint32 { return uint32(2*len(c.q) + 200) },
	})
	byKey := map[string]*sheet{}
	for _, t := range tiles {
		if _, err := unpack(m.zstd, t.Bytes); err != nil {
			return nil, fmt.Errorf("tile %d/%d of %s: %w", t.ID.X, t.ID.Y, t.Lattice.Key(), err)
		}
		s := byKey[t.Lattice.Key()]
		if s == nil {
			s = &sheet{Lattice: t.Lattice, tiles: map[TileID][]byte{}, low: t.ID, high: t.ID}
			byKey[t.Lattice.Key()] = s
			m.sheets = append(m.sheets, s)
		}
		s.tiles[t.ID] = t.Bytes
		s.low = TileID{min(s.low.X, t.ID.X), min(s.low.Y, t.ID.Y)}
		s.high = TileID{max(s.high.X, t.ID.X), max(s.high.Y, t.ID.Y)}
	}
	for _, s := range m.sheets {
		bounds := s.bounds()
		m.bounds = m.bounds.Union(bounds)
		s.cellM = s.CellMetres(bounds.Center())
	}
	slices.SortFunc(m.sheets, func(a, b *sheet) int {
		return cmp.Or(cmp.Compare(a.cellM, b.cellM), cmp.Compare(a.Key(), b.Key()))
	})
	for i, s := range m.sheets {
		s.number = i
	}
	return m, nil
}

// bounds is around the sheet's tiles, in degrees, by places along their edge.
func (s *sheet) bounds() orb.Bound {
	west, north := float64(s.low.X)*Side-0.5, float64(s.low.Y)*Side-0.5
	east, south := float64(s.high.X+1)*Side-0.5, float64(s.high.Y+1)*Side-0.5
	const steps = 16
	b := orb.Bound{Min: orb.Point{math.Inf(1), math.Inf(1)}, Max: orb.Point{math.Inf(-1), math.Inf(-1)}}
	for i := range steps + 1 {
		f := float64(i) / steps
		col, row := west+(east-west)*f, north+(south-north)*f
		for _, p := range [4]orb.Point{s.place(col, north), s.place(col, south), s.place(west, row), s.place(east, row)} {
			if p[0] == p[0] {
				b = b.Extend(p)
			}
		}
	}
	return b
}

// Empty tells whether the model knows nothing.
func (m *Model) Empty() bool { return m == nil || len(m.sheets) == 0 }

// Bounds is a bound in degrees around all tiles; ok is false where there is none.
func (m *Model) Bounds() (b orb.Bound, ok bool) {
	if m.Empty() {
		return b, false
	}
	return m.bounds, true
}

// CellMetres is about how long the side of the finest cells is; NaN where there are
// none.
func (m *Model) CellMetres() float64 {
	if m.Empty() {
		return math.NaN()
	}
	return m.sheets[0].cellM
}

// Bytes is what the packed tiles take.
func (m *Model) Bytes() (n int64) {
	if m == nil {
		return 0
	}
	for _, s := range m.sheets {
		for _, b := range s.tiles {
			n += int64(len(b))
		}
	}
	return n
}

// tile is an unpacked tile of a level; nil where there is none.
func (m *Model) tile(s *sheet, level int, id TileID) *cells {
	if level == 0 && s.tiles[id] == nil || level > 0 && !s.reaches(level, id) {
		return nil
	}
	k := cellsKey{s.number, level, id}
	if c, ok := m.kept.GetIfPresent(k); ok {
		return c
	}
	var c cells
	if level == 0 {
		c, _ = unpack(m.zstd, s.tiles[id]) // was sound in New
	} else {
		c = m.halve(s, level, id)
	}
	m.kept.Set(k, &c)
	return &c
}

func (s *sheet) reaches(level int, id TileID) bool {
	low, high := TileID{s.low.X >> level, s.low.Y >> level}, TileID{s.high.X >> level, s.high.Y >> level}
	return id.X >= low.X && id.X <= high.X && id.Y >= low.Y && id.Y <= high.Y
}

// halve makes a tile of a level out of the four below it: each cell the mean of those
// of its four that are known.
func (m *Model) halve(s *sheet, level int, id TileID) cells {
	heights := make([]float32, Side*Side)
	for i := range heights {
		heights[i] = Unknown
	}
	for n := range int32(4) {
		below := m.tile(s, level-1, TileID{id.X*2 + n&1, id.Y*2 + n>>1})
		if below == nil {
			continue
		}
		for r := range Side / 2 {
			for c := range Side / 2 {
				sum, known := 0.0, 0.0
				for _, i := range [4]int{2*r*Side + 2*c, 2*r*Side + 2*c + 1, (2*r+1)*Side + 2*c, (2*r+1)*Side + 2*c + 1} {
					if h, ok := below.height(i); ok {
						sum, known = sum+h, known+1
					}
				}
				if known > 0 {
					heights[(int(n>>1)*Side/2+r)*Side+int(n&1)*Side/2+c] = float32(sum / known)
				}
			}
		}
	}
	return quantise(heights)
}

// reader reads cells of one level of a sheet and remembers the last tile. It is for
// one goroutine.
type reader struct {
	m     *Model
	s     *sheet
	level int
	id    TileID
	last  *cells
	some  bool // last is of id
}

func (r *reader) cell(col, row int) (float64, bool) {
	id, i := TileOf(col, row)
	if !r.some || id != r.id {
		r.id, r.last, r.some = id, r.m.tile(r.s, r.level, id), true
	}
	if r.last == nil {
		return 0, false
	}
	return r.last.height(i)
}

// inReach tells whether a number of columns or rows may be made an int.
func inReach(col, row float64) bool {
	return math.Abs(col) < 1<<31 && math.Abs(row) < 1<<31 // false for NaN
}

// Covers tells whether some tile may know the box.
func (m *Model) Covers(box geo.Box) bool {
	return !m.Empty() && geo.QuantiseBound(m.bounds).Intersects(box)
}
