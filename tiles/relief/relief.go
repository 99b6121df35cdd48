// Package relief makes raster tiles of heights, from which maps draw hillshade,
// contours and slopes by themselves.
//
// A model of the ground flows in; PNG images in the terrarium encoding flow out: a
// pixel's height in metres is red·256 + green + blue/256 − 32768.
package relief

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"image"
	"image/png"
	"math"

	"github.com/maypok86/otter/v2"
	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/dem"
	"github.com/cuntu/cuntu/tiles/maptile"
)

// Size is how many pixels a tile is wide and high.
const Size = 512

// Tile is an image, ready to send.
type Tile struct {
	PNG  []byte // empty where nothing is known of the tile
	ETag string
}

// Cache makes the tiles of one model and keeps them within a number of bytes. It is
// safe for any number of goroutines.
type Cache struct {
	model *dem.Model
	kept  *otter.Cache[maptile.Tile, *Tile]
	slots chan struct{} // one a tile in the making
}

// NewCache makes a cache that is empty.
func NewCache(model *dem.Model, maxBytes int64) *Cache {
	return &Cache{
		model: model, slots: make(chan struct{}, 2),
		kept: otter.Must(&otter.Options[maptile.Tile, *Tile]{
			MaximumWeight: uint64(max(1, maxBytes)),
			Weigher:       func(_ maptile.Tile, t *Tile) uint32 { return uint32(len(t.PNG) + 200) },
		}),
	}
}

// Model is the model that the tiles are of.
func (c *Cache) Model() *dem.Model { return c.model }

// MaxZoom is the zoom at which pixels are finer than the finest cells for the first
// time, and one more, on which the curve between cells still adds to a hillshade.
func (c *Cache) MaxZoom() int {
	b, ok := c.model.Bounds()
	if !ok {
		return 0
	}
	east, _ := geo.DegreeMetres(b.Center()[1])
	pixel := 360 * east / Size // at zoom 0
	return min(max(0, int(math.Ceil(math.Log2(pixel/c.model.CellMetres())))+1), 15)
}

// Get is a tile. It takes some 40 ms the first time.
func (c *Cache) Get(ctx context.Context, t maptile.Tile) (*Tile, error) {
	if err := t.Check(); err != nil {
		return nil, err
	}
	if kept, ok := c.kept.GetIfPresent(t); ok {
		return kept, nil
	}
	if !c.model.Covers(t.Box(0)) {
		return &Tile{}, nil
	}
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if kept, ok := c.kept.GetIfPresent(t); ok {
		return kept, nil
	}
	made, err := c.build(t)
	if err != nil {
		return nil, err
	}
	c.kept.Set(t, made)
	return made, nil
}

func (c *Cache) build(t maptile.Tile) (*Tile, error) {
	lons, lats := centres(t)
	heights := c.model.Grid(lons, lats)
	if !spread(heights) {
		return &Tile{}, nil
	}
	var b bytes.Buffer
	if err := png.Encode(&b, terrarium(heights, precision(t.Z))); err != nil {
		return nil, err
	}
	return &Tile{PNG: b.Bytes(), ETag: fmt.Sprintf(`"%x"`, sha256.Sum256(b.Bytes()))[:18] + `"`}, nil
}

// centres are the longitudes and latitudes of a tile's pixels.
func centres(t maptile.Tile) (lons, lats []float64) {
	unit := math.Ldexp(1, 32-int(t.Z)) / Size
	x, y := float64(t.X)*unit*Size-1<<31, float64(t.Y)*unit*Size-1<<31
	lons, lats = make([]float64, Size), make([]float64, Size)
	for i := range Size {
		f := (float64(i) + 0.5) * unit
		lons[i], lats[i] = geo.Lon(x+f), geo.Lat(y+f)
	}
	return lons, lats
}

// spread gives what is unknown the height of what is known beside it, for a step down
// to the sea would shade like a cliff. It is false where nothing is known.
func spread(h []float32) bool {
	row := func(j int) []float32 { return h[j*Size : (j+1)*Size] }
	some := -1
	for j := range Size {
		if along(row(j)) && some < 0 {
			some = j
		}
	}
	if some < 0 {
		return false
	}
	for j := some - 1; j >= 0; j-- {
		even(row(j), row(j+1), some-j)
	}
	for j, known := some+1, some; j < Size; j++ {
		if r := row(j); r[0] != r[0] {
			even(r, row(j-1), j-known)
		} else {
			known = j
		}
	}
	return true
}

// even fills a row that nothing is known of with the heights of the one beside it,
// evened out the more, the farther they are from what is known: copied as they are,
// ridges would run on as stripes.
func even(to, from []float32, steps int) {
	reach := min(4*steps, Size)
	var sum float64
	n := 0
	for i := -reach; i < Size; i++ {
		if add := i + reach; add < Size {
			sum += float64(from[add])
			n++
		}
		if drop := i - reach - 1; drop >= 0 {
			sum -= float64(from[drop])
			n--
		}
		if i >= 0 {
			to[i] = float32(sum / float64(n))
		}
	}
}

func along(row []float32) (some bool) {
	for i, last := 0, dem.Unknown; i < len(row); i++ {
		if row[i] != row[i] {
			row[i] = last
		}
		last = row[i]
	}
	for i, last := len(row)-1, dem.Unknown; i >= 0; i-- {
		if row[i] != row[i] {
			row[i] = last
		}
		last = row[i]
	}
	return row[0] == row[0]
}

// precision is the metres that heights are rounded to, so that the images stay small:
// 0.5 m at zoom 10, where a pixel is some 60 m wide, and half of it at each zoom more.
// On the steps that are left ground falls by half a degree a pixel, which shading
// hardly shows.
func precision(z uint8) float64 { return max(1./256, math.Ldexp(1, 9-int(z))) }

func terrarium(heights []float32, precision float64) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, Size, Size))
	for i, h := range heights {
		v := min(max((math.Round(float64(h)/precision)*precision+32768)*256, 0), 1<<24-1)
		n := uint32(v)
		img.Pix[4*i], img.Pix[4*i+1], img.Pix[4*i+2], img.Pix[4*i+3] = byte(n>>16), byte(n>>8), byte(n), 255
	}
	return img
}

// Bound is the bound in degrees of what is known.
func (c *Cache) Bound() (orb.Bound, bool) { return c.model.Bounds() }
