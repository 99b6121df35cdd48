package summary

import (
	"context"

	"github.com/cuntu/cuntu/layers/kept"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// answerLimit is how many answers a Cache keeps: a map's choropleths of some years by two
// kinds of area. One takes a few hundred bytes an area and column.
var answerLimit = kept.Limit[[]Area]{Most: 64}

// Cache keeps the answers last asked for, of one snapshot. The zero Cache is ready for
// any number of goroutines.
type Cache struct{ answers kept.Cache[answerKey, []Area] }

type answerKey struct {
	snap     *snapshot.Snapshot
	question string
}

// Get is the answer to a question, whose text says all of it, over the snapshot.
func (c *Cache) Get(snap *snapshot.Snapshot, question string, compute func() ([]Area, error)) ([]Area, error) {
	c.answers.Remove(func(k answerKey) bool { return k.snap.Whole() != snap.Whole() })
	return c.answers.Get(context.Background(), answerKey{snap, question}, answerLimit, func(context.Context) ([]Area, error) {
		return compute()
	})
}
