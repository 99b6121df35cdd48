package mlt_test

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/cuntu/cuntu/tiles/mlt"
)

// A small layer byte by byte, so that one who reads the format has something to hold
// against it and one who changes the writer sees what it changes.
const small = `
	44                         bytes that follow
	01                         a layer
	01 61                      called a
	80 20                      4096 units wide
	04                         with four columns:
	00                         ids of 32 bits
	04                         geometry
	13 01 6e                   whole numbers without sign, not all there, called n
	1c 01 74                   texts called t
	10 02 03 03                ids: data as varints, three in three bytes
	05 06 07
	02                         geometry: two streams
	30 62 02 02 01 03          types: runs, of two numbers in two bytes; one run of three
	03 00
	13 42 06 06                vertices: differences of x and y, six in six bytes
	02 04 04 04 04 04
	00 60 03 02                n: which are there, three in two bytes
	ff 05                      one byte as it is: the first and the third
	10 02 02 02                data as varints, two in two bytes
	07 09
	02                         t: two streams
	30 62 02 02 01 03          lengths: runs
	03 01
	10 00 03 03                and the texts
	78 78 79
`

func TestASmallLayerByteByByte(t *testing.T) {
	var w mlt.Writer
	w.Begin("a", 4096)
	w.IDs([]int64{5, 6, 7}, 3)
	w.Geometry(&mlt.Geometry{Types: []uint32{0, 0, 0}, XY: []int32{1, 2, 3, 4, 5, 6}})
	var some, all mlt.Bits
	for i := range 3 {
		some.Add(i != 1)
		all.Add(true)
	}
	w.Ints("n", []int64{7, 9}, &some)
	w.Texts("t", []string{"x", "y"}, []uint32{0, 0, 1}, &all)
	var want []byte
	for line := range strings.Lines(small) {
		bytes, _, _ := strings.Cut(strings.TrimSpace(line), "  ")
		b, err := hex.DecodeString(strings.ReplaceAll(bytes, " ", ""))
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, b...)
	}
	if got := w.End(nil); !bytes.Equal(got, want) {
		t.Errorf("written: % x\nwanted:  % x", got, want)
	}
}
