package siting

import (
	"context"

	"github.com/cuntu/cuntu/geo/dem"
	"github.com/cuntu/cuntu/layers/kept"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// surveyLimit is how many surveys a Cache keeps. One takes some 100 bytes a road and
// criterion.
var surveyLimit = kept.Limit[*Survey]{Most: 4}

// Cache keeps the surveys last asked for, of one snapshot. The zero Cache is ready for
// any number of goroutines.
type Cache struct {
	surveys kept.Cache[surveyKey, *Survey]
}

type surveyKey struct {
	snap     *snapshot.Snapshot
	ground   *dem.Model
	criteria *Criteria
	year     int
	people   int
}

// Get is the survey of the whole snapshot as of the year, over the networks of nets.
func (c *Cache) Get(
	snap *snapshot.Snapshot, nets *roads.Cache, ground *dem.Model, criteria *Criteria, year, people int,
) (*Survey, error) {
	snap = snap.Whole()
	c.surveys.Remove(func(k surveyKey) bool { return k.snap != snap }) // else old snapshots would stay in memory
	key := surveyKey{snap, ground, criteria, year, people}
	// Who asked may leave: the next who asks finds the survey made.
	return c.surveys.Get(context.Background(), key, surveyLimit, func(ctx context.Context) (*Survey, error) {
		return NewSurvey(ctx, snap, nets.Get(snap, year), ground, criteria, people)
	})
}
