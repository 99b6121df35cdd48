package encode

import (
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/tiles/mlt"
)

// column gathers the values of one field of a layer's features.
type column struct {
	has, bools mlt.Bits
	ints       []int64
	floats     []float64
	index      []uint32
	texts      []string

	generation uint32
	slots      []keySlot // of texts, by the snapshot's keys of them
}

func (c *column) reset() {
	c.has.Reset()
	c.bools.Reset()
	c.ints, c.floats, c.index, c.texts = c.ints[:0], c.floats[:0], c.index[:0], c.texts[:0]
	if c.generation++; c.generation == 0 || c.slots == nil { // the counter went round
		c.slots, c.generation = make([]keySlot, 256), 1
	}
}

// write writes the column of a field. Clusters have no value in it.
func (c *column) write(w *mlt.Writer, l *drawn, field int) {
	c.reset()
	f := &l.table.Layer.Fields[field]
	switch f.Type {
	case layers.TypeBool:
		c.gather(l, field, func(v layers.Value) { c.bools.Add(v.Bool()) })
		w.Bools(f.ID, &c.bools, &c.has)
	case layers.TypeInt, layers.TypeYear:
		c.gather(l, field, func(v layers.Value) { c.ints = append(c.ints, v.Int()) })
		w.Ints(f.ID, c.ints, &c.has)
	case layers.TypeFloat:
		c.gather(l, field, func(v layers.Value) { c.floats = append(c.floats, v.Float()) })
		w.Floats(f.ID, c.floats, &c.has)
	default:
		c.gatherTexts(l, field)
		w.Texts(f.ID, c.texts, c.index, &c.has)
	}
}

func (c *column) gather(l *drawn, field int, add func(layers.Value)) {
	for _, row := range l.rows {
		v := l.table.Value(row, field)
		c.has.Add(!v.IsNull())
		if !v.IsNull() {
			add(v)
		}
	}
	c.clustersHaveNone(l)
}

func (c *column) clustersHaveNone(l *drawn) {
	for range l.clusters {
		c.has.Add(false)
	}
}

// gatherTexts numbers the distinct texts as they come, by the snapshot's keys of them.
func (c *column) gatherTexts(l *drawn, field int) {
	digits, others := false, false
	for _, row := range l.rows {
		key, ok := l.table.Key(row, field)
		c.has.Add(ok)
		if !ok {
			continue
		}
		digits, others = digits || key&snapshot.TextKey == 0, others || key&snapshot.TextKey != 0
		s := &c.slots[c.probe(key)]
		if s.generation != c.generation {
			*s = keySlot{key: key, generation: c.generation, index: uint32(len(c.texts))}
			c.texts = append(c.texts, l.table.Value(row, field).Text())
		}
		c.index = append(c.index, s.index)
		if len(c.texts) > len(c.slots)/2 {
			c.widen()
		}
	}
	if digits && others {
		c.unite()
	}
	c.clustersHaveNone(l)
}

// unite makes one of texts that are the same under different keys, as digits are in pages
// of the table with other texts and without: which pages there are must not show.
func (c *column) unite() {
	first, to := map[string]uint32{}, make([]uint32, len(c.texts))
	distinct := c.texts[:0]
	for i, s := range c.texts {
		at, known := first[s]
		if !known {
			at = uint32(len(distinct))
			first[s] = at
			distinct = append(distinct, s)
		}
		to[i] = at
	}
	c.texts = distinct
	for i, at := range c.index {
		c.index[i] = to[at]
	}
}

func (c *column) probe(key uint64) uint64 {
	mask := uint64(len(c.slots) - 1)
	h := key * 0xd6e8feb86659fd93
	for i := (h ^ h>>32) & mask; ; i = (i + 1) & mask {
		if s := &c.slots[i]; s.generation != c.generation || s.key == key {
			return i
		}
	}
}

func (c *column) widen() {
	old := c.slots
	c.slots = make([]keySlot, 2*len(old))
	for _, s := range old {
		if s.generation == c.generation {
			c.slots[c.probe(s.key)] = s
		}
	}
}

// writeClusters writes what clusters have: their count and sums.
func (c *column) writeClusters(w *mlt.Writer, l *drawn) {
	c.reset()
	for range l.rows {
		c.has.Add(false)
	}
	for range l.clusters {
		c.has.Add(true)
	}
	w.Ints(layers.CountID, l.clusters, &c.has)
	sums := l.table.Layer.Draw.Cluster.Sums
	for k := range sums {
		c.ints, c.floats = c.ints[:0], c.floats[:0]
		for i := k; i < len(l.sums); i += len(sums) {
			c.floats = append(c.floats, l.sums[i])
			if v := number(l.sums[i]); v.Kind() == layers.IntKind {
				c.ints = append(c.ints, v.Int())
			}
		}
		if len(c.ints) == len(c.floats) {
			w.Ints(sums[k].ID, c.ints, &c.has)
		} else {
			w.Floats(sums[k].ID, c.floats, &c.has)
		}
	}
}
