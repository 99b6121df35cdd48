// Package pasted reads a place from a text as people paste it: degrees, decimal or
// in minutes and seconds, or metres of a projection, with or without the name of
// their system and letters that say which number is which.
//
// A text flows in, together with where the user's data lie; ways to read it flow
// out, the likelier first, for a person to choose from. Numbers seldom tell their
// datum, so there are mostly several, and none is chosen silently.
package pasted

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo/crs"
)

// Reading is one way to read a text as a place.
type Reading struct {
	CRS     *crs.CRS
	Written orb.Point // in the system: x the longitude or easting
	Place   orb.Point // in degrees of WGS 84, which are those of CGCS2000
	Order   Order
	Named   bool // the text names the datum or the system
}

// Order tells which number was taken for which, and why.
type Order string

// The orders of a pair.
const (
	LonFirst    Order = "lon_first"   // the longitude or easting stands first
	LatFirst    Order = "lat_first"   // the latitude or northing stands first
	Labelled    Order = "labelled"    // as the letters beside the numbers say
	Surveyors   Order = "surveyors"   // X is the northing and Y the easting, as Chinese surveyors write
	Programs    Order = "programs"    // X is the easting and Y the northing, as GIS programs write
	Mislabelled Order = "mislabelled" // against the letters, by which there is no such place here
)

// MaxBytes is how long a text may be.
const MaxBytes = 200

// Forms says in one line what Read takes; error messages end with it.
const Forms = "one place is two numbers, such as 109.94, 33.87 or 109°56′24″E 33°52′12″N or 37402345 3749123, with the name of their " +
	"system before them where it is known"

var (
	world = orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}
	china = orb.Bound{Min: orb.Point{72, 3}, Max: orb.Point{137, 55}}
)

// nearby is how far from the data, in degrees, a place still counts as near them.
const nearby = 0.5

// Read gives the ways to read the text, those near where first, at least one unless
// there is an error. An empty where stands for all China.
func Read(text string, where orb.Bound) ([]Reading, error) {
	if len(text) > MaxBytes {
		return nil, fmt.Errorf("%d bytes are too long for one place; %d are allowed", len(text), MaxBytes)
	}
	if where.IsEmpty() {
		where = china
	}
	rest, named := takeName(normal(text))
	numbers, err := parse(rest)
	if err != nil {
		return nil, err
	}
	p, err := pairOf(numbers)
	if err != nil {
		return nil, err
	}
	r := reader{pair: p, name: named, where: where.Pad(nearby)}
	readings, err := r.read()
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(readings, func(a, b Reading) int { return distance(a.Place, where) - distance(b.Place, where) })
	return readings, nil
}

// distance is 0 within the bound, 1 near it, 2 in China, 3 elsewhere.
func distance(p orb.Point, where orb.Bound) int {
	for i, b := range []orb.Bound{where, where.Pad(nearby), china} {
		if b.Contains(p) {
			return i
		}
	}
	return 3
}

type reader struct {
	pair  pair
	name  name
	where orb.Bound
}

func (r reader) read() ([]Reading, error) {
	systems, err := r.name.systems(r.pair.angles)
	if err != nil {
		return nil, err
	}
	var out []Reading
	for _, c := range systems {
		if reading, ok := r.in(c); ok {
			out = append(out, reading)
		}
	}
	if len(systems) == 0 {
		out = r.proposed()
	}
	if len(out) == 0 {
		what := "in any system that is known"
		if r.name.datum != "" {
			what = "in " + r.name.datum
		}
		return nil, fmt.Errorf("the numbers are no place %s; %s", what, Forms)
	}
	return out, nil
}

// in reads the pair in one system, in the order in which the place lies nearer to the data.
func (r reader) in(c *crs.CRS) (Reading, bool) {
	best, found := Reading{}, false
	for _, swapped := range []bool{false, true} {
		for _, p := range r.name.offset(r.pair.ordered(swapped)) {
			place := c.ToWGS84(p)
			if math.IsNaN(place[0]) || !world.Contains(place) || r.pair.angles != c.Geographic() {
				continue
			}
			if !found || r.rank(place, swapped) < r.rank(best.Place, best.Order == LatFirst) {
				best, found = Reading{CRS: c, Written: p, Place: place, Named: r.name.datum != ""}, true
				best.Order = LonFirst
				if swapped {
					best.Order = LatFirst
				}
			}
		}
	}
	if found {
		best.Order = r.pair.order(best.Order == LatFirst)
	}
	return best, found
}

// rank orders the two orders of a pair: the nearer to the data, then as labelled.
func (r reader) rank(place orb.Point, swapped bool) int {
	d := 2 * distance(place, r.where)
	if swapped != (r.pair.first == latitude) {
		d++
	}
	return d
}

// proposed reads the pair in the systems that its numbers fit.
func (r reader) proposed() (out []Reading) {
	written := r.pair.ordered(false)
	proposals := crs.ProposeIn([]orb.Point{written}, r.where)
	if len(proposals) == 0 {
		proposals = crs.Propose([]orb.Point{written})
	}
	// Both orders of a pair may fit China; one that goes against the letters only
	// counts where no other does.
	against := func(p crs.Proposal) bool {
		return r.pair.first != unlabelled && p.Swapped != (r.pair.first == latitude)
	}
	as := slices.ContainsFunc(proposals, func(p crs.Proposal) bool { return !against(p) })
	for _, p := range proposals {
		c := p.CRS
		switch {
		case as && against(p), p.Rule == crs.InDegreesAway && !r.pair.angles, !r.name.fits(c):
			continue
		case r.pair.angles != c.Geographic():
			continue
		case r.name.datum == "" && c.Code() == 4326 && p.Rule == crs.InDegrees:
			continue // CGCS2000, which is the same to the eye, is in the list
		}
		place := p.Apply(written)
		if math.IsNaN(place[0]) {
			continue
		}
		out = append(out, Reading{
			CRS:     c,
			Written: r.pair.ordered(p.Swapped),
			Place:   place,
			Order:   r.pair.order(p.Swapped),
			Named:   r.name.datum != "",
		})
	}
	return out
}

// pair is the two numbers of a place in the order of the text.
type pair struct {
	values  [2]float64
	angles  bool
	first   axis // what letters say of the first number: unlabelled, longitude or latitude
	letters bool // these letters are X and Y, which are used both ways
	xFirst  bool
}

// ordered is the pair as x, y.
func (p pair) ordered(swapped bool) orb.Point {
	if swapped {
		return orb.Point{p.values[1], p.values[0]}
	}
	return orb.Point{p.values[0], p.values[1]}
}

func (p pair) order(swapped bool) Order {
	switch {
	case p.letters && p.xFirst == swapped:
		return Surveyors
	case p.letters:
		return Programs
	case p.first != unlabelled && swapped == (p.first == latitude):
		return Labelled
	case p.first != unlabelled:
		return Mislabelled
	case swapped:
		return LatFirst
	}
	return LonFirst
}

// pairOf finds the pair among the numbers of a text.
func pairOf(numbers []number) (p pair, err error) {
	numbers = sexagesimal(withZone(numbers))
	if len(numbers) == 3 && math.Abs(numbers[2].value) < 9000 && numbers[2].axis == unlabelled && !numbers[2].marked {
		numbers = numbers[:2] // a height follows, as from a GPS receiver
	}
	if len(numbers) != 2 {
		return p, fmt.Errorf("%d numbers are not one place; %s", len(numbers), Forms)
	}
	a, b := numbers[0], numbers[1]
	p.values = [2]float64{a.value, b.value}
	p.angles = math.Abs(a.value) <= 180 && math.Abs(b.value) <= 180
	if (a.marked || b.marked) && !p.angles {
		return p, errors.New("degrees go to 180; " + Forms)
	}
	p.first = a.axis
	if p.first == unlabelled && b.axis != unlabelled {
		p.first = other[b.axis]
	}
	if b.axis != unlabelled && b.axis != other[p.first] {
		return p, errors.New("both numbers are marked as the same coordinate; " + Forms)
	}
	if p.first == letterX || p.first == letterY {
		p.letters, p.xFirst, p.first = true, p.first == letterX, unlabelled
	}
	return p, nil
}

// withZone joins a zone's number that stands apart from its easting: 37 402345.6.
func withZone(numbers []number) []number {
	if len(numbers) != 3 {
		return numbers
	}
	for i := range 2 {
		zone, easting := numbers[i], numbers[i+1]
		if zone.whole && zone.value >= 13 && zone.value <= 45 && easting.value >= 1e5 && easting.value < 1e6 {
			easting.value += 1e6 * zone.value
			if easting.axis == unlabelled {
				easting.axis = zone.axis
			}
			return slices.Replace(slices.Clone(numbers), i, i+2, easting)
		}
	}
	return numbers
}

// sexagesimal joins bare degrees, minutes and seconds: 109 56 24 33 52 12.
func sexagesimal(numbers []number) []number {
	n := len(numbers) / 2
	if len(numbers) != 4 && len(numbers) != 6 {
		return numbers
	}
	var out []number
	for part := range slices.Chunk(numbers, n) {
		joined := part[0]
		for i, x := range part[1:] {
			if !part[i].whole || x.marked || x.value < 0 || x.value >= 60 {
				return numbers
			}
			joined.value += math.Copysign(x.value, part[0].value) / math.Pow(60, float64(i+1))
			if joined.axis == unlabelled {
				joined.axis = x.axis
			}
		}
		joined.marked, joined.whole = true, false
		out = append(out, joined)
	}
	return out
}

// precise tells whether numbers look like coordinates rather than like counts or
// the numbers of roads.
func precise(numbers []number) bool {
	return !slices.ContainsFunc(numbers, func(n number) bool { return n.whole && !n.marked && n.value < 1e5 })
}
