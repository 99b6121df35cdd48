package crs

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strings"
)

// datumPattern finds a datum in the names that EPSG, ESRI, GDAL and people use.
var datumPattern = regexp.MustCompile(`(?i)(?:d_|gcs_)?(?:` +
	`(wgs[\s_]*(?:19)?84|world[\s_]*geodetic[\s_]*system[\s_]*1984(?:[\s_]*ensemble)?)` +
	`|(cgcs[\s_]*2000|china[\s_]*(?:geodetic[\s_]*coordinate[\s_]*system[\s_]*)?2000|(?:中国|国家)?\s*2000\s*(?:国家大地)?(?:坐标系)?|大地2000)` +
	`|(xi'?_?an[\s_]*(?:19)?80|(?:1980\s*)?西安\s*(?:19)?(?:80)?(?:坐标系)?)` +
	`|((?:new_)?beijing[\s_]*(?:19)?54|(?:1954年?\s*)?北京\s*(?:19)?(?:54)?(?:坐标系)?)` +
	`)`)

// newBeijing is the datum that was made of Xian 1980 on the ellipsoid of Beijing
// 1954 ("新1954北京坐标系"), which the ellipsoid alone would take for the latter.
var newBeijing = regexp.MustCompile(`(?i)new[\s_]*beijing|新\s*(?:1954\s*年?\s*)?北京`)

var errNewBeijing = errors.New("the datum New Beijing (新1954北京坐标系, EPSG:4555) cannot be read: it is not Beijing 1954, and no " +
	"parameters of it are published; have the file transformed to CGCS2000 by the surveying office")

func datumNamed(s string) *datum {
	m := datumPattern.FindStringSubmatch(s)
	for i, d := range []*datum{datumWGS84, datumCGCS2000, datumXian1980, datumBeijing1954} {
		if m != nil && m[i+1] != "" {
			return d
		}
	}
	return nil
}

// FromWKT finds the system that a .prj file or another WKT text describes: OGC
// WKT 1 as GDAL and QGIS write it, ESRI's dialect of it, and WKT 2 (ISO 19162),
// geographic or transverse Mercator or Web Mercator, on WGS 84, CGCS2000, Xian
// 1980 or Beijing 1954. What it says counts, not its EPSG code. A datum that is
// not known by name is taken by its ellipsoid, and Warning says so; parameters
// in TOWGS84 or BOUNDCRS take the place of the default shift.
func FromWKT(prj string) (*CRS, error) {
	if len(prj) > maxWKT {
		return nil, fmt.Errorf("coordinate system: WKT of %d bytes; allowed are %d", len(prj), maxWKT)
	}
	root, err := parseWKT(strings.TrimPrefix(prj, "\ufeff"))
	if err != nil {
		return nil, fmt.Errorf("coordinate system: %w", err)
	}
	c, err := fromNode(root)
	if err != nil {
		return nil, fmt.Errorf("coordinate system %q: %w", root.text(0), err)
	}
	return c, nil
}

func fromNode(n *node) (*CRS, error) {
	switch n.word {
	case "GEOGCS", "GEOGCRS", "GEODCRS", "GEOGRAPHICCRS", "GEODETICCRS":
		return geographicCRS(n)
	case "PROJCS", "PROJCRS", "PROJECTEDCRS":
		return projectedCRS(n)
	case "COMPD_CS", "COMPOUNDCRS": // horizontal, then vertical
		for _, a := range n.args {
			if c, ok := a.(*node); ok && len(c.args) > 1 {
				return fromNode(c)
			}
		}
	case "BOUNDCRS":
		if src := n.child("SOURCECRS"); src != nil && len(src.args) == 1 {
			if inner, ok := src.args[0].(*node); ok {
				return bound(n, inner)
			}
		}
	}
	return nil, fmt.Errorf("%s is no system of places on the Earth that can be read; allowed are GEOGCS, PROJCS and their WKT 2 forms", n.word)
}

// bound reads the shift of a BOUNDCRS: translations and rotations by name.
func bound(n, inner *node) (*CRS, error) {
	c, err := fromNode(inner)
	if err != nil || c.datum == nil || c.datum.same {
		return c, err
	}
	var v [7]float64
	t := n.child("ABRIDGEDTRANSFORMATION")
	if t == nil {
		return c, nil
	}
	for _, p := range t.children("PARAMETER") {
		f, _ := p.number(1)
		name := strings.ToLower(p.text(0))
		axis := -1
		if name != "" {
			axis = strings.IndexByte("xyz", name[0])
		}
		switch {
		case axis >= 0 && strings.Contains(name, "translation"):
			v[axis] = f
		case axis >= 0 && strings.Contains(name, "rotation"):
			v[3+axis] = f
		case strings.HasPrefix(name, "scale"):
			if v[6] = f; f > 0.5 { // WKT 2 gives the factor itself
				v[6] = math.Round((f-1)*1e12) / 1e6
			}
		}
	}
	if m := t.child("METHOD"); strings.Contains(strings.ToLower(m.text(0)), "coordinate frame") {
		v[3], v[4], v[5] = -v[3], -v[4], -v[5]
	}
	s, err := shiftOf(v)
	if err != nil {
		return nil, err
	}
	return c.WithShift(s)
}

func geographicCRS(n *node) (*CRS, error) {
	d, note, err := readDatum(n)
	if err != nil {
		return nil, err
	}
	c := newGeographic(d)
	c.unit, err = angleUnit(n)
	if err != nil {
		return nil, err
	}
	if c.unit != 1 {
		c.code, c.name = 0, n.text(0)
	}
	if note != "" {
		c.notes = append(c.notes, note)
	}
	return c, nil
}

// readDatum finds the datum of a geographic system or base system.
func readDatum(n *node) (*datum, string, error) {
	if pm, ok := n.child("PRIMEM", "PRIMEMERIDIAN").number(1); ok && pm != 0 {
		return nil, "", fmt.Errorf("a prime meridian other than Greenwich cannot be read")
	}
	dn := n.child("DATUM", "ENSEMBLE", "TRF", "GEODETICDATUM")
	en := dn.child("SPHEROID", "ELLIPSOID")
	a, okA := en.number(1)
	rf, okF := en.number(2)
	if !okA || !okF {
		return nil, "", fmt.Errorf("no ellipsoid is given")
	}
	if f, ok := unitOf(en, "LENGTHUNIT", "UNIT"); ok {
		a *= f
	}
	if newBeijing.MatchString(dn.text(0)) || newBeijing.MatchString(n.text(0)) {
		return nil, "", errNewBeijing
	}
	d, note := datumNamed(dn.text(0)), ""
	if d == nil {
		d = datumNamed(n.text(0))
	}
	if d == nil {
		if d = datumOf(a, rf); d == nil {
			return nil, "", fmt.Errorf("datum %q on ellipsoid %q is not known; known are WGS 84, CGCS2000, Xian 1980 and Beijing 1954", dn.text(0),
				en.text(0))
		}
		note = fmt.Sprintf("datum %q is not known: taken for %s because of its ellipsoid", dn.text(0), d.short)
	} else if !d.matches(a, rf) {
		return nil, "", fmt.Errorf("datum %q has the ellipsoid %g, 1/%g, not %g, 1/%g", dn.text(0), d.a, d.rf, a, rf)
	}
	if t := dn.child("TOWGS84"); t != nil && !d.same {
		shifted, err := readTOWGS84(d, t)
		return shifted, note, err
	}
	return d, note, nil
}

func readTOWGS84(d *datum, t *node) (*datum, error) {
	var v [7]float64
	zero := true
	for i := range v {
		v[i], _ = t.number(i)
		zero = zero && v[i] == 0
	}
	if zero { // GDAL's way to say that it does not know
		return d, nil
	}
	s, err := shiftOf(v)
	own := *d
	own.shift, own.accuracy, own.warning = s, 0, ""
	return &own, err
}

// matches allows for the digits that programs drop.
func (d *datum) matches(a, rf float64) bool {
	return math.Abs(a-d.a) < 0.5 && math.Abs(rf-d.rf) < 2e-4
}

func datumOf(a, rf float64) *datum {
	for _, d := range []*datum{datumBeijing1954, datumXian1980} {
		if d.matches(a, rf) {
			return d
		}
	}
	switch {
	case math.Abs(a-wgs84.a) > 1e-3:
	case math.Abs(rf-cgcs2000.rf) < 1e-7:
		return datumCGCS2000
	case datumWGS84.matches(a, rf):
		return datumWGS84
	}
	return nil
}

// angleUnit is how many degrees a unit of the system has.
func angleUnit(n *node) (float64, error) {
	u, ok := unitOf(n, "UNIT", "ANGLEUNIT")
	if !ok {
		for _, axis := range n.children("AXIS") {
			if u, ok = unitOf(axis, "ANGLEUNIT"); ok {
				break
			}
		}
	}
	if !ok {
		return 1, nil
	}
	deg := u / radians
	if math.Abs(deg-1) < 1e-8 {
		return 1, nil
	}
	if !(deg > 1e-6 && deg < 100) {
		return 0, fmt.Errorf("a unit of %g radians is no angle's", u)
	}
	return deg, nil
}

func unitOf(n *node, words ...string) (float64, bool) {
	f, ok := n.child(words...).number(1)
	return f, ok && f > 0 && !math.IsInf(f, 0)
}
