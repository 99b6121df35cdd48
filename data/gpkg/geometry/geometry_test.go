package geometry

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"

	"github.com/paulmach/orb"
	orbwkb "github.com/paulmach/orb/encoding/wkb"
	"github.com/twpayne/go-geom"
	geomwkb "github.com/twpayne/go-geom/encoding/wkb"
	"github.com/twpayne/go-geom/encoding/wkbcommon"

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
	}
)

func TestGeometriesComeBackExactly(t *testing.T) {
	for _, keep := range []bool{false, true} {
		r := Reader{Keep: keep}
		for _, g := range shapes {
			blob := encode(t, g)
			got, err := r.Read(blob)
			if err != nil || !orb.Equal(got, g) {
				t.Errorf("%v came back as %v, %v", g, got, err)
			}
			if b, ok := r.Bound(blob); !ok || b != g.Bound() {
				t.Errorf("%v has the box %v, %v", g, b, ok)
			}
			_, point := g.(orb.Point)
			if split, err := wkb.SplitBlob(blob); err != nil {
				t.Error(err)
			} else if box, ok := split.Box(); ok == point {
				t.Errorf("%v has the box %v in its header", g, box)
			}
		}
	}
}

func TestGeometriesAreWrittenAsOtherLibrariesDo(t *testing.T) {
	for _, g := range shapes {
		blob, err := wkb.SplitBlob(encode(t, g))
		want := orbwkb.MustMarshal(g, binary.LittleEndian)
		if err != nil || !bytes.Equal(blob.WKB, want) {
			t.Errorf("%v is written as %x, not %x", g, blob.WKB, want)
		}
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
	var r Reader
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
			{geom.NewLineString(layout), nil},
			{geom.NewPolygonFlat(layout, closed, []int{len(closed)}), orb.Polygon{ring}},
			{geom.NewPolygon(layout), nil},
			{geom.NewMultiPointFlat(layout, f), orb.MultiPoint(line)},
			{geom.NewMultiPoint(layout), nil},
			{geom.NewMultiLineStringFlat(layout, f, []int{len(f)}), orb.MultiLineString{line}},
			{geom.NewMultiLineStringFlat(layout, f, []int{0, len(f)}), orb.MultiLineString{line}},
			{geom.NewMultiPolygonFlat(layout, closed, [][]int{{len(closed)}}), orb.MultiPolygon{{ring}}},
			{geom.NewMultiPolygon(layout), nil},
		} {
			for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
				body, err := geomwkb.Marshal(c.from, order, wkbcommon.WKBOptionEmptyPointHandling(wkbcommon.EmptyPointHandlingNaN))
				if err != nil {
					t.Fatal(err)
				}
				for code, size := range []int{0, 32, 48, 48, 64} {
					blob := append([]byte{'G', 'P', 0, byte(code) << 1, 0, 0, 0x10, 0xe6}, make([]byte, size)...)
					got, err := r.Read(append(blob, body...))
					if err != nil || (got == nil) != (c.want == nil) || got != nil && !orb.Equal(got, c.want) {
						t.Errorf("%T of layout %v, %v, box %d: %v, %v", c.from, layout, order, code, got, err)
					}
				}
			}
		}
	}
}

func TestOldFormsOfWKBAreRead(t *testing.T) {
	head := []byte{'G', 'P', 0, 1, 0xe6, 0x10, 0, 0}
	for name, blob := range map[string][]byte{
		"Z as GDAL used to write it": append(appendType(head[:8:8], 1|1<<31), appendFloats(nil, 1, 2, 3)...),
		"M as PostGIS writes it":     append(appendType(head[:8:8], 1|1<<30), appendFloats(nil, 1, 2, 3)...),
		"with an SRID":               append(append(appendType(head[:8:8], 1|1<<29), 0xe6, 0x10, 0, 0), appendFloats(nil, 1, 2)...),
	} {
		var r Reader
		if g, err := r.Read(blob); err != nil || g != (orb.Point{1, 2}) {
			t.Errorf("%s: %v, %v", name, g, err)
		}
	}
}

func TestBrokenGeometriesAreErrors(t *testing.T) {
	var r Reader
	for _, g := range shapes {
		blob := encode(t, g)
		for n := range blob {
			if got, err := r.Read(blob[:n]); err == nil {
				t.Errorf("%v cut off at %d is %v", g, n, got)
			}
		}
	}
	head := []byte{'G', 'P', 0, 1, 0xe6, 0x10, 0, 0}
	for name, blob := range map[string][]byte{
		"a collection":      appendCount(appendType(head[:8:8], 7), 0),
		"a curve":           appendCount(appendType(head[:8:8], 8), 0),
		"a form of its own": {'G', 'P', 0, 1 | 1<<5, 0, 0, 0, 0, 1, 1, 0, 0, 0},
		"a box of kind 5":   {'G', 'P', 0, 1 | 5<<1, 0, 0, 0, 0},
		"a text":            []byte("POINT (1 2) and more"),
		"a line of NaN":     append(appendCount(appendType(head[:8:8], 2), 1), appendFloats(nil, math.NaN(), math.NaN())...),
		"infinity":          append(appendType(head[:8:8], 1), appendFloats(nil, math.Inf(1), 0)...),
		"a count too large": appendCount(appendType(head[:8:8], 2), math.MaxUint32),
	} {
		if g, err := r.Read(blob); err == nil {
			t.Errorf("%s is %v", name, g)
		}
	}
}

// appendType, appendCount and appendFloats write little-endian WKB by hand.
func appendType(b []byte, kind uint32) []byte {
	return binary.LittleEndian.AppendUint32(append(b, 1), kind)
}

func appendCount(b []byte, n int) []byte {
	return binary.LittleEndian.AppendUint32(b, uint32(n))
}

func appendFloats(b []byte, values ...float64) []byte {
	for _, v := range values {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return b
}

func FuzzGeometry(f *testing.F) {
	for _, g := range shapes {
		blob, err := wkb.AppendBlob(nil, SRS, g)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(blob)
	}
	f.Add([]byte{'G', 'P', 0, 0, 0, 0, 0x10, 0xe6, 0, 0xc0, 0, 0, 1})
	f.Fuzz(func(t *testing.T, blob []byte) {
		var r Reader
		r.Bound(blob)
		g, err := r.Read(blob)
		if err != nil || g == nil {
			return
		}
		again, err := (&Reader{Keep: true}).Read(encode(t, g))
		if err != nil || !orb.Equal(g, again) {
			t.Fatalf("%v came back as %v, %v", g, again, err)
		}
	})
}

func encode(t *testing.T, g orb.Geometry) []byte {
	t.Helper()
	blob, err := wkb.AppendBlob(nil, SRS, g)
	if err != nil {
		t.Fatal(err)
	}
	return blob
}
