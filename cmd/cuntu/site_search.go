package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/cmd/cuntu/progress"
	"github.com/cuntu/cuntu/data/elevation"
	"github.com/cuntu/cuntu/geo/dem"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/questions"
	"github.com/cuntu/cuntu/layers/questions/sites"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/siting"
	"github.com/cuntu/cuntu/layers/snapshot"
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
	langFlag
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

// world is what a question of siting is asked over, and the criteria to score by.
func (f *sitingFlags) world(ctx context.Context, log *slog.Logger) (w questions.World, ask sites.Ask, err error) {
	base := siting.Default()
	if f.Criteria != "" {
		if err = readFile(f.Criteria, func(r io.Reader) (err error) {
			base, err = siting.Parse(r)
			return err
		}); err != nil {
			return w, ask, err
		}
	}
	if ask, err = f.ask(base); err != nil {
		return w, ask, err
	}
	snap, ground, err := f.load(ctx, log)
	if err != nil {
		return w, ask, err
	}
	w = questions.World{Snap: snap, Desk: questions.NewDesk(service.Builtin())}
	w.Criteria, w.Ground = base, func() *dem.Model { return ground }
	return w, ask, nil
}

// ask is the criteria to score by: those to measure by, with other weights.
func (f *sitingFlags) ask(base *siting.Criteria) (ask sites.Ask, err error) {
	ask.Criteria, ask.People = base, f.People
	if f.Judgements != "" {
		var j siting.Judgements
		if err := readFile(f.Judgements, func(r io.Reader) error { return json.NewDecoder(r).Decode(&j) }); err != nil {
			return ask, err
		}
		if ask.Criteria, ask.Hierarchy, err = base.Weigh(j); err != nil {
			return ask, fmt.Errorf("%s: %w", f.Judgements, err)
		}
	}
	if ask.Criteria, err = ask.Criteria.With(siting.Change{Weights: f.Weights}); err != nil {
		return ask, fmt.Errorf("--%w", err)
	}
	return ask, nil
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
	w, ask, err := c.world(ctx, log)
	if err != nil {
		return err
	}
	var plots []siting.Plot
	if c.Parcels != "" {
		plots, err = readPlots(c.Parcels, c.CRS, ask.Criteria, c.People)
	} else if err = checkPlace(*c.Lon, *c.Lat); err == nil {
		plots = make([]siting.Plot, 1)
		plots[0], err = ask.Criteria.PlotFor(orb.Point{*c.Lon, *c.Lat}, c.People)
	}
	if err != nil {
		return err
	}
	survey, err := w.Survey(c.Year, c.People)
	if err != nil {
		return err
	}
	all, err := sites.Evaluate(ctx, survey, plots, ask.Criteria)
	if err != nil {
		return err
	}
	if c.Parcels == "" {
		return c.write(ctx, log, w.Snap, all.List[0], spoken{all.FileName(), c.Format, c.Lang})
	}
	return c.write(ctx, log, w.Snap, all, spoken{all.FileName(), c.Format, c.Lang})
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
	w, ask, err := c.world(ctx, log)
	if err != nil {
		return err
	}
	ask.Results, ask.Top = c.Top, c.Stable
	ask.Candidates = siting.Candidates{GridM: c.Grid, Sites: c.Sites, County: c.County, People: c.People}
	if c.Area != "" {
		if ask.Candidates.Area, err = readArea(c.Area, c.CRS); err != nil {
			return err
		}
	}
	if c.Parcels != "" {
		if ask.Candidates.Parcels, err = readPlots(c.Parcels, c.CRS, ask.Criteria, c.People); err != nil {
			return err
		}
	}
	plots, err := ask.Candidates.Plots(w.Snap, ask.Criteria)
	if err != nil {
		return err
	}
	survey, err := w.Survey(c.Year, c.People)
	if err != nil {
		return err
	}
	bar := progress.New(os.Stderr, "places")
	found, err := sites.Search(ctx, survey, plots, ask, func(s question.Step) { bar.Set(int(s.Done), int(s.Total)) })
	bar.End()
	if err != nil {
		return err
	}
	return c.write(ctx, log, w.Snap, found, spoken{found.FileName(), c.Format, c.Lang})
}
