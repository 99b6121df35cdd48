package coverage

import (
	"context"
	"sync"

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

	mu           sync.Mutex
	ground       *ground
	past, judged map[int]*Result // by year: what was last computed, without its graph
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

// Get is the result for the snapshot as of the year, over the networks of nets. After an edit it is made from what was last
// computed for the year.
func (c *Cache) Get(snap *snapshot.Snapshot, nets *roads.Cache, year int) (*Result, error) {
	key := resultKey{SourcesOf(snap), year}
	c.results.Remove(func(k resultKey) bool { return k.sources != key.sources })
	// Who asked may leave: the next who asks finds the result made.
	return c.results.Get(context.Background(), key, resultLimit, func(ctx context.Context) (*Result, error) {
		ground, before := c.begin(snap, year, &c.past)
		r, err := compute(ctx, snap, ground, nets.Get(snap, year), c.Services, before)
		if err == nil {
			c.finish(r, &c.past)
		}
		return r, err
	})
}

// Judge is Get for what Judge finds. Nothing but what the next one is made from is kept.
func (c *Cache) Judge(ctx context.Context, snap *snapshot.Snapshot, nets *roads.Cache, year int) (*Result, error) {
	ground, before := c.begin(snap, year, &c.judged)
	r, _, err := judgeStates(ctx, snap, ground, nets.Get(snap, year), c.Services, before, false)
	if err == nil {
		c.finish(r, &c.judged)
	}
	return r, err
}

// begin is the ground of a snapshot, and the result of the year that was computed last.
func (c *Cache) begin(snap *snapshot.Snapshot, year int, past *map[int]*Result) (*ground, *Result) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.Services == nil {
		c.Services = service.Builtin()
	}
	if c.ground == nil || c.ground.key != groundKeyOf(snap) {
		c.ground = newGround(snap, c.ground)
	}
	return c.ground, (*past)[year]
}

// finish keeps what the next result of the year is made from: all but what holds the graph, which takes the most.
func (c *Cache) finish(r *Result, past *map[int]*Result) {
	light := r.withoutGraph()
	c.mu.Lock()
	defer c.mu.Unlock()
	if *past == nil {
		*past = map[int]*Result{}
	}
	for year, other := range *past {
		if len(*past) >= resultLimit.Most && other.ground != r.ground {
			delete(*past, year)
		}
	}
	(*past)[r.Year] = light
}

// withoutGraph is what a later result is made from.
func (r *Result) withoutGraph() *Result {
	past := *r
	past.Network = r.Network.WithoutGraph()
	past.roads = &roadJudge{
		hardened: r.roads.hardened.withoutGraph(), passable: r.roads.passable.withoutGraph(), graded: r.roads.graded.withoutGraph(),
	}
	past.ways, past.byRoad, past.Hardened, past.Passable = nil, nil, Entry{}, Entry{}
	return &past
}

func (c choice) withoutGraph() choice {
	light := func(t *gate) *gate {
		if t == nil {
			return nil
		}
		t.over.Components() // must be known to be carried on
		l := *t
		l.g, l.over, l.access = nil, t.over.Alone(), t.access.Alone()
		return &l
	}
	return choice{light(c.sure), light(c.maybe)}
}
