package crs

import (
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// Proposal is a system that numbers may be in, for a person to confirm.
type Proposal struct {
	CRS *CRS
	// Swapped tells that x and y must change places first: latitude before
	// longitude, or X north and Y east as Chinese surveyors write.
	Swapped bool
	Rule    Rule
	Reason  string  // for a person, in English
	Share   float64 // of the points that fit, from 0 to 1
}

// Rule tells why a system is proposed; the part of Reason that a program can act on.
type Rule string

// The rules of Propose.
const (
	InDegrees      Rule = "degrees"        // longitude and latitude in China
	InDegreesAway  Rule = "degrees_abroad" // longitude and latitude elsewhere
	InZone         Rule = "zone"           // eastings begin with a zone's number
	InMetres       Rule = "metres"         // Gauss-Krüger eastings without a zone's number
	InMercator     Rule = "mercator"       // Web Mercator over China
	leastShare          = 0.5              // below it a system is not proposed
	proposalSample      = 10000
)

// China, with a margin, in degrees: 73.5° to 135.1° E, 3.8° to 53.6° N.
var china = orb.Bound{Min: orb.Point{72, 3}, Max: orb.Point{137, 55}}

// Apply puts a point of the file into degrees of WGS 84 as proposed.
func (p Proposal) Apply(q orb.Point) orb.Point {
	if p.Swapped {
		q[0], q[1] = q[1], q[0]
	}
	return p.CRS.ToWGS84(q)
}

// Propose looks at coordinates of unknown system and gives those they may be in,
// the likelier first, none when nothing fits half of the points. Points at zero
// or not finite are left out; of more than 10,000 an even sample is taken.
//
// Numbers cannot tell datums apart, which differ by some hundred metres: beside
// the likeliest the others are listed. Nor can eastings without a zone's number
// tell the central meridian: every 3° one of China is listed, and a person
// who knows the county, or ProposeIn, takes the right one.
func Propose(points []orb.Point) []Proposal { return ProposeIn(points, china) }

// ProposeIn is Propose for points known to lie within a bound in degrees, such
// as that of the prefecture: central meridians that put most points outside are
// left out, and proposals that put more of them inside come first.
func ProposeIn(points []orb.Point, where orb.Bound) []Proposal {
	points = sample(points)
	if len(points) == 0 {
		return nil
	}
	var out []Proposal
	for _, swapped := range []bool{false, true} {
		pts := points
		if swapped {
			pts = make([]orb.Point, len(points))
			for i, p := range points {
				pts[i] = orb.Point{p[1], p[0]}
			}
		}
		s := proposer{points: pts, swapped: swapped, where: where}
		s.degrees()
		s.zones()
		s.mercator()
		s.metres()
		out = append(out, s.out...)
	}
	inside := func(p Proposal) float64 {
		if p.Rule == InMetres && where == china {
			return p.Share // any meridian lies somewhere in China
		}
		return math.Round(10*shareOf(points, func(q orb.Point) bool { return within(where, p.Apply(q)) })) / 10
	}
	rank := make(map[*CRS]float64, len(out))
	for _, p := range out {
		rank[p.CRS] = inside(p)
	}
	slices.SortStableFunc(out, func(a, b Proposal) int {
		return int(math.Round(10*rank[b.CRS] - 10*rank[a.CRS]))
	})
	return out
}

// sample leaves out what is no place and thins what is many.
func sample(points []orb.Point) []orb.Point {
	step := 1 + (len(points)-1)/proposalSample
	var out []orb.Point
	for i := 0; i < len(points); i += step {
		p := points[i]
		if p != (orb.Point{}) && math.Abs(p[0]) < 1e9 && math.Abs(p[1]) < 1e9 {
			out = append(out, p)
		}
	}
	return out
}

// within is Contains that NaN does not pass.
func within(b orb.Bound, p orb.Point) bool { return p[0] == p[0] && b.Contains(p) }

func shareOf(points []orb.Point, ok func(orb.Point) bool) float64 {
	n := 0
	for _, p := range points {
		if ok(p) {
			n++
		}
	}
	return float64(n) / float64(len(points))
}

type proposer struct {
	points  []orb.Point
	swapped bool
	where   orb.Bound
	out     []Proposal
}

func (s *proposer) add(rule Rule, share float64, reason string, systems ...*CRS) {
	if share < leastShare {
		return
	}
	for i, c := range systems {
		r := reason
		if i > 0 {
			r += "; should they be " + c.Name()
		}
		s.out = append(s.out, Proposal{c, s.swapped, rule, r, share})
	}
}

func (s *proposer) degrees() {
	share := shareOf(s.points, china.Contains)
	reason := "degrees: longitudes and latitudes of China"
	if s.swapped {
		reason = "degrees, swapped: latitudes come before longitudes"
	}
	s.add(InDegrees, share, reason,
		newGeographic(datumWGS84), newGeographic(datumCGCS2000),
		&CRS{name: "GCJ-02", method: gcj02, unit: 1}, &CRS{name: "BD-09", method: bd09, unit: 1},
		newGeographic(datumXian1980), newGeographic(datumBeijing1954))
	if share >= leastShare || s.swapped {
		return
	}
	world := orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}
	swapped := shareOf(s.points, func(p orb.Point) bool { return china.Contains(orb.Point{p[1], p[0]}) })
	if swapped < leastShare {
		s.add(InDegreesAway, shareOf(s.points, world.Contains), "degrees, but most places lie outside China", newGeographic(datumWGS84))
	}
}

// northing tells whether y is a Gauss-Krüger northing of China: 3° to 55° N.
func northing(y float64) bool { return y > 3.3e5 && y < 6.1e6 }

// beside is how far, in metres, places of a zone lie from its central meridian:
// half of 3° or 6° at 18° N and a margin for places carried in a neighbour's zone.
func beside(width int) float64 {
	if width == 3 {
		return 2.2e5
	}
	return 3.8e5
}

func (s *proposer) zones() {
	for zone := 13; zone <= 45; zone++ {
		width := 3
		if zone <= 23 {
			width = 6
		} else if zone == 24 {
			continue
		}
		share := shareOf(s.points, func(p orb.Point) bool {
			return math.Abs(p[0]-float64(zone)*1e6-5e5) < beside(width) && northing(p[1])
		})
		if share < leastShare {
			continue
		}
		var systems []*CRS
		for _, f := range families {
			if f.width == width && f.byZone && !f.deprecated {
				systems = append(systems, newTransverse(f.datum, f.params(zone-f.firstZone())))
			}
		}
		reason := fmt.Sprintf("eastings begin with %d: CGCS2000 %d-degree zone %d", zone, width, zone)
		if s.swapped {
			reason = fmt.Sprintf("northings come before eastings, which begin with %d: CGCS2000 %d-degree zone %d", zone, width, zone)
		}
		s.add(InZone, share, reason, systems...)
	}
}

func (s *proposer) mercator() {
	c := newWebMercator()
	share := shareOf(s.points, func(p orb.Point) bool {
		return p[0] > 1e6 && within(china, c.ToWGS84(p))
	})
	reason := "metres of Web Mercator over China"
	if s.swapped {
		reason += ", northings before eastings"
	}
	s.add(InMercator, share, reason, c)
}

// metres proposes central meridians for eastings without a zone's number. The
// narrower 3° zones are by far the commoner in counties; points too far from the
// meridian for them must be of 6°.
func (s *proposer) metres() {
	plausible := func(width int) float64 {
		return shareOf(s.points, func(p orb.Point) bool {
			return math.Abs(p[0]-5e5) < beside(width) && northing(p[1])
		})
	}
	width, share := 3, plausible(3)
	if six := plausible(6); share < 0.9 && six > share {
		width, share = 6, six
	}
	if share < leastShare {
		return
	}
	for _, f := range families {
		if f.width != width || f.byZone || f.deprecated {
			continue
		}
		for i := range f.zones() {
			c := newTransverse(f.datum, f.params(i))
			if width == 6 {
				c.name, c.code = f.name(i), f.first+i
			}
			in := shareOf(s.points, func(p orb.Point) bool { return within(s.where, c.ToWGS84(p)) })
			if in < leastShare && s.where != china {
				continue
			}
			reason := fmt.Sprintf("metres without a zone number: central meridian %g°E is one of those possible", c.tm.lon0)
			if s.swapped {
				reason += ", northings before eastings"
			}
			s.add(InMetres, share, reason, c)
		}
	}
}
