package roads

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/cuntu/cuntu/layers/snapshot"
)

// maxNetworks is how many years' networks a Cache keeps: those of a plan, and of the present.
const maxNetworks = 8

// KeptEdges bounds what caches keep of large networks: as many years as have so many edges
// together, at some 200 bytes each, and at least two.
const KeptEdges = 4_000_000

// Cache keeps the networks last asked for, of one state of the road layer: snapshots
// that differ in other layers share theirs. The zero Cache is ready for any number of
// goroutines, and builds a network once however many wait for it.
type Cache struct {
	mu   sync.Mutex
	kept []*entry // the one last asked for at the end; all of one table
}

type entry struct {
	table *snapshot.Table
	year  int
	build func() *Network
	made  atomic.Pointer[made] // once it is built
}

type made struct {
	network *Network
	rows    []uint64 // bits by row: those that stand by the year
}

// Get is the network of the snapshot's roads as of the year.
func (c *Cache) Get(snap *snapshot.Snapshot, year int) *Network {
	return c.entry(snap, year).build()
}

func (c *Cache) entry(snap *snapshot.Snapshot, year int) *entry {
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
	e := &entry{table: table, year: year}
	e.build = sync.OnceValue(func() *Network { return c.build(e) })
	c.kept = append(c.kept, e)
	c.drop()
	return e
}

// build makes an entry's network, or takes the graph of a year between which and its own
// no road was completed.
func (c *Cache) build(e *entry) *Network {
	rows := standingRows(e.table, e.year)
	n := c.alike(e, rows)
	if n == nil {
		n = buildTable(e.table, e.year)
	}
	e.made.Store(&made{n, rows})
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drop()
	return n
}

func (c *Cache) alike(e *entry, rows []uint64) *Network {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, k := range c.kept {
		if m := k.made.Load(); m != nil && k.table == e.table && slices.Equal(m.rows, rows) {
			n := *m.network
			n.Year = e.year
			return &n
		}
	}
	return nil
}

// drop leaves what is to be kept.
func (c *Cache) drop() {
	edges, from := 0, len(c.kept)
	for ; from > 0 && len(c.kept)-from < maxNetworks; from-- {
		if m := c.kept[from-1].made.Load(); m != nil {
			edges += m.network.Graph.Edges()
		}
		if edges > KeptEdges && len(c.kept)-from >= 2 {
			break
		}
	}
	c.kept = append([]*entry(nil), c.kept[from:]...)
}

// standingRows tells networks apart that have the same roads from those that have not.
func standingRows(t *snapshot.Table, year int) []uint64 {
	if t == nil {
		return nil
	}
	standing := t.CompleteBy(year)
	var bits []uint64
	for row := range t.Rows {
		for int(row>>6) >= len(bits) {
			bits = append(bits, 0)
		}
		if standing == nil || standing.Has(row) {
			bits[row>>6] |= 1 << (row & 63)
		}
	}
	return bits
}
