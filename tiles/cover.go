package tiles

import (
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/simplify"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/tiles/encode"
	"github.com/cuntu/cuntu/tiles/maptile"
)

// cover finds the tiles of a zoom that may hold something, without a look at the
// others: it goes down from the world and stops where no feature's box reaches. It
// asks what the encoder asks, so that it leaves out nothing; a tile that it finds is
// empty yet where only a box, and not the feature in it, reaches into it.
type cover struct {
	tables []*snapshot.Table
	bound  geo.Box
	o      encode.Options
}

func newCover(snap *snapshot.Snapshot, layerIDs []string, bound geo.Box, o encode.Options) (*cover, error) {
	c := &cover{bound: bound, o: o}
	for i, id := range layerIDs {
		table, err := encode.TableOf(snap, layerIDs[:i], id)
		if err != nil {
			return nil, err
		}
		c.tables = append(c.tables, table)
	}
	return c, nil
}

// tiles yields the zoom's tiles in the order of their ids, until yield says no.
func (c *cover) tiles(z uint8, yield func(maptile.Tile) bool) bool {
	return c.below(maptile.Tile{}, z, yield)
}

func (c *cover) below(t maptile.Tile, z uint8, yield func(maptile.Tile) bool) bool {
	if !t.Box(0).Intersects(c.bound) || !c.any(t, z) {
		return true
	}
	if t.Z == z {
		return yield(t)
	}
	for _, child := range t.Children() {
		if !c.below(child, z, yield) {
			return false
		}
	}
	return true
}

// any tells whether a tile of a zoom within t may hold something.
func (c *cover) any(t maptile.Tile, z uint8) (found bool) {
	first := func(uint32) bool { found = true; return false }
	for _, table := range c.tables {
		l, box := table.Layer, t.Box(maptile.Buffer)
		switch {
		case int(z) < l.MinZoom && !c.o.Full:
		case !encode.Generalised(l, z, c.o):
			table.Search(box, first)
		case l.Draw.Cluster != nil && int(z) < l.Draw.Cluster.Below:
			// A cluster lies somewhere in its cell, and its points elsewhere.
			table.Search(geo.Box{
				Min: simplify.Cell(box.Min, l.Draw.Cluster.Units, int(z)).Min,
				Max: simplify.Cell(box.Max, l.Draw.Cluster.Units, int(z)).Max,
			}, first)
		default:
			table.Shown(box, z, first)
		}
		if found {
			return true
		}
	}
	return false
}
