package area

import (
	"sync"

	"github.com/cuntu/cuntu/layers/snapshot"
)

// Cache keeps the index of the last snapshot asked for: snapshots that differ in other layers alone share theirs. The
// zero Cache is ready for any number of goroutines.
type Cache struct {
	mu    sync.Mutex
	of    [3]*snapshot.Table
	index *Index
}

// Get is the index of the snapshot.
func (c *Cache) Get(snap *snapshot.Snapshot) *Index {
	var of [3]*snapshot.Table
	for i, id := range [...]string{"county", "town", "village"} {
		of[i], _ = snap.Table(id)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.index == nil || c.of != of {
		c.of, c.index = of, New(snap)
	}
	return c.index
}
