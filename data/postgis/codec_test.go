package postgis

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"slices"
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
			mine, err := appendEWKB(nil, g)
			if err != nil {
				t.Fatal(err)
			}
			theirs, err := ewkb.Marshal(g, srid, binary.LittleEndian)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(mine, theirs) {
				t.Fatalf("%v is written as\n%x, by orb as\n%x", g, mine, theirs)
			}
			back, err := readEWKB(&reader, theirs)
			if err != nil || !orb.Equal(back, g) {
				t.Fatalf("%v is read as %v, %v", g, back, err)
			}
			for _, cut := range []int{0, 1, 5, 9, len(mine) - 1} {
				if _, err := readEWKB(&reader, mine[:cut]); err == nil {
					t.Fatalf("%v is read from %d of %d bytes", g, cut, len(mine))
				}
			}
			if _, err := readEWKB(&reader, append(mine, 0)); err == nil {
				t.Fatal("a byte too many is read")
			}
		}
	})
}

func FuzzGeometryReader(f *testing.F) {
	maker := storetest.NewMaker(1)
	for range 20 {
		for _, kind := range []geo.Kind{geo.Points, geo.Lines, geo.Polygons} {
			b, _ := appendEWKB(nil, maker.Geometry(kind))
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var r wkb.Reader
		g, err := readEWKB(&r, b)
		if err != nil || g == nil {
			return
		}
		again, err := appendEWKB(nil, g)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := readEWKB(&r, again); err != nil || back.GeoJSONType() != g.GeoJSONType() {
			t.Fatalf("%v is read back as %v, %v", g, back, err)
		}
	})
}

// stream is a binary COPY of rows.
func stream(rows [][][]byte) []byte {
	b := append(slices.Clone(copySignature), make([]byte, 8)...)
	for _, row := range rows {
		b = binary.BigEndian.AppendUint16(b, uint16(len(row)))
		for _, col := range row {
			if col == nil {
				b = binary.BigEndian.AppendUint32(b, nullSize)
				continue
			}
			b = append(binary.BigEndian.AppendUint32(b, uint32(len(col))), col...)
		}
	}
	return append(b, 0xff, 0xff)
}

func TestACopyIsReadHoweverItIsCutIntoMessages(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.IntRange(1, 4).Draw(t, "columns")
		column := rapid.Custom(func(t *rapid.T) []byte {
			if rapid.Bool().Draw(t, "null") {
				return nil
			}
			return append([]byte{}, rapid.SliceOfN(rapid.Byte(), 0, 20).Draw(t, "bytes")...)
		})
		want := rapid.SliceOfN(rapid.SliceOfN(column, columns, columns), 0, 8).Draw(t, "rows")
		var got [][][]byte
		sink := &copySink{columns: make([][]byte, columns), row: func(columns [][]byte) error {
			row := make([][]byte, len(columns))
			for i, c := range columns {
				if c != nil {
					row[i] = append([]byte{}, c...)
				}
			}
			got = append(got, row)
			return nil
		}}
		for rest := stream(want); len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "message")
			if _, err := sink.Write(slices.Clone(rest[:n])); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		same := slices.EqualFunc(want, got, func(a, b [][]byte) bool {
			return slices.EqualFunc(a, b, func(x, y []byte) bool { return (x == nil) == (y == nil) && bytes.Equal(x, y) })
		})
		if !same || !sink.ended {
			t.Fatalf("got %v, not %v", got, want)
		}
	})
}

func TestACopyThatIsNoneIsRefused(t *testing.T) {
	none := func([][]byte) error { return nil }
	for name, b := range map[string][]byte{
		"text":             []byte("1\t2\t3\n4\t5\t6\n7\t8\t9\n10\t11\t12\n"),
		"too many columns": stream([][][]byte{{{1}, {2}, {3}}}),
	} {
		if _, err := (&copySink{columns: make([][]byte, 2), row: none}).Write(b); err == nil {
			t.Errorf("%s passes", name)
		}
	}
	stop := &copySink{columns: make([][]byte, 1), row: func([][]byte) error { return io.EOF }}
	if _, err := stop.Write(stream([][][]byte{{{1}}})); !errors.Is(err, io.EOF) {
		t.Errorf("the error of a row becomes %v", err)
	}
}
