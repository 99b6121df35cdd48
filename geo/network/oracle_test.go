package network_test

import (
	"cmp"
	"iter"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/network"
)

// middle is where the tests' networks lie, in Shangluo.
var middle = orb.Point{109.94, 33.87}

// at is the place so many metres east and north of the middle.
func at(east, north float64) orb.Point {
	const degree = math.Pi / 180 * 6371000
	return orb.Point{middle[0] + east/degree/math.Cos(middle[1]*math.Pi/180), middle[1] + north/degree}
}

// road is a segment with a row through places given by metres east and north.
func road(row uint32, a network.Attributes, xy ...float64) network.Segment {
	var line orb.LineString
	for i := 0; i < len(xy); i += 2 {
		line = append(line, at(xy[i], xy[i+1]))
	}
	return segment(row, a, line)
}

func segment(row uint32, a network.Attributes, line orb.LineString) network.Segment {
	s, err := geo.NewShape(line)
	if err != nil {
		panic(err)
	}
	a.Row = row
	return network.Segment{Shape: s, Attributes: a}
}

var paved = network.Attributes{Hardened: true, Passable: true, SpeedKmh: 30}

// over passes over what it crosses.
var over = network.Attributes{Hardened: true, Passable: true, SpeedKmh: 30, Kind: network.Bridge}

func build(segments ...network.Segment) *network.Graph {
	return network.Build(slices.Values(segments), network.DefaultTolerance)
}

// oracle is the model of the package's comment, written down plainly: all pairs of
// ends, all ends against all segments, Floyd and Warshall.
type oracle struct {
	segments []network.Segment
	keys     [][]key // by segment, along it
	way      [][]float64
	metric   network.Metric
}

type key struct {
	metres float64
	node   int
}

func newOracle(segments []network.Segment, tolerance float64, metric network.Metric) *oracle {
	o := &oracle{segments: segments, metric: metric}
	var ends []geo.Point
	for _, s := range segments {
		ends = append(ends, s.Shape.Points[0], s.Shape.Points[len(s.Shape.Points)-1])
	}
	node := make([]int, len(ends))
	for i := range node {
		node[i] = i
	}
	for range ends { // until nothing changes
		for i := range ends {
			for j := range ends {
				if geo.Distance(ends[i].LonLat(), ends[j].LonLat()) <= tolerance {
					node[i] = min(node[i], node[j])
					node[j] = node[i]
				}
			}
		}
	}
	shared := sharedVertices(segments, ends, tolerance)
	n := len(ends) + len(shared)
	o.way = make([][]float64, n)
	for i := range o.way {
		o.way[i] = slices.Repeat([]float64{math.Inf(1)}, n)
		o.way[i][i] = 0
	}
	for l, s := range segments {
		keys := []key{{0, node[2*l]}, {s.Shape.Length(), node[2*l+1]}}
		for i, end := range ends {
			if node[i] == node[2*l] || node[i] == node[2*l+1] {
				continue
			}
			// Piece by piece, since a road may come back over itself.
			for v := range len(s.Shape.Points) - 1 {
				piece := geo.Shape{Kind: geo.Lines, Points: s.Shape.Points[v : v+2], Ends: []uint32{2}}
				if hit := piece.Nearest(end.LonLat()); hit.Metres <= max(tolerance, 0.009) {
					hit.Vertex = v
					keys = append(keys, key{along(s.Shape, hit), node[i]})
				}
			}
		}
		for v, p := range s.Shape.Points {
			if k := slices.Index(shared, p); k >= 0 && s.Kind == network.Road && v > 0 && v < len(s.Shape.Points)-1 {
				keys = append(keys, key{along(s.Shape, geo.Hit{Vertex: v, Place: p.LonLat()}), len(ends) + k})
			}
		}
		slices.SortFunc(keys, func(a, b key) int { return cmp.Compare(a.metres, b.metres) })
		for i := 1; i < len(keys); i++ {
			a, b := keys[i-1], keys[i]
			d := o.cost(l, b.metres-a.metres)
			o.way[a.node][b.node] = min(o.way[a.node][b.node], d)
			o.way[b.node][a.node] = min(o.way[b.node][a.node], d)
		}
		o.keys = append(o.keys, keys)
	}
	for k := range n {
		for i := range n {
			for j := range n {
				o.way[i][j] = min(o.way[i][j], o.way[i][k]+o.way[k][j])
			}
		}
	}
	return o
}

// sharedVertices are the inner vertices that several roads have, far from any end.
func sharedVertices(segments []network.Segment, ends []geo.Point, tolerance float64) (shared []geo.Point) {
	inner := func(s network.Segment) []geo.Point {
		if s.Kind != network.Road {
			return nil
		}
		return s.Shape.Points[1 : len(s.Shape.Points)-1]
	}
	for i, s := range segments {
		for _, p := range inner(s) {
			near := slices.ContainsFunc(ends, func(e geo.Point) bool {
				return geo.Distance(e.LonLat(), p.LonLat()) <= max(tolerance, 0.009)
			})
			other := slices.ContainsFunc(segments[i+1:], func(o network.Segment) bool { return slices.Contains(inner(o), p) })
			if !near && other && !slices.Contains(shared, p) {
				shared = append(shared, p)
			}
		}
	}
	return shared
}

func along(s geo.Shape, hit geo.Hit) float64 {
	d := geo.Distance(s.Points[hit.Vertex].LonLat(), hit.Place)
	for i := range hit.Vertex {
		d += geo.Distance(s.Points[i].LonLat(), s.Points[i+1].LonLat())
	}
	return d
}

func (o *oracle) cost(segment int, metres float64) float64 {
	if o.metric == network.ByMinutes {
		return metres * 0.06 / float64(o.segments[segment].SpeedKmh)
	}
	return metres
}

func (o *oracle) walk(metres float64) float64 {
	if o.metric == network.ByMinutes {
		return metres * 0.06 / network.DefaultFootKmh * network.DefaultFootTimeWeight
	}
	return metres * network.DefaultFootWeight
}

// between is the cost between two points.
func (o *oracle) between(p, q orb.Point, maxSnap float64) float64 {
	best := math.Inf(1)
	for s := range o.segments {
		from := o.segments[s].Shape.Nearest(p)
		if from.Metres > maxSnap {
			continue
		}
		start := along(o.segments[s].Shape, from)
		for t := range o.segments {
			to := o.segments[t].Shape.Nearest(q)
			if to.Metres > maxSnap {
				continue
			}
			stop := along(o.segments[t].Shape, to)
			walks := o.walk(from.Metres) + o.walk(to.Metres)
			if s == t {
				best = min(best, walks+o.cost(s, math.Abs(start-stop)))
			}
			for _, a := range o.keys[s] {
				for _, b := range o.keys[t] {
					best = min(best, walks+o.cost(s, math.Abs(start-a.metres))+o.way[a.node][b.node]+o.cost(t, math.Abs(stop-b.metres)))
				}
			}
		}
	}
	return best
}

// tangle is a random network of n segments within size metres: free ones, which cross
// without joining, and ones that begin or end at, or a few centimetres off, the end or
// the inside of an earlier one, or pass through a vertex of one. One in ten is a bridge.
func tangle(r *rand.Rand, n int, size float64) []network.Segment {
	var segments []network.Segment
	var lines []orb.LineString
	anywhere := func() orb.Point { return at(size*r.Float64(), size*r.Float64()) }
	end := func() orb.Point {
		if len(lines) == 0 || r.IntN(8) == 0 {
			return anywhere()
		}
		line := lines[r.IntN(len(lines))]
		p := line[r.IntN(2)*(len(line)-1)]
		if r.IntN(3) == 0 {
			i := 1 + r.IntN(len(line)-1)
			t := r.Float64()
			p = orb.Point{line[i-1][0] + t*(line[i][0]-line[i-1][0]), line[i-1][1] + t*(line[i][1]-line[i-1][1])}
		}
		if r.IntN(3) == 0 {
			p = geo.Destination(p, 360*r.Float64(), 0.04*r.Float64())
		}
		return p
	}
	for row := range n {
		line := orb.LineString{end()}
		for range r.IntN(4) {
			p := anywhere()
			if len(lines) > 0 && r.IntN(4) == 0 {
				if other := lines[r.IntN(len(lines))]; len(other) > 2 {
					p = other[1+r.IntN(len(other)-2)]
				}
			}
			line = append(line, p)
		}
		line = append(line, end())
		a := network.Attributes{
			Hardened: r.IntN(3) > 0,
			Passable: r.IntN(10) > 0,
			Grade:    uint8(r.IntN(6)),
			SpeedKmh: []float32{15, 20, 30, 60}[r.IntN(4)],
			Kind:     []network.Kind{network.Bridge, network.Road}[min(1, r.IntN(10))],
		}
		s := segment(uint32(row), a, line)
		if len(s.Shape.Points) < 2 {
			continue
		}
		segments, lines = append(segments, s), append(lines, line)
	}
	return segments
}

// lattice is a network of about 2n segments on a jittered square grid of size metres
// between crossings, each a bent line, with one in eight left out; in yields they come
// in an order that has nothing to do with the map.
func lattice(n int, size float64) iter.Seq[network.Segment] {
	side := int(math.Ceil(math.Sqrt(float64(n))))
	corner := func(i, j int) orb.Point {
		r := rand.New(rand.NewPCG(uint64(i), uint64(j)))
		return at(size*(float64(i)+0.6*r.Float64()), size*(float64(j)+0.6*r.Float64()))
	}
	return func(yield func(network.Segment) bool) {
		total := 2 * side * side
		stride := 7919
		for total%stride == 0 {
			stride += 2
		}
		points, ends := make([]geo.Point, 0, 8), make([]uint32, 1)
		for k := range total {
			row := int(uint64(k) * uint64(stride) % uint64(total))
			i, j := row/2/side, row/2%side
			r := rand.New(rand.NewPCG(uint64(row), 3))
			if r.IntN(8) == 0 {
				continue
			}
			a, b := corner(i, j), corner(i+1, j)
			if row%2 == 1 {
				b = corner(i, j+1)
			}
			points = append(points[:0], geo.Quantise(a))
			for v := 1.; v < 6; v++ {
				t := v / 6
				p := orb.Point{a[0] + t*(b[0]-a[0]), a[1] + t*(b[1]-a[1])}
				p[0] += size * 1e-6 * (r.Float64() - 0.5)
				p[1] += size * 1e-6 * (r.Float64() - 0.5)
				points = append(points, geo.Quantise(p))
			}
			points = append(points, geo.Quantise(b))
			ends[0] = uint32(len(points))
			at := network.Attributes{Row: uint32(row), Hardened: r.IntN(3) > 0, Passable: true, SpeedKmh: float32(15 + 15*r.IntN(3))}
			if !yield(network.Segment{Shape: geo.Shape{Kind: geo.Lines, Points: points, Ends: ends}, Attributes: at}) {
				return
			}
		}
	}
}
