package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/elevation"
	"github.com/cuntu/cuntu/geo/dem"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/siting"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/web"
)

// sitingFlags are what evaluate and search have in common.
type sitingFlags struct {
	storeFlag
	yearFlag
	Parcels    string             `type:"existingfile" placeholder:"FILE" help:"A file of points or polygons: shp, zip, geojson, gpkg, csv, xlsx, kml."`
	CRS        string             `name:"crs" placeholder:"CRS" help:"The coordinate system of the parcels, where their file does not say."`
	People     int                `help:"How many people are to settle; the criteria's number, or what a parcel has land for, if not given."`
	Criteria   string             `type:"existingfile" placeholder:"FILE" help:"A YAML file with what differs from the criteria that are built in."`
	Weights    map[string]float64 `mapsep:"," placeholder:"ID=WEIGHT" help:"Weights that differ, such as town=20,slope=5."`
	Judgements string             `type:"existingfile" placeholder:"FILE" help:"A JSON file of comparisons in pairs that give the weights: {\"of\": [\"near\", \"slope\"], \"matrix\": [[1, 3], [0.333, 1]]}."`
	Format     string             `short:"f" enum:"table,json,geojson,csv,xlsx" default:"table" help:"One of ${enum}."`
}

type siteEvaluateCmd struct {
	sitingFlags
	Lon *float64 `help:"Longitude in degrees of WGS 84."`
	Lat *float64 `help:"Latitude in degrees of WGS 84."`
}

type siteSearchCmd struct {
	sitingFlags
	Grid   float64 `placeholder:"METRES" help:"Look at places so many metres apart."`
	Sites  bool    `help:"Look at the features of the site layer."`
	County string  `placeholder:"CODE" help:"Only in this county."`
	Area   string  `type:"existingfile" placeholder:"FILE" help:"Only within the polygons of a file."`
	Top    int     `default:"20" help:"How many to list."`
	Stable int     `default:"5" help:"How many first ones to tell the stability of."`
}

// maxUnpackedBytes is for tiles of the elevation model, in a command.
const maxUnpackedBytes = 256 << 20

// setting is what a question of siting is asked over.
type setting struct {
	snap      *snapshot.Snapshot
	survey    *siting.Survey
	criteria  *siting.Criteria
	hierarchy *siting.Hierarchy
}

func (f *sitingFlags) setting(ctx context.Context, log *slog.Logger) (*setting, error) {
	base, s, err := f.criteria()
	if err != nil {
		return nil, err
	}
	snap, ground, err := f.load(ctx, log)
	if err != nil {
		return nil, err
	}
	s.snap = snap
	s.survey, err = siting.NewSurvey(ctx, snap, roads.Build(snap, f.year()), ground, base, f.People)
	return s, err
}

// criteria are those to measure by, and in the setting those to score by.
func (f *sitingFlags) criteria() (*siting.Criteria, *setting, error) {
	base, s := siting.Default(), &setting{}
	var err error
	if f.Criteria != "" {
		if err = readFile(f.Criteria, func(r io.Reader) error {
			base, err = siting.Parse(r)
			return err
		}); err != nil {
			return nil, nil, err
		}
	}
	s.criteria = base
	if f.Judgements != "" {
		var j siting.Judgements
		if err := readFile(f.Judgements, func(r io.Reader) error { return json.NewDecoder(r).Decode(&j) }); err != nil {
			return nil, nil, err
		}
		if s.criteria, s.hierarchy, err = base.Weigh(j); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", f.Judgements, err)
		}
	}
	if s.criteria, err = s.criteria.With(siting.Change{Weights: f.Weights}); err != nil {
		return nil, nil, fmt.Errorf("--%w", err)
	}
	return base, s, nil
}

func readFile(name string, read func(io.Reader) error) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := read(file); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func (f *sitingFlags) load(ctx context.Context, log *slog.Logger) (*snapshot.Snapshot, *dem.Model, error) {
	snap, err := f.snapshot(ctx, log)
	if err != nil {
		return nil, nil, err
	}
	store, err := openStore(ctx, f.Store, snap.Catalog, log)
	if err != nil {
		return nil, nil, err
	}
	defer store.Close()
	ground, err := elevation.Load(ctx, store, maxUnpackedBytes)
	return snap, ground, err
}

// Run evaluates a place or parcels.
func (c *siteEvaluateCmd) Run(ctx context.Context, log *slog.Logger) error {
	if (c.Parcels == "") == (c.Lon == nil && c.Lat == nil) || (c.Lon == nil) != (c.Lat == nil) {
		return errors.New("site evaluate needs --lon and --lat, or --parcels FILE")
	}
	s, err := c.setting(ctx, log)
	if err != nil {
		return err
	}
	var plots []siting.Plot
	if c.Parcels != "" {
		plots, err = readPlots(c.Parcels, c.CRS, s.criteria, c.People)
	} else if err = checkPlace(*c.Lon, *c.Lat); err == nil {
		var plot siting.Plot
		plot, err = s.criteria.PlotFor(orb.Point{*c.Lon, *c.Lat}, c.People)
		plots = []siting.Plot{plot}
	}
	if err != nil {
		return err
	}
	answer := web.SitingEvaluations{Many: c.Parcels != ""}
	for _, p := range plots {
		e, err := s.survey.Evaluate(ctx, p, s.criteria)
		if err != nil {
			return err
		}
		answer.List = append(answer.List, e)
	}
	if c.Format != "table" {
		return answer.Write(os.Stdout, c.Format)
	}
	for _, e := range answer.List {
		if err := writeEvaluation(os.Stdout, e); err != nil {
			return err
		}
	}
	return nil
}

// Run searches.
func (c *siteSearchCmd) Run(ctx context.Context, log *slog.Logger) error {
	if n := b2i(c.Grid != 0) + b2i(c.Sites) + b2i(c.Parcels != ""); n != 1 {
		return errors.New("site search needs one of --grid METRES, --sites and --parcels FILE")
	}
	if c.Grid != 0 && !(c.Grid >= siting.LeastGridM && c.Grid <= siting.MostGridM) {
		return fmt.Errorf("--grid must be from %d to %d metres, not %v", siting.LeastGridM, siting.MostGridM, c.Grid)
	}
	if c.Top < 0 || c.Stable < 1 {
		return errors.New("--top must be 0 or more, and --stable 1 or more")
	}
	s, err := c.setting(ctx, log)
	if err != nil {
		return err
	}
	q := siting.Candidates{GridM: c.Grid, Sites: c.Sites, County: c.County, People: c.People}
	if c.Area != "" {
		if q.Area, err = readArea(c.Area, c.CRS); err != nil {
			return err
		}
	}
	if c.Parcels != "" {
		if q.Parcels, err = readPlots(c.Parcels, c.CRS, s.criteria, c.People); err != nil {
			return err
		}
	}
	plots, err := q.Plots(s.snap, s.criteria)
	if err != nil {
		return err
	}
	bar, done := newProgress(os.Stderr, "places"), 0
	found, err := s.survey.Search(ctx, plots, s.criteria, c.Stable, func(n int) {
		done += n
		bar.set(done, len(plots))
	})
	bar.end()
	if err != nil {
		return err
	}
	answer, err := web.NewSitingFound(ctx, found, s.hierarchy, c.Top, false)
	if err != nil {
		return err
	}
	if c.Format == "table" {
		return writeFound(os.Stdout, answer)
	}
	return answer.Write(os.Stdout, c.Format)
}

func writeEvaluation(w io.Writer, e *siting.Evaluation) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	name := e.Plot.Name
	if name == "" {
		name = fmt.Sprintf("%.6f, %.6f", e.Plot.At[0], e.Plot.At[1])
	}
	fmt.Fprintf(t, "%s: %.1f of 100 (%.1f to %.1f), %.0f m² for %d people, as of %d\n", name, e.Total, e.Low, e.High, e.Plot.AreaM2, e.Plot.People, e.Year)
	fmt.Fprintln(t, "CRITERION\tSCORE\tWEIGHT\tFOUND")
	for n := range e.Values {
		of, score, mark := &e.Criteria.List[n], "?", ""
		if s := e.Scores[n]; !math.IsNaN(s) {
			score = fmt.Sprintf("%.0f", s)
			if of.Fails(e.Values[n]) {
				mark = "✗ "
			}
		}
		fmt.Fprintf(t, "%s\t%s\t%g\t%s%s\n", of.ID, score, math.Round(of.Weight*10)/10, mark, e.Notes[n].Zh)
	}
	for _, change := range e.Changes {
		fmt.Fprintf(t, "%+.1f\t\t\t%s\n", change.Gain, change.Text.Zh)
	}
	return t.Flush()
}

func writeFound(w io.Writer, a web.SitingFound) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	c := a.Criteria
	fmt.Fprintf(t, "%d places, %d pass\n", len(a.Plots), len(a.Order))
	for _, x := range a.Excluded {
		fmt.Fprintf(t, "%s: %d out, %d by it alone, %d unchecked\n", c.List[x.Criterion].ID, x.Plots, x.Alone, x.Unchecked)
	}
	if h := a.Hierarchy; h != nil {
		fmt.Fprintf(t, "consistency ratio %.3f", h.Ratio)
		if !h.Consistent {
			fmt.Fprintf(t, ", more than %v: %s to %s is given as %.2f, the others make it %.2f", siting.MostConsistent, h.Worst.A, h.Worst.B, h.Worst.Given, h.Worst.Suggested)
		}
		fmt.Fprintln(t)
	}
	fmt.Fprintln(t, "RANK\tLON\tLAT\tNAME\tTOTAL\tFRONT\tLOWEST SCORES")
	for i, e := range a.Results {
		front := ""
		if a.Front[a.Order[i]] {
			front = "*"
		}
		var why []string
		for _, change := range e.Changes[:min(3, len(e.Changes))] {
			why = append(why, change.Text.Zh)
		}
		fmt.Fprintf(t, "%d\t%.5f\t%.5f\t%s\t%.1f\t%s\t%s\n", i+1, e.Plot.At[0], e.Plot.At[1], cmp.Or(e.Plot.Name, e.Plot.Near), e.Total, front, strings.Join(why, "；"))
	}
	fmt.Fprintf(t, "\nWHAT\tNOW\tFIRST STAYS\tFIRST %d STAY\n", min(a.Top, len(a.Order)))
	for _, s := range a.Stability {
		if s.What != "curve" || narrows(s, c.List[s.Criterion].Curve) {
			fmt.Fprintf(t, "%s %s\t%g\t%s\t%s\n", c.List[s.Criterion].ID, s.What, math.Round(s.At*10)/10, interval(s.First), interval(s.Top))
		}
	}
	return t.Flush()
}

// narrows tells whether a point of a curve may not move all the way to its neighbours
// without another first place.
func narrows(s siting.Range, curve siting.Curve) bool {
	low, high := math.Inf(-1), math.Inf(1)
	if s.Point > 0 {
		low = curve[s.Point-1][0]
	}
	if s.Point+1 < len(curve) {
		high = curve[s.Point+1][0]
	}
	return s.First.Low > low || s.First.High < high
}

func interval(i siting.Interval) string {
	end := func(f float64) string {
		if math.IsInf(f, 0) {
			return "…"
		}
		return fmt.Sprintf("%.1f", f)
	}
	return end(i.Low) + " to " + end(i.High)
}
