package pmtiles

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/klauspost/compress/gzip"
	"pgregory.net/rapid"

	"github.com/cuntu/cuntu/tiles"
	"github.com/cuntu/cuntu/tiles/maptile"
)

var about = tiles.TileJSON{
	Name: "公路", Description: "内部使用", Attribution: "© 某局", MinZoom: 0, MaxZoom: 10,
	Bounds: [4]float64{108.6, 33, 110.6, 34.5}, Center: [3]float64{109.6, 33.75, 7},
	VectorLayers: []tiles.VectorLayer{{ID: "road", MaxZoom: 10, Fields: map[string]string{"name": "String"}}},
}

func packed(t testing.TB, text []byte) []byte {
	t.Helper()
	b, err := pack(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// write makes an archive of given tiles by their ids and returns its bytes.
func write(t testing.TB, content map[uint64][]byte) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.pmtiles")
	w, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	var ids []uint64
	for id := range content {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		tile, err := maptile.TileOf(id)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Add(tile, content[id]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Finish(about); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// plain decodes an archive by the letter of the specification, without a line of the
// package's code: every tile by id, and how many entries and leaves there are.
type plain struct {
	b       []byte
	t       testing.TB
	tiles   map[uint64][]byte
	entries int
	leaves  int
	offsets map[uint64]bool
}

func (p *plain) word(at int) uint64 { return binary.LittleEndian.Uint64(p.b[at:]) }

func (p *plain) section(at int) []byte { return p.b[p.word(at):][:p.word(at+8)] }

func (p *plain) directory(section []byte) {
	r, err := gzip.NewReader(bytes.NewReader(section))
	if err != nil {
		p.t.Fatal(err)
	}
	all, err := io.ReadAll(r)
	if err != nil {
		p.t.Fatal(err)
	}
	in := bytes.NewReader(all)
	next := func() uint64 {
		v, err := binary.ReadUvarint(in)
		if err != nil {
			p.t.Fatal(err)
		}
		return v
	}
	n := next()
	columns := [4][]uint64{}
	for c := range columns {
		for range n {
			columns[c] = append(columns[c], next())
		}
	}
	if in.Len() > 0 {
		p.t.Errorf("%d bytes too many in a directory", in.Len())
	}
	id, before := uint64(0), uint64(0)
	for i := range n {
		id += columns[0][i]
		run, length, offset := columns[1][i], columns[2][i], columns[3][i]
		if offset == 0 {
			offset = before
		} else {
			offset--
		}
		before = offset + length
		if run == 0 {
			p.leaves++
			p.directory(p.section(40)[offset:][:length])
			continue
		}
		p.entries++
		p.offsets[offset] = true
		for k := range run {
			p.tiles[id+k] = p.section(56)[offset:][:length]
		}
	}
}

func decode(t testing.TB, b []byte) *plain {
	t.Helper()
	p := &plain{b: b, t: t, tiles: map[uint64][]byte{}, offsets: map[uint64]bool{}}
	if string(b[:8]) != "PMTiles\x03" || b[96] != 1 || b[97] != 2 || b[98] != 2 || b[99] != 1 {
		t.Fatalf("header %q", b[:127])
	}
	if p.word(8)+p.word(16) > 16384 {
		t.Errorf("the root directory ends at %d, beyond what clients read first", p.word(8)+p.word(16))
	}
	p.directory(p.section(8))
	if p.word(72) != uint64(len(p.tiles)) || p.word(80) != uint64(p.entries) || p.word(88) != uint64(len(p.offsets)) {
		t.Errorf("counts %d, %d, %d: there are %d tiles in %d runs, %d different", p.word(72), p.word(80), p.word(88), len(p.tiles), p.entries,
			len(p.offsets))
	}
	return p
}

// content makes n tiles from an id on, some left out, of which many are equal.
func content(t testing.TB, r *rand.Rand, from uint64, n int) map[uint64][]byte {
	kinds := make([][]byte, 40)
	for i := range kinds {
		kinds[i] = packed(t, []byte{byte(i), byte(i >> 8)})
	}
	all := map[uint64][]byte{}
	kind := 0
	for id := from; len(all) < n; id++ {
		if r.IntN(3) > 0 {
			kind = r.IntN(len(kinds))
		}
		if r.IntN(5) > 0 {
			all[id] = kinds[kind]
		}
	}
	return all
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	for name, c := range map[string]struct {
		from   uint64
		n      int
		leaves bool
	}{
		"the world's tile":           {0, 1, false},
		"a few tiles":                {0, 300, false},
		"tiles that need leaves":     {maptile.Tile{Z: 12}.ID(), 40_000, true},
		"tiles of the deepest zoom":  {maptile.Tile{Z: 22}.ID(), 50, false},
		"a first tile far from none": {maptile.Tile{Z: 14, X: 9000, Y: 6000}.ID(), 500, false},
	} {
		t.Run(name, func(t *testing.T) {
			want := content(t, rand.New(rand.NewPCG(1, 2)), c.from, c.n)
			b := write(t, want)
			p := decode(t, b)
			if (p.leaves > 0) != c.leaves {
				t.Errorf("%d leaf directories", p.leaves)
			}
			if c.n > 100 && (p.entries > c.n*9/10 || len(p.offsets) != 40) {
				t.Errorf("%d tiles are in %d runs and %d contents", c.n, p.entries, len(p.offsets))
			}
			if len(p.tiles) != len(want) {
				t.Errorf("%d tiles, not %d", len(p.tiles), len(want))
			}
			r, err := NewReader(bytes.NewReader(b), int64(len(b)))
			if err != nil {
				t.Fatal(err)
			}
			for id := c.from; id < c.from+uint64(2*c.n); id++ {
				tile, err := maptile.TileOf(id)
				if err != nil {
					break
				}
				got, err := r.Tile(tile)
				if err != nil || !bytes.Equal(got, want[id]) || !bytes.Equal(p.tiles[id], want[id]) {
					t.Fatalf("tile %v is %q, %v by the reader and %q by the specification, not %q", tile, got, err, p.tiles[id], want[id])
				}
			}
			j := r.TileJSON("u")
			if j.Name != about.Name || j.Description != about.Description || j.Attribution != about.Attribution ||
				j.Bounds != about.Bounds || j.Center != about.Center || j.MaxZoom != 10 ||
				len(j.VectorLayers) != 1 || j.VectorLayers[0].Fields["name"] != "String" || j.Tiles[0] != "u" {
				t.Errorf("it is described as %+v", j)
			}
			m, err := unpack(p.section(24), Gzip)
			if err != nil || !json.Valid(m) || !bytes.Contains(m, []byte(`"vector_layers":[{"id":"road"`)) {
				t.Errorf("metadata %s, %v", m, err)
			}
		})
	}
}

func TestEqualContentMakesEqualArchives(t *testing.T) {
	c := content(t, rand.New(rand.NewPCG(3, 4)), 0, 2000)
	if !bytes.Equal(write(t, c), write(t, c)) {
		t.Error("two archives of the same tiles differ")
	}
}

func TestTheRootAlwaysFits(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	entries := make([]Entry, 600_000) // incompressible, so that even leaves of 4096 are too many for a small room
	id := uint64(0)
	for i := range entries {
		id += 1 + uint64(r.IntN(1<<16))
		entries[i] = Entry{ID: id, Offset: r.Uint64N(1 << 40), Length: 1 + r.Uint32N(1<<20), Run: 1}
	}
	const room = 600
	root, leaves, err := directories(entries, room)
	if err != nil || len(root) > room || len(leaves) == 0 {
		t.Errorf("root of %d bytes, leaves of %d, %v", len(root), len(leaves), err)
	}
}

func TestDirectoriesComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Entry {
			return Entry{
				ID:     rapid.Uint64Range(1, 1<<50).Draw(t, "step"),
				Offset: rapid.Uint64Range(0, 1<<50).Draw(t, "offset"),
				Length: rapid.Uint32Range(1, 1<<31).Draw(t, "length"),
				Run:    rapid.Uint32().Draw(t, "run"),
			}
		}), 1, 50).Draw(t, "entries")
		for i := 1; i < len(entries); i++ {
			entries[i].ID += entries[i-1].ID
			if entries[i].Offset%2 == 0 {
				entries[i].Offset = entries[i-1].Offset + uint64(entries[i-1].Length)
			}
		}
		got, err := parseDirectory(appendDirectory(nil, entries))
		if err != nil || !slices.Equal(got, entries) {
			t.Fatalf("%v comes back as %v, %v", entries, got, err)
		}
	})
}

func TestTheWriterRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.pmtiles")
	w, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := w.Finish(about); !errors.Is(err, ErrEmpty) {
		t.Errorf("an archive without tiles: %v", err)
	}
	if err := w.Add(maptile.Tile{Z: 1}, []byte("x")); err != nil {
		t.Fatal(err)
	}
	for _, again := range []maptile.Tile{{Z: 1}, {}} {
		if err := w.Add(again, []byte("x")); err == nil {
			t.Errorf("tile %v after 1/0/0 is taken", again)
		}
	}
	if err := w.Add(maptile.Tile{Z: 2}, nil); err == nil {
		t.Error("a tile without bytes is taken")
	}
	if _, err := Create(path); err == nil {
		t.Error("a file that is there is overwritten")
	}
}

func TestDamageIsAnErrorAndNotACrash(t *testing.T) {
	b := write(t, content(t, rand.New(rand.NewPCG(7, 8)), 0, 300))
	for name, spoil := range map[string]func([]byte) []byte{
		"nothing":           func([]byte) []byte { return nil },
		"another file":      func([]byte) []byte { return bytes.Repeat([]byte("SQLite format 3"), 100) },
		"version 2":         func(b []byte) []byte { b[7] = 2; return b },
		"a file cut short":  func(b []byte) []byte { return b[:len(b)-1] },
		"offsets that wrap": func(b []byte) []byte { copy(b[56:], "\xff\xff\xff\xff\xff\xff\xff\xff"); return b },
		"a torn directory":  func(b []byte) []byte { b[140]++; return b },
		"brotli":            func(b []byte) []byte { b[97] = 3; return b },
	} {
		spoilt := spoil(slices.Clone(b))
		if _, err := NewReader(bytes.NewReader(spoilt), int64(len(spoilt))); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzReader(f *testing.F) {
	b := write(f, content(f, rand.New(rand.NewPCG(9, 10)), 0, 20))
	f.Add(b, uint64(3))
	f.Add(b[:200], uint64(0))
	f.Fuzz(func(t *testing.T, b []byte, id uint64) {
		r, err := NewReader(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		if tile, err := maptile.TileOf(id); err == nil {
			_, _ = r.Tile(tile) // whatever it is, it must come back
		}
	})
}

func FuzzDirectory(f *testing.F) {
	f.Add(appendDirectory(nil, []Entry{{1, 0, 5, 1}, {7, 5, 9, 3}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		entries, err := parseDirectory(b)
		if err != nil {
			return
		}
		again, err := parseDirectory(appendDirectory(nil, entries))
		if err != nil || !slices.Equal(again, entries) {
			t.Errorf("%v comes back as %v, %v", entries, again, err)
		}
	})
}
