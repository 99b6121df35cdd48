package coverage

import (
	"context"
	"sync"

	"github.com/cuntu/cuntu/layers/kept"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// keptYears is how many years' results a Cache keeps: those of a slider's neighbours.
// Beside the graph, which all share, one takes 0.9 MB a prefecture such as the demo's.
const keptYears = 6

// Cache keeps the results last asked for by its rules, of one state of the layers.
// Snapshots that differ only in layers that coverage does not read share theirs. The
// zero Cache is ready for any number of goroutines.
type Cache struct {
	Services *service.Catalog // nil for the builtin; not to be changed once asked

	results kept.Cache[resultKey, *Result]

	mu           sync.Mutex
	ground       *ground
	past, judged kept.Latest[int, *Result] // by year: what was last computed, without its graph
}

type resultKey struct {
	sources Sources
	year    int
}

// readLayers are the layers that results are made from.
var readLayers = [...]string{"county", "town", "village", "hamlet", "road", "water", "pipe", "broadband", "cable", "facility"}

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

// Get is the result for the whole snapshot as of the year, over the networks of nets. After an edit it is made from what was last
// computed for the year.
func (c *Cache) Get(snap *snapshot.Snapshot, nets *roads.Cache, year int) (*Result, error) {
	snap = snap.Whole()
	key := resultKey{SourcesOf(snap), year}
	c.results.Remove(func(k resultKey) bool { return k.sources != key.sources })
	// Who asked may leave: the next who asks finds the result made.
	return c.results.Get(context.Background(), key, kept.Limit[*Result]{Most: keptYears}, func(ctx context.Context) (*Result, error) {
		ground, services := c.begin(snap)
		r, err := compute(ctx, snap, ground, nets.Get(snap, year), services, c.past.Get(year))
		if err == nil {
			c.past.Put(year, r.withoutGraph(), keptYears)
		}
		return r, err
	})
}

// Judge is Get for what Judge finds. Nothing but what the next one is made from is kept.
func (c *Cache) Judge(ctx context.Context, snap *snapshot.Snapshot, nets *roads.Cache, year int) (*Result, error) {
	snap = snap.Whole()
	ground, services := c.begin(snap)
	r, _, err := judgeStates(ctx, snap, ground, nets.Get(snap, year), services, c.judged.Get(year), false)
	if err == nil {
		c.judged.Put(year, r.withoutGraph(), keptYears+2) // of a plan, and what it began from
	}
	return r, err
}

// begin is the ground of a snapshot, and the services.
func (c *Cache) begin(snap *snapshot.Snapshot) (*ground, *service.Catalog) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.Services == nil {
		c.Services = service.Builtin()
	}
	if c.ground == nil || c.ground.key != groundKeyOf(snap) {
		c.ground = newGround(snap, c.ground)
	}
	return c.ground, c.Services
}

// withoutGraph is what a later result is made from.
func (r *Result) withoutGraph() *Result {
	past := *r
	past.Network = r.Network.WithoutGraph()
	past.roads = &roadJudge{
		hardened: r.roads.hardened.withoutGraph(), passable: r.roads.passable.withoutGraph(), graded: r.roads.graded.withoutGraph(),
		none: r.roads.none,
	}
	past.ways, past.byRoad, past.lines, past.Hardened, past.Passable = nil, nil, nil, Entry{}, Entry{}
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
