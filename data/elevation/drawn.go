package elevation

import (
	"context"
	"iter"
	"math"
	"time"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/geo/crs"
	"github.com/cuntu/cuntu/geo/dem"
)

// Drawn is the documents of a model that is calculated instead of read: heights over a
// bound at cells of so many seconds of arc.
func Drawn(ctx context.Context, bound orb.Bound, seconds float64, at time.Time,
	height func(orb.Point) float64,
) iter.Seq2[data.Document, error] {
	return func(yield func(data.Document, error) bool) {
		w, err := plan([]*Raster{draw(bound, seconds, height)})
		if err != nil {
			yield(data.Document{}, err)
			return
		}
		for packed, err := range w.tiles(ctx, &Report{}) {
			var d data.Document
			if err == nil {
				d, err = toDocument(packed, "", at)
			}
			if !yield(d, err) || err != nil {
				return
			}
		}
	}
}

// DrawnTiles is the tiles of Drawn.
func DrawnTiles(ctx context.Context, bound orb.Bound, seconds float64, height func(orb.Point) float64) ([]dem.Packed, error) {
	return Tiles(ctx, draw(bound, seconds, height))
}

// draw is a raster whose cells lie on whole multiples of their size.
func draw(bound orb.Bound, seconds float64, height func(orb.Point) float64) *Raster {
	wgs84, err := crs.ByCode(4326)
	if err != nil {
		panic("elevation: WGS 84 is not known: " + err.Error())
	}
	cell := seconds / 3600
	west, east := math.Ceil(bound.Min[0]/cell), math.Floor(bound.Max[0]/cell)
	south, north := math.Ceil(bound.Min[1]/cell), math.Floor(bound.Max[1]/cell)
	r := &Raster{
		Width: int(east-west) + 1, Height: int(north-south) + 1, CRS: wgs84,
		X: west * cell, Y: north * cell, DX: cell, DY: cell, forget: func() {},
	}
	r.window = func(col, row, width, _ int, to []float32) error {
		for i := range to {
			to[i] = float32(height(orb.Point{r.X + float64(col+i%width)*cell, r.Y - float64(row+i/width)*cell}))
		}
		return nil
	}
	return r
}
