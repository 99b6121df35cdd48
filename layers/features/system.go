package features

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/crs"
	"github.com/cuntu/cuntu/layers/cql2"
)

// CRS84 is degrees of WGS 84, longitude first.
const CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"

const epsg = "http://www.opengis.net/def/crs/EPSG/0/"

// System is a coordinate system as OGC has it, its axes in the order of its definition.
type System struct {
	URI string
	*crs.CRS
	NorthFirst bool
}

// Systems are those that places in a box can be had in: CRS84, EPSG:4326, 4490 and 3857, and the Gauss-Krüger zones of
// CGCS2000, Xian 1980 and Beijing 1954 that lie there.
func Systems(box geo.Box) (list []System) {
	for _, s := range everySystem() {
		if s.serves(box) {
			list = append(list, s)
		}
	}
	return list
}

// everySystem lists all systems, the default first.
var everySystem = sync.OnceValue(func() []System {
	wgs84, _ := crs.ByCode(4326) // is always known
	list := []System{{CRS84, wgs84, false}}
	for _, codes := range [][2]int{
		{4326, 4326}, {4490, 4490}, {3857, 3857}, {4491, 4554}, {2327, 2390}, {2401, 2442}, {21413, 21423}, {21453, 21463},
	} {
		for code := codes[0]; code <= codes[1]; code++ {
			c, err := crs.ByCode(code)
			if err != nil {
				panic(err) // the codes stand here, and the first test asks for all of them
			}
			list = append(list, System{fmt.Sprint(epsg, code), c, c.NorthFirst()})
		}
	}
	return list
})

// DefaultSystem is CRS84.
func DefaultSystem() System { return everySystem()[0] }

// serves tells whether the system can be had for places in a box: zones are for what lies near them.
func (s System) serves(box geo.Box) bool {
	lon, isZone := s.CentralMeridian()
	if !isZone {
		return true
	}
	b := box.Bound()
	return !box.IsEmpty() && b.Min[0] < lon+crs.FarFromMeridian && b.Max[0] > lon-crs.FarFromMeridian
}

// FindSystem finds a system for places in a box by its URI, or by a safe CURIE such as [EPSG:4326].
func FindSystem(box geo.Box, name string) (System, bool) {
	every := everySystem()
	i := slices.IndexFunc(every, func(s System) bool {
		return name == s.URI || name == strings.Replace(s.URI, "http:", "https:", 1) || name == s.curie()
	})
	if i < 0 || !every[i].serves(box) {
		return System{}, false
	}
	return every[i], true
}

func (s System) curie() string {
	if code, ok := strings.CutPrefix(s.URI, epsg); ok {
		return "[EPSG:" + code + "]"
	}
	return "[OGC:CRS84]"
}

// isDegrees tells whether places are in degrees of WGS 84, in whatever order.
func (s System) isDegrees() bool { return s.CRS == nil || s.Code() == 4326 }

// clipMargin is how far beyond the data a box is kept, in metres.
const clipMargin = 1000

// Clip cuts a box of a system of metres, its corners in the order of the axes, down to where data in another box can be, so
// that places far beyond the system's reach need none; false where nothing is left. It stays the same for what it finds.
func (s System) Clip(corners [4]float64, data geo.Box) (clipped [4]float64, ok bool) {
	if s.Geographic() {
		return corners, true
	}
	if data.IsEmpty() {
		return corners, false
	}
	low, high := s.around(data)
	for i := range 2 {
		corners[i], corners[2+i] = max(corners[i], low[i]), min(corners[2+i], high[i])
	}
	return corners, corners[0] <= corners[2] && corners[1] <= corners[3]
}

// around are the least and the greatest coordinates, in the order of the axes, of a box and some margin.
func (s System) around(data geo.Box) (low, high orb.Point) {
	b := data.Bound()
	low, high = orb.Point{math.Inf(1), math.Inf(1)}, orb.Point{math.Inf(-1), math.Inf(-1)}
	const pieces = 16 // of each edge, which may be curved
	for i := range pieces + 1 {
		for k := range pieces + 1 {
			at := orb.Point{
				b.Min[0] + (b.Max[0]-b.Min[0])*float64(i)/pieces,
				b.Min[1] + (b.Max[1]-b.Min[1])*float64(k)/pieces,
			}
			p := s.FromWGS84(at)
			if s.NorthFirst {
				p[0], p[1] = p[1], p[0]
			}
			for axis, v := range p {
				if !math.IsNaN(v) {
					low[axis], high[axis] = min(low[axis], v-clipMargin), max(high[axis], v+clipMargin)
				}
			}
		}
	}
	return low, high
}

// Filter is the system as conditions read it; nil for CRS84.
func (s System) Filter() *cql2.System {
	if s.CRS == nil || s.URI == CRS84 {
		return nil
	}
	toDegrees := s.ToWGS84
	if s.NorthFirst {
		toDegrees = func(p orb.Point) orb.Point { return s.ToWGS84(orb.Point{p[1], p[0]}) }
	}
	return &cql2.System{ToDegrees: toDegrees, Angles: s.Geographic(), NorthFirst: s.NorthFirst}
}
