package parquet

import (
	"bytes"
	"fmt"
	"testing"

	packing "github.com/parquet-go/parquet-go/encoding/delta"
	"github.com/parquet-go/parquet-go/encoding/rle"
	"github.com/parquet-go/parquet-go/format"
	"pgregory.net/rapid"
)

// The tests in this file hold what is read against what the library writes.

func TestDifferencesAddUpToTheNumbersThatTheLibraryWrote(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(rapid.OneOf(rapid.Int64(), rapid.Int64Range(-9, 9)), 1, 700).Draw(t, "numbers")
		b, err := (&packing.BinaryPackedEncoding{}).EncodeInt64(nil, want)
		if err != nil {
			t.Fatal(err)
		}
		d, err := newDelta(append(b, "rest"...))
		if err != nil {
			t.Fatal(err)
		}
		if rest, err := d.behind(); err != nil || string(rest) != "rest" {
			t.Fatalf("behind them stands %q, %v", rest, err)
		}
		for i, w := range want {
			if v, err := d.next(); err != nil || v != w {
				t.Fatalf("number %d is %d, not %d, %v", i, v, w, err)
			}
		}
		if _, err := d.next(); err == nil {
			t.Fatal("there is one more")
		}
	})
}

func TestTextsAreThoseThatTheLibraryWrote(t *testing.T) {
	length := func(c Column, b []byte) (values, error) { return newValues(c, format.DeltaLengthByteArray, b, nil) }
	prefix := func(c Column, b []byte) (values, error) { return newValues(c, format.DeltaByteArray, b, nil) }
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOfN(rapid.StringMatching(`[甲乙村]{0,4}[a-c]{0,9}`), 1, 300).Draw(t, "texts")
		var all []byte
		begins := []uint32{0}
		for _, s := range texts {
			all = append(all, s...)
			begins = append(begins, uint32(len(all)))
		}
		for name, row := range map[string]struct {
			encode func(dst, src []byte, begins []uint32) ([]byte, error)
			decode func(Column, []byte) (values, error)
		}{
			"length": {(&packing.LengthByteArrayEncoding{}).EncodeByteArray, length},
			"prefix": {(&packing.ByteArrayEncoding{}).EncodeByteArray, prefix},
		} {
			b, err := row.encode(nil, all, begins)
			if err != nil {
				t.Fatal(err)
			}
			v, err := row.decode(Column{kind: format.ByteArray}, b)
			if err != nil {
				t.Fatal(err)
			}
			for i, s := range texts {
				if d, err := v.next(); err != nil || string(d.bytes) != s {
					t.Fatalf("%s: text %d is %q, not %q, %v", name, i, d.bytes, s, err)
				}
			}
		}
	})
}

func TestRunsHoldTheNumbersThatTheLibraryWrote(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(1, 31).Draw(t, "bits")
		run := rapid.Custom(func(t *rapid.T) []int32 {
			v := rapid.Int32Range(0, int32(1<<width-1)).Draw(t, "number")
			out := make([]int32, rapid.IntRange(1, 40).Draw(t, "times"))
			for i := range out {
				out[i] = v
			}
			return out
		})
		var want []int32
		for _, r := range rapid.SliceOfN(run, 1, 30).Draw(t, "runs") {
			want = append(want, r...)
		}
		b, err := (&rle.Encoding{BitWidth: width}).EncodeInt32(nil, want)
		if err != nil {
			t.Fatal(err)
		}
		h := hybrid{rest: b, width: uint(width)}
		for i, w := range want {
			if v, err := h.next(); err != nil || int32(v) != w {
				t.Fatalf("number %d is %d, not %d, %v", i, v, w, err)
			}
		}
	})
}

func TestNumbersMeanWhatTheirTypeSays(t *testing.T) {
	for _, row := range []struct {
		name string
		got  any
		want any
	}{
		{"a half", half(datum{bytes: []byte{0x00, 0x3C}}), 1.0},
		{"the largest half", half(datum{bytes: []byte{0xFF, 0xFB}}), -65504.0},
		{"the smallest half", half(datum{bytes: []byte{0x01, 0x00}}), 1.0 / (1 << 24)},
		{"a half that is none", fmt.Sprint(half(datum{bytes: []byte{0x01, 0x7C}})), "NaN"},
		{"hundredths", fixed(bigOf(-5), 2), "-0.05"},
		{"hundredths above one", fixed(bigOf(12345), 2), "123.45"},
		{"bytes below zero", fixed(bigEndian([]byte{0xFF, 0x38}), 0), "-200"},
		{"no bytes", fixed(bigEndian(nil), 0), "0"},
		{"the day before 1970", day(-1), "1969-12-31"},
		{"a time of day that is none", clock(-1, 1000), nil},
		{"a Julian day", julian(datum{bytes: append(make([]byte, 8), 0x8C, 0x3D, 0x25, 0)}), "1970-01-01T00:00:00"},
		{"an id", uuid(bytes.Repeat([]byte{0xAB}, 16)), "abababab-abab-abab-abab-abababababab"},
		{"an id that is none", uuid([]byte{1}), nil},
	} {
		if row.got != row.want {
			t.Errorf("%s is %v, not %v", row.name, row.got, row.want)
		}
	}
}
