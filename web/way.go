package web

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// RoadMetric is the measure of a way by road that has the name, road or time.
func RoadMetric(name string) (by network.Metric, ok bool) {
	switch name {
	case "road":
		return network.ByMetres, true
	case "time":
		return network.ByMinutes, true
	}
	return 0, false
}

// network is the road network that is asked for: that of the parameter year, or of this
// year.
func (s *server) network(q *query, snap *snapshot.Snapshot) func() *roads.Network {
	year := q.whole("year", 1900, 2100, time.Now().Year())
	return func() *roads.Network { return s.roads.Get(snap, year) }
}

// roadMetres is the length of a way by metres: its cost without what makes the walks at
// its ends weigh more.
func roadMetres(a network.Answer) float64 {
	return a.Cost - (network.DefaultFootWeight-1)*(a.From.WalkM+a.To.WalkM)
}

// Snap is where a place meets the network.
type Snap struct {
	Lon        float64 `json:"lon"`
	Lat        float64 `json:"lat"`
	WalkMetres float64 `json:"walk_metres"`
	Road       int64   `json:"road"` // its id
	Component  int32   `json:"component"`
}

// Text tells of the end with the name.
func (s *Snap) Text(end string) string {
	if s == nil {
		return end + " there is no road within 100 km."
	}
	return fmt.Sprintf("%s there it is %.0f m to road %d, of component %d.", end, s.WalkMetres, s.Road, s.Component)
}

// snap is nil where no road is within a hundred kilometres.
func snap(roadTable *snapshot.Table, s network.Snap) *Snap {
	if s.Edge < 0 || roadTable == nil {
		return nil
	}
	return &Snap{roundDegrees(s.Place[0]), roundDegrees(s.Place[1]), centi(s.WalkM), roadTable.ID(s.Row), s.Component}
}

// centi rounds to hundredths: centimetres, or 0.6 s.
func centi(v float64) float64 { return math.Round(v*100) / 100 }

func appendCenti(b []byte, v float64) []byte { return strconv.AppendFloat(b, centi(v), 'f', -1, 64) }

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

// place is a required parameter "lon,lat".
func (q *query) place(name string) orb.Point {
	text := q.required(name, "a place as lon,lat")
	if text == "" {
		return orb.Point{}
	}
	p, ok := ParsePlace(text)
	if !ok {
		q.refuse(name, `must be lon,lat with lon from -180 to 180 and lat from -90 to 90, as in 109.94,33.87`)
	}
	return p
}

// ParsePlace reads "lon,lat" in degrees.
func ParsePlace(text string) (p orb.Point, ok bool) {
	lon, lat, ok := strings.Cut(text, ",")
	x, errX := strconv.ParseFloat(strings.TrimSpace(lon), 64)
	y, errY := strconv.ParseFloat(strings.TrimSpace(lat), 64)
	ok = ok && errX == nil && errY == nil && math.Abs(x) <= 180 && math.Abs(y) <= 90
	return orb.Point{x, y}, ok
}
