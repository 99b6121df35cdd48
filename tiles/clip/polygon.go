package clip

import (
	"cmp"
	"slices"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/tiles/maptile"
)

// PolygonClipper cuts polygons to the buffered tile without the edges along the
// border, back and forth, that Sutherland and Hodgman's way leaves.
//
// The rings of a polygon that cross the border are cut into chains, each from
// where it enters to where it leaves. The polygon lies on the right of a chain, so
// going clockwise along the border from where one leaves, the border bounds the
// polygon until the next one enters: that joins them to rings. Rings wholly inside
// pass through; when nothing crosses, the tile is inside or outside as a whole.
//
// All that it needs stands in slices that it keeps, so that clipping allocates
// nothing once they have grown.
type PolygonClipper struct {
	ring   []Vertex
	far    []Vertex // rings that are not wholly inside, for winding
	ends   []int32  // of those
	chains []chain
	steps  []Point // the chains' vertices
	order  []crossingAt
	open   []int32
	early  []int32
	rings  Shapes // of this polygon: outer ones and holes as they come
	holes  []bool // by ring
}

type chain struct {
	from, to int32 // in steps
	in, out  float64
	next     int32
	wraps    bool // the border from here to the next goes round its beginning
	done     bool
}

type crossingAt struct {
	place float64
	chain int32
	leave bool
}

// Clip appends a shape's polygons to s, each outer ring followed by its holes.
func (c *PolygonClipper) Clip(s *Shapes, g *maptile.Grid, shape geo.Shape, ranks []uint8) {
	from := uint32(0)
	for i, to := range shape.Ends {
		part := shape.Points[from:to]
		hole := i > 0 && geo.Area2(part) < 0
		if !hole {
			c.endPolygon(s)
		}
		c.addRing(g, part, ranks[from:to], hole)
		from = to
	}
	c.endPolygon(s)
}

func (c *PolygonClipper) addRing(g *maptile.Grid, part []geo.Point, ranks []uint8, hole bool) {
	ring := c.ring[:0]
	some, all := uint8(0), uint8(15)
	ranks = ranks[:len(part)]
	for i, p := range part {
		if ranks[i] > g.Detail {
			continue
		}
		v := Vertex{g.X(p), g.Y(p)}
		if n := len(ring); n > 0 && ring[n-1] == v {
			continue
		}
		code := v.Outside()
		some, all = some|code, all&code
		ring = append(ring, v)
	}
	c.ring = ring
	switch {
	case all != 0: // all beyond one side
	case some == 0:
		for _, v := range ring {
			c.rings.Points = append(c.rings.Points, v.Point())
		}
		c.endRing(hole)
	default:
		c.far = append(c.far, ring...)
		c.ends = append(c.ends, int32(len(c.far)))
		c.cut(ring)
	}
}

// endRing closes the open ring, turned as it should be, or drops it when it has
// no area.
func (c *PolygonClipper) endRing(hole bool) {
	r := &c.rings
	from := r.Open()
	ring := Tidy(r.Points[from:])
	area := Area2(ring)
	if area == 0 {
		r.Points = r.Points[:from]
		return
	}
	if area < 0 != hole {
		Reverse(ring)
	}
	copy(r.Points[from:], ring)
	r.Points = r.Points[:from+len(ring)]
	r.Ends = append(r.Ends, int32(len(r.Points)))
	c.holes = append(c.holes, hole)
}

// cut makes chains of a ring of which a vertex is outside.
func (c *PolygonClipper) cut(ring []Vertex) {
	start := slices.IndexFunc(ring, func(v Vertex) bool { return v.Outside() != 0 })
	last := ring[start]
	code := last.Outside()
	for i := range ring {
		at := start + 1 + i
		if at >= len(ring) {
			at -= len(ring)
		}
		v := ring[at]
		vc := v.Outside()
		switch {
		case vc|code == 0:
			c.steps = append(c.steps, v.Point())
		case vc&code != 0:
		default:
			c.step(last, v)
		}
		last, code = v, vc
	}
}

// step follows an edge that crosses the border, or passes by.
func (c *PolygonClipper) step(a, b Vertex) {
	from, to, ok := cut(a, b)
	if !ok {
		return
	}
	if from.place >= 0 {
		c.chains = append(c.chains, chain{from: int32(len(c.steps)), in: from.place})
		c.steps = append(c.steps, from.at)
	}
	c.steps = append(c.steps, to.at)
	if to.place >= 0 {
		last := &c.chains[len(c.chains)-1]
		last.to, last.out = int32(len(c.steps)), to.place
	}
}

// endPolygon joins the chains, gives each hole to its outer ring and begins anew.
func (c *PolygonClipper) endPolygon(s *Shapes) {
	if len(c.chains) > 0 {
		c.join()
	} else if len(c.ends) > 0 && c.winding(border, border+side/2+.25) > 0 {
		c.wholeTile()
	}
	c.flush(s)
	c.far, c.ends, c.chains, c.steps, c.holes = c.far[:0], c.ends[:0], c.chains[:0], c.steps[:0], c.holes[:0]
	c.rings.Reset()
}

func (c *PolygonClipper) wholeTile() {
	for k := range 4 {
		c.rings.Points = append(c.rings.Points, corner(k))
	}
	c.endRing(false)
}

func corner(k int) Point {
	return [4]Point{{Lo, Lo}, {Hi, Lo}, {Hi, Hi}, {Lo, Hi}}[k&3]
}

// winding is how often the rings that are not inside go round a place of which no
// edge comes near, clockwise.
func (c *PolygonClipper) winding(x, y float64) (n int) {
	from := int32(0)
	for _, to := range c.ends {
		ring := c.far[from:to]
		a := ring[len(ring)-1]
		for _, b := range ring {
			down := float64(b.Y) > y
			if (float64(a.Y) > y) != down {
				t := (y - float64(a.Y)) / float64(b.Y-a.Y)
				if float64(a.X)+float64(t*float64(b.X-a.X)) > x {
					if down {
						n++
					} else {
						n--
					}
				}
			}
			a = b
		}
		from = to
	}
	return n
}

// join links each chain to the one that follows it clockwise along the border and
// makes rings of them.
//
// Where crossings lie side by side, order decides between nothing and everything,
// so it starts where it is beyond doubt whether the border lies in the polygon: in
// the middle of the longest stretch without a crossing. From there on the border
// is known to be in or out, hence at crossings in one place which one comes first.
// Rings that cross each other, against the rules, are matched like brackets.
func (c *PolygonClipper) join() {
	c.order = c.order[:0]
	for i, ch := range c.chains {
		c.order = append(c.order, crossingAt{ch.in, int32(i), false}, crossingAt{ch.out, int32(i), true})
	}
	slices.SortFunc(c.order, func(a, b crossingAt) int { return cmp.Compare(a.place, b.place) })
	first, gap := 0, -1.
	for i, e := range c.order {
		before := c.order[(i+len(c.order)-1)%len(c.order)].place
		if i == 0 {
			before -= 4 * side
		}
		if e.place-before > gap {
			first, gap = i, e.place-before
		}
	}
	inside := c.windingAt(c.order[first].place - gap/2)
	c.match(first, inside)
	if inside > len(c.early) {
		c.wholeTile()
	}
	for i := range c.chains {
		if !c.chains[i].done {
			c.trace(i)
		}
	}
}

func (c *PolygonClipper) windingAt(place float64) int {
	if place < 0 {
		place += 4 * side
	}
	at := place
	for at >= side {
		at -= side
	}
	switch int(place / side) {
	case 0:
		return c.winding(border+at, border)
	case 1:
		return c.winding(farBorder, border+at)
	case 2:
		return c.winding(farBorder-at, farBorder)
	}
	return c.winding(border, farBorder-at)
}

func (c *PolygonClipper) match(first, inside int) {
	c.open, c.early = c.open[:0], c.early[:0]
	n := len(c.order)
	for i := 0; i < n; {
		j := i + 1
		for j < n && c.order[(first+j)%n].place == c.order[(first+i)%n].place {
			j++
		}
		leaves, enters := i, i // two readers of one place's crossings
		for {
			for leaves < j && !c.order[(first+leaves)%n].leave {
				leaves++
			}
			for enters < j && c.order[(first+enters)%n].leave {
				enters++
			}
			if leaves == j && enters == j {
				break
			}
			if enters < j && (inside > 0 || leaves == j) {
				c.enter(first, enters, n)
				enters++
				inside--
			} else {
				c.open = append(c.open, c.order[(first+leaves)%n].chain)
				leaves++
				inside++
			}
		}
		i = j
	}
	for _, ch := range c.early {
		c.link(ch, true)
	}
}

func (c *PolygonClipper) enter(first, i, n int) {
	ch := c.order[(first+i)%n].chain
	if len(c.open) == 0 {
		c.early = append(c.early, ch)
		return
	}
	c.link(ch, false)
}

// link makes the chain the next one of the last that left and is still open. A
// link closes at the end of a lap, or wraps where the border's zero lies between.
func (c *PolygonClipper) link(ch int32, lap bool) {
	last := c.open[len(c.open)-1]
	c.open = c.open[:len(c.open)-1]
	from := &c.chains[last]
	from.next = ch
	switch in := c.chains[ch].in; {
	case in < from.out:
		from.wraps = true
	case in == from.out:
		from.wraps = lap
	}
}

// trace makes a ring of a chain and those that it leads to.
func (c *PolygonClipper) trace(i int) {
	for !c.chains[i].done {
		ch := &c.chains[i]
		ch.done = true
		c.rings.Points = append(c.rings.Points, c.steps[ch.from:ch.to]...)
		to := c.chains[ch.next].in
		if ch.wraps {
			to += 4 * side
		}
		for k := int(ch.out/side) + 1; float64(k)*side < to; k++ {
			c.rings.Points = append(c.rings.Points, corner(k))
		}
		i = int(ch.next)
	}
	c.endRing(false)
}

// flush moves the polygon's rings to s. A hole whose outer ring has no area here
// goes with it.
func (c *PolygonClipper) flush(s *Shapes) {
	outers := 0
	for _, hole := range c.holes {
		if !hole {
			outers++
		}
	}
	for i, hole := range c.holes {
		if hole {
			continue
		}
		outer := c.rings.Part(i)
		s.Points = append(s.Points, outer...)
		s.Ends = append(s.Ends, int32(len(s.Points)))
		if outers == len(c.holes) {
			continue
		}
		for j, hole := range c.holes {
			if hole && (outers == 1 || ringIn(outer, c.rings.Part(j))) {
				s.Points = append(s.Points, c.rings.Part(j)...)
				s.Ends = append(s.Ends, int32(len(s.Points)))
			}
		}
	}
}
