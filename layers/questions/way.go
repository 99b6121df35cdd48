package questions

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/served"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// roadMetric is the measure of a way by road that has the name, road or time.
func roadMetric(name string) (by network.Metric, ok bool) {
	switch name {
	case "road":
		return network.ByMetres, true
	case "time":
		return network.ByMinutes, true
	}
	return 0, false
}

// network is the road network as of the year.
func (w World) network(year int) *roads.Network { return w.Roads.Get(w.Snap, w.year(year)) }

// Snap is where a place meets the network.
type Snap struct {
	Lon        float64 `json:"lon"`
	Lat        float64 `json:"lat"`
	WalkMetres float64 `json:"walk_metres"`
	Road       int64   `json:"road"` // its id
	Component  int32   `json:"component"`
}

// text tells of the end with the name.
func (s *Snap) text(end layers.Words) layers.Words {
	if s == nil {
		return layers.Words{Zh: end.Zh + "一百公里内没有路。", En: end.En + " there is no road within 100 km."}
	}
	return layers.Words{
		Zh: fmt.Sprintf("%s离道路 %d（连通片 %d）%.0f 米。", end.Zh, s.Road, s.Component, s.WalkMetres),
		En: fmt.Sprintf("%s there it is %.0f m to road %d, of component %d.", end.En, s.WalkMetres, s.Road, s.Component),
	}
}

// snap is nil where no road is within a hundred kilometres.
func snap(roadTable *snapshot.Table, s network.Snap) *Snap {
	if s.Edge < 0 || roadTable == nil {
		return nil
	}
	return &Snap{served.Degrees(s.Place[0]), served.Degrees(s.Place[1]), served.Centi(s.WalkM), roadTable.ID(s.Row), s.Component()}
}

func appendCenti(b []byte, v float64) []byte {
	return strconv.AppendFloat(b, served.Centi(v), 'f', -1, 64)
}

func appendSnap(b []byte, roadTable *snapshot.Table, s network.Snap) []byte {
	at := snap(roadTable, s)
	if at == nil {
		return append(b, "null"...)
	}
	b = appendPlace(append(b, '{'), orb.Point{at.Lon, at.Lat})
	b = appendCenti(append(b, `,"walk_metres":`...), at.WalkMetres)
	b = strconv.AppendInt(append(b, `,"road":`...), at.Road, 10)
	b = strconv.AppendInt(append(b, `,"component":`...), int64(at.Component), 10)
	return append(b, '}')
}

// OnePlace is the place that a question is about.
type OnePlace struct {
	Lon float64 `min:"-180" max:"180" required:"a number from -180 to 180" zh:"经度，WGS 84 度。" en:"Longitude in degrees of WGS 84."`
	Lat float64 `min:"-90" max:"90" required:"a number from -90 to 90" zh:"纬度，WGS 84 度。" en:"Latitude in degrees of WGS 84."`
}

func (p OnePlace) point() orb.Point { return orb.Point{p.Lon, p.Lat} }

// placeIn is a parameter "lon,lat".
func placeIn(part, text string, wrong *layers.Faults) orb.Point {
	p, ok := parsePlace(text)
	if !ok {
		wrong.Add(part, "%q must be lon,lat with lon from -180 to 180 and lat from -90 to 90, as in 109.94,33.87", text)
	}
	return p
}

// parsePlace reads "lon,lat" in degrees.
func parsePlace(text string) (p orb.Point, ok bool) {
	lon, lat, ok := strings.Cut(text, ",")
	x, errX := strconv.ParseFloat(strings.TrimSpace(lon), 64)
	y, errY := strconv.ParseFloat(strings.TrimSpace(lat), 64)
	ok = ok && errX == nil && errY == nil && math.Abs(x) <= 180 && math.Abs(y) <= 90
	return orb.Point{x, y}, ok
}
