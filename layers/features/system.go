package features

import (
	"fmt"
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

// farFromMeridian is how many degrees from its central meridian a Gauss-Krüger zone is of no more use.
const farFromMeridian = 6

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
	return !box.IsEmpty() && b.Min[0] < lon+farFromMeridian && b.Max[0] > lon-farFromMeridian
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
