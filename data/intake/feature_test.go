package intake

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"reflect"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/storetest"
	"github.com/cuntu/cuntu/layers"
)

func TestKeptFeaturesComeBack(t *testing.T) {
	maker := storetest.NewMaker(1)
	var all []byte
	var want []*layers.Feature
	for _, l := range layers.Builtin().Layers {
		for range 20 {
			f := maker.Feature(l)
			f.ID = int64(len(want) + 1)
			want = append(want, &f)
			var err error
			if all, err = appendFeature(all, &f); err != nil {
				t.Fatal(err)
			}
		}
	}
	in := bufio.NewReader(bytes.NewReader(all))
	for _, w := range want {
		got, err := readFeature(in)
		if err != nil {
			t.Fatal(err)
		}
		if got.ID != w.ID || !reflect.DeepEqual(got.Values, w.Values) || (got.Geometry == nil) != (w.Geometry == nil) || w.Geometry != nil &&
			!orb.Equal(got.Geometry, w.Geometry) {
			t.Fatalf("%+v came back as %+v", *w, *got)
		}
	}
	if _, err := readFeature(in); !errors.Is(err, io.EOF) {
		t.Errorf("after the last: %v", err)
	}
	for n := range 50 {
		if _, err := readFeature(bufio.NewReader(bytes.NewReader(all[:n+1]))); n < 49 && err == nil && n < 10 {
			t.Errorf("%d bytes make a feature", n+1)
		}
	}
}

func FuzzReadFeature(f *testing.F) {
	maker := storetest.NewMaker(2)
	l, _ := layers.Builtin().Layer("site")
	feature := maker.Feature(l)
	b, err := appendFeature(nil, &feature)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := readFeature(bufio.NewReader(bytes.NewReader(b)))
		if err != nil {
			return
		}
		if again, err := appendFeature(nil, got); err == nil {
			if _, err := readFeature(bufio.NewReader(bytes.NewReader(again))); err != nil {
				t.Fatalf("%+v is written and not read: %v", *got, err)
			}
		}
	})
}
