package questions

import (
	"context"
	"fmt"
	"math"
	"runtime"

	"github.com/paulmach/orb"
	"golang.org/x/sync/errgroup"

	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Limits of near.
const (
	maxNearPoints = 100_000
	maxNearHits   = 2_000_000
	maxMetres     = 20_100_000 // half way round the world
	// By road each point is asked for by itself where k is too much for a field, which
	// takes milliseconds, and tens of them by time.
	maxRoadPoints = 2_000
)

// Nearest is what both forms of near ask of each point.
type Nearest struct {
	Layer  []string `required:"one or more" one:"@placed" zh:"在哪些图层里找，用逗号分隔，如 town,park。" en:"The layers to look in, such as town,park."`
	K      int      `min:"1" max:"1000" default:"1" zh:"每层几个。" en:"How many of each layer."`
	Max    *float64 `min:"0" max:"20100000" zh:"最远多少米；按时间则为分钟。" en:"How far away at most, in metres, or minutes by time."`
	Metric string   `one:"straight,road,time" default:"straight" zh:"直线、沿路米数或沿路分钟。" en:"Distances as the crow flies, by road or in minutes."`
	Years
	Filter string `zh:"只找符合条件的，CQL2 文本。" en:"Only what matches, in CQL2 text."`
}

// NearAsk asks of one place.
type NearAsk struct {
	OnePlace
	Nearest
}

// NearManyAsk asks of many places.
type NearManyAsk struct {
	Nearest
	Body Points `in:"body" shape:"{\"points\": [[lon, lat], …]}"`
}

// Points are places in degrees, each longitude and latitude.
type Points struct {
	Points [][]float64 `json:"points"`
}

// Faults are conditions that do not fit a layer.
func (ask Nearest) Faults(w World) (wrong layers.Faults) {
	for _, name := range ask.Layer {
		if t, ok := w.Snap.Table(name); ok {
			checkFilter(ask.Filter, t.Layer, &wrong)
		}
	}
	return wrong
}

func near() *Question {
	return question.New(question.Name{
		ID: "near", Path: "/api/near", Command: "near", Example: "lon=109.94&lat=33.87&layer=village,town&k=2",
		Title: layers.Words{Zh: "最近的", En: "Near"},
		Help:  layers.Words{Zh: "离一处最近的要素，直线或沿路。", En: "List the features nearest to a place, straight or by road."},
	}, sheets, func(ctx context.Context, w World, ask NearAsk) (NearOne, error) {
		a, err := w.near(ctx, ask.Nearest, []orb.Point{ask.point()}, false)
		return NearOne{a}, err
	})
}

func nearMany() *Question {
	return question.New(question.Name{
		ID: "nearMany", Method: "POST", Path: "/api/near", Example: `layer=town&body={"points":[[109.94,33.87],[110.1,33.7]]}`,
		Title: layers.Words{Zh: "最近的（成批）", En: "Near, of many places"},
		Help:  layers.Words{Zh: "离许多处各自最近的要素，一次最多十万处。", En: "List the features nearest to each of up to 100,000 places."},
	}, sheets, func(ctx context.Context, w World, ask NearManyAsk) (NearMany, error) {
		points, err := ask.Body.points()
		if err != nil {
			return NearMany{}, err
		}
		a, err := w.near(ctx, ask.Nearest, points, true)
		return NearMany{a}, err
	})
}

// near answers for places; many is a list by point, even of one.
func (w World) near(ctx context.Context, ask Nearest, points []orb.Point, many bool) (Near, error) {
	n := nearQuestion{k: ask.K, max: math.Inf(1)}
	if ask.Max != nil {
		n.max = *ask.Max
	}
	for _, name := range ask.Layer {
		t, _ := w.Snap.Table(name)
		match, err := w.filter(ask.Filter, t, ask.Year)
		if err != nil {
			return Near{}, err
		}
		n.tables = append(n.tables, nearTable{t, match})
	}
	if hits := len(points) * n.k * len(n.tables); hits > maxNearHits {
		return Near{}, question.TooLarge(fmt.Sprintf("%d points × k=%d × %d layers may give %d results; at most %d fit into one answer",
			len(points), n.k, len(n.tables), hits, maxNearHits))
	}
	a := Near{Points: points, Hits: make([][]snapshot.Near, len(points)), Many: many}
	if by, ok := roadMetric(ask.Metric); ok {
		n.ways, n.metric = w.network(ask.Year), by
		if many && !n.ways.HasField(n.k) && len(points) > maxRoadPoints {
			return Near{}, question.TooLarge(
				fmt.Sprintf("points: %d are more than the %d that one request by road may hold with so great a k", len(points), maxRoadPoints),
			)
		}
	}
	if ask.Year != 0 {
		n.completeBy(ask.Year)
	}
	return a, n.all(ctx, &a)
}

// completeBy keeps of what is built that which is complete by the year. Ways by road are over the roads of the year, and
// lead to what is complete too.
func (n *nearQuestion) completeBy(year int) {
	for i, t := range n.tables {
		complete := t.CompleteBy(year)
		if complete == nil {
			continue
		}
		match := t.filter
		n.tables[i].filter = func(row uint32) bool { return complete.Has(row) && (match == nil || match(row)) }
	}
}

// nearQuestion is what is asked of each point.
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
	filter func(row uint32) bool
}

// byRoad answers for all points of the answer.
func (n nearQuestion) byRoad(ctx context.Context, a *Near) error {
	a.Ways = newWays(n.ways, n.metric, len(a.Points))
	for _, t := range n.whole() {
		if err := a.nearByRoad(ctx, t, n.k, n.max); err != nil {
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
			all[i] = t.Where(t.filter)
		}
	}
	return all
}

// one answers for one place.
func (n nearQuestion) one(p orb.Point) (hits []snapshot.Near) {
	for _, t := range n.tables {
		hits = append(hits, t.NearWhere(p, n.k, n.max, t.filter)...)
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

// all answers for every point.
func (n nearQuestion) all(ctx context.Context, a *Near) error {
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

// points checks the places.
func (p Points) points() ([]orb.Point, error) {
	if n := len(p.Points); n == 0 {
		return nil, layers.NewFault("points", "must hold at least one [lon, lat]")
	} else if n > maxNearPoints {
		return nil, question.TooLarge(fmt.Sprintf("points: %d are more than the %d that one request may hold", n, maxNearPoints))
	}
	points := make([]orb.Point, len(p.Points))
	for i, at := range p.Points {
		if len(at) != 2 || math.Abs(at[0]) > 180 || math.Abs(at[1]) > 90 {
			return nil, layers.NewFault(fmt.Sprintf("points[%d]", i), "must be [lon, lat] with lon from -180 to 180 and lat from -90 to 90")
		}
		points[i] = orb.Point{at[0], at[1]}
	}
	return points, nil
}
