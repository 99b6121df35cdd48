package demo

import (
	"iter"

	"github.com/cuntu/cuntu/layers"
)

// Options choose the prefecture. The zero value is seed 0 at scale 1.
type Options struct {
	Seed  uint64
	Scale int // how many times over all but counties and sources come; below 1 means 1
}

// Generate makes up a prefecture: inserts with explicit ids, layer by layer in
// the catalogue's order, by ascending id. For the same options it is the same
// to the last bit. At scale 1 it takes some seconds and a few hundred megabytes;
// what a larger scale adds is streamed.
func Generate(opts Options) iter.Seq2[layers.Edit, error] {
	return func(yield func(layers.Edit, error) bool) {
		w, err := newWorld(opts.Seed)
		if err != nil {
			yield(layers.Edit{}, err)
			return
		}
		w.emit(opts.Scale, yield)
	}
}

// emit yields the world's features layer by layer.
func (w *world) emit(scale int, yield func(layers.Edit, error) bool) {
	catalog := layers.Builtin()
	var more *copier
	if scale > 1 {
		more = w.copier()
	}
	for _, l := range catalog.Layers {
		fill := fillers[l.ID]
		if fill == nil {
			continue
		}
		r := newRows(catalog, l.ID)
		fill(w, r)
		for i := range r.list {
			if !yield(layers.Edit{Op: layers.Insert, Layer: l.ID, Feature: r.list[i]}, nil) {
				return
			}
		}
		for k := 1; k < scale && copied(l.ID); k++ {
			for i := range r.list {
				if !yield(layers.Edit{Op: layers.Insert, Layer: l.ID, Feature: more.feature(l, &r.list[i], k, len(r.list))}, nil) {
					return
				}
			}
		}
	}
}

// fillers make the rows of each layer.
var fillers = map[string]func(*world, *rows){
	"county":    (*world).countyRows,
	"town":      (*world).townRows,
	"village":   (*world).villageRows,
	"hamlet":    (*world).hamletRows,
	"road":      (*world).roadRows,
	"river":     (*world).riverRows,
	"water":     (*world).waterRows,
	"broadband": (*world).broadbandRows,
	"facility":  (*world).facilityRows,
	"site":      (*world).siteRows,
	"park":      (*world).parkRows,
	"hazard":    (*world).hazardRows,
	"reserve":   (*world).reserveRows,
	"dataset":   (*world).datasetRows,
}
