package roads

import (
	"context"
	"slices"

	"github.com/cuntu/cuntu/layers/kept"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// KeptEdges bounds what caches keep of large networks: as many years as have so many edges
// together, at some 200 bytes each, and at least two.
const KeptEdges = 4_000_000

// networkLimit is how many years' networks a Cache keeps: those of a plan, and of the
// present.
var networkLimit = kept.Limit[*built]{
	Most:     8,
	Weight:   func(b *built) int64 { return int64(b.network.Graph.Edges()) },
	Heaviest: KeptEdges,
	Least:    2,
}

// Cache keeps the networks last asked for, of one state of the road layer: snapshots
// that differ in other layers share theirs. The zero Cache is ready for any number of
// goroutines.
type Cache struct {
	networks kept.Cache[networkKey, *built]
}

type networkKey struct {
	table *snapshot.Table
	year  int
}

type built struct {
	network *Network
	rows    []uint64 // bits by row: the roads that are complete by the year
}

// Get is the network of the snapshot's roads as of the year.
func (c *Cache) Get(snap *snapshot.Snapshot, year int) *Network {
	table, _ := snap.Table("road")
	c.networks.Remove(func(k networkKey) bool { return k.table != table })
	// Building knows no error, and goes on for whoever asks next.
	b, _ := c.networks.Get(context.Background(), networkKey{table, year}, networkLimit, func(context.Context) (*built, error) {
		rows := completeRows(table, year)
		network := c.alike(table, year, rows)
		if network == nil {
			network = buildTable(table, year)
		}
		return &built{network, rows}, nil
	})
	return b.network
}

// alike is the network with the graph of another year between which and this one no road
// was completed; nil where none is kept.
func (c *Cache) alike(table *snapshot.Table, year int, rows []uint64) *Network {
	for key, b := range c.networks.All() {
		if key.table == table && slices.Equal(b.rows, rows) {
			n := *b.network
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
