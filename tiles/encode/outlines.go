package encode

import (
	"sync"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Outlines keeps tables of places with their outlines for shapes, those last asked for. The zero Outlines is ready for any number of
// goroutines.
type Outlines struct {
	mu   sync.Mutex
	made []*snapshot.Outlined // the latest at the end
}

// mostOutlined is how many are kept: towns and villages, as everybody sees them and as of some years.
const mostOutlined = 8

// of is the table as its outlines draw it; the table itself where it has none.
func (o *Outlines) of(snap *snapshot.Snapshot, t *snapshot.Table) *snapshot.Table {
	l, ok := snap.Catalog.OutlinesOf(t.Layer.ID)
	if !ok {
		return t
	}
	outlines, ok := snap.Table(l.ID)
	if !ok || outlines.Len() == 0 {
		return t
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	var before *snapshot.Outlined
	for _, m := range o.made {
		if m.Of(t, outlines) {
			return m.Table
		}
		if m.Table.Layer.ID == t.Layer.ID && len(m.Table.Layer.Fields) == len(t.Layer.Fields) {
			before = m
		}
	}
	made := t.Outline(outlines, before)
	if o.made = append(o.made, made); len(o.made) > mostOutlined {
		o.made = append([]*snapshot.Outlined(nil), o.made[1:]...)
	}
	return made.Table
}

// OutlinesOf are the layers of the outlines of layers, as far as there are such.
func OutlinesOf(c *layers.Catalog, layerIDs []string) (ids []string) {
	for _, id := range layerIDs {
		if l, ok := c.OutlinesOf(id); ok {
			ids = append(ids, l.ID)
		}
	}
	return ids
}
