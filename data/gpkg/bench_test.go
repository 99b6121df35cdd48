package gpkg_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/gpkg"
	"github.com/cuntu/cuntu/layers"
)

const many = 100_000

// points yields inserts of many villages with every field set.
func points(n int) func(func(layers.Edit, error) bool) {
	l, _ := layers.Builtin().Layer("village")
	r := rand.New(rand.NewPCG(1, 2))
	return func(yield func(layers.Edit, error) bool) {
		for i := range n {
			values := make([]layers.Value, len(l.Fields))
			for k := range l.Fields {
				switch f := &l.Fields[k]; {
				case f.ID == "code":
					values[k] = layers.Text(fmt.Sprintf("%012d", i))
				case f.Type == layers.TypeCode:
					values[k] = layers.Text(fmt.Sprintf("611002%03d", i%130))
				case len(f.Values) > 0:
					values[k] = layers.Text(f.Values[i%len(f.Values)].Value)
				case f.Type == layers.TypeBool:
					values[k] = layers.Bool(i%3 == 0)
				case f.Type == layers.TypeYear:
					values[k] = layers.Int(int64(2016 + i%5))
				case f.Type == layers.TypeInt:
					values[k] = layers.Int(int64(r.IntN(3000)))
				case f.Type == layers.TypeFloat:
					values[k] = layers.Float(r.Float64() * 100)
				case f.ID == "name":
					values[k] = layers.Text(fmt.Sprintf("第%d村", i))
				}
			}
			e := layers.Edit{Op: layers.Insert, Layer: l.ID, Feature: layers.Feature{
				Geometry: orb.Point{108.5 + 2.5*r.Float64(), 33 + 1.5*r.Float64()}, Values: values,
			}}
			if !yield(e, nil) {
				return
			}
		}
	}
}

func open(tb testing.TB, path string) *gpkg.Store {
	tb.Helper()
	s, err := gpkg.Open(tb.Context(), path, layers.Builtin(), gpkg.Options{Create: true})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

func BenchmarkInsert100k(b *testing.B) {
	for b.Loop() {
		s := open(b, filepath.Join(b.TempDir(), "b.gpkg"))
		if _, err := s.Apply(b.Context(), points(many)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(many*b.N)/b.Elapsed().Seconds(), "features/s")
}

func BenchmarkLoad100k(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "b.gpkg"))
	if _, err := s.Apply(b.Context(), points(many)); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		if _, err := s.Load(b.Context(), func(*layers.Layer, *layers.Feature) error { n++; return nil }); err != nil || n != many {
			b.Fatal(n, err)
		}
	}
	b.ReportMetric(float64(many*b.N)/b.Elapsed().Seconds(), "features/s")
}

// BenchmarkEdit is one edit of one field in a large layer, on the disk when it
// returns.
func BenchmarkEdit(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "b.gpkg"))
	if _, err := s.Apply(b.Context(), points(many)); err != nil {
		b.Fatal(err)
	}
	l, _ := layers.Builtin().Layer("village")
	e := layers.Edit{
		Op:      layers.Update,
		Layer:   l.ID,
		Set:     []int{l.Field("income")},
		Feature: layers.Feature{ID: 1, Values: make([]layers.Value, len(l.Fields))},
	}
	for i := 0; b.Loop(); i++ {
		e.Feature.ID = int64(i%many + 1)
		e.Feature.Values[l.Field("income")] = layers.Int(int64(i))
		if _, err := s.Apply(b.Context(), data.Edits(e)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOpen opens a file that lacks nothing.
func BenchmarkOpen(b *testing.B) {
	path := filepath.Join(b.TempDir(), "b.gpkg")
	open(b, path)
	for b.Loop() {
		s, err := gpkg.Open(b.Context(), path, layers.Builtin(), gpkg.Options{})
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCreate makes a file with all its tables.
func BenchmarkCreate(b *testing.B) {
	for b.Loop() {
		path := filepath.Join(b.TempDir(), "b.gpkg")
		s, err := gpkg.Open(b.Context(), path, layers.Builtin(), gpkg.Options{Create: true})
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
