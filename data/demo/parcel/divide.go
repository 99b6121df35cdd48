package parcel

import (
	"container/heap"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/demo/mesh"
	"github.com/cuntu/cuntu/data/demo/plane"
)

// Seed is a place from which the parcel with the label spreads. Several may have one label.
type Seed struct {
	At    plane.XY
	Label int
	// Cost is what the parcel has paid when it comes there. A place that costs nothing lies in the parcel; at one that does, others
	// may have been before.
	Cost float64
}

// Plan says how to divide.
type Plan struct {
	// Outlines are those of the areas, whose rings are closed. Where they lie side by side they share vertices. Holes are filled.
	Outlines []orb.MultiPolygon
	Seeds    []Seed
	// Spacing is how far, in metres, the vertices between parcels are apart.
	Spacing float64
	// Chance is a number from 0 to 1 by two others, the same each time.
	Chance func(a, b int) float64
	// Step is what the parcel of a label pays for going from one place to another.
	Step func(label int, from, to plane.XY) float64
}

// Division is areas divided into triangles, each of which is of a parcel.
type Division struct {
	degrees   []orb.Point // by vertex
	triangles []mesh.Triangle
	labels    []int // by triangle, -1 outside of all areas
}

// Vertices around a seed keep it in a triangle of its own: how far they are from it, and from any other vertex, in metres.
const (
	seedReach = 110
	seedClear = 60
)

// Divide gives each triangle of the areas to the parcel that reaches it for the least. The error is a place that lies in
// no area.
func Divide(p Plan) (*Division, error) {
	v := newVertices(p.Outlines)
	v.scatter(p)
	m := mesh.New(v.points())
	m.Constrain(v.edges)
	d := &Division{degrees: v.degrees, triangles: m.Triangles()}
	area := d.areas(v.edges)
	return d, d.claim(p, area)
}

// vertices are those of the outlines, then those between.
type vertices struct {
	at      []plane.XY
	degrees []orb.Point
	edges   [][2]int32 // of the outlines, with an area on the left
	near    *buckets
}

func newVertices(outlines []orb.MultiPolygon) *vertices {
	v := &vertices{near: newBuckets(400)}
	known := map[orb.Point]int32{}
	for _, outline := range outlines {
		for _, polygon := range outline {
			ring := polygon[0]
			own := make([]int32, len(ring)-1)
			for i, p := range ring[:len(ring)-1] {
				n, ok := known[p]
				if !ok {
					n = v.add(plane.ToPlane(p), p)
					known[p] = n
				}
				own[i] = n
			}
			for i, a := range own {
				b := own[(i+1)%len(own)]
				if ring.Orientation() == orb.CW {
					a, b = b, a
				}
				v.edges = append(v.edges, [2]int32{a, b})
			}
		}
	}
	return v
}

func (v *vertices) add(at plane.XY, degrees orb.Point) int32 {
	n := int32(len(v.at))
	v.at, v.degrees = append(v.at, at), append(v.degrees, degrees)
	v.near.add(n, at)
	return n
}

// clear tells whether no vertex lies within so many metres.
func (v *vertices) clear(p plane.XY, metres float64) bool {
	free := true
	v.near.around(p, metres, func(n int32) bool {
		free = v.at[n].Distance(p) >= metres
		return free
	})
	return free
}

// scatter puts three vertices around each seed, and others all over the plane, unevenly.
func (v *vertices) scatter(p Plan) {
	put := func(at plane.XY, metres float64) {
		if v.clear(at, metres) {
			degrees := plane.ToDegrees(at)
			v.add(plane.ToPlane(degrees), degrees)
		}
	}
	for i, s := range p.Seeds {
		turn := 2 * math.Pi * p.Chance(i, 1)
		for k := range 3 {
			a := turn + 2*math.Pi*float64(k)/3
			put(s.At.Add(plane.XY{X: seedReach * math.Cos(a), Y: seedReach * math.Sin(a)}), seedClear)
		}
	}
	low, high := v.at[0], v.at[0]
	for _, q := range v.at {
		low, high = plane.XY{X: min(low.X, q.X), Y: min(low.Y, q.Y)}, plane.XY{X: max(high.X, q.X), Y: max(high.Y, q.Y)}
	}
	height := p.Spacing * math.Sqrt(3) / 2
	for row := 0; low.Y+float64(row)*height < high.Y; row++ {
		for col := 0; low.X+float64(col)*p.Spacing < high.X; col++ {
			n := row<<16 | col
			put(plane.XY{
				X: low.X + p.Spacing*(float64(col)+0.5*float64(row%2)+0.7*(p.Chance(n, 2)-0.5)),
				Y: low.Y + height*(float64(row)+0.7*(p.Chance(n, 3)-0.5)),
			}, 0.45*p.Spacing)
		}
	}
}

// points are the vertices in whole millimetres.
func (v *vertices) points() []mesh.Point {
	list := make([]mesh.Point, len(v.at))
	for i, p := range v.at {
		list[i] = mesh.Point{X: int64(math.Round(p.X * 1000)), Y: int64(math.Round(p.Y * 1000))}
	}
	return list
}

// areas numbers the triangles that lie within the same outlines, -1 for those in none.
func (d *Division) areas(edges [][2]int32) []int {
	border := make(map[[2]int32]bool, len(edges))
	for _, e := range edges {
		border[e] = true
	}
	area := make([]int, len(d.triangles))
	for t := range area {
		area[t] = -1
	}
	count := 0
	for t, tri := range d.triangles {
		for k, a := range tri.Corners {
			if area[t] < 0 && border[[2]int32{a, tri.Corners[(k+1)%3]}] {
				d.flood(int32(t), count, area, border)
				count++
			}
		}
	}
	return area
}

func (d *Division) flood(from int32, number int, area []int, border map[[2]int32]bool) {
	area[from] = number
	for stack := []int32{from}; len(stack) > 0; {
		t := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		tri := d.triangles[t]
		for k, n := range tri.Beside {
			a, b := tri.Corners[k], tri.Corners[(k+1)%3]
			if n >= 0 && area[n] < 0 && !border[[2]int32{a, b}] && !border[[2]int32{b, a}] {
				area[n] = number
				stack = append(stack, n)
			}
		}
	}
}

// claim spreads out from all seeds at once, each within its area. What hangs together with no place of its parcel then falls to
// those around.
func (d *Division) claim(p Plan, area []int) error {
	c := &claim{d, p, area, make([]float64, len(d.triangles)), make([]plane.XY, len(d.triangles)), nil}
	d.labels = make([]int, len(d.triangles))
	near := newBuckets(1000)
	for t := range d.triangles {
		x, y, z := d.corners(t)
		c.middle[t] = x.Add(y).Add(z).Times(1.0 / 3)
		c.forget(int32(t))
		if area[t] >= 0 {
			near.add(int32(t), c.middle[t])
		}
	}
	held := make([]bool, len(d.triangles))
	for _, s := range p.Seeds {
		t := d.find(near, s.At)
		if t < 0 {
			return fmt.Errorf("the place %.0f, %.0f lies in no area", s.At.X, s.At.Y)
		}
		held[t] = held[t] || s.Cost == 0
		c.take(t, s.Label, s.Cost)
	}
	c.spread()
	done := make([]bool, len(d.triangles))
	for t := range d.triangles {
		if d.labels[t] < 0 || done[t] {
			continue
		}
		part := d.connected(int32(t), d.labels, done)
		if !slices.ContainsFunc(part, func(n int32) bool { return held[n] }) {
			for _, n := range part {
				c.forget(n)
			}
		}
	}
	for t, label := range d.labels {
		if label >= 0 {
			c.queue = append(c.queue, reached{c.cost[t], int32(t)})
		}
	}
	c.spread()
	return nil
}

// claim is a division while it is made (Dijkstra 1959).
type claim struct {
	*Division
	plan   Plan
	area   []int
	cost   []float64
	middle []plane.XY
	queue  queue
}

func (c *claim) forget(t int32) { c.labels[t], c.cost[t] = -1, math.Inf(1) }

func (c *claim) take(t int32, label int, cost float64) {
	if cost < c.cost[t] {
		c.labels[t], c.cost[t] = label, cost
		heap.Push(&c.queue, reached{cost, t})
	}
}

func (c *claim) spread() {
	heap.Init(&c.queue)
	for len(c.queue) > 0 {
		r := heap.Pop(&c.queue).(reached)
		if r.cost > c.cost[r.triangle] {
			continue
		}
		label := c.labels[r.triangle]
		for _, n := range c.triangles[r.triangle].Beside {
			if n >= 0 && c.area[n] == c.area[r.triangle] {
				c.take(n, label, r.cost+c.plan.Step(label, c.middle[r.triangle], c.middle[n]))
			}
		}
	}
}

func (d *Division) corners(t int) (a, b, c plane.XY) {
	k := d.triangles[t].Corners
	return plane.ToPlane(d.degrees[k[0]]), plane.ToPlane(d.degrees[k[1]]), plane.ToPlane(d.degrees[k[2]])
}

// find is the triangle around a place, -1 for none; its middle is less than 3 km away.
func (d *Division) find(near *buckets, p plane.XY) int32 {
	found := int32(-1)
	near.around(p, 3000, func(t int32) bool {
		a, b, c := d.corners(int(t))
		if left(a, b, p) && left(b, c, p) && left(c, a, p) {
			found = t
		}
		return found < 0
	})
	return found
}

func left(a, b, p plane.XY) bool { return (b.X-a.X)*(p.Y-a.Y) >= (b.Y-a.Y)*(p.X-a.X) }

// reached is a triangle and what it costs to come there.
type reached struct {
	cost     float64
	triangle int32
}

type queue []reached

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	return q[i].cost < q[j].cost || q[i].cost == q[j].cost && q[i].triangle < q[j].triangle
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(reached)) }
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}
