package export

import (
	"fmt"
	"math"
	"strings"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/crs"
)

// pointKind and the others are what a shapefile can hold, as its names have them.
const (
	pointKind      = "point"
	multipointKind = "multipoint"
	lineKind       = "line"
	polygonKind    = "polygon"
)

func kindOf(s geo.Shape) string {
	switch {
	case s.Kind == geo.Points && len(s.Points) == 1:
		return pointKind
	case s.Kind == geo.Points:
		return multipointKind
	case s.Kind == geo.Lines:
		return lineKind
	case s.Kind == geo.Polygons:
		return polygonKind
	}
	return ""
}

// survey finds which kinds of geometry the rows have, and how far they reach.
func (e *Export) survey() {
	e.box = geo.Empty
	found := map[string]bool{}
	for _, row := range e.rows {
		shape := e.table.Shape(row)
		found[kindOf(shape)] = true
		e.box = e.box.Union(shape.Box())
	}
	for _, k := range []string{pointKind, multipointKind, lineKind, polygonKind} {
		if found[k] {
			e.kinds = append(e.kinds, k)
		}
	}
}

// outOfReach says why the system cannot hold the rows; "" where it can.
func (e *Export) outOfReach() string {
	if e.box.IsEmpty() {
		return ""
	}
	b := e.box.Bound()
	for _, corner := range []orb.Point{b.Min, b.Max, {b.Min[0], b.Max[1]}, {b.Max[0], b.Min[1]}} {
		if p := e.crs.FromWGS84(corner); math.IsNaN(p[0] + p[1]) {
			return fmt.Sprintf("the features reach to %.4f, %.4f, out of the reach of %s", corner[0], corner[1], e.crs.Name())
		}
	}
	return ""
}

// warnings are what a person should know of the coordinates.
func (e *Export) warnings() []string {
	var all []string
	if w := e.crs.Warning(); w != "" {
		all = append(all, w)
	}
	if e.crs.Code() != 4326 && e.table.Layer.HasGeometry() && !e.saysSystem() {
		all = append(all, fmt.Sprintf("the file cannot say that its coordinates are %s: tell whoever gets it", e.crs))
	}
	if short := e.shortened(); short != "" {
		all = append(all, "a shapefile's columns have names of 10 bytes at most: "+short)
	}
	if lon, ok := e.crs.CentralMeridian(); ok && !e.box.IsEmpty() {
		if b := e.box.Bound(); max(math.Abs(b.Min[0]-lon), math.Abs(b.Max[0]-lon)) > crs.FarFromMeridian {
			all = append(all, fmt.Sprintf("the features reach from %.1f° to %.1f° E, far from the central meridian %v° of %s: is it the right zone?",
				b.Min[0], b.Max[0], lon, e.crs.Name()))
		}
	}
	return all
}

// shortened lists the columns that a shapefile calls otherwise.
func (e *Export) shortened() string {
	if e.format.Names == nil {
		return ""
	}
	names := make([]string, len(e.columns))
	for i, c := range e.columns {
		names[i] = c.Name
	}
	var list []string
	for i, short := range e.format.Names(names) {
		if short != names[i] {
			list = append(list, short+" is "+names[i])
		}
	}
	return strings.Join(list, ", ")
}

// saysSystem tells whether the file names its coordinate system.
func (e *Export) saysSystem() bool {
	return e.format.NamesSystem == nil || e.format.NamesSystem(e.crs)
}
