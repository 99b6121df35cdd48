package wkb_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	orbewkb "github.com/paulmach/orb/encoding/ewkb"
	orbwkb "github.com/paulmach/orb/encoding/wkb"
	"github.com/twpayne/go-geom"
	geomwkb "github.com/twpayne/go-geom/encoding/wkb"
	"github.com/twpayne/go-geom/encoding/wkbcommon"
	"pgregory.net/rapid"

	"github.com/cuntu/cuntu/geo/wkb"
)

var (
	square = orb.Ring{{0, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 0}}
	hole   = orb.Ring{{0.2, 0.2}, {0.2, 0.4}, {0.4, 0.4}, {0.2, 0.2}}
	shapes = []orb.Geometry{
		orb.Point{109.93, 33.87},
		orb.Point{-math.SmallestNonzeroFloat64, math.MaxFloat64},
		orb.MultiPoint{{1, 2}},
		orb.MultiPoint{{1, 2}, {3, 4}},
		orb.LineString{{1, 2}, {3, 4}, {0.1, 0.2}},
		orb.MultiLineString{{{1, 2}, {3, 4}}, {{5, 6}, {7, 8}, {9, 10}}},
		orb.Polygon{square, hole},
		orb.MultiPolygon{{square}, {square, hole}},
		orb.Collection{orb.Point{1, 2}, orb.LineString{{1, 2}, {3, 4}}, orb.Collection{orb.Polygon{square}}},
	}
)

func TestGeometriesAreWrittenAndReadAsOrbDoes(t *testing.T) {
	for _, g := range shapes {
		mine, err := wkb.Append([]byte("before"), g)
		theirs := orbwkb.MustMarshal(g, binary.LittleEndian)
		if err != nil || string(mine) != "before"+string(theirs) {
			t.Errorf("%v is written as %x, %v, by orb as %x", g, mine, err, theirs)
		}
		for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
			var r wkb.Reader
			got, err := r.Read(orbwkb.MustMarshal(g, order))
			if want := (wkb.Head{Dims: 2}); err != nil || !orb.Equal(got, g) || r.Head != want {
				t.Errorf("%v in %v is read as %v, %+v, %v", g, order, got, r.Head, err)
			}
			got, err = r.Read(append(orbewkb.MustMarshal(g, 4490, order), "behind"...))
			if want := (wkb.Head{Dims: 2, SRID: 4490, Left: 6}); err != nil || !orb.Equal(got, g) || r.Head != want {
				t.Errorf("%v as EWKB in %v is read as %v, %+v, %v", g, order, got, r.Head, err)
			}
		}
	}
	if _, err := wkb.Append(nil, nil); err == nil {
		t.Error("nothing is written as a geometry")
	}
}

func TestRingsAndBoxesAreWrittenAsPolygons(t *testing.T) {
	want, _ := wkb.Append(nil, orb.Polygon{square})
	for _, g := range []orb.Geometry{square, square.Bound()} {
		if got, err := wkb.Append(nil, g); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%v is written as %x, %v", g, got, err)
		}
	}
}

func TestAnyLineIsReadAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var r wkb.Reader
		var kept []orb.LineString
		var want []orb.LineString
		for range rapid.IntRange(1, 5).Draw(t, "lines") {
			var line orb.LineString
			for range rapid.IntRange(1, 40).Draw(t, "vertices") {
				line = append(line, orb.Point{rapid.Float64().Draw(t, "x"), rapid.Float64().Draw(t, "y")})
			}
			b, err := wkb.Append(nil, line)
			if err != nil {
				t.Fatal(err)
			}
			g, err := r.Read(b)
			if err != nil || r.Head.Odd || !orb.Equal(g, line) {
				t.Fatalf("%v is read as %v, %+v, %v", line, g, r.Head, err)
			}
			if rapid.Bool().Draw(t, "forget") {
				r.Forget()
			}
			kept, want = append(kept, g.(orb.LineString)), append(want, line)
		}
		// Without Reset, what was read first is not written over, nor by who appends to it.
		_ = append(kept[0], orb.Point{7, 7})
		if !slices.EqualFunc(kept, want, func(a, b orb.LineString) bool { return a.Equal(b) }) {
			t.Fatalf("%v became %v", want, kept)
		}
	})
}

func TestAReaderUsesItsMemoryAgain(t *testing.T) {
	b, _ := wkb.Append(nil, orb.LineString(square))
	var r wkb.Reader
	read := func() {
		r.Reset()
		if _, err := r.Read(b); err != nil {
			t.Fatal(err)
		}
	}
	read()
	if n := testing.AllocsPerRun(100, read); n > 1 {
		t.Errorf("%v allocations for a line", n)
	}
}

func TestGeometriesOfOtherProgramsAreRead(t *testing.T) {
	vertices := []float64{1, 2, 3, 4, 5, 6, 7, 8}
	flat := func(l geom.Layout) []float64 {
		var f []float64
		for i := 0; i < len(vertices); i += 2 {
			f = append(f, vertices[i], vertices[i+1])
			for range l.Stride() - 2 {
				f = append(f, 99)
			}
		}
		return f
	}
	line := orb.LineString{{1, 2}, {3, 4}, {5, 6}, {7, 8}}
	ring := append(orb.Ring(line), orb.Point{1, 2})
	var r wkb.Reader
	for _, layout := range []geom.Layout{geom.XY, geom.XYZ, geom.XYM, geom.XYZM} {
		f, s := flat(layout), layout.Stride()
		closed := append(flat(layout), f[:s]...)
		for _, c := range []struct {
			from geom.T
			want orb.Geometry
		}{
			{geom.NewPointFlat(layout, f[:s]), orb.Point{1, 2}},
			{geom.NewPointEmpty(layout), nil},
			{geom.NewLineStringFlat(layout, f), line},
			{geom.NewLineString(layout), orb.LineString{}},
			{geom.NewPolygonFlat(layout, closed, []int{len(closed)}), orb.Polygon{ring}},
			{geom.NewPolygon(layout), orb.Polygon{}},
			{geom.NewMultiPointFlat(layout, f), orb.MultiPoint(line)},
			{geom.NewMultiPoint(layout), orb.MultiPoint{}},
			{geom.NewMultiLineStringFlat(layout, f, []int{len(f)}), orb.MultiLineString{line}},
			{geom.NewMultiLineStringFlat(layout, f, []int{0, len(f)}), orb.MultiLineString{line}},
			{geom.NewMultiPolygonFlat(layout, closed, [][]int{{len(closed)}}), orb.MultiPolygon{{ring}}},
			{geom.NewMultiPolygon(layout), orb.MultiPolygon{}},
		} {
			for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
				b, err := geomwkb.Marshal(c.from, order, wkbcommon.WKBOptionEmptyPointHandling(wkbcommon.EmptyPointHandlingNaN))
				if err != nil {
					t.Fatal(err)
				}
				got, err := r.Read(b)
				if err != nil || (got == nil) != (c.want == nil) || got != nil && !orb.Equal(got, c.want) {
					t.Errorf("%T of layout %v in %v: %v, %v", c.from, layout, order, got, err)
				}
				empty := c.want == nil || c.want.GeoJSONType() == got.GeoJSONType() && c.from.Empty()
				if wkb.Empty(got) != empty || r.Head.Dims != s || r.Head.Odd {
					t.Errorf("%T of layout %v in %v: empty %t, %+v", c.from, layout, order, wkb.Empty(got), r.Head)
				}
			}
		}
	}
}

func head(kind uint32) []byte {
	return binary.LittleEndian.AppendUint32([]byte{1}, kind)
}

func TestOldFormsAreRead(t *testing.T) {
	xy, _ := wkb.Append(nil, orb.Point{1, 2})
	xy = xy[5:]
	z := binary.LittleEndian.AppendUint64(nil, math.Float64bits(3))
	for name, b := range map[string][]byte{
		"Z as GDAL used to write it": slices.Concat(head(1|1<<31), xy, z),
		"M as PostGIS writes it":     slices.Concat(head(1|1<<30), xy, z),
		"both":                       slices.Concat(head(1|1<<31|1<<30), xy, z, z),
		"with an SRID":               slices.Concat(head(1|1<<29), []byte{0xe6, 0x10, 0, 0}, xy),
	} {
		var r wkb.Reader
		if g, err := r.Read(b); err != nil || g != (orb.Point{1, 2}) || r.Head.Left != 0 {
			t.Errorf("%s: %v, %+v, %v", name, g, r.Head, err)
		}
	}
}

func TestBrokenGeometriesAreErrors(t *testing.T) {
	var r wkb.Reader
	for _, g := range shapes {
		b, _ := wkb.Append(nil, g)
		for n := range b {
			if got, err := r.Read(b[:n]); err == nil {
				t.Errorf("%v cut off at %d is %v", g, n, got)
			}
		}
	}
	count := func(n uint32) []byte { return binary.LittleEndian.AppendUint32(nil, n) }
	deep := bytes.Repeat(append(head(7), count(1)...), 1000)
	line, _ := wkb.Append(nil, shapes[4])
	for name, b := range map[string][]byte{
		"a curve":                 append(head(8), count(0)...),
		"a type of a later world": append(head(4001), count(0)...),
		"a count too large":       append(head(2), count(math.MaxUint32)...),
		"members of another type": slices.Concat(head(4), count(1), line),
		"nested without end":      deep,
	} {
		if g, err := r.Read(b); err == nil {
			t.Errorf("%s is %v", name, g)
		}
	}
	for _, odd := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		b, _ := wkb.Append(nil, orb.LineString{{1, 2}, {3, odd}})
		if _, err := r.Read(b); err != nil || !r.Head.Odd {
			t.Errorf("%v among the coordinates: %+v, %v", odd, r.Head, err)
		}
	}
}

func FuzzReader(f *testing.F) {
	for _, g := range shapes {
		f.Add(orbwkb.MustMarshal(g, binary.LittleEndian))
		f.Add(orbewkb.MustMarshal(g, 4326, binary.BigEndian))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var r wkb.Reader
		g, err := r.Read(b)
		if err != nil || g == nil || r.Head.Odd {
			return
		}
		again, err := wkb.Append(nil, g)
		if err != nil {
			t.Fatal(err)
		}
		back, err := r.Read(again)
		if err != nil || !orb.Equal(back, g) || r.Head.Left != 0 {
			t.Fatalf("%v is read back as %v, %+v, %v", g, back, r.Head, err)
		}
		// orb reads two dimensions only; where it reads, it reads the same.
		if theirs, err := orbwkb.Unmarshal(again); err != nil || !orb.Equal(theirs, g) {
			t.Fatalf("%v is read by orb as %v, %v", g, theirs, err)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	long := make(orb.LineString, 200)
	for i := range long {
		long[i] = orb.Point{float64(i), float64(-i)}
	}
	for name, g := range map[string]orb.Geometry{"point": orb.Point{1, 2}, "line of 200": long, "polygon": orb.Polygon{square, hole}} {
		b.Run(name, func(b *testing.B) {
			written := orbewkb.MustMarshal(g, 4326, binary.LittleEndian)
			b.SetBytes(int64(len(written)))
			b.ReportAllocs()
			var r wkb.Reader
			for b.Loop() {
				r.Reset()
				if _, err := r.Read(written); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
