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
