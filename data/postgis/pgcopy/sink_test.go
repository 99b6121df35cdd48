package pgcopy

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// stream is a binary COPY of rows.
func stream(rows [][][]byte) []byte {
	b := append([]byte(Signature), make([]byte, 8)...)
	for _, row := range rows {
		b = binary.BigEndian.AppendUint16(b, uint16(len(row)))
		for _, col := range row {
			if col == nil {
				b = binary.BigEndian.AppendUint32(b, math.MaxUint32)
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
		sink := NewSink(columns, func(columns [][]byte) error {
			row := make([][]byte, len(columns))
			for i, c := range columns {
				if c != nil {
					row[i] = append([]byte{}, c...)
				}
			}
			got = append(got, row)
			return nil
		})
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
		if err := sink.End(); !same || err != nil {
			t.Fatalf("got %v, not %v, %v", got, want, err)
		}
	})
}

func TestACopyThatIsNoneIsRefused(t *testing.T) {
	none := func([][]byte) error { return nil }
	for name, b := range map[string][]byte{
		"text":             []byte("1\t2\t3\n4\t5\t6\n7\t8\t9\n10\t11\t12\n"),
		"too many columns": stream([][][]byte{{{1}, {2}, {3}}}),
	} {
		if _, err := NewSink(2, none).Write(b); err == nil {
			t.Errorf("%s passes", name)
		}
	}
	stop := NewSink(1, func([][]byte) error { return io.EOF })
	if _, err := stop.Write(stream([][][]byte{{{1}}})); !errors.Is(err, io.EOF) {
		t.Errorf("the error of a row becomes %v", err)
	}
}
