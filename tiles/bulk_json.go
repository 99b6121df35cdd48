package tiles

import (
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// JSON describes what Bulk makes, for an archive to carry along. Unlike a server's
// description it gives, as archives' readers expect, each field's type where that has
// its title: String, Number or Boolean (MBTiles 1.3, "Vector tileset metadata"). The
// error is a *LayerError.
func (o BulkOptions) JSON(snap *snapshot.Snapshot, layerIDs []string, attribution string) (TileJSON, error) {
	j, err := JSON(snap, layerIDs, "", attribution)
	if err != nil {
		return TileJSON{}, err
	}
	j.Tiles = nil
	j.SetFormat(o.Format)
	j.MinZoom, j.MaxZoom = o.MinZoom, o.MaxZoom
	box := geo.Empty
	for i, id := range layerIDs {
		table, _ := snap.Table(id) // is there, or JSON would have failed
		l, v := table.Layer, &j.VectorLayers[i]
		box = box.Union(table.Bounds())
		v.MinZoom, v.MaxZoom = max(l.MinZoom, o.MinZoom), max(l.MinZoom, o.MaxZoom)
		if o.Full {
			v.MinZoom, v.MaxZoom = o.MinZoom, o.MaxZoom
		}
		for _, f := range l.Fields {
			if f.Tile {
				v.Fields[f.ID] = archiveType(f.Type)
			}
		}
		if c := l.Draw.Cluster; c != nil && !o.Full && o.MinZoom < c.Below {
			v.Fields[layers.CountID] = "Number"
			for _, s := range c.Sums {
				v.Fields[s.ID] = "Number"
			}
		}
	}
	if both := meet(box, o.Bound); !both.IsEmpty() {
		box = both
	}
	j.place(box)
	return j, nil
}

func archiveType(t layers.FieldType) string {
	switch t {
	case layers.TypeInt, layers.TypeFloat, layers.TypeYear:
		return "Number"
	case layers.TypeBool:
		return "Boolean"
	}
	return "String"
}

func meet(a, b geo.Box) geo.Box {
	return geo.Box{
		Min: geo.Point{X: max(a.Min.X, b.Min.X), Y: max(a.Min.Y, b.Min.Y)},
		Max: geo.Point{X: min(a.Max.X, b.Max.X), Y: min(a.Max.Y, b.Max.Y)},
	}
}
