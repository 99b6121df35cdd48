package ewkb

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"
	"pgregory.net/rapid"

	"github.com/cuntu/cuntu/data/storetest"
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/wkb"
)

func TestGeometriesAreWrittenAndReadAsOrbDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		maker := storetest.NewMaker(rapid.Uint64().Draw(t, "seed"))
		var reader wkb.Reader
		for _, kind := range []geo.Kind{geo.Points, geo.Lines, geo.Polygons} {
			g := maker.Geometry(kind)
			mine, err := Append(nil, g)
			if err != nil {
				t.Fatal(err)
			}
			theirs, err := ewkb.Marshal(g, SRID, binary.LittleEndian)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(mine, theirs) {
				t.Fatalf("%v is written as\n%x, by orb as\n%x", g, mine, theirs)
			}
			back, err := Read(&reader, theirs)
			if err != nil || !orb.Equal(back, g) {
				t.Fatalf("%v is read as %v, %v", g, back, err)
			}
			for _, cut := range []int{0, 1, 5, 9, len(mine) - 1} {
				if _, err := Read(&reader, mine[:cut]); err == nil {
					t.Fatalf("%v is read from %d of %d bytes", g, cut, len(mine))
				}
			}
			if _, err := Read(&reader, append(mine, 0)); err == nil {
				t.Fatal("a byte too many is read")
			}
		}
	})
}

func FuzzGeometryReader(f *testing.F) {
	maker := storetest.NewMaker(1)
	for range 20 {
		for _, kind := range []geo.Kind{geo.Points, geo.Lines, geo.Polygons} {
			b, _ := Append(nil, maker.Geometry(kind))
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var r wkb.Reader
		g, err := Read(&r, b)
		if err != nil || g == nil {
			return
		}
		again, err := Append(nil, g)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := Read(&r, again); err != nil || back.GeoJSONType() != g.GeoJSONType() {
			t.Fatalf("%v is read back as %v, %v", g, back, err)
		}
	})
}
