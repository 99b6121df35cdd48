package mlt_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cuntu/cuntu/tiles/mlt"
)

// layer is what is written, as MapLibre's reader tells it.
type layer struct {
	Name     string    `json:"name"`
	Extent   uint32    `json:"extent"`
	Features []feature `json:"features"`
}

type feature struct {
	ID         any            `json:"id"`
	Type       mlt.Type       `json:"type"`
	Parts      [][][2]int32   `json:"parts"`
	Rings      []int          `json:"rings"`
	Properties map[string]any `json:"properties"`
}

// read is what MapLibre's reader makes of tiles.
func read(t *testing.T, tiles [][]byte) (all [][]layer) {
	t.Helper()
	const app = "../../web/app"
	if _, err := os.Stat(app + "/node_modules/@maplibre/mlt"); err != nil {
		t.Fatal("MapLibre's reader is missing: run `make test`, which installs it")
	}
	var file []byte
	for _, tile := range tiles {
		for _, b := range [][]byte{nil, nil, tile} {
			file = append(binary.LittleEndian.AppendUint32(file, uint32(len(b))), b...)
		}
	}
	path := filepath.Join(t.TempDir(), "tiles")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", "e2e/mlt.mjs", path, "--json")
	cmd.Dir = app
	var wrong bytes.Buffer
	cmd.Stderr = &wrong
	out, err := cmd.Output()
	if err != nil {
		text := wrong.String()
		t.Fatalf("%v: %s", err, text[:min(len(text), 2000)])
	}
	for line := range bytes.Lines(out) {
		var layers []layer
		if err := json.Unmarshal(line, &layers); err != nil {
			t.Fatal(err)
		}
		for _, l := range layers {
			for i := range l.Features {
				var long float64
				if _, err := fmt.Sscanf(fmt.Sprint(l.Features[i].ID), "bigint %g", &long); err == nil && long > math.MaxUint32 {
					l.Features[i].ID = long
				}
			}
		}
		all = append(all, layers)
	}
	return all
}

// draw makes up features and writes them.
type draw struct {
	*rand.Rand
	w    mlt.Writer
	g    mlt.Geometry
	want layer
}

// some is a number in no way evenly spread: mostly small, seldom the largest there is.
func (d *draw) some(most uint64) uint64 { return d.Uint64() >> d.IntN(64) % most }

func (d *draw) layer(dst []byte) []byte {
	d.want = layer{Name: "名" + fmt.Sprint(d.IntN(5)), Extent: uint32(1) << d.IntN(31)}
	n := 1 + d.IntN(1+d.IntN(300))
	d.want.Features = make([]feature, n)
	d.w.Begin(d.want.Name, d.want.Extent)
	d.ids(n)
	d.geometry()
	for i := range d.IntN(6) {
		d.property(fmt.Sprintf("%d属性", i))
	}
	return d.w.End(dst)
}

func (d *draw) ids(n int) {
	most := []uint64{10, math.MaxUint32, 1<<53 - 1}[d.IntN(3)]
	ids := make([]int64, []int{n, 0, d.IntN(n)}[d.IntN(3)])
	next := uint64(0)
	for i := range ids {
		if next++; d.IntN(3) == 0 {
			next = d.some(most)
		}
		ids[i] = int64(min(next, most))
		d.want.Features[i].ID = float64(ids[i])
	}
	d.w.IDs(ids, n)
}

func (d *draw) geometry() {
	d.g.Reset()
	types := d.Perm(6)[:1+d.IntN(6)]
	x, y, far := int32(0), int32(0), 1+d.IntN(1<<d.IntN(30))
	for i := range d.want.Features {
		f := &d.want.Features[i]
		f.Type = mlt.Type(types[d.IntN(len(types))])
		f.Properties = map[string]any{}
		d.g.Types = append(d.g.Types, uint32(f.Type))
		several := 1
		if f.Type >= mlt.MultiPoint {
			several += 1 + d.IntN(4)
			d.g.Parts = append(d.g.Parts, uint32(several))
		}
		vertices := func(n int) (part [][2]int32) {
			for range n {
				x, y = x+int32(d.IntN(far)-far/2)%(1<<30), y+int32(d.IntN(far)-far/2)%(1<<30)
				part = append(part, [2]int32{x, y})
				d.g.XY = append(d.g.XY, x, y)
			}
			return part
		}
		for range several {
			switch f.Type % 3 {
			case mlt.Point:
				f.Parts = append(f.Parts, vertices(1))
			case mlt.Line:
				n := 2 + d.IntN(5)
				d.g.Sizes = append(d.g.Sizes, uint32(n))
				f.Parts = append(f.Parts, vertices(n))
			case mlt.Polygon:
				rings := 1 + d.IntN(3)
				f.Rings = append(f.Rings, rings)
				d.g.Rings = append(d.g.Rings, uint32(rings))
				for range rings {
					n := 3 + d.IntN(5)
					d.g.Sizes = append(d.g.Sizes, uint32(n))
					ring := vertices(n)
					f.Parts = append(f.Parts, append(ring, ring[0]))
				}
			}
		}
	}
	d.w.Geometry(&d.g)
}

// property draws a column of which all, some, one or no feature has a value.
func (d *draw) property(name string) {
	var has, bools mlt.Bits
	var at []int
	rare := []int{1, 2, 5, 1000}[d.IntN(4)]
	for i := range d.want.Features {
		one := d.IntN(rare) == 0
		if has.Add(one); one {
			at = append(at, i)
		}
	}
	set := func(i int, v any) { d.want.Features[at[i]].Properties[name] = v }
	same := d.IntN(3) == 0 // runs
	switch d.IntN(4) {
	case 0:
		low, most := []int64{0, -5, -1 << 31, -1 << 40, -1 << 62}[d.IntN(5)], []uint64{3, 1 << 31, 1 << 32, 1 << 45, 1 << 63}[d.IntN(5)]
		values, long := make([]int64, len(at)), false
		for i := range values {
			if values[i] = low + int64(d.some(most)); same && i > 0 && d.IntN(9) > 0 {
				values[i] = values[i-1] + int64(d.IntN(2))
			}
			long = long || values[i] != int64(float64(values[i])) || values[i] > 1<<53-1 || values[i] < -(1<<53-1)
		}
		for i, v := range values {
			if set(i, float64(v)); long {
				set(i, fmt.Sprint("bigint ", v))
			}
		}
		d.w.Ints(name, values, &has)
	case 1:
		values := make([]float64, len(at))
		for i := range values {
			values[i] = float64(d.IntN(1000)-500) / []float64{1, 4, 10}[d.IntN(3)]
			set(i, values[i])
		}
		d.w.Floats(name, values, &has)
	case 2:
		for i := range at {
			one := d.IntN(4) > 0 != same
			bools.Add(one)
			set(i, one)
		}
		d.w.Bools(name, &bools, &has)
	case 3:
		d.texts(name, len(at), same, set, &has)
	}
}

func (d *draw) texts(name string, n int, same bool, set func(int, any), has *mlt.Bits) {
	index, distinct, number := make([]uint32, n), []string(nil), map[string]uint32{}
	kinds := 1 + d.IntN(1+d.IntN(400))
	last := ""
	for i := range index {
		s := last
		if !same || i == 0 || d.IntN(5) == 0 {
			s = []string{"", "a", "村", "\x00é😀"}[d.IntN(4)] + fmt.Sprint(d.IntN(kinds)) + []string{"", "东店子行政村村民委员会"}[d.IntN(2)]
			if d.IntN(20) == 0 {
				s = ""
			}
		}
		if _, known := number[s]; !known {
			number[s] = uint32(len(distinct))
			distinct = append(distinct, s)
		}
		index[i], last = number[s], s
		set(i, s)
	}
	d.w.Texts(name, distinct, index, has)
}

// TestMapLibresReaderReadsWhatIsWritten holds made-up layers, of every mixture of types of
// geometry, against what the reader of the format's authors says of their bytes.
func TestMapLibresReaderReadsWhatIsWritten(t *testing.T) {
	const n = 400
	var tiles [][]byte
	var want [][]layer
	d := draw{} // one writer for all, so that what one layer leaves must not show in the next
	for seed := range uint64(n) {
		d.Rand = rand.New(rand.NewPCG(seed, 1))
		var tile []byte
		var layers []layer
		for range 1 + d.IntN(3) {
			tile = d.layer(tile)
			layers = append(layers, d.want)
		}
		tiles, want = append(tiles, tile), append(want, layers)
	}
	got := read(t, tiles)
	if len(got) != n {
		t.Fatalf("%d tiles of %d were read", len(got), n)
	}
	for seed := range want {
		if !reflect.DeepEqual(want[seed], got[seed]) {
			diff := cmp.Diff(want[seed], got[seed])
			t.Fatalf("seed %d: written and read differ:\n%.3000s", seed, diff)
		}
	}
}
