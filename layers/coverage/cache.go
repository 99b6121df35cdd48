package coverage

import (
	"context"

	"github.com/cuntu/cuntu/layers/kept"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// resultLimit is how many years' results a Cache keeps: those of a slider's neighbours.
// One takes some 200 bytes a village, and holds its network: of large ones fewer are
// kept, as for roads.
var resultLimit = kept.Limit[*Result]{
	Most:     6,
	Weight:   func(r *Result) int64 { return int64(r.Network.Graph.Edges()) },
	Heaviest: roads.KeptEdges,
	Least:    2,
}

// Cache keeps the results last asked for by its rules, of one state of the layers.
// Snapshots that differ only in layers that coverage does not read share theirs. The
// zero Cache is ready for any number of goroutines.
type Cache struct {
	Services *service.Catalog // nil for the builtin; not to be changed once asked

	results kept.Cache[resultKey, *Result]
}

type resultKey struct {
	sources Sources
	year    int
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

// Get is the result for the snapshot as of the year, over the networks of nets.
func (c *Cache) Get(snap *snapshot.Snapshot, nets *roads.Cache, year int) (*Result, error) {
	key := resultKey{SourcesOf(snap), year}
	c.results.Remove(func(k resultKey) bool { return k.sources != key.sources })
	// Who asked may leave: the next who asks finds the result made.
	return c.results.Get(context.Background(), key, resultLimit, func(ctx context.Context) (*Result, error) {
		services := c.Services
		if services == nil {
			services = service.Builtin()
		}
		return Compute(ctx, snap, nets.Get(snap, year), services)
	})
}
