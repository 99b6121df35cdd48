package web

import (
	"math"
	"net/http"
	"strconv"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Limits of /api/catchment.
const (
	maxCatchmentMinutes = 600
	maxCatchmentMetres  = 300_000
)

// catchment answers GET /api/catchment: the area from which a place costs at most so
// many minutes or metres, as a feature; with several limits the areas within each, and
// the villages in them.
func (s *server) catchment(w http.ResponseWriter, r *http.Request, snapshot *snapshot.Snapshot) error {
	q := newQuery(r)
	p := orb.Point{q.number("lon", -180, 180, math.NaN()), q.number("lat", -90, 90, math.NaN())}
	minutes := q.limits("minutes", 0.1, maxCatchmentMinutes)
	metres := q.limits("metres", 1, maxCatchmentMetres)
	if (q.values.Get("minutes") == "") == (q.values.Get("metres") == "") {
		q.refuse("minutes", "or metres is required, and one of them alone")
	}
	by, limits := network.ByMinutes, minutes
	if len(metres) > 0 {
		by, limits = network.ByMetres, metres
	}
	field, area := q.area(snapshot)
	if area != "" && len(limits) == 1 {
		q.refuse("county", "or town chooses the villages that several limits are asked of, as in minutes=10,20")
	}
	build := s.network(q, snapshot)
	if err := q.done(); err != nil {
		return err
	}
	n := build()
	if len(limits) > 1 {
		return writeBands(w, r, snapshot, bandsQuestion{n, p, by, limits, field, area})
	}
	return writeCatchment(w, r, n, p, limits[0], by)
}

func writeCatchment(w http.ResponseWriter, r *http.Request, n *roads.Network, p orb.Point, limit float64, by network.Metric) error {
	area, err := n.Graph.Catchment(r.Context(), []orb.Point{p}, limit, n.Query(by))
	if err != nil {
		return err
	}
	at, err := n.Graph.Snap(p, n.Query(by))
	if err != nil {
		return err
	}
	told := struct {
		Minutes float64 `json:"minutes,omitempty"`
		Metres  float64 `json:"metres,omitempty"`
		Year    int     `json:"year"`
		State   string  `json:"state"`
		From    *Snap   `json:"from"` // the nearest road, of all that can be walked to
		AreaKm2 float64 `json:"area_km2"`
	}{limit, 0, n.Year, network.OffNetwork.String(), nil, centi(geo.Area(area) / 1e6)}
	if by == network.ByMetres {
		told.Minutes, told.Metres = 0, limit
	}
	if len(at) > 0 {
		told.State, told.From = network.Reached.String(), snap(n.Table, at[0])
	}
	var g orb.Geometry
	if len(area) > 0 {
		g = area
	}
	w.Header().Set("Content-Type", "application/geo+json")
	_ = writeFeature(w, g, told) // fails only where the caller is gone
	return nil
}

// area is the layer, county or town, and the code of the area that is asked for; a town
// before its county, and "" for neither.
func (q *query) area(snap *snapshot.Snapshot) (layer, code string) {
	for _, name := range []string{"county", "town"} {
		text, ok := q.text(name)
		if !ok {
			continue
		}
		if t, ok := snap.Table(name); !ok {
			q.refuse(name, "there is no layer of them")
		} else if _, known := t.FindCode(text); !known {
			q.refuse(name, strconv.Quote(text)+" is not the code of a "+name)
		}
		layer, code = name, text
	}
	return layer, code
}
