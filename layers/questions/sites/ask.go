// Package sites is what is asked and answered about settlements to come: how good a place is for one, where one may go, and
// who moves there.
//
// A body as a caller sends it and criteria flow in, and out what is to be looked at; a survey and plots flow in, and out what
// is told of them: as JSON, as rows of a sheet, on a terminal. The judging is package siting's and the planning package
// relocation's.
package sites

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/siting"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Limits of what may be asked at once.
const (
	MostPeople      = 100_000
	mostEvaluations = 1000 // with all their evidence
	mostResults     = 1000
	mostStableTop   = 20
	mostAll         = 50_000 // candidates whose values are told
	// mostAtOnce is how many candidates a caller over HTTP should wait for.
	mostAtOnce = 5000
)

// Body is what is sent to evaluate parcels, or to search. Parcels are GeoJSON: a FeatureCollection, a Feature or a geometry,
// of points and polygons; a feature's properties name and people are taken. For a search there may be grid_m or sites in
// their place. Area is a polygon.
type Body struct {
	Parcels json.RawMessage `json:"parcels,omitempty"`
	GridM   float64         `json:"grid_m,omitempty"`
	Sites   bool            `json:"sites,omitempty"`
	County  string          `json:"county,omitempty"`
	Area    json.RawMessage `json:"area,omitempty"`
	People  int             `json:"people,omitempty"`
	Results *int            `json:"results,omitempty"` // how many to tell about; 50
	Top     *int            `json:"top,omitempty"`     // whose stability is asked; 5
	All     bool            `json:"all,omitempty"`     // tell the values of every candidate too
	siting.Change
	Judgements *siting.Judgements `json:"judgements,omitempty"` // give the weights
}

// Ask is a body that was read and found good.
type Ask struct {
	Criteria   *siting.Criteria
	Hierarchy  *siting.Hierarchy // of judgements; nil without any
	Candidates siting.Candidates
	People     int
	Results    int // how many to tell about
	Top        int // whose stability is asked
	All        bool
}

// Read checks a body against the criteria that it changes.
func (b *Body) Read(criteria *siting.Criteria) (Ask, error) {
	var wrong layers.Faults
	ask := Ask{People: b.People, All: b.All, Criteria: criteria}
	ask.Results = count("results", b.Results, 0, mostResults, 50, &wrong)
	ask.Top = count("top", b.Top, 1, mostStableTop, 5, &wrong)
	if b.People < 0 || b.People > MostPeople {
		wrong.Add("people", "%d is not a whole number from 1 to %d", b.People, MostPeople)
	}
	b.readCriteria(&ask, &wrong)
	if len(wrong) > 0 {
		return ask, wrong
	}
	b.readCandidates(&ask, &wrong)
	return ask, wrong.Err()
}

func count(name string, given *int, least, most, fallback int, wrong *layers.Faults) int {
	if given == nil {
		return fallback
	}
	if *given < least || *given > most {
		wrong.Add(name, "%d is not a whole number from %d to %d", *given, least, most)
	}
	return *given
}

func (b *Body) readCriteria(ask *Ask, wrong *layers.Faults) {
	var err error
	if b.Judgements != nil {
		ask.Criteria, ask.Hierarchy, err = ask.Criteria.Weigh(*b.Judgements)
		refuse(wrong, "judgements", err)
	}
	if len(*wrong) == 0 {
		ask.Criteria, err = ask.Criteria.With(b.Change)
		refuse(wrong, "criteria", err)
	}
}

func (b *Body) readCandidates(ask *Ask, wrong *layers.Faults) {
	ask.Candidates = siting.Candidates{GridM: b.GridM, Sites: b.Sites, County: b.County, People: b.People}
	var err error
	if b.Area != nil {
		ask.Candidates.Area, err = readArea(b.Area)
		refuse(wrong, "area", err)
	}
	if b.Parcels != nil {
		ask.Candidates.Parcels, err = readParcels(b.Parcels, ask.Criteria, b.People)
		refuse(wrong, "parcels", err)
	}
	if b.GridM != 0 && !(b.GridM >= siting.LeastGridM && b.GridM <= siting.MostGridM) {
		wrong.Add("grid_m", "%v is not a number from %d to %d", b.GridM, siting.LeastGridM, siting.MostGridM)
	}
}

func refuse(wrong *layers.Faults, part string, err error) {
	if err != nil {
		wrong.Add(part, "%v", err)
	}
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
	list, err := readFeatures(raw)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 || len(list) > siting.MostCandidates {
		return nil, fmt.Errorf("%d features; from 1 to %d are allowed", len(list), siting.MostCandidates)
	}
	plots := make([]siting.Plot, 0, len(list))
	for i, f := range list {
		plot, err := readParcel(f, c, people)
		if err != nil {
			return nil, fmt.Errorf("feature %d: %w", i, err)
		}
		plots = append(plots, plot)
	}
	return plots, nil
}

func readFeatures(raw json.RawMessage) ([]*geojson.Feature, error) {
	var kind struct{ Type string }
	if err := json.Unmarshal(raw, &kind); err != nil {
		return nil, errors.New("must be GeoJSON")
	}
	switch kind.Type {
	case "FeatureCollection":
		fc, err := geojson.UnmarshalFeatureCollection(raw)
		if err != nil {
			return nil, errors.New("must be a GeoJSON FeatureCollection")
		}
		return fc.Features, nil
	case "Feature":
		f, err := geojson.UnmarshalFeature(raw)
		if err != nil {
			return nil, errors.New("must be a GeoJSON Feature")
		}
		return []*geojson.Feature{f}, nil
	}
	g, err := geojson.UnmarshalGeometry(raw)
	if err != nil {
		return nil, errors.New("must be a GeoJSON FeatureCollection, Feature, Point, Polygon or MultiPolygon")
	}
	return []*geojson.Feature{geojson.NewFeature(g.Geometry())}, nil
}

func readParcel(f *geojson.Feature, c *siting.Criteria, people int) (siting.Plot, error) {
	if f.Geometry == nil {
		return siting.Plot{}, errors.New("has no geometry")
	}
	if err := checkDegrees(f.Geometry); err != nil {
		return siting.Plot{}, err
	}
	if n, ok := f.Properties["people"].(float64); ok && n >= 1 && n <= MostPeople && people == 0 {
		people = int(n)
	}
	plot, err := c.PlotFor(f.Geometry, people)
	plot.Name, _ = f.Properties["name"].(string)
	return plot, err
}

// Parcels are the plots to be evaluated. The error tells what is missing, too much, or only for a search.
func (a *Ask) Parcels() ([]siting.Plot, error) {
	c := &a.Candidates
	switch {
	case len(c.Parcels) == 0:
		return nil, layers.NewFault("parcels", "is required: GeoJSON of points and polygons")
	case c.GridM > 0 || c.Sites || c.County != "" || c.Area != nil:
		return nil, layers.NewFault("body", "grid_m, sites, county and area are for /api/siting/search")
	case len(c.Parcels) > mostEvaluations:
		return nil, question.TooLarge(fmt.Sprintf("parcels: %d are more than the %d that one request may hold; /api/siting/search ranks up to %d",
			len(c.Parcels), mostEvaluations, siting.MostCandidates))
	}
	return c.Parcels, nil
}

// Plots are the plots to be ranked. The error tells what is wrong with what they were to be.
func (a *Ask) Plots(snap *snapshot.Snapshot) ([]siting.Plot, error) {
	kinds := 0
	for _, given := range []bool{a.Candidates.GridM > 0, a.Candidates.Sites, len(a.Candidates.Parcels) > 0} {
		if given {
			kinds++
		}
	}
	if kinds != 1 {
		return nil, layers.NewFault("body", "needs one of grid_m, sites and parcels")
	}
	plots, err := a.Candidates.Plots(snap, a.Criteria)
	if err != nil {
		return nil, layers.NewFault("candidates", "%v", err)
	}
	if a.All && len(plots) > mostAll {
		return nil, question.TooLarge(fmt.Sprintf("all: of %d candidates not all values can be sent; at most of %d", len(plots), mostAll))
	}
	return plots, nil
}
