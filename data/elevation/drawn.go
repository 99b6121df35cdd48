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
func Drawn(ctx context.Context, bound orb.Bound, seconds float64, at time.Time, height func(orb.Point) float64) iter.Seq2[data.Document, error] {
	return func(yield func(data.Document, error) bool) {
		wgs84, err := crs.ByCode(4326)
		if err != nil {
			yield(data.Document{}, err)
			return
		}
		cell := seconds / 3600
		_, west, north, err := dem.NewLattice(wgs84, math.Ceil(bound.Min[0]/cell)*cell, math.Floor(bound.Max[1]/cell)*cell, cell, cell)
		if err != nil {
			yield(data.Document{}, err)
			return
		}
		columns, rows := int(math.Floor((bound.Max[0]-bound.Min[0])/cell)), int(math.Floor((bound.Max[1]-bound.Min[1])/cell))
		r := &Raster{Width: columns, Height: rows, CRS: wgs84, X: float64(west) * cell, Y: -float64(north) * cell, DX: cell, DY: cell, forget: func() {}}
		r.window = func(col, row, width, _ int, to []float32) error {
			for i := range to {
				to[i] = float32(height(orb.Point{r.X + float64(col+i%width)*cell, r.Y - float64(row+i/width)*cell}))
			}
			return nil
		}
		w, err := plan([]*Raster{r})
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
