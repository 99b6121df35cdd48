package network

import (
	"cmp"
	"context"
	"slices"

	"github.com/paulmach/orb"
)

// Several is what it costs from everywhere to the k nearest of some sources. It is made by
// one pass over the graph in which every node is settled k times, by k sources, takes 16
// bytes for each, never changes, and answers for a point in about the time that
// snapping it takes: for many points it is far cheaper than a search from each.
type Several struct {
	plan
	k      int
	labels []several // k of each node
	count  []int32   // by node: how many it has
	places []place
	byEdge []int32
}

// several is one of the nearest sources of a node.
type several struct {
	cost   int64
	origin int32 // the place
}

// ReachSeveral makes the field of the k nearest sources.
func (g *Graph) ReachSeveral(ctx context.Context, sources []orb.Point, k int, q Query) (*Several, error) {
	p, err := g.plan(q)
	if err != nil {
		return nil, err
	}
	f := &Several{plan: p, k: k, labels: make([]several, k*len(g.nodes)), count: make([]int32, len(g.nodes))}
	for i, source := range sources {
		for _, at := range p.candidates(source) {
			at.source = int32(i)
			f.places = append(f.places, at)
		}
		if i&1023 == 1023 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	f.byEdge = make([]int32, len(f.places))
	for i := range f.byEdge {
		f.byEdge[i] = int32(i)
	}
	slices.SortStableFunc(f.byEdge, func(a, b int32) int { return cmp.Compare(f.places[a].edge, f.places[b].edge) })
	return f, f.run(ctx)
}

// run settles nodes by ascending cost; of equal ones the source named first comes first.
func (f *Several) run(ctx context.Context) error {
	var waiting frontier
	offer := func(node int32, cost int64, origin int32) {
		if cost <= f.limit && int(f.count[node]) < f.k && !f.has(node, f.places[origin].source) {
			waiting.push(item{cost, origin, node})
		}
	}
	for i := range f.places {
		at := &f.places[i]
		d := &f.g.edges[at.edge]
		along := f.stretch(at.edge, at.mm)
		offer(d.a, at.walk+along, int32(i))
		offer(d.b, at.walk+f.weight(at.edge)-along, int32(i))
	}
	for n := 0; len(waiting) > 0; n++ {
		if n&0xffff == 0xffff && ctx.Err() != nil {
			return ctx.Err()
		}
		it := waiting.pop()
		if int(f.count[it.node]) == f.k || f.has(it.node, f.places[it.origin].source) {
			continue
		}
		f.labels[int(it.node)*f.k+int(f.count[it.node])] = several{it.cost, it.origin}
		f.count[it.node]++
		for _, e := range f.g.At(it.node) {
			if f.Over.Has(e) {
				offer(f.g.edges[e].other(it.node), it.cost+f.weight(e), it.origin)
			}
		}
	}
	return nil
}

func (f *Several) at(node int32) []several {
	from := int(node) * f.k
	return f.labels[from : from+int(f.count[node])]
}

func (f *Several) has(node, source int32) bool {
	for _, l := range f.at(node) {
		if f.places[l.origin].source == source {
			return true
		}
	}
	return false
}

// At is the answers for a point, the cheapest first and at most k: none where no source
// is reached, and then Field.At tells why.
func (f *Several) At(p orb.Point) []Answer {
	seen := f.plan.candidates(p)
	best := make([]reaching, 0, f.k+1)
	for n := range seen {
		at := &seen[n]
		if len(best) == f.k && at.walk > best[f.k-1].cost {
			break // all that follow walk farther
		}
		d := &f.g.edges[at.edge]
		along := f.stretch(at.edge, at.mm)
		for _, l := range f.at(d.a) {
			best = f.take(best, reaching{at.walk + along + l.cost, int32(n), l.origin})
		}
		for _, l := range f.at(d.b) {
			best = f.take(best, reaching{at.walk + f.weight(at.edge) - along + l.cost, int32(n), l.origin})
		}
		from, _ := slices.BinarySearchFunc(f.byEdge, at.edge, func(i, e int32) int { return cmp.Compare(f.places[i].edge, e) })
		for ; from < len(f.byEdge) && f.places[f.byEdge[from]].edge == at.edge; from++ {
			to := &f.places[f.byEdge[from]]
			best = f.take(best, reaching{at.walk + to.walk + abs(along-f.stretch(to.edge, to.mm)), int32(n), f.byEdge[from]})
		}
	}
	answers := make([]Answer, len(best))
	for i, b := range best {
		to := &f.places[b.origin]
		answers[i] = f.reachedBy(b.cost, &seen[b.from], to)
	}
	return answers
}

// reaching is a way to a source: from the candidate to the place.
type reaching struct {
	cost         int64
	from, origin int32
}

// take puts a way among the best, of which no two lead to one source.
func (f *Several) take(best []reaching, w reaching) []reaching {
	if w.cost > f.limit || len(best) == f.k && w.cost > best[f.k-1].cost {
		return best
	}
	source := f.places[w.origin].source
	less := func(a, b reaching) int {
		return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(f.places[a.origin].source, f.places[b.origin].source))
	}
	if i := slices.IndexFunc(best, func(b reaching) bool { return f.places[b.origin].source == source }); i >= 0 {
		if best[i].cost <= w.cost {
			return best
		}
		best = slices.Delete(best, i, i+1)
	}
	i, _ := slices.BinarySearchFunc(best, w, less)
	best = slices.Insert(best, i, w)
	return best[:min(len(best), f.k)]
}
