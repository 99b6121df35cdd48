package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"

	"github.com/gorilla/mux"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"github.com/cuntu/cuntu/layers/siting"
	"github.com/cuntu/cuntu/layers/snapshot"

	"github.com/cuntu/cuntu/layers"
)

// Limits of /api/siting.
const (
	maxSitingBody    = 16 << 20
	maxEvaluations   = 1000 // of one request, each with all its evidence
	maxDirectPlots   = 5000 // of a search; more are a job
	maxSitingPeople  = 100_000
	maxSitingResults = 1000
	maxStableTop     = 20
	maxSitingAll     = 50_000 // candidates whose values are sent
)

// sitingRoutes adds what tells where a settlement may go.
func (s *server) sitingRoutes(get func(path string, h http.HandlerFunc), r *mux.Router) {
	get("/api/siting/criteria", s.answer(s.sitingCriteria))
	get("/api/siting/evaluate", s.answer(s.evaluatePlace))
	r.HandleFunc("/api/siting/evaluate", s.answer(s.evaluateParcels)).Methods(http.MethodPost)
	r.HandleFunc("/api/siting/search", s.answer(s.searchSites)).Methods(http.MethodPost)
	r.HandleFunc("/api/siting/judge", s.answer(s.judge)).Methods(http.MethodPost)
	s.planRoutes(get, r)
}

// sitingCriteria answers GET /api/siting/criteria.
func (s *server) sitingCriteria(w http.ResponseWriter, r *http.Request, _ *snapshot.Snapshot) error {
	if err := newQuery(r).done(); err != nil {
		return err
	}
	return writeJSON(w, NewSitingCriteria(s.criteria))
}

func (s *server) survey(snap *snapshot.Snapshot, year, people int) (*siting.Survey, error) {
	return s.surveys.Get(snap, s.roads, s.relief.model(), s.criteria, year, people)
}

// evaluatePlace answers GET /api/siting/evaluate?lon=&lat=&people=&year=&f=.
func (s *server) evaluatePlace(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	q := newQuery(r)
	p := orb.Point{q.number("lon", -180, 180, math.NaN()), q.number("lat", -85, 85, math.NaN())}
	people, year := q.whole("people", 1, maxSitingPeople, 0), q.year()
	format := q.choice("f", AnswerFormats...)
	if err := q.done(); err != nil {
		return err
	}
	plot, err := s.criteria.PlotFor(p, people)
	if err != nil {
		return err
	}
	return s.sendEvaluations(w, r, snap, []siting.Plot{plot}, sitingAsk{Criteria: s.criteria, Year: year, People: people, format: format})
}

func (s *server) sendEvaluations(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot, plots []siting.Plot, ask sitingAsk) error {
	survey, err := s.survey(snap, ask.Year, ask.People)
	if err != nil {
		return err
	}
	answer := SitingEvaluations{Many: ask.many}
	for _, p := range plots {
		e, err := survey.Evaluate(r.Context(), p, ask.Criteria)
		if err != nil {
			return err
		}
		answer.List = append(answer.List, e)
	}
	return sendWritten(w, answer, ask.format, "evaluation")
}

// SitingBody is what POST /api/siting/evaluate and /search take. Parcels are GeoJSON: a
// FeatureCollection, a Feature or a geometry, of points and polygons; a feature's
// properties name and people are taken. For a search there may be grid_m or sites in
// their place. Area is a polygon.
type SitingBody struct {
	Parcels json.RawMessage `json:"parcels"`
	GridM   float64         `json:"grid_m"`
	Sites   bool            `json:"sites"`
	County  string          `json:"county"`
	Area    json.RawMessage `json:"area"`
	People  int             `json:"people"`
	Results *int            `json:"results"` // how many to tell about; 50
	Top     *int            `json:"top"`     // whose stability is asked; 5
	All     bool            `json:"all"`     // send the values of every candidate too
	siting.Change
	Judgements *siting.Judgements `json:"judgements"` // give the weights
}

// sitingAsk is a body that was read and checked.
type sitingAsk struct {
	Criteria   *siting.Criteria
	Hierarchy  *siting.Hierarchy
	Candidates siting.Candidates
	Year       int
	People     int
	results    int
	top        int
	all        bool
	many       bool
	format     string
}

func (s *server) readSiting(w http.ResponseWriter, r *http.Request) (ask sitingAsk, err error) {
	q := newQuery(r)
	ask.Year, ask.format = q.year(), q.choice("f", AnswerFormats...)
	if err := q.done(); err != nil {
		return ask, err
	}
	var b SitingBody
	if err := readBody(w, r, maxSitingBody, &b); err != nil {
		return ask, err
	}
	return ask, b.check(s.criteria, &ask)
}

// readBody reads JSON that has no unknown members.
func readBody(w http.ResponseWriter, r *http.Request, most int64, to any) error {
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, most))
	d.DisallowUnknownFields()
	err := d.Decode(to)
	var long *http.MaxBytesError
	switch {
	case errors.As(err, &long):
		return tooLarge(fmt.Sprintf("the body may have %d bytes", long.Limit))
	case err != nil:
		return badRequest(layers.Fault{Part: "body", Detail: "must be JSON: " + err.Error()})
	}
	return nil
}

func (b *SitingBody) check(criteria *siting.Criteria, ask *sitingAsk) error {
	var wrong layers.Faults
	refuse := func(name string, err error) {
		if err != nil {
			wrong = append(wrong, layers.Fault{Part: name, Detail: err.Error()})
		}
	}
	count := func(name string, v *int, least, most, fallback int) int {
		if v == nil {
			return fallback
		}
		if *v < least || *v > most {
			refuse(name, fmt.Errorf("%d is not a whole number from %d to %d", *v, least, most))
		}
		return *v
	}
	ask.results, ask.top, ask.all = count("results", b.Results, 0, maxSitingResults, 50), count("top", b.Top, 1, maxStableTop, 5), b.All
	if b.People < 0 || b.People > maxSitingPeople {
		refuse("people", fmt.Errorf("%d is not a whole number from 1 to %d", b.People, maxSitingPeople))
	}
	ask.People = b.People
	ask.Criteria = criteria
	var err error
	if b.Judgements != nil {
		ask.Criteria, ask.Hierarchy, err = criteria.Weigh(*b.Judgements)
		refuse("judgements", err)
	}
	if len(wrong) == 0 {
		ask.Criteria, err = ask.Criteria.With(b.Change)
		refuse("criteria", err)
	}
	if len(wrong) > 0 {
		return badRequest(wrong...)
	}
	ask.Candidates = siting.Candidates{GridM: b.GridM, Sites: b.Sites, County: b.County, People: b.People}
	if b.Area != nil {
		ask.Candidates.Area, err = readArea(b.Area)
		refuse("area", err)
	}
	if b.Parcels != nil {
		ask.Candidates.Parcels, err = readParcels(b.Parcels, ask.Criteria, b.People)
		refuse("parcels", err)
	}
	if b.GridM != 0 && !(b.GridM >= siting.LeastGridM && b.GridM <= siting.MostGridM) {
		refuse("grid_m", fmt.Errorf("%v is not a number from %d to %d", b.GridM, siting.LeastGridM, siting.MostGridM))
	}
	if len(wrong) > 0 {
		return badRequest(wrong...)
	}
	return nil
}

func readArea(raw json.RawMessage) (orb.MultiPolygon, error) {
	g, err := geojson.UnmarshalGeometry(raw)
	if err != nil {
		return nil, errors.New("must be a GeoJSON Polygon or MultiPolygon")
	}
	switch g := g.Geometry().(type) {
	case orb.Polygon:
		return orb.MultiPolygon{g}, checkDegrees(g)
	case orb.MultiPolygon:
		return g, checkDegrees(g)
	}
	return nil, errors.New("must be a GeoJSON Polygon or MultiPolygon")
}

func checkDegrees(g orb.Geometry) error {
	if b := g.Bound(); !(b.Min[0] >= -180 && b.Max[0] <= 180 && b.Min[1] >= -85 && b.Max[1] <= 85) {
		return errors.New("must lie within longitude -180 to 180 and latitude -85 to 85 in degrees")
	}
	return nil
}

// readParcels reads GeoJSON of points and polygons.
func readParcels(raw json.RawMessage, c *siting.Criteria, people int) ([]siting.Plot, error) {
	var kind struct{ Type string }
	if err := json.Unmarshal(raw, &kind); err != nil {
		return nil, errors.New("must be GeoJSON")
	}
	var list []*geojson.Feature
	switch kind.Type {
	case "FeatureCollection":
		fc, err := geojson.UnmarshalFeatureCollection(raw)
		if err != nil {
			return nil, errors.New("must be a GeoJSON FeatureCollection")
		}
		list = fc.Features
	case "Feature":
		f, err := geojson.UnmarshalFeature(raw)
		if err != nil {
			return nil, errors.New("must be a GeoJSON Feature")
		}
		list = []*geojson.Feature{f}
	default:
		g, err := geojson.UnmarshalGeometry(raw)
		if err != nil {
			return nil, errors.New("must be a GeoJSON FeatureCollection, Feature, Point, Polygon or MultiPolygon")
		}
		list = []*geojson.Feature{geojson.NewFeature(g.Geometry())}
	}
	if len(list) == 0 || len(list) > siting.MostCandidates {
		return nil, fmt.Errorf("%d features; from 1 to %d are allowed", len(list), siting.MostCandidates)
	}
	plots := make([]siting.Plot, 0, len(list))
	for i, f := range list {
		if f.Geometry == nil {
			return nil, fmt.Errorf("feature %d: has no geometry", i)
		}
		if err := checkDegrees(f.Geometry); err != nil {
			return nil, fmt.Errorf("feature %d: %w", i, err)
		}
		room := people
		if n, ok := f.Properties["people"].(float64); ok && n >= 1 && n <= maxSitingPeople && people == 0 {
			room = int(n)
		}
		plot, err := c.PlotFor(f.Geometry, room)
		if err != nil {
			return nil, fmt.Errorf("feature %d: %w", i, err)
		}
		plot.Name, _ = f.Properties["name"].(string)
		plots = append(plots, plot)
	}
	return plots, nil
}

// evaluateParcels answers POST /api/siting/evaluate.
func (s *server) evaluateParcels(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	ask, err := s.readSiting(w, r)
	if err != nil {
		return err
	}
	c := &ask.Candidates
	switch {
	case len(c.Parcels) == 0:
		return badRequest(layers.Fault{Part: "parcels", Detail: "is required: GeoJSON of points and polygons"})
	case c.GridM > 0 || c.Sites || c.County != "" || c.Area != nil:
		return badRequest(layers.Fault{Part: "body", Detail: "grid_m, sites, county and area are for /api/siting/search"})
	case len(c.Parcels) > maxEvaluations:
		return tooLarge(fmt.Sprintf("parcels: %d are more than the %d that one request may hold; /api/siting/search ranks up to %d", len(c.Parcels), maxEvaluations, siting.MostCandidates))
	}
	ask.many = true
	return s.sendEvaluations(w, r, snap, c.Parcels, ask)
}

// searchSites answers POST /api/siting/search: directly, or where there are many
// candidates as a job whose result is the same JSON.
func (s *server) searchSites(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	ask, err := s.readSiting(w, r)
	if err != nil {
		return err
	}
	kinds := 0
	for _, given := range []bool{ask.Candidates.GridM > 0, ask.Candidates.Sites, len(ask.Candidates.Parcels) > 0} {
		if given {
			kinds++
		}
	}
	if kinds != 1 {
		return badRequest(layers.Fault{Part: "body", Detail: "needs one of grid_m, sites and parcels"})
	}
	plots, err := ask.Candidates.Plots(snap, ask.Criteria)
	if err != nil {
		return badRequest(layers.Fault{Part: "candidates", Detail: err.Error()})
	}
	if ask.all && len(plots) > maxSitingAll {
		return tooLarge(fmt.Sprintf("all: of %d candidates not all values can be sent; at most of %d", len(plots), maxSitingAll))
	}
	if len(plots) > maxDirectPlots && ask.format == "json" {
		return s.startJob(w, "siting-search", func(ctx context.Context, p jobProgress) (any, error) {
			done := int64(0)
			found, err := s.find(ctx, snap, plots, ask, func(n int) {
				done += int64(n)
				p.set(done, int64(len(plots)))
			})
			if err != nil {
				return nil, err
			}
			return found.json(), nil
		})
	}
	found, err := s.find(r.Context(), snap, plots, ask, nil)
	if err != nil {
		return err
	}
	return sendWritten(w, found, ask.format, "sites")
}

func (s *server) find(ctx context.Context, snap *snapshot.Snapshot, plots []siting.Plot, ask sitingAsk, progress func(int)) (SitingFound, error) {
	survey, err := s.survey(snap, ask.Year, ask.People)
	if err != nil {
		return SitingFound{}, err
	}
	found, err := survey.Search(ctx, plots, ask.Criteria, ask.top, progress)
	if err != nil {
		return SitingFound{}, err
	}
	return NewSitingFound(ctx, found, ask.Hierarchy, ask.results, ask.all)
}

// NewSitingFound is what was found, with the evidence of the first results.
func NewSitingFound(ctx context.Context, found *siting.Found, h *siting.Hierarchy, results int, all bool) (SitingFound, error) {
	out := SitingFound{Found: found, Hierarchy: h, All: all}
	for _, i := range found.Order[:min(results, len(found.Order))] {
		e, err := found.Survey.Evaluate(ctx, found.Plots[i], found.Criteria)
		if err != nil {
			return out, err
		}
		out.Results = append(out.Results, e)
	}
	return out, nil
}

// judge answers POST /api/siting/judge: what judgements come to, and the weights by
// criterion.
func (s *server) judge(w http.ResponseWriter, r *http.Request, _ *snapshot.Snapshot) error {
	if err := newQuery(r).done(); err != nil {
		return err
	}
	var j siting.Judgements
	if err := readBody(w, r, 1<<20, &j); err != nil {
		return err
	}
	weighed, h, err := s.criteria.Weigh(j)
	if err != nil {
		return badRequest(layers.Fault{Part: "judgements", Detail: err.Error()})
	}
	weights := map[string]float64{}
	for _, of := range weighed.List {
		weights[of.ID] = of.Weight
	}
	return writeJSON(w, map[string]any{"hierarchy": h, "of": slices.Clone(j.Of), "weights": weights})
}
