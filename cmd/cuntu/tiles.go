package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/cuntu/cuntu/cmd/cuntu/progress"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/tiles/archive"
	"github.com/cuntu/cuntu/tiles/encode"
)

type tilesCmd struct {
	storeFlag
	rulesFlag
	Layers  []string `placeholder:"LAYER" help:"The layers to put in, such as road,village; all that have geometry and are not internal if not given."`
	MinZoom *int     `name:"minzoom" placeholder:"Z" help:"The first zoom; the layers' own if not given."`
	MaxZoom *int     `name:"maxzoom" placeholder:"Z" help:"The last zoom; the layers' own if not given."`
	BBox    string   `name:"bbox" xor:"place" placeholder:"W,S,E,N" help:"Only tiles that meet this box of degrees."`
	County  string   `xor:"place" placeholder:"CODE" help:"Only tiles that meet the box around this county."`
	Full    bool     `help:"Keep every feature at every zoom."`
	Format  string   `enum:"mvt,mlt" default:"mvt" help:"What the tiles are: mvt, which all readers know, or mlt (MapLibre Tile), which is smaller; the latter in .pmtiles only."`
	Out     string   `required:"" placeholder:"FILE" help:"The archive to write, ending in .pmtiles or .mbtiles. One that is there is replaced."`
}

// Run writes the tiles of a snapshot of the store.
func (c *tilesCmd) Run(ctx context.Context, log *slog.Logger) error {
	if !strings.HasSuffix(c.Out, ".pmtiles") && !strings.HasSuffix(c.Out, ".mbtiles") {
		return fmt.Errorf("--out must end in .pmtiles or .mbtiles, not be %q", c.Out)
	}
	if c.Format == encode.MLT.String() && !strings.HasSuffix(c.Out, ".pmtiles") {
		return fmt.Errorf("--format mlt: --out must end in .pmtiles, not be %q", c.Out)
	}
	services, err := c.services()
	if err != nil {
		return err
	}
	snap, err := c.snapshot(ctx, log)
	if err != nil {
		return err
	}
	a, err := archive.New(snap, archive.Request{
		Layers: c.Layers, MinZoom: c.MinZoom, MaxZoom: c.MaxZoom, BBox: c.BBox, County: c.County, Full: c.Full, Format: c.Format,
	})
	if wrong, ok := errors.AsType[layers.Faults](err); ok {
		return misuse(wrong)
	} else if err != nil {
		return err
	}
	if a.Whose, err = c.whose(ctx, log); err != nil {
		return err
	}
	return whole(c.Out, func(temporary string) error { return c.write(ctx, a, services, temporary) })
}

func (c *tilesCmd) write(ctx context.Context, a *archive.Archive, services *service.Catalog, path string) error {
	began := time.Now()
	bar := progress.New(os.Stderr, "tiles")
	made, err := a.Write(ctx, services, path, bar.Set)
	bar.End()
	if err != nil {
		return err
	}
	fmt.Printf("Wrote %d tiles (%d different) of zoom %d to %d, %.1f MB, in %v: %s\n", made.Tiles, made.Different,
		a.Options.MinZoom, a.Options.MaxZoom, float64(made.Bytes)/1e6, time.Since(began).Round(time.Millisecond), c.Out)
	if made.Dropped > 0 {
		fmt.Printf(
			"%d times a feature was left out of a tile that would have been above %d bytes; --full keeps them.\n", made.Dropped,
			encode.MaxBytes,
		)
	}
	return nil
}
