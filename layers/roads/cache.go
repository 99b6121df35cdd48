package roads

import (
	"context"
	"slices"
	"sync"

	"github.com/cuntu/cuntu/layers/kept"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// keptYears is how many years' networks a Cache keeps: those of a plan, and of the
// present. All share a graph.
const keptYears = 8

// Cache keeps the networks last asked for, of one state of the road layer: snapshots
// that differ in other layers share theirs. After an edit the next network is made from the one before, at the cost of what
// the edit touches. The zero Cache is ready for any number of goroutines.
type Cache struct {
	networks kept.Cache[networkKey, *Network]

	mu   sync.Mutex
	base *base
	past kept.Latest[int, *Network] // by year, without its graph
}

type networkKey struct {
	table *snapshot.Table
	year  int
}

// Get is the network of all of the snapshot's roads as of the year.
func (c *Cache) Get(snap *snapshot.Snapshot, year int) *Network {
	table, _ := snap.Whole().Table("road")
	c.networks.Remove(func(k networkKey) bool { return k.table != table })
	// Building knows no error, and goes on for whoever asks next.
	limit := kept.Limit[*Network]{Most: keptYears}
	n, _ := c.networks.Get(context.Background(), networkKey{table, year}, limit, func(context.Context) (*Network, error) {
		return c.make(table, year), nil
	})
	return n
}

func (c *Cache) make(table *snapshot.Table, year int) *Network {
	base := c.baseOf(table)
	n, ok := carry(base, c.past.Get(year))
	if !ok {
		complete := completeRows(table, year)
		if n = c.alike(table, year, complete); n == nil {
			n = build(base, year, complete)
		}
	}
	c.past.Put(year, n.WithoutGraph(), keptYears)
	return n
}

// baseOf is the base of a table.
func (c *Cache) baseOf(table *snapshot.Table) *base {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.base == nil || c.base.table != table {
		c.base = c.base.next(table)
	}
	return c.base
}

// WithoutGraph is what later networks are told from: the network without what takes the most.
func (n *Network) WithoutGraph() *Network {
	past := *n
	past.Graph, past.base = nil, nil
	past.there, past.Passable, past.Hardened = n.there.Alone(), n.Passable.Alone(), n.Hardened.Alone()
	return &past
}

// alike is the network with the graph of another year between which and this one no road
// was completed; nil where none is kept.
func (c *Cache) alike(table *snapshot.Table, year int, complete []uint64) *Network {
	for key, kept := range c.networks.All() {
		if key.table == table && slices.Equal(kept.complete, complete) {
			n := *kept
			n.Year = year
			return &n
		}
	}
	return nil
}

// completeRows are bits by row, of the roads that are complete by the year.
func completeRows(t *snapshot.Table, year int) []uint64 {
	if t == nil {
		return nil
	}
	complete := t.CompleteBy(year)
	var bits []uint64
	for row := range t.Rows {
		for int(row>>6) >= len(bits) {
			bits = append(bits, 0)
		}
		if complete == nil || complete.Has(row) {
			bits[row>>6] |= 1 << (row & 63)
		}
	}
	return bits
}
