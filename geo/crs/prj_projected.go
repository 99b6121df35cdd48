package crs

import (
	"fmt"
	"math"
	"strings"
)

// tmNames are the names of the parameters, without spaces and underscores, in
// WKT 1 and WKT 2.
var tmNames = map[string]int{
	"latitudeoforigin": 0, "latitudeofnaturalorigin": 0,
	"centralmeridian": 1, "longitudeofnaturalorigin": 1, "longitudeoforigin": 1,
	"scalefactor": 2, "scalefactoratnaturalorigin": 2,
	"falseeasting": 3, "falsenorthing": 4,
}

func plain(s string) string {
	return strings.ToLower(strings.NewReplacer(" ", "", "_", "", "-", "").Replace(s))
}

func projectedCRS(n *node) (*CRS, error) {
	base := n.child("GEOGCS", "BASEGEOGCRS", "BASEGEODCRS")
	if base == nil {
		return nil, fmt.Errorf("no geographic system is given below it")
	}
	d, note, err := readDatum(base)
	if err != nil {
		return nil, err
	}
	conv := n // WKT 1 has the parameters in PROJCS itself
	method := n.child("PROJECTION").text(0)
	if c := n.child("CONVERSION"); c != nil {
		conv, method = c, c.child("METHOD", "PROJECTION").text(0)
	}
	metre := projectedUnit(n)
	angle, err := angleUnit(base)
	if err != nil {
		return nil, err
	}
	var c *CRS
	switch name := plain(method); {
	case name == "transversemercator" || name == "gausskruger":
		p, err := readTM(conv, metre, angle)
		if err != nil {
			return nil, err
		}
		c = newTransverse(d, p)
		if looksSix(n.text(0)) {
			c = gaussKruger(d, p, true)
		}
	case name == "mercatorauxiliarysphere" || strings.HasPrefix(name, "popularvisualisationpseudomercator") ||
		name == "mercator1sp" && isWeb(n):
		c = newWebMercator()
	default:
		return nil, fmt.Errorf("projection %q cannot be read; allowed are Transverse Mercator (Gauss-Kruger) and Web Mercator: convert the "+
			"file to one of them or to degrees", method)
	}
	if metre != 1 {
		c.unit, c.code, c.name = metre, 0, n.text(0)
	}
	if note != "" {
		c.notes = append(c.notes, note)
	}
	return c, nil
}

// isWeb tells a Web Mercator that GDAL wrote as WKT 1, which has no name for it:
// by the sphere in its extension, or, where that is left out, by its title.
func isWeb(n *node) bool {
	return strings.Contains(n.child("EXTENSION").text(1), "+a=6378137 +b=6378137") ||
		strings.Contains(plain(n.text(0)), "pseudomercator")
}

// looksSix tells a 6° system's name, EPSG's or ESRI's, which do not say the width.
func looksSix(name string) bool {
	p := plain(name)
	return strings.Contains(p, "cm") && !strings.Contains(p, "3degree") &&
		(strings.Contains(p, "gausskruger") || strings.Contains(p, "gkcm"))
}

// projectedUnit is how many metres a unit of the system has.
func projectedUnit(n *node) float64 {
	u, ok := unitOf(n, "UNIT", "LENGTHUNIT")
	if !ok {
		for _, axis := range n.children("AXIS") {
			if u, ok = unitOf(axis, "LENGTHUNIT"); ok {
				break
			}
		}
	}
	if !ok || math.Abs(u-1) < 1e-9 {
		return 1
	}
	return u
}

func readTM(conv *node, metre, angle float64) (tmParams, error) {
	v := [5]float64{2: 1}
	seen := [5]bool{}
	for _, p := range conv.children("PARAMETER") {
		i, ok := tmNames[plain(p.text(0))]
		if !ok {
			continue
		}
		f, ok := p.number(1)
		if !ok || math.IsNaN(f) || math.IsInf(f, 0) {
			return tmParams{}, fmt.Errorf("parameter %q has no number", p.text(0))
		}
		switch {
		case i < 2:
			if u, ok := unitOf(p, "ANGLEUNIT"); ok {
				f *= degrees(u)
			} else {
				f *= angle
			}
		case i > 2:
			if u, ok := unitOf(p, "LENGTHUNIT"); ok {
				f *= u
			} else {
				f *= metre
			}
		}
		v[i], seen[i] = f, true
	}
	p := tmParams{v[0], v[1], v[2], v[3], v[4]}
	if !seen[1] {
		return p, fmt.Errorf("the projection's central meridian is not given")
	}
	if math.Abs(p.lat0) > 90 || math.Abs(p.lon0) > 360 || !(p.k0 > 0.5 && p.k0 < 2) || math.Abs(p.fe) > 1e9 || math.Abs(p.fn) > 1e9 {
		return p, fmt.Errorf("the projection's parameters %+v are none on Earth", p)
	}
	return p, nil
}

// degrees is how many degrees an angular unit has, the degree itself exactly.
func degrees(unit float64) float64 {
	if d := unit / radians; math.Abs(d-1) > 1e-8 {
		return d
	}
	return 1
}
