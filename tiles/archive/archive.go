// Package archive makes files of tiles out of a snapshot: PMTiles or MBTiles.
//
// What is asked for flows in, in the words of flags and parameters, and is checked against the snapshot once; a file flows
// out, whole or not at all worth having. Serving such files is the server's.
package archive

import (
	"context"
	"errors"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/area"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/dataset"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/tiles"
	"github.com/cuntu/cuntu/tiles/encode"
	"github.com/cuntu/cuntu/tiles/maptile"
	"github.com/cuntu/cuntu/tiles/mbtiles"
	"github.com/cuntu/cuntu/tiles/pmtiles"
)

// Request is what somebody asks of an archive.
type Request struct {
	Layers  []string `json:"layers,omitempty"`  // all that have geometry and that everybody may know if none
	MinZoom *int     `json:"minzoom,omitempty"` // the layers' own if nil, as MaxZoom
	MaxZoom *int     `json:"maxzoom,omitempty"`
	BBox    string   `json:"bbox,omitempty"`   // "W,S,E,N" in degrees: only tiles that meet it
	County  string   `json:"county,omitempty"` // a code: only tiles that meet the box around it
	Full    bool     `json:"full,omitempty"`   // every feature at every zoom
	Format  string   `json:"format,omitempty"` // mvt, or mlt; mvt if ""
}

// Archive is what is to be made of a snapshot.
type Archive struct {
	snap    *snapshot.Snapshot
	ids     []string
	Options tiles.BulkOptions
	// Whose says whose map it is, for the file to carry along; it may be "".
	Whose string
}

// New checks a request. The error is layers.Faults, whose parts are the request's words.
func New(snap *snapshot.Snapshot, r Request) (*Archive, error) {
	var wrong layers.Faults
	a := &Archive{snap: snap, ids: chooseLayers(snap, r.Layers, &wrong)}
	a.Options = tiles.BulkOptions{Full: r.Full, Bound: chooseBound(snap, r, &wrong)}
	a.chooseZooms(r, &wrong)
	switch r.Format {
	case "", encode.MVT.String():
	case encode.MLT.String():
		a.Options.Format = encode.MLT
	default:
		wrong.Add("format", "%s is not one of mvt, mlt", r.Format)
	}
	return a, wrong.Err()
}

func chooseLayers(snap *snapshot.Snapshot, asked []string, wrong *layers.Faults) []string {
	var all, open []string // an archive is for giving away
	for _, t := range snap.Tables() {
		if !t.Layer.HasGeometry() {
			continue
		}
		all = append(all, t.Layer.ID)
		if t.Layer.Secrecy == layers.Open {
			open = append(open, t.Layer.ID)
		}
	}
	if len(asked) == 0 {
		return open
	}
	var known []string
	for _, id := range asked {
		if slices.Contains(all, id) {
			known = append(known, id)
		} else {
			wrong.Add("layers", "%s is not one of %s", id, strings.Join(all, ", "))
		}
	}
	return known
}

func (a *Archive) chooseZooms(r Request, wrong *layers.Faults) {
	if len(a.ids) == 0 { // a fault by itself
		return
	}
	o := &a.Options
	o.MinZoom = maptile.MaxZoom
	for _, id := range a.ids {
		if t, ok := a.snap.Table(id); ok {
			o.MinZoom, o.MaxZoom = min(o.MinZoom, t.Layer.MinZoom), max(o.MaxZoom, t.Layer.MaxZoom)
		}
	}
	for _, z := range []struct {
		part  string
		asked *int
		zoom  *int
	}{{"minzoom", r.MinZoom, &o.MinZoom}, {"maxzoom", r.MaxZoom, &o.MaxZoom}} {
		if z.asked == nil {
			continue
		}
		if *z.zoom = *z.asked; *z.zoom < 0 || *z.zoom > maptile.MaxZoom {
			wrong.Add(z.part, "%d is not from 0 to %d", *z.zoom, maptile.MaxZoom)
		}
	}
	if o.MinZoom > o.MaxZoom {
		wrong.Add("minzoom", "%d is above the last zoom", o.MinZoom)
		wrong.Add("maxzoom", "%d is below the first zoom", o.MaxZoom)
	}
}

func chooseBound(snap *snapshot.Snapshot, r Request, wrong *layers.Faults) geo.Box {
	switch {
	case r.BBox != "" && r.County != "":
		wrong.Add("bbox", "and county cannot both be given")
	case r.BBox != "":
		b, ok := parseBBox(r.BBox)
		if !ok {
			wrong.Add("bbox", "must be west,south,east,north in degrees, not %q", r.BBox)
		}
		return geo.QuantiseBound(b)
	case r.County != "":
		if found, ok := area.New(snap).Find(r.County); ok {
			return found.Box
		}
		wrong.Add("county", "%s: the store has no county with this code", r.County)
	}
	return geo.World
}

func parseBBox(text string) (b orb.Bound, ok bool) {
	words := strings.Split(text, ",")
	if len(words) != 4 {
		return b, false
	}
	var v [4]float64
	for i, word := range words {
		var err error
		limit := []float64{180, 90}[i%2]
		if v[i], err = strconv.ParseFloat(strings.TrimSpace(word), 64); err != nil || !(math.Abs(v[i]) <= limit) {
			return b, false
		}
	}
	return orb.Bound{Min: orb.Point{v[0], v[1]}, Max: orb.Point{v[2], v[3]}}, v[0] <= v[2] && v[1] <= v[3]
}

// ErrNothing tells that an archive would be empty.
var ErrNothing = errors.New("there is nothing to write: none of these layers has anything there at these zooms")

// Made tells what was written.
type Made struct {
	Tiles     int   `json:"tiles"`
	Different int   `json:"different"` // tiles that are not the same as another
	Dropped   int   `json:"dropped"`   // features left out of tiles that would have been too large
	Bytes     int64 `json:"bytes"`
}

// file is an archive under way.
type file interface {
	Add(t maptile.Tile, packed []byte) error
	Finish(about tiles.TileJSON) error
	Close() error
	Contents() int
}

// create makes a file of the kind that its path ends in.
func create(path string) (file, error) {
	if strings.HasSuffix(path, ".mbtiles") {
		return mbtiles.Create(path)
	}
	return pmtiles.Create(path)
}

// Write writes the archive to a new file, whose name ends in .mbtiles or .pmtiles. Villages carry their states, as those
// of a server do. progress hears how many of the tiles are done. The error is ErrNothing where there are none.
func (a *Archive) Write(
	ctx context.Context, services *service.Catalog, path string, progress func(done, total int),
) (made Made, err error) {
	states, err := coverage.Compute(ctx, a.snap.Whole(), roads.Build(a.snap.Whole(), time.Now().Year()), services)
	if err != nil {
		return made, err
	}
	snap := coverage.WithMarks(a.snap, states)
	about, err := a.Options.JSON(snap, a.ids, dataset.Attribution(snap, a.Whose))
	if err != nil {
		return made, err
	}
	about.Description = a.Whose
	out, err := create(path)
	if err != nil {
		return made, err
	}
	defer out.Close()
	stats, err := tiles.Bulk(ctx, snap, a.ids, a.Options, out.Add, progress)
	if err != nil {
		return made, err
	}
	if stats.Tiles == 0 {
		return made, ErrNothing
	}
	made = Made{Tiles: stats.Tiles, Different: out.Contents(), Dropped: stats.Dropped}
	if err := out.Finish(about); err != nil {
		return made, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return made, err
	}
	made.Bytes = info.Size()
	return made, nil
}
