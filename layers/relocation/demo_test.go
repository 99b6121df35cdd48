package relocation_test

import (
	"testing"

	"github.com/cuntu/cuntu/data/demo/demotest"
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
	snap := demotest.Snapshot(t)
	return &prefecture{snap, roads.Build(snap, 2018)}
}
