package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"runtime"
	"strings"

	"github.com/paulmach/orb"
	"golang.org/x/sync/errgroup"

	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers/cql2"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Limits of /api/near.
const (
	maxK          = 1000
	maxNearPoints = 100_000
	maxNearHits   = 2_000_000
	maxMetres     = 20_100_000 // half way round the world
	maxNearBody   = 16 << 20
	// By road each point is asked for by itself where k is too much for a field, which
	// takes milliseconds, and tens of them by time.
	maxRoadPoints = 2_000
)

// nearQuestion is what both forms of /api/near ask of each point.
type nearQuestion struct {
	tables []nearTable
	k      int
	max    float64        // metres, or minutes by time
	ways   *roads.Network // nil for straight distances
	metric network.Metric
}

// nearTable is a table with what is asked of it; no filter asks for all.
type nearTable struct {
	*snapshot.Table
	filter *cql2.Filter
}

func (s *server) nearQuestion(q *query, snap *snapshot.Snapshot) nearQuestion {
	asked := nearQuestion{
		k:   q.whole("k", 1, maxK, 1),
		max: q.number("max", 0, maxMetres, math.Inf(1)),
	}
	metric, byRoad := RoadMetric(q.choice("metric", "straight", "road", "time"))
	build := s.network(q, snap)
	filter := q.filter()
	names := q.required("layer", "one or more of "+strings.Join(placed(snap), ","))
	if names == "" {
		return asked
	}
	for _, name := range strings.Split(names, ",") {
		t, ok := snap.Table(name)
		if !ok || !t.Layer.HasGeometry() {
			q.refuse("layer", fmt.Sprintf("%q is not one of %s", name, strings.Join(placed(snap), ", ")))
			continue
		}
		asked.tables = append(asked.tables, nearTable{t, q.bind(filter, t)})
	}
	if byRoad && len(q.wrong) == 0 {
		asked.ways, asked.metric = build(), metric
	}
	return asked
}

// placed lists the layers that have geometry.
func placed(snap *snapshot.Snapshot) []string {
	var ids []string
	for _, l := range snap.Catalog.Layers {
		if l.HasGeometry() {
			ids = append(ids, l.ID)
		}
	}
	return ids
}

// byRoad answers for all points of the answer.
func (n nearQuestion) byRoad(ctx context.Context, a *NearAnswer) error {
	a.Ways = NewNearWays(n.ways, n.metric, len(a.Points))
	for _, t := range n.whole() {
		if err := a.NearByRoad(ctx, t, n.k, n.max); err != nil {
			return err
		}
	}
	return nil
}

// whole lists the tables without what the filter leaves out, for many questions.
func (n nearQuestion) whole() []*snapshot.Table {
	all := make([]*snapshot.Table, len(n.tables))
	for i, t := range n.tables {
		if all[i] = t.Table; t.filter != nil {
			all[i] = t.Where(t.filter.Match)
		}
	}
	return all
}

// one answers for one place.
func (n nearQuestion) one(p orb.Point) (hits []snapshot.Near) {
	for _, t := range n.tables {
		var keep func(uint32) bool
		if t.filter != nil {
			keep = t.filter.Match
		}
		hits = append(hits, t.NearWhere(p, n.k, n.max, keep)...)
	}
	return hits
}

func (n nearQuestion) answer(tables []*snapshot.Table, p orb.Point) []snapshot.Near {
	if len(tables) == 1 {
		return tables[0].Near(p, n.k, n.max)
	}
	var hits []snapshot.Near
	for _, t := range tables {
		hits = append(hits, t.Near(p, n.k, n.max)...)
	}
	return hits
}

// near answers GET /api/near: the k nearest features of each layer.
func (s *server) near(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	q := newQuery(r)
	p := orb.Point{q.number("lon", -180, 180, math.NaN()), q.number("lat", -90, 90, math.NaN())}
	asked := s.nearQuestion(q, snap)
	format := q.choice("f", AnswerFormats...)
	if err := q.done(); err != nil {
		return err
	}
	a := NearAnswer{Points: []orb.Point{p}, Hits: make([][]snapshot.Near, 1)}
	if err := asked.all(r.Context(), &a); err != nil {
		return err
	}
	return send(w, a, format, "near")
}

// nearMany answers POST /api/near: the same for each of many points.
func (s *server) nearMany(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	q := newQuery(r)
	asked := s.nearQuestion(q, snap)
	format := q.choice("f", AnswerFormats...)
	if err := q.done(); err != nil {
		return err
	}
	points, err := readPoints(http.MaxBytesReader(w, r.Body, maxNearBody))
	if err != nil {
		return err
	}
	if n := len(points) * asked.k * len(asked.tables); n > maxNearHits {
		return tooLarge(fmt.Sprintf("%d points × k=%d × %d layers may give %d results; at most %d fit into one answer", len(points), asked.k, len(asked.tables), n, maxNearHits))
	}
	if asked.ways != nil && !asked.ways.HasField(asked.k) && len(points) > maxRoadPoints {
		return tooLarge(fmt.Sprintf("points: %d are more than the %d that one request by road may hold with so great a k", len(points), maxRoadPoints))
	}
	a := NearAnswer{Points: points, Hits: make([][]snapshot.Near, len(points)), Many: true}
	if err := asked.all(r.Context(), &a); err != nil {
		return err
	}
	return send(w, a, format, "near")
}

// all answers for every point.
func (n nearQuestion) all(ctx context.Context, a *NearAnswer) error {
	if n.ways != nil {
		return n.byRoad(ctx, a)
	}
	if len(a.Points) == 1 {
		a.Hits[0] = n.one(a.Points[0])
		return nil
	}
	tables := n.whole()
	workers, ctx := errgroup.WithContext(ctx)
	workers.SetLimit(runtime.GOMAXPROCS(0))
	const chunk = 256
	for from := 0; from < len(a.Points); from += chunk {
		workers.Go(func() error {
			for i := from; i < min(from+chunk, len(a.Points)) && ctx.Err() == nil; i++ {
				a.Hits[i] = n.answer(tables, a.Points[i])
			}
			return ctx.Err()
		})
	}
	return workers.Wait()
}

// readPoints reads {"points": [[lon, lat], …]} without holding the text.
func readPoints(body io.Reader) ([]orb.Point, error) {
	var asked struct {
		Points [][]float64 `json:"points"`
	}
	d := json.NewDecoder(body)
	d.DisallowUnknownFields()
	if err := d.Decode(&asked); err != nil {
		var long *http.MaxBytesError
		if errors.As(err, &long) {
			return nil, tooLarge(fmt.Sprintf("the body may have %d bytes", long.Limit))
		}
		return nil, badRequest(misuse{"body", `must be JSON: {"points": [[lon, lat], …]}`})
	}
	if n := len(asked.Points); n == 0 {
		return nil, badRequest(misuse{"points", "must hold at least one [lon, lat]"})
	} else if n > maxNearPoints {
		return nil, tooLarge(fmt.Sprintf("points: %d are more than the %d that one request may hold", n, maxNearPoints))
	}
	points := make([]orb.Point, len(asked.Points))
	for i, p := range asked.Points {
		if len(p) != 2 || math.Abs(p[0]) > 180 || math.Abs(p[1]) > 90 {
			return nil, badRequest(misuse{fmt.Sprintf("points[%d]", i), "must be [lon, lat] with lon from -180 to 180 and lat from -90 to 90"})
		}
		points[i] = orb.Point{p[0], p[1]}
	}
	return points, nil
}
