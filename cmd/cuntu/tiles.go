package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers/area"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/dataset"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/tiles"
	"github.com/cuntu/cuntu/tiles/encode"
	"github.com/cuntu/cuntu/tiles/maptile"
	"github.com/cuntu/cuntu/tiles/mbtiles"
	"github.com/cuntu/cuntu/tiles/pmtiles"
)

type tilesCmd struct {
	storeFlag
	rulesFlag
	Layers  []string `placeholder:"LAYER" help:"The layers to put in, such as road,village; all that have geometry if not given."`
	MinZoom *int     `name:"minzoom" placeholder:"Z" help:"The first zoom; the layers' own if not given."`
	MaxZoom *int     `name:"maxzoom" placeholder:"Z" help:"The last zoom; the layers' own if not given."`
	BBox    string   `name:"bbox" xor:"place" placeholder:"W,S,E,N" help:"Only tiles that meet this box of degrees."`
	County  string   `xor:"place" placeholder:"CODE" help:"Only tiles that meet the box around this county."`
	Full    bool     `help:"Keep every feature at every zoom."`
	Format  string   `enum:"mvt,mlt" default:"mvt" help:"What the tiles are: mvt, which all readers know, or mlt (MapLibre Tile), which is smaller; the latter in .pmtiles only."`
	Out     string   `required:"" placeholder:"FILE" help:"The archive to write, ending in .pmtiles or .mbtiles. One that is there is replaced."`
}

// archive is a file of tiles under way.
type archive interface {
	Add(t maptile.Tile, packed []byte) error
	Finish(about tiles.TileJSON) error
	Close() error
	Contents() int
}

// createArchive makes an archive of the kind that a name ends in.
func createArchive(name, path string) (archive, error) {
	if strings.HasSuffix(name, ".mbtiles") {
		return mbtiles.Create(path)
	}
	return pmtiles.Create(path)
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
	// Villages carry their states, as those of a server do.
	states, err := coverage.Compute(ctx, snap, roads.Build(snap, time.Now().Year()), services)
	if err != nil {
		return err
	}
	snap = coverage.WithMarks(snap, states)
	ids, err := c.layers(snap)
	if err != nil {
		return err
	}
	options, err := c.options(snap, ids)
	if err != nil {
		return err
	}
	about, err := options.JSON(snap, ids, dataset.Attribution(snap))
	if err != nil {
		return err
	}
	return whole(c.Out, func(temporary string) error {
		return c.write(ctx, snap, ids, options, about, temporary)
	})
}

func (c *tilesCmd) write(
	ctx context.Context, snap *snapshot.Snapshot, ids []string, o tiles.BulkOptions, about tiles.TileJSON, path string,
) error {
	began := time.Now()
	out, err := createArchive(c.Out, path)
	if err != nil {
		return err
	}
	defer out.Close()
	progress := newProgress(os.Stderr, "tiles")
	stats, err := tiles.Bulk(ctx, snap, ids, o, out.Add, progress.set)
	progress.end()
	if err != nil {
		return err
	}
	if stats.Tiles == 0 {
		return errors.New("there is nothing to write: none of these layers has anything there at these zooms")
	}
	contents := out.Contents()
	if err := out.Finish(about); err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	fmt.Printf("Wrote %d tiles (%d different) of zoom %d to %d, %.1f MB, in %v: %s\n", stats.Tiles, contents,
		o.MinZoom, o.MaxZoom, float64(info.Size())/1e6, time.Since(began).Round(time.Millisecond), c.Out)
	if stats.Dropped > 0 {
		fmt.Printf(
			"%d times a feature was left out of a tile that would have been above %d bytes; --full keeps them.\n", stats.Dropped,
			encode.MaxBytes,
		)
	}
	return nil
}

// layers are those asked for, or all that tiles can hold.
func (c *tilesCmd) layers(snap *snapshot.Snapshot) ([]string, error) {
	var all []string
	for _, t := range snap.Tables() {
		if t.Layer.HasGeometry() {
			all = append(all, t.Layer.ID)
		}
	}
	for _, id := range c.Layers {
		if t, ok := snap.Table(id); !ok || !t.Layer.HasGeometry() {
			return nil, fmt.Errorf("--layers %s: not one of %s", id, strings.Join(all, ", "))
		}
	}
	if len(c.Layers) > 0 {
		return c.Layers, nil
	}
	return all, nil
}

func (c *tilesCmd) options(snap *snapshot.Snapshot, ids []string) (tiles.BulkOptions, error) {
	o := tiles.BulkOptions{MinZoom: maptile.MaxZoom, Full: c.Full}
	for _, id := range ids {
		t, _ := snap.Table(id) // layers has looked
		o.MinZoom, o.MaxZoom = min(o.MinZoom, t.Layer.MinZoom), max(o.MaxZoom, t.Layer.MaxZoom)
	}
	if c.Format == encode.MLT.String() {
		o.Format = encode.MLT
	}
	if c.MinZoom != nil {
		o.MinZoom = *c.MinZoom
	}
	if c.MaxZoom != nil {
		o.MaxZoom = *c.MaxZoom
	}
	if o.MinZoom < 0 || o.MaxZoom > maptile.MaxZoom || o.MinZoom > o.MaxZoom {
		return o, fmt.Errorf("--minzoom %d and --maxzoom %d must be from 0 to %d, the first not above the last",
			o.MinZoom, o.MaxZoom, maptile.MaxZoom)
	}
	var err error
	o.Bound, err = c.bound(snap)
	return o, err
}

func (c *tilesCmd) bound(snap *snapshot.Snapshot) (geo.Box, error) {
	switch {
	case c.BBox != "":
		b, err := parseBBox(c.BBox)
		return geo.QuantiseBound(b), err
	case c.County != "":
		if found, ok := area.New(snap).Find(c.County); ok {
			return found.Box, nil
		}
		return geo.Box{}, fmt.Errorf("--county %s: the store has no county with this code", c.County)
	}
	return geo.World, nil
}

func parseBBox(text string) (b orb.Bound, err error) {
	wrong := fmt.Errorf("--bbox must be west,south,east,north in degrees, not %q", text)
	words := strings.Split(text, ",")
	if len(words) != 4 {
		return b, wrong
	}
	var v [4]float64
	for i, word := range words {
		limit := []float64{180, 90}[i%2]
		if v[i], err = strconv.ParseFloat(strings.TrimSpace(word), 64); err != nil || !(math.Abs(v[i]) <= limit) {
			return b, wrong
		}
	}
	if v[0] > v[2] || v[1] > v[3] {
		return b, wrong
	}
	return orb.Bound{Min: orb.Point{v[0], v[1]}, Max: orb.Point{v[2], v[3]}}, nil
}
