package roads

import (
	"context"
	"slices"
	"sync"

	"github.com/cuntu/cuntu/layers/kept"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// KeptEdges bounds what caches keep of large networks: as many years as have so many edges
// together, at some 200 bytes each, and at least two.
const KeptEdges = 4_000_000

// networkLimit is how many years' networks a Cache keeps: those of a plan, and of the
// present.
var networkLimit = kept.Limit[*Network]{
	Most:     8,
	Weight:   func(n *Network) int64 { return int64(n.Graph.Edges()) },
	Heaviest: KeptEdges,
	Least:    2,
}

// Cache keeps the networks last asked for, of one state of the road layer: snapshots
// that differ in other layers share theirs. After an edit the next network is made from the one before, at the cost of what
// the edit touches. The zero Cache is ready for any number of goroutines.
type Cache struct {
	networks kept.Cache[networkKey, *Network]

	mu   sync.Mutex
	base *base
	past map[int]*Network // by year: what was last made, without its graph
}

type networkKey struct {
	table *snapshot.Table
	year  int
}

// Get is the network of the snapshot's roads as of the year.
func (c *Cache) Get(snap *snapshot.Snapshot, year int) *Network {
	table, _ := snap.Table("road")
	c.networks.Remove(func(k networkKey) bool { return k.table != table })
	// Building knows no error, and goes on for whoever asks next.
	n, _ := c.networks.Get(context.Background(), networkKey{table, year}, networkLimit, func(context.Context) (*Network, error) {
		return c.make(table, year), nil
	})
	return n
}

func (c *Cache) make(table *snapshot.Table, year int) *Network {
	base, before := c.begin(table, year)
	n, ok := carry(base, before)
	if !ok {
		complete := completeRows(table, year)
		if n = c.alike(table, year, complete); n == nil {
			n = build(base, year, complete)
		}
	}
	c.finish(n)
	return n
}

// begin is the base of a table, and the network of the year that was made last.
func (c *Cache) begin(table *snapshot.Table, year int) (*base, *Network) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.base == nil || c.base.table != table {
		c.base = c.base.next(table)
	}
	return c.base, c.past[year]
}

// finish keeps what the next network of the year is made from: all but the graph, which takes the most.
func (c *Cache) finish(n *Network) {
	past := n.WithoutGraph()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.past == nil {
		c.past = map[int]*Network{}
	}
	for year, other := range c.past {
		if len(c.past) >= networkLimit.Most && other.Table != n.Table {
			delete(c.past, year)
		}
	}
	c.past[n.Year] = past
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
