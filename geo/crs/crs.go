package crs

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
)

type method uint8

const (
	geographic method = iota
	transverseMercator
	webMercator
	gcj02
	bd09
)

// mercatorRadius is that of Web Mercator's sphere, metres (EPSG method 1024).
const mercatorRadius = 6378137

// CRS is a coordinate reference system. It is immutable and safe for use by
// many goroutines.
type CRS struct {
	name   string
	code   int
	method method
	datum  *datum
	tm     *tm
	unit   float64 // metres a unit of a projected system, degrees a unit of another
	notes  []string
}

// Name is EPSG's name of the system, such as "CGCS2000 / 3-degree Gauss-Kruger
// zone 37", or a descriptive one for a system that EPSG does not list.
func (c *CRS) Name() string { return c.name }

// Code is the EPSG code, 0 where the system has none.
func (c *CRS) Code() int { return c.code }

// String is short and read back by Parse as the same system: "EPSG:4525",
// "GCJ-02", or the name of a system without code; with the parameters of
// WithShift after it.
func (c *CRS) String() string {
	s := c.name
	if c.code != 0 {
		s = "EPSG:" + strconv.Itoa(c.code)
	}
	if d := c.datum; d != nil && !d.same && d.warning == "" {
		s += "+towgs84=" + d.shift.String()
	}
	return s
}

// Datum is the short name of the datum: "WGS 84", "CGCS2000", "Xian 1980",
// "Beijing 1954"; "" for GCJ-02 and BD-09, which are none.
func (c *CRS) Datum() string {
	if c.datum == nil {
		return ""
	}
	return c.datum.short
}

// Geographic tells whether coordinates are angles rather than metres.
func (c *CRS) Geographic() bool { return c.method != transverseMercator && c.method != webMercator }

// Accuracy is how far a place may be off on its way to WGS 84, in metres: 0 for
// exact systems. It is a statement about the datum, not about the arithmetic.
func (c *CRS) Accuracy() float64 {
	switch c.method {
	case gcj02:
		return 2
	case bd09:
		return 5
	}
	return c.datum.accuracy
}

// Warning says what a person should know before trusting places that come out
// of this system; "" where there is nothing.
func (c *CRS) Warning() string {
	notes := c.notes
	switch c.method {
	case gcj02:
		notes = append(notes[:len(notes):len(notes)], "GCJ-02 has no published formula: the one used agrees with map services to about 2 m")
	case bd09:
		notes = append(notes[:len(notes):len(notes)], "BD-09 has no published formula: the one used agrees with Baidu's to about 5 m")
	default:
		if c.datum.warning != "" {
			notes = append(notes[:len(notes):len(notes)], c.datum.warning)
		}
	}
	return strings.Join(notes, "; ")
}

// CentralMeridian is that of a Gauss-Krüger or UTM system, in degrees.
func (c *CRS) CentralMeridian() (lon float64, ok bool) {
	if c.tm == nil {
		return 0, false
	}
	return c.tm.lon0, true
}

// WithShift is the system with other parameters of its datum's shift to WGS 84,
// such as a county's own. It is an error for a system whose datum is not
// shifted.
func (c *CRS) WithShift(s Shift) (*CRS, error) {
	if c.datum == nil || c.datum.same {
		return nil, fmt.Errorf("%s takes no shift to WGS 84: only Xian 1980 and Beijing 1954 do", c.name)
	}
	d := *c.datum
	d.shift, d.accuracy, d.warning = s, 0, ""
	out := *c
	out.datum = &d
	return &out, nil
}

// ToWGS84 moves a place of the system to degrees of WGS 84. Where the numbers
// are no place of the system (not finite, or beyond the reach of the projection),
// the result is NaN in both coordinates.
func (c *CRS) ToWGS84(p orb.Point) orb.Point {
	switch c.method {
	case gcj02:
		return check(geo.GCJ02ToWGS84(p))
	case bd09:
		return check(geo.BD09ToWGS84(p))
	case webMercator:
		if !(math.Abs(p[1]*c.unit) < 10*poleToPole) {
			return nowhere()
		}
		lat := math.Atan(math.Sinh(p[1]*c.unit/mercatorRadius)) / radians
		return check(orb.Point{p[0] * c.unit / mercatorRadius / radians, lat})
	case transverseMercator:
		x, y := p[0]*c.unit, p[1]*c.unit
		if !(math.Abs(x-c.tm.fe) < tmReach && math.Abs(y-c.tm.fn) < poleToPole) {
			return nowhere()
		}
		lon, lat := c.tm.inverse(x, y)
		p = orb.Point{lon, lat}
	default:
		p = orb.Point{p[0] * c.unit, p[1] * c.unit}
		if !(math.Abs(p[1]) <= 90) {
			return nowhere()
		}
	}
	if !c.datum.same {
		p = c.datum.shift.toWGS84(c.datum.ellipsoid, p)
	}
	return check(p)
}

// FromWGS84 moves degrees of WGS 84 to the system; ToWGS84 undoes it to well
// below a millimetre. Where the system does not reach the place, the result is
// NaN in both coordinates: a Gauss-Krüger zone reaches 50° to either side.
func (c *CRS) FromWGS84(p orb.Point) orb.Point {
	if !(math.Abs(p[1]) <= 90) || math.IsNaN(p[0]) || math.IsInf(p[0], 0) {
		return nowhere()
	}
	switch c.method {
	case gcj02:
		return geo.WGS84ToGCJ02(p)
	case bd09:
		return geo.WGS84ToBD09(p)
	case webMercator:
		if math.Abs(p[1]) > 89.9 {
			return nowhere()
		}
		y := math.Asinh(math.Tan(p[1] * radians))
		return orb.Point{p[0] * radians * mercatorRadius / c.unit, y * mercatorRadius / c.unit}
	}
	if !c.datum.same {
		p = c.datum.shift.fromWGS84(c.datum.ellipsoid, p)
	}
	if c.method == transverseMercator {
		if math.Abs(math.Remainder(p[0]-c.tm.lon0, 360)) > 50 {
			return nowhere()
		}
		p[0], p[1] = c.tm.forward(p[0], p[1])
	}
	return orb.Point{p[0] / c.unit, p[1] / c.unit}
}

const (
	tmReach    = 7e6   // metres beside the central meridian, somewhat more than 50°
	poleToPole = 1.1e7 // metres from the equator, somewhat more than a pole's
)

func nowhere() orb.Point { return orb.Point{math.NaN(), math.NaN()} }

func check(p orb.Point) orb.Point {
	if math.Abs(p[0]) <= 1e4 && math.Abs(p[1]) <= 90 {
		return p
	}
	return nowhere()
}

// newGeographic is the system of degrees of a datum.
func newGeographic(d *datum) *CRS {
	return &CRS{name: d.name, code: d.code, datum: d, unit: 1}
}

// newWebMercator is EPSG:3857.
func newWebMercator() *CRS {
	return &CRS{name: "WGS 84 / Pseudo-Mercator", code: 3857, method: webMercator, datum: datumWGS84, unit: 1}
}

// newTransverse is the system of a transverse Mercator projection: EPSG's where
// EPSG lists one with these parameters.
func newTransverse(d *datum, p tmParams) *CRS {
	c := &CRS{method: transverseMercator, datum: d, tm: newTM(d.ellipsoid, p), unit: 1}
	for _, f := range families {
		if f.datum.code != d.code || f.deprecated {
			continue
		}
		for i := range f.zones() {
			if f.params(i) == p {
				c.name, c.code = f.name(i), f.first+i
				return c
			}
		}
	}
	if zone := int(math.Round((p.lon0 + 183) / 6)); d == datumWGS84 && zone >= 1 && zone <= 60 {
		for _, south := range []bool{false, true} {
			if utmParams(zone, south) == p {
				c.name, c.code = utmName(zone, south)
				return c
			}
		}
	}
	c.name = d.short + " / Gauss-Kruger CM " + meridian(p.lon0)
	if zone := (p.fe - 5e5) / 1e6; zone == math.Trunc(zone) && zone > 0 && zone < 100 {
		c.name += " with zone number " + strconv.Itoa(int(zone))
		p.fe = 5e5
	}
	if p != (tmParams{0, p.lon0, 1, 5e5, 0}) {
		c.name = fmt.Sprintf("%s / Transverse Mercator lat_0=%v lon_0=%v k=%v x_0=%v y_0=%v", d.short, c.tm.lat0, c.tm.lon0, c.tm.k0, c.tm.fe,
			c.tm.fn)
	}
	return c
}

func meridian(lon float64) string {
	side := "E"
	if lon < 0 {
		side = "W"
	}
	return strconv.FormatFloat(math.Abs(lon), 'f', -1, 64) + side
}

func (f family) params(i int) tmParams {
	p := tmParams{lon0: float64(75 + i*f.width), k0: 1, fe: 5e5}
	if f.byZone {
		p.fe += float64(f.firstZone()+i) * 1e6
	}
	return p
}

// name is EPSG's: "CGCS2000 / 3-degree Gauss-Kruger CM 111E".
func (f family) name(i int) string {
	s := f.datum.short + " / "
	if f.width == 3 {
		s += "3-degree "
	}
	if f.deprecated {
		return s + "Gauss-Kruger " + strconv.Itoa(f.firstZone()+i) + "N"
	}
	if f.byZone {
		return s + "Gauss-Kruger zone " + strconv.Itoa(f.firstZone()+i)
	}
	return s + "Gauss-Kruger CM " + meridian(float64(75+i*f.width))
}

func utmParams(zone int, south bool) tmParams {
	p := tmParams{lon0: float64(6*zone - 183), k0: 0.9996, fe: 5e5}
	if south {
		p.fn = 1e7
	}
	return p
}

func utmName(zone int, south bool) (string, int) {
	if south {
		return fmt.Sprintf("WGS 84 / UTM zone %dS", zone), 32700 + zone
	}
	return fmt.Sprintf("WGS 84 / UTM zone %dN", zone), 32600 + zone
}
