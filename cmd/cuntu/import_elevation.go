package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/cuntu/cuntu/cmd/cuntu/progress"
	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/elevation"
	"github.com/cuntu/cuntu/geo/crs"
	"github.com/cuntu/cuntu/layers"
)

// importElevation writes files of heights into the elevation model.
func (c *importCmd) importElevation(ctx context.Context, store data.Store, catalog *layers.Catalog) error {
	var given *crs.CRS
	if c.CRS != "" {
		var err error
		if given, err = crs.Parse(c.CRS); err != nil {
			return fmt.Errorf("--crs: %w", err)
		}
	}
	var rasters []*elevation.Raster
	for _, name := range append([]string{c.File}, c.More...) {
		r, err := elevation.Open(name, given)
		if _, lost := errors.AsType[*elevation.CRSError](err); lost {
			return fmt.Errorf("%w; give it with --crs", err)
		}
		if err != nil {
			return err
		}
		defer r.Close()
		if _, _, _, err := r.Lattice(); err != nil {
			return err
		}
		rasters = append(rasters, r)
		fmt.Printf("%s: %d × %d cells of %v × %v in %s (%s)\n", r.File, r.Width, r.Height, r.DX, r.DY, r.CRS, r.CRS.Name())
		if warning := r.CRS.Warning(); warning != "" {
			fmt.Println(warning)
		}
	}
	if c.Inspect {
		return nil
	}
	if c.DryRun {
		return errors.New("--dry-run is not for layer dem, whose files have no rows to check; --inspect says what is in them")
	}
	bar := progress.New(os.Stderr, "tiles")
	report, err := elevation.Import(ctx, store, catalog, rasters, elevation.Options{
		By: data.Authorship{Name: author()}, Time: time.Now(), Progress: bar.Set,
	})
	bar.End()
	if err != nil {
		return err
	}
	fmt.Printf("Wrote %d heights in %d tiles.\n", report.Cells, report.Tiles)
	return store.Close()
}
