package roads

import (
	"sync"

	"github.com/cuntu/cuntu/layers"
)

// maxNetworks is how many years' networks a Cache keeps.
const maxNetworks = 4

// Cache keeps the networks last asked for, of one state of the road layer: snapshots
// that differ in other layers share theirs. The zero Cache is ready for any number of
// goroutines, and builds a network once however many wait for it.
type Cache struct {
	mu   sync.Mutex
	kept []*entry // the one last asked for at the end; all of one table
}

type entry struct {
	table *layers.Table
	year  int
	build func() *Network
}

// Get is the network of the snapshot's roads as of the year.
func (c *Cache) Get(snap *layers.Snapshot, year int) *Network {
	return c.entry(snap, year).build()
}

func (c *Cache) entry(snap *layers.Snapshot, year int) *entry {
	table, _ := snap.Table("road")
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.kept) > 0 && c.kept[0].table != table {
		c.kept = nil
	}
	for i, e := range c.kept {
		if e.year == year {
			copy(c.kept[i:], c.kept[i+1:])
			c.kept[len(c.kept)-1] = e
			return e
		}
	}
	if len(c.kept) == maxNetworks {
		c.kept = append([]*entry(nil), c.kept[1:]...)
	}
	e := &entry{table, year, sync.OnceValue(func() *Network { return buildTable(table, year) })}
	c.kept = append(c.kept, e)
	return e
}
