package web

import (
	"math"
	"net/http"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers"
)

// Limits of /api/catchment.
const (
	maxCatchmentMinutes = 600
	maxCatchmentMetres  = 300_000
)

// catchment answers GET /api/catchment: the area from which a place costs at most so
// many minutes or metres.
func (s *server) catchment(w http.ResponseWriter, r *http.Request, snapshot *layers.Snapshot) error {
	q := newQuery(r)
	p := orb.Point{q.number("lon", -180, 180, math.NaN()), q.number("lat", -90, 90, math.NaN())}
	minutes := q.number("minutes", 0.1, maxCatchmentMinutes, 0)
	metres := q.number("metres", 1, maxCatchmentMetres, 0)
	if (q.values.Get("minutes") == "") == (q.values.Get("metres") == "") {
		q.refuse("minutes", "or metres is required, and one of them alone")
	}
	build := s.network(q, snapshot)
	if err := q.done(); err != nil {
		return err
	}
	n := build()
	by, limit := network.ByMinutes, minutes
	if metres > 0 {
		by, limit = network.ByMetres, metres
	}
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
	}{minutes, metres, n.Year, network.OffNetwork.String(), nil, centi(geo.Area(area) / 1e6)}
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
