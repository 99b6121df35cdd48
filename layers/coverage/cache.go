package coverage

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// maxResults is how many years' results a Cache keeps: those of a slider's neighbours. One
// takes some 200 bytes a village, and holds its network: of large ones fewer are kept, as
// roads.KeptEdges has it.
const maxResults = 6

// Cache keeps the results last asked for by its rules. Snapshots that
// differ only in layers that coverage does not read share theirs. The zero Cache is
// ready for any number of goroutines, and computes a result once however many wait
// for it.
type Cache struct {
	Rules *Rules // nil for the default; not to be changed once asked

	mu   sync.Mutex
	kept []*cached // the one last asked for at the end; all of one state of the layers
}

// readLayers are the layers that results are made from.
var readLayers = [...]string{"county", "town", "village", "hamlet", "road", "water", "broadband", "facility"}

// Sources are the tables that a result is made from: snapshots that have the same ones
// have the same results.
type Sources [len(readLayers)]*snapshot.Table

// SourcesOf are those of a snapshot.
func SourcesOf(snap *snapshot.Snapshot) (s Sources) {
	for i, id := range readLayers {
		s[i], _ = snap.Table(id)
	}
	return s
}

type cached struct {
	tables  Sources
	year    int
	compute func() (*Result, error)
	edges   atomic.Int64 // of its network, once it is computed
}

// Get is the result for the snapshot as of the year, over the networks of nets.
func (c *Cache) Get(snap *snapshot.Snapshot, nets *roads.Cache, year int) (*Result, error) {
	return c.entry(snap, nets, year).compute()
}

func (c *Cache) entry(snap *snapshot.Snapshot, nets *roads.Cache, year int) *cached {
	e := &cached{tables: SourcesOf(snap), year: year}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.kept) > 0 && c.kept[0].tables != e.tables {
		c.kept = nil
	}
	for i, k := range c.kept {
		if k.year == year {
			copy(c.kept[i:], c.kept[i+1:])
			c.kept[len(c.kept)-1] = k
			return k
		}
	}
	rules := c.Rules
	if rules == nil {
		rules = Default()
	}
	// Who asked first may leave while others wait, so that nobody's context ends it.
	e.compute = sync.OnceValues(func() (*Result, error) {
		r, err := Compute(context.Background(), snap, nets.Get(snap, year), rules)
		if err == nil {
			e.edges.Store(int64(r.Network.Graph.Edges()))
			c.mu.Lock()
			c.drop()
			c.mu.Unlock()
		}
		return r, err
	})
	c.kept = append(c.kept, e)
	c.drop()
	return e
}

// drop leaves what is to be kept.
func (c *Cache) drop() {
	edges, from := int64(0), len(c.kept)
	for ; from > 0 && len(c.kept)-from < maxResults; from-- {
		edges += c.kept[from-1].edges.Load()
		if edges > roads.KeptEdges && len(c.kept)-from >= 2 {
			break
		}
	}
	c.kept = append([]*cached(nil), c.kept[from:]...)
}
