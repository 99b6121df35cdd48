package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/cuntu/cuntu/cmd/cuntu/progress"
	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/export"
	"github.com/cuntu/cuntu/data/files"
	"github.com/cuntu/cuntu/data/intake"
	"github.com/cuntu/cuntu/data/office"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/dataset"
	"github.com/cuntu/cuntu/layers/questions"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
)

type exportCmd struct {
	storeFlag
	rulesFlag
	Layer    string `required:"" help:"The layer to write."`
	Format   string `short:"f" enum:",${formats}" default:"" placeholder:"FORMAT" help:"${formats}; by the ending of FILE if not given."`
	CRS      string `name:"crs" placeholder:"CRS" help:"Of the coordinates: EPSG:4326 unless given, EPSG:4490, GCJ-02, BD-09, 'CGCS2000 3度带 37带', EPSG:4525 …"`
	Filter   string `placeholder:"CQL2" help:"Only features that meet a condition, such as \"poverty = TRUE AND population > 500\"."`
	County   string `placeholder:"CODE" help:"Only features of this county."`
	Town     string `placeholder:"CODE" help:"Only features of this town."`
	Area     string `placeholder:"CODE" help:"Only features of this area: a division code of any level."`
	Year     int    `help:"Only what is complete by the end of this year; all if not given."`
	States   int    `help:"With the services' states of villages as of this year; those of the present one where the filter names them."`
	BBox     string `name:"bbox" placeholder:"W,S,E,N" help:"Only features that meet this box of degrees."`
	Headings string `enum:"id,zh,en" default:"id" help:"What columns are called: by the catalogue's ids, or by titles with the unit in Chinese or English."`
	Values   string `enum:"stored,titles" default:"stored" help:"How values that have titles are spelt: ${enum}."`
	For      string `placeholder:"NAME" help:"Note that the file goes to an office: what it sends back is compared with what the file has."`
	File     string `arg:"" help:"The file to write, or - for the standard output. One that is there is replaced. A shapefile of several kinds of geometry needs a name ending in .zip."`
}

// Run writes a snapshot's features.
func (c *exportCmd) Run(ctx context.Context, log *slog.Logger) error {
	if c.Format == "" {
		if format, ok := files.Named(c.File); ok {
			c.Format = format.ID
		}
	}
	if c.Format == "" {
		return fmt.Errorf("the ending of %s tells no format: give -f, one of %s", c.File, strings.Join(files.Written(), ", "))
	}
	services, err := c.services()
	if err != nil {
		return err
	}
	noted, err := c.handOut(ctx, log)
	if err != nil {
		return err
	}
	snap, whose, err := c.load(ctx, log, services)
	if err != nil {
		return err
	}
	e, err := export.New(snap, export.Request{
		Layer: c.Layer, Format: c.Format, CRS: c.CRS, Filter: c.Filter, County: c.County, Town: c.Town, Area: c.Area, Year: c.Year, BBox: c.BBox,
		Headings: c.Headings, Values: c.Values, Credit: dataset.Credit(snap, whose, c.Layer),
	})
	if wrong, ok := errors.AsType[layers.Faults](err); ok {
		return misuse(wrong)
	} else if err != nil {
		return err
	}
	began := time.Now()
	notes, err := c.write(ctx, e)
	if err != nil {
		return err
	}
	if err := noted(); err != nil {
		return err
	}
	for _, note := range notes {
		fmt.Fprintln(os.Stderr, "note:", note)
	}
	fmt.Fprintf(os.Stderr, "Wrote %d features in %v: %s\n", e.Len(), time.Since(began).Round(time.Millisecond), c.File)
	return nil
}

// handOut gives what notes that the file is with whom it goes to.
func (c *exportCmd) handOut(ctx context.Context, log *slog.Logger) (noted func() error, err error) {
	if c.For == "" {
		return func() error { return nil }, nil
	}
	catalog := catalog()
	open := func() (data.Store, error) { return openStore(ctx, c.Store, catalog, log) }
	store, err := open()
	if err != nil {
		return nil, err
	}
	defer store.Close()
	handing, err := intake.Importer{Store: store, Catalog: catalog}.HandOut(ctx, c.Layer, c.For)
	if wrong, ok := errors.AsType[layers.Faults](err); ok {
		for i := range wrong {
			if wrong[i].Part == "sender" {
				wrong[i].Part = "for"
			}
		}
		return nil, misuse(wrong)
	}
	return func() error {
		store, err := open()
		if err != nil {
			return err
		}
		defer store.Close()
		return handing.Note(ctx, store, author())
	}, err
}

// load loads no more than is asked for: the layer, the areas that narrow it and the sources, or all that derived fields are
// found from. whose says whose map it is.
func (c *exportCmd) load(
	ctx context.Context, log *slog.Logger, services *service.Catalog,
) (snap *snapshot.Snapshot, whose string, err error) {
	catalog := catalog()
	l, ok := catalog.Layer(c.Layer)
	whole := ok && (c.States != 0 && len(l.Derived) > 0 || questions.Derives(l, c.Filter))
	if ok && !whole {
		catalog.Layers = slices.DeleteFunc(catalog.Layers, func(l *layers.Layer) bool {
			return l.ID != c.Layer && l.ID != "county" && l.ID != "town" && l.ID != "dataset" && (l.ID != "village" || len(c.Area) < 12)
		})
	}
	store, err := openStore(ctx, c.Store, catalog, log)
	if err != nil {
		return nil, "", err
	}
	defer store.Close()
	o, err := office.Read(ctx, store)
	if err != nil {
		return nil, "", err
	}
	if snap, _, err = data.Load(ctx, store, catalog, warn(log)); err == nil && whole {
		snap, err = questions.World{Snap: snap, Desk: questions.NewDesk(services)}.WithDerived(c.Layer, c.Filter, c.States)
	}
	return snap, o.Line(), err
}

func (c *exportCmd) write(ctx context.Context, e *export.Export) ([]string, error) {
	bar := progress.New(os.Stderr, "features")
	defer bar.End()
	if c.File != "-" {
		return e.WriteFile(ctx, c.File, bar.Set)
	}
	if !e.Format().Streams && term.IsTerminal(int(os.Stdout.Fd())) {
		return nil, fmt.Errorf("-f %s is not for a terminal: pass it on or give a file", c.Format)
	}
	return e.Write(ctx, os.Stdout, bar.Set)
}

// misuse names the flags that are wrong.
func misuse(wrong layers.Faults) error {
	var errs []error
	for _, m := range wrong {
		if m.Part == "f" {
			m.Part = "format"
		}
		errs = append(errs, fmt.Errorf("--%s: %s", m.Part, m.Detail))
	}
	return errors.Join(errs...)
}
