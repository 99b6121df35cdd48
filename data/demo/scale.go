package demo

import (
	"fmt"
	"math"
	"strconv"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/project"

	"github.com/cuntu/cuntu/data/demo/plane"
	"github.com/cuntu/cuntu/layers"
)

// At a larger scale the country is larger, not denser: whole prefectures like the first
// lie side by side around it, each with its own counties, seats, towns, villages and
// plan, so that what a question about neighbours finds does not grow with the scale.
// They share no road, and stand on no ground: the elevation model is the first one's.
//
// A copy has the first one's villages in the same places to each other. Moved north or
// south its longitudes are stretched so that its metres stay. Copies are made while they
// are read, one feature at a time.

// MaxScale is as many prefectures as have codes of their own and a place between the
// latitudes 18° and 50°.
const MaxScale = 1000

// The lattice of prefectures: each has the ground that is computed for the first, 13 km
// around its border.
const (
	prefectureDegreesLon = (plane.East - plane.West) / plane.MetresPerDegreeLon
	prefectureDegreesLat = (plane.North - plane.South) / plane.MetresPerDegreeLat
	northernRow          = 9
	easternColumn        = 19 // no row comes to the antimeridian
)

// copied tells whether a layer's features are repeated.
func copied(layer string) bool { return layer != "dataset" }

// copier makes the features of one further prefecture.
type copier struct {
	number   int // from 1
	col, row float64
	stretch  float64 // of longitudes
}

func newCopier(number int) copier {
	col, row := cellOf(number)
	c := copier{number: number, col: float64(col), row: float64(row)}
	c.stretch = math.Cos(plane.MiddleLat*math.Pi/180) / math.Cos((plane.MiddleLat+c.row*prefectureDegreesLat)*math.Pi/180)
	return c
}

// cellOf is where in the lattice a prefecture lies: on rings around the first, which is
// number 0 at 0, 0, as far as the lattice goes.
func cellOf(number int) (col, row int) {
	for ring := 1; number > 0; ring++ {
		for row = -min(ring, northernRow); row <= min(ring, northernRow); row++ {
			step := 2 * ring // of the rows between, the two ends alone
			if row == -ring || row == ring {
				step = 1
			}
			for col = -ring; col <= min(ring, easternColumn); col += step {
				if number--; number == 0 {
					return col, row
				}
			}
		}
	}
	return 0, 0
}

// feature is a feature's copy; of is how many its layer has in one prefecture.
func (c copier) feature(l *layers.Layer, f *layers.Feature, of int) layers.Feature {
	values := append([]layers.Value(nil), f.Values...)
	for i, field := range l.Fields {
		switch {
		case values[i].IsNull():
		case l.Key == field.ID, field.ID == "project":
			values[i] = layers.Text(values[i].Text() + "-" + strconv.Itoa(c.number+1))
		case field.ID == "parts": // of roads by their ids, which are others here
			values[i] = layers.Null
		case field.Type == layers.TypeCode:
			values[i] = layers.Text(c.code(values[i].Text()))
		case l.ID == "county" && (field.ID == "name" || field.ID == "city"):
			values[i] = layers.Text(values[i].Text() + strconv.Itoa(c.number+1))
		}
	}
	out := layers.Feature{ID: f.ID + int64(c.number)*int64(of), Values: values}
	if f.Geometry != nil {
		out.Geometry = project.Geometry(orb.Clone(f.Geometry), c.move)
	}
	return out
}

// code is a copy's own code: another prefecture's four digits before the same rest. No
// real one begins with 9.
func (c copier) code(base string) string { return fmt.Sprintf("9%03d", c.number) + base[4:] }

func (c copier) move(p orb.Point) orb.Point {
	return plane.Rounded(orb.Point{
		plane.MiddleLon + c.stretch*(p[0]-plane.MiddleLon+c.col*prefectureDegreesLon),
		p[1] + c.row*prefectureDegreesLat,
	})
}
