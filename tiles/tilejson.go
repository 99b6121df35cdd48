package tiles

import (
	"math"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/tiles/encode"
	"github.com/cuntu/cuntu/tiles/maptile"
)

// TileJSON describes a tile set (TileJSON 3.0).
type TileJSON struct {
	TileJSON     string        `json:"tilejson"`
	Name         string        `json:"name,omitempty"`
	Description  string        `json:"description,omitempty"`
	Attribution  string        `json:"attribution,omitempty"`
	Scheme       string        `json:"scheme"`
	Tiles        []string      `json:"tiles"`
	Encoding     string        `json:"encoding,omitempty"` // "mlt"; MVT where it is absent
	MinZoom      int           `json:"minzoom"`
	MaxZoom      int           `json:"maxzoom"`
	Bounds       [4]float64    `json:"bounds"` // west, south, east, north
	Center       [3]float64    `json:"center"` // longitude, latitude, zoom
	VectorLayers []VectorLayer `json:"vector_layers"`
}

// VectorLayer is one source-layer of a tile set. Fields gives a title by field id.
type VectorLayer struct {
	ID          string            `json:"id"`
	Description string            `json:"description,omitempty"`
	MinZoom     int               `json:"minzoom"`
	MaxZoom     int               `json:"maxzoom"`
	Fields      map[string]string `json:"fields"`
}

// JSON describes the tile set of some layers. url is the template of a tile's
// address, with {z}, {x} and {y}; attribution credits the sources and may be "".
// The error is a *LayerError.
func JSON(snap *snapshot.Snapshot, layerIDs []string, url, attribution string) (TileJSON, error) {
	j := TileJSON{
		TileJSON: "3.0.0", Scheme: "xyz", Attribution: attribution, Tiles: []string{url},
		MinZoom: maptile.MaxZoom, VectorLayers: []VectorLayer{},
	}
	box := geo.Empty
	for i, id := range layerIDs {
		table, err := encode.TableOf(snap, layerIDs[:i], id)
		if err != nil {
			return TileJSON{}, err
		}
		l := table.Layer
		if i > 0 {
			j.Name += ", "
		}
		j.Name += l.Title.Zh
		j.MinZoom, j.MaxZoom = min(j.MinZoom, l.MinZoom), max(j.MaxZoom, l.MaxZoom)
		v := VectorLayer{ID: l.ID, Description: l.Title.Zh, MinZoom: l.MinZoom, MaxZoom: l.MaxZoom, Fields: map[string]string{}}
		for _, f := range l.Fields {
			if f.Tile {
				v.Fields[f.ID] = f.Title.Zh
			}
		}
		if c := l.Draw.Cluster; c != nil {
			v.Fields[layers.CountID] = "个数"
			for _, s := range c.Sums {
				if _, taken := v.Fields[s.ID]; !taken {
					v.Fields[s.ID] = s.Title.Zh
				}
			}
		}
		j.VectorLayers = append(j.VectorLayers, v)
		box = box.Union(table.Bounds())
	}
	j.MinZoom = min(j.MinZoom, j.MaxZoom)
	j.place(box)
	return j, nil
}

// SetFormat says what the tiles are. MVT goes without saying, as it does for readers who
// know nothing else.
func (j *TileJSON) SetFormat(f encode.Format) {
	if j.Encoding = ""; f != encode.MVT {
		j.Encoding = f.String()
	}
}

// place sets bounds and centre, and the zoom at which the bounds fit a window.
func (j *TileJSON) place(box geo.Box) {
	if box.IsEmpty() {
		box = geo.World
	}
	b := box.Bound()
	j.Bounds = [4]float64{round(b.Min[0]), round(b.Min[1]), round(b.Max[0]), round(b.Max[1])}
	if box == geo.World { // whose last quantum is one short of 180°
		j.Bounds[2] = 180
	}
	middle := geo.Point{X: middle(box.Min.X, box.Max.X), Y: middle(box.Min.Y, box.Max.Y)}.LonLat()
	widest := max(float64(box.Max.X)-float64(box.Min.X), float64(box.Max.Y)-float64(box.Min.Y), 1)
	zoom := math.Floor(math.Log2(math.Exp2(maptile.WorldBits) / widest))
	j.Center = [3]float64{round(middle[0]), round(middle[1]), max(float64(j.MinZoom), min(float64(j.MaxZoom), zoom))}
}

func middle(a, b int32) int32 { return int32((int64(a) + int64(b)) >> 1) }

// round keeps seven decimals, a centimetre.
func round(v float64) float64 { return math.Round(v*1e7) / 1e7 }
