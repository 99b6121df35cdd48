package web

import (
	"encoding/json"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// maxBands is how many limits /api/catchment takes at once.
const maxBands = 8

// limits is a parameter of several numbers between low and high, separated by commas:
// ascending, each once.
func (q *query) limits(name string, low, high float64) (limits []float64) {
	text, ok := q.text(name)
	if !ok {
		return nil
	}
	for part := range strings.SplitSeq(text, ",") {
		n, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil || !(n >= low && n <= high) {
			q.refuse(name, strconv.Quote(part)+" is not a number from "+formatNumber(low)+" to "+formatNumber(high))
			return nil
		}
		limits = append(limits, n)
	}
	slices.Sort(limits)
	if limits = slices.Compact(limits); len(limits) > maxBands {
		q.refuse(name, "may have "+strconv.Itoa(maxBands)+" limits at most")
	}
	return limits
}

func formatNumber(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// bandsAnswer is a GeoJSON collection of the areas, the smallest first, each holding the
// one before, with the villages as a member of its own.
type bandsAnswer struct {
	Type     string        `json:"type"`
	Year     int           `json:"year"`
	State    string        `json:"state"`
	From     *Snap         `json:"from"`
	Features []bandJSON    `json:"features"`
	Villages []bandVillage `json:"villages"`
}

type bandJSON struct {
	Type       string          `json:"type"`
	Geometry   json.RawMessage `json:"geometry"`
	Properties bandFigures     `json:"properties"`
}

// bandFigures tell of all within the limit, nearer areas included.
type bandFigures struct {
	Minutes  float64 `json:"minutes,omitempty"`
	Metres   float64 `json:"metres,omitempty"`
	AreaKm2  float64 `json:"area_km2"`
	Villages int     `json:"villages"`
	People   int64   `json:"people"`
}

// bandVillage is a village with what it costs to get to it; null without a way.
type bandVillage struct {
	ID         int64        `json:"id"`
	Code       string       `json:"code"`
	Name       string       `json:"name"`
	County     string       `json:"county"`
	Town       string       `json:"town"`
	Lon        *float64     `json:"lon"`
	Lat        *float64     `json:"lat"`
	Population layers.Value `json:"population"`
	State      string       `json:"state"`
	Minutes    *float64     `json:"minutes,omitempty"`
	Metres     *float64     `json:"metres,omitempty"`
}

// bandsQuestion asks for the areas within limits of a place, and the villages there.
type bandsQuestion struct {
	network *roads.Network
	from    orb.Point
	by      network.Metric
	limits  []float64
	// field and area choose villages: of a county or town that is named all are told of,
	// whatever they cost; without one those within the greatest limit.
	field, area string
}

func writeBands(w http.ResponseWriter, r *http.Request, snapshot *snapshot.Snapshot, ask bandsQuestion) error {
	n, limits, by := ask.network, ask.limits, ask.by
	villages, _ := snapshot.Table("village")
	keep := func(row uint32) bool { return ask.area == "" || villages.Get(row, ask.field).Text() == ask.area }
	b, err := n.Bands(r.Context(), ask.from, limits, by, villages, keep)
	if err != nil {
		return err
	}
	answer := bandsAnswer{
		Type: "FeatureCollection", Year: n.Year, State: network.OffNetwork.String(), From: snap(n.Table, b.From),
		Features: []bandJSON{}, Villages: []bandVillage{},
	}
	if answer.From != nil {
		answer.State = network.Reached.String()
	}
	told := b.Within
	if ask.area == "" {
		told = told[:b.Before(limits[len(limits)-1])]
	}
	for _, v := range told {
		answer.Villages = append(answer.Villages, newBandVillage(villages, v, by))
	}
	for i, limit := range limits {
		f := bandFigures{AreaKm2: centi(geo.Area(b.Areas[i]) / 1e6), Villages: b.Before(limit)}
		if f.Minutes = limit; by == network.ByMetres {
			f.Minutes, f.Metres = 0, limit
		}
		for _, v := range answer.Villages[:f.Villages] {
			f.People += v.Population.Int()
		}
		var g orb.Geometry
		if len(b.Areas[i]) > 0 {
			g = b.Areas[i]
		}
		geometry, err := geometryJSON(g)
		if err != nil {
			return err
		}
		answer.Features = append(answer.Features, bandJSON{"Feature", geometry, f})
	}
	w.Header().Set("Content-Type", "application/geo+json")
	_ = json.NewEncoder(w).Encode(answer) // fails only where the caller is gone
	return nil
}

func newBandVillage(t *snapshot.Table, reach roads.Reach, by network.Metric) bandVillage {
	text := func(field string) string { return t.Get(reach.Row, field).Text() }
	v := bandVillage{
		ID: t.ID(reach.Row), Code: text("code"), Name: text("name"), County: text("county"), Town: text("town"),
		Population: t.Get(reach.Row, "population"), State: reach.State.String(),
	}
	if shape := t.Shape(reach.Row); len(shape.Points) > 0 {
		at := shape.Label().LonLat()
		lon, lat := roundDegrees(at[0]), roundDegrees(at[1])
		v.Lon, v.Lat = &lon, &lat
	}
	if !math.IsInf(reach.Cost, 1) {
		cost := centi(reach.Cost)
		if v.Minutes = &cost; by == network.ByMetres {
			v.Minutes, v.Metres = nil, &cost
		}
	}
	return v
}
