package features

import (
	"fmt"
	"slices"
	"strings"

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
func Systems(box geo.Box) []System {
	wgs84, _ := crs.ByCode(4326) // is always known
	list := []System{{CRS84, wgs84, false}}
	for _, code := range []int{4326, 4490, 3857} {
		list = append(list, byCode(code))
	}
	for _, zones := range [][2]int{{4491, 4554}, {2327, 2390}, {2401, 2442}, {21413, 21423}, {21453, 21463}} {
		for code := zones[0]; code <= zones[1]; code++ {
			if s := byCode(code); s.serves(box) {
				list = append(list, s)
			}
		}
	}
	return list
}

func byCode(code int) System {
	c, err := crs.ByCode(code)
	if err != nil {
		panic(err) // the codes stand in this file, and a test asks for all of them
	}
	return System{fmt.Sprint(epsg, code), c, c.NorthFirst()}
}

func (s System) serves(box geo.Box) bool {
	lon, ok := s.CentralMeridian()
	b := box.Bound()
	return ok && !box.IsEmpty() && b.Min[0] < lon+farFromMeridian && b.Max[0] > lon-farFromMeridian
}

// FindSystem finds a system among some by its URI, or by a safe CURIE such as [EPSG:4326].
func FindSystem(list []System, name string) (System, bool) {
	i := slices.IndexFunc(list, func(s System) bool {
		return name == s.URI || name == strings.Replace(s.URI, "http:", "https:", 1) || name == s.curie()
	})
	if i < 0 {
		return System{}, false
	}
	return list[i], true
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
