package siting

import (
	"context"
	"sync"

	"github.com/cuntu/cuntu/geo/dem"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// maxSurveys is how many surveys a Cache keeps. One takes some 100 bytes a road and
// criterion.
const maxSurveys = 4

// Cache keeps the surveys last asked for, by one list of criteria. The zero Cache is
// ready for any number of goroutines, and makes a survey once however many wait for it.
type Cache struct {
	mu   sync.Mutex
	kept []*cached // the one last asked for at the end
}

type cached struct {
	snap     *snapshot.Snapshot
	ground   *dem.Model
	criteria *Criteria
	year     int
	people   int
	make     func() (*Survey, error)
}

// Get is the survey of the snapshot as of the year, over the networks of nets.
func (c *Cache) Get(snap *snapshot.Snapshot, nets *roads.Cache, ground *dem.Model, criteria *Criteria, year, people int) (*Survey, error) {
	return c.entry(snap, nets, ground, criteria, year, people).make()
}

func (c *Cache) entry(snap *snapshot.Snapshot, nets *roads.Cache, ground *dem.Model, criteria *Criteria, year, people int) *cached {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, k := range c.kept {
		if k.snap == snap && k.ground == ground && k.criteria == criteria && k.year == year && k.people == people {
			copy(c.kept[i:], c.kept[i+1:])
			c.kept[len(c.kept)-1] = k
			return k
		}
	}
	if len(c.kept) > 0 && c.kept[0].snap != snap {
		c.kept = nil // else old snapshots would stay in memory
	}
	if len(c.kept) == maxSurveys {
		c.kept = append([]*cached(nil), c.kept[1:]...)
	}
	// Who asked first may leave while others wait, so that nobody's context ends it.
	e := &cached{snap, ground, criteria, year, people, sync.OnceValues(func() (*Survey, error) {
		return NewSurvey(context.Background(), snap, nets.Get(snap, year), ground, criteria, people)
	})}
	c.kept = append(c.kept, e)
	return e
}
