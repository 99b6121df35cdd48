package relocation_test

import (
	"testing"

	"github.com/cuntu/cuntu/data/demo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// prefecture is the demo, made once.
type prefecture struct {
	snap *snapshot.Snapshot
	net  *roads.Network
}

var made *prefecture

func demoPrefecture(t testing.TB) *prefecture {
	t.Helper()
	if made == nil {
		made = makePrefecture(t)
	}
	return made
}

func makePrefecture(t testing.TB) *prefecture {
	t.Helper()
	p, err := demo.New(demo.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	catalog := layers.Builtin()
	b := snapshot.NewBuilder(catalog)
	for e, err := range p.Edits() {
		if err != nil {
			t.Fatal(err)
		}
		l, _ := catalog.Layer(e.Layer)
		if err := b.Add(l, &e.Feature); err != nil {
			t.Fatal(err)
		}
	}
	snap := b.Snapshot()
	return &prefecture{snap, roads.Build(snap, 2018)}
}
