// Package demotest gives tests the demo as a snapshot. Nothing but tests imports it.
package demotest

import (
	"iter"
	"sync"
	"testing"

	"github.com/cuntu/cuntu/data/demo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Snapshot is the prefecture that `cuntu demo` makes. It is made once, so that all tests of a package share it.
func Snapshot(t testing.TB) *snapshot.Snapshot {
	t.Helper()
	snap, err := prefecture()
	if err != nil {
		t.Fatal(err)
	}
	return snap
}

var prefecture = sync.OnceValues(func() (*snapshot.Snapshot, error) { return of(demo.Generate(demo.Options{Seed: 1})) })

// Of is a snapshot of what is inserted, with the catalogue that is built in.
func Of(t testing.TB, inserts iter.Seq2[layers.Edit, error]) *snapshot.Snapshot {
	t.Helper()
	snap, err := of(inserts)
	if err != nil {
		t.Fatal(err)
	}
	return snap
}

func of(inserts iter.Seq2[layers.Edit, error]) (*snapshot.Snapshot, error) {
	catalog := service.Builtin().Extend(layers.Builtin())
	b := snapshot.NewBuilder(catalog)
	for edit, err := range inserts {
		if err != nil {
			return nil, err
		}
		l, _ := catalog.Layer(edit.Layer)
		if err := b.Add(l, &edit.Feature); err != nil {
			return nil, err
		}
	}
	return b.Snapshot(), nil
}

// Set gives a feature of a layer values by the ids of its fields: texts, whole numbers, numbers, yes or no, and nil for null.
func Set(t testing.TB, l *layers.Layer, f *layers.Feature, values map[string]any) {
	t.Helper()
	for id, v := range values {
		i := l.Field(id)
		if i < 0 {
			t.Fatalf("layer %s has no field %s", l.ID, id)
		}
		switch v := v.(type) {
		case nil:
			f.Values[i] = layers.Null
		case string:
			f.Values[i] = layers.Text(v)
		case int:
			f.Values[i] = layers.Int(int64(v))
		case float64:
			f.Values[i] = layers.Float(v)
		case bool:
			f.Values[i] = layers.Bool(v)
		default:
			t.Fatalf("field %s cannot have %v", id, v)
		}
	}
}
