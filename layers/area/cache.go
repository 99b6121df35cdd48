package area

import (
	"sync"

	"github.com/cuntu/cuntu/layers/snapshot"
)

// Cache keeps the index of the last snapshot asked for: snapshots that differ in other layers alone share theirs, and
// those that differ in villages share what is known of counties and towns. The zero Cache is ready for any number of
// goroutines.
type Cache struct {
	mu     sync.Mutex
	county *snapshot.Table
	town   *snapshot.Table
	index  *Index
}

// Get is the index of the snapshot, of all areas in it also where some are masked.
func (c *Cache) Get(snap *snapshot.Snapshot) *Index {
	snap = snap.Whole()
	county, _ := snap.Table("county")
	town, _ := snap.Table("town")
	village, _ := snap.Table("village")
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.index == nil || c.county != county || c.town != town:
		c.county, c.town, c.index = county, town, New(snap)
	case c.index.villages != village:
		c.index = newIndex(c.index.tree, snap)
	}
	return c.index
}
