package steiner

// graph is a problem as it is searched: of each edge two arcs, 2e from A to B and 2e+1
// back, of which one may be closed. Leaving out a terminal is an arc from the root.
type graph struct {
	nodes    int
	root     int32
	terminal []bool
	edges    []Edge
	origin   []int32 // by edge: its number in made
	first    []int32 // by node, into around; one more than nodes
	around   []int32 // arcs that leave the node
	wanted   int     // terminals
}

// made is an edge put together from others: a run of the problem's own edges.
type made struct {
	own      int32 // of the problem, or one of the following
	one, two int32 // of several, in the order from A to B; two is -1 where there is but one
	oneBack  bool  // whether the part lies against the direction
	twoBack  bool
}

// What a made edge is that is none of the problem's.
const (
	several   = -1 - iota // made of others
	joint                 // leads to the place where a terminal is joined or left out
	leavesOut             // and less: leaves out the terminal of the number leavesOut-own
)

func (g *graph) head(arc int32) int32 {
	if arc&1 == 0 {
		return g.edges[arc>>1].B
	}
	return g.edges[arc>>1].A
}

func (g *graph) tail(arc int32) int32 { return g.head(arc ^ 1) }

// out are the arcs that leave a node. An arc's reverse, arc^1, may be closed.
func (g *graph) out(node int32) []int32 { return g.around[g.first[node]:g.first[node+1]] }

// closed tells whether nothing may go along an arc.
func (g *graph) closed(arc int32) bool { return arc&1 == 1 && g.edges[arc>>1].OneWay }

// index lists the arcs around the nodes, closed ones too: who searches against the arcs
// finds by them the ones that enter.
func (g *graph) index() {
	g.first = make([]int32, g.nodes+1)
	for i := range g.edges {
		g.first[g.edges[i].A+1]++
		g.first[g.edges[i].B+1]++
	}
	for i := range g.nodes {
		g.first[i+1] += g.first[i]
	}
	g.around = make([]int32, 2*len(g.edges))
	next := append([]int32(nil), g.first[:g.nodes]...)
	for i := range g.edges {
		e := &g.edges[i]
		g.around[next[e.A]] = int32(2 * i)
		next[e.A]++
		g.around[next[e.B]] = int32(2*i + 1)
		next[e.B]++
	}
}
