package wkb_test

import (
	"encoding/binary"
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo/wkb"
)

func TestABlobHasABoxButForPoints(t *testing.T) {
	for _, g := range shapes {
		b, err := wkb.AppendBlob(nil, 4326, g)
		if err != nil {
			t.Fatal(err)
		}
		blob, err := wkb.SplitBlob(b)
		want, _ := wkb.Append(nil, g)
		if err != nil || blob.Empty || !slices.Equal(blob.WKB, want) || binary.LittleEndian.Uint32(b[4:]) != 4326 {
			t.Errorf("%v: %x, %v", g, blob.WKB, err)
		}
		box, ok := blob.Box()
		if _, point := g.(orb.Point); ok == point || ok && box != g.Bound() {
			t.Errorf("%v has the box %v, %t", g, box, ok)
		}
	}
}

func TestBoxesOfEveryKindAndOrderAreRead(t *testing.T) {
	want := orb.Bound{Min: orb.Point{1, 3}, Max: orb.Point{2, 4}}
	numbers := orb.MultiPoint{{1, 2}, {3, 4}, {5, 6}, {7, 8}} // x from 1 to 2, y from 3 to 4, and what is dropped
	for flag, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
		for code, size := range []int{0, 32, 48, 48, 64} {
			b := order.AppendUint32([]byte{'G', 'P', 0, byte(flag | code<<1)}, 4326)
			var floats []byte
			for _, p := range numbers {
				for _, v := range p {
					floats = appendFloat(order, floats, v)
				}
			}
			b = append(append(b, floats[:size]...), "rest"...)
			blob, err := wkb.SplitBlob(b)
			box, ok := blob.Box()
			if err != nil || string(blob.WKB) != "rest" || ok != (code > 0) || ok && box != want {
				t.Errorf("box %d in %v: %v, %t, %q, %v", code, order, box, ok, blob.WKB, err)
			}
			if _, err := wkb.SplitBlob(b[:7+size]); err == nil {
				t.Errorf("box %d in %v is read though it is cut off", code, order)
			}
		}
	}
	for name, b := range map[string][]byte{
		"a form of its own": {'G', 'P', 0, 1 | 1<<5, 0, 0, 0, 0, 1, 1, 0, 0, 0},
		"a box of kind 5":   {'G', 'P', 0, 1 | 5<<1, 0, 0, 0, 0},
		"a text":            []byte("POINT (1 2) and more"),
	} {
		if blob, err := wkb.SplitBlob(b); err == nil {
			t.Errorf("%s is %+v", name, blob)
		}
	}
}

func appendFloat(order binary.AppendByteOrder, b []byte, v float64) []byte {
	return order.AppendUint64(b, math.Float64bits(v))
}
