package siting

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Candidates says which plots a search looks at: squares of a grid, given parcels, or
// the features of the site layer, of a county or an area where one is named.
type Candidates struct {
	GridM   float64 // distance of the grid's places; 0 for no grid
	Parcels []Plot
	Sites   bool
	County  string           // a code; "" for anywhere
	Area    orb.MultiPolygon // nil for anywhere
	People  int              // 0 for the default
}

// Least and most metres between the places of a grid.
const (
	LeastGridM = 20
	MostGridM  = 20_000
)

// Plots are the candidates. The error tells the caller what is wrong.
func (q *Candidates) Plots(snap *snapshot.Snapshot, c *Criteria) ([]Plot, error) {
	area, err := q.area(snap)
	if err != nil {
		return nil, err
	}
	within := func(p orb.Point) bool { return area.Kind == geo.None || area.Nearest(p).Inside }
	switch {
	case q.GridM > 0:
		if area.Kind == geo.None {
			return nil, errors.New("a grid needs a county or an area to lie over")
		}
		plots, err := c.GridPlots(area, q.GridM, q.People)
		nameNear(snap, plots)
		return plots, err
	case q.Sites:
		return c.SitePlots(snap, func(t *snapshot.Table, row uint32) bool { return within(t.Shape(row).Label().LonLat()) })
	}
	var plots []Plot
	for _, p := range q.Parcels {
		if within(p.At) {
			plots = append(plots, p)
		}
	}
	return plots, nil
}

// nameNear notes the village nearest to each plot.
func nameNear(snap *snapshot.Snapshot, plots []Plot) {
	villages, ok := snap.Table("village")
	if !ok {
		return
	}
	for i := range plots {
		for _, n := range villages.Near(plots[i].At, 1, math.Inf(1)) {
			plots[i].Near = villages.Get(n.Row, "name").Text()
		}
	}
}

func (q *Candidates) area(snap *snapshot.Snapshot) (geo.Shape, error) {
	if q.Area != nil {
		return geo.NewShape(q.Area)
	}
	if q.County == "" {
		return geo.Shape{}, nil
	}
	if t, ok := snap.Table("county"); ok {
		if row, ok := t.FindCode(q.County); ok {
			return t.Shape(row), nil
		}
	}
	return geo.Shape{}, fmt.Errorf("%q is not the code of a county in layer county", q.County)
}

// Found is what a search found.
type Found struct {
	*Ranking
	Survey    *Survey
	Plots     []Plot
	Stability []Range
	Top       int // how many Stability looks at
}

// Search measures and ranks plots by criteria that differ from the survey's in weights,
// curves and constraints at most, and tells how stable the first top of them are.
func (s *Survey) Search(ctx context.Context, plots []Plot, c *Criteria, top int, progress func(done int)) (*Found, error) {
	m, err := s.Measure(ctx, plots, progress)
	if err != nil {
		return nil, err
	}
	f := &Found{Ranking: c.Rank(m), Survey: s, Plots: plots, Top: top}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f.Stability = f.Ranking.Stability(top)
	return f, nil
}
