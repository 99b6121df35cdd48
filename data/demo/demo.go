package demo

import (
	"fmt"
	"iter"

	"github.com/cuntu/cuntu/data/demo/ground"
	"github.com/cuntu/cuntu/layers"
)

// Options choose the prefecture. The zero value is seed 0 at scale 1.
type Options struct {
	Seed  uint64
	Scale int // how many prefectures lie side by side, to MaxScale; below 1 means 1
}

// Prefecture is a made-up prefecture, whole in memory.
type Prefecture struct {
	world *world
	scale int
}

// New makes up a prefecture. For the same options it is the same to the last bit. It
// takes some seconds and a few hundred megabytes, whatever the scale.
func New(opts Options) (*Prefecture, error) {
	if opts.Scale > MaxScale {
		return nil, fmt.Errorf("a demo of %d prefectures: at most %d find room", opts.Scale, MaxScale)
	}
	w, err := newWorld(opts.Seed)
	if err != nil {
		return nil, err
	}
	return &Prefecture{w, opts.Scale}, nil
}

// Edits are inserts with explicit ids, layer by layer in the catalogue's order, by
// ascending id. What a scale over 1 adds is made as it is asked for.
func (p *Prefecture) Edits() iter.Seq2[layers.Edit, error] {
	return func(yield func(layers.Edit, error) bool) { p.world.emit(p.scale, yield) }
}

// Terrain is the ground that the prefecture stands on; those that a scale adds have none.
func (p *Prefecture) Terrain() *ground.Terrain { return p.world.ground.Terrain() }

// Generate is the edits of New.
func Generate(opts Options) iter.Seq2[layers.Edit, error] {
	return func(yield func(layers.Edit, error) bool) {
		p, err := New(opts)
		if err != nil {
			yield(layers.Edit{}, err)
			return
		}
		p.Edits()(yield)
	}
}

// emit yields the world's features layer by layer.
func (w *world) emit(scale int, yield func(layers.Edit, error) bool) {
	catalog := layers.Builtin()
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
			copies := newCopier(k)
			for i := range r.list {
				if !yield(layers.Edit{Op: layers.Insert, Layer: l.ID, Feature: copies.feature(l, &r.list[i], len(r.list))}, nil) {
					return
				}
			}
		}
	}
}

// fillers make the rows of each layer.
var fillers = map[string]func(*world, *rows){
	"county":       (*world).countyRows,
	"town":         (*world).townRows,
	"village":      (*world).villageRows,
	"hamlet":       (*world).hamletRows,
	"town_area":    (*world).townAreaRows,
	"village_area": (*world).villageAreaRows,
	"road":         (*world).roadRows,
	"river":        (*world).riverRows,
	"water":        (*world).waterRows,
	"pipe":         (*world).pipeRows,
	"cable":        (*world).cableRows,
	"power_line":   (*world).powerLineRows,
	"transformer":  (*world).transformerRows,
	"broadband":    (*world).broadbandRows,
	"facility":     (*world).facilityRows,
	"site":         (*world).siteRows,
	"park":         (*world).parkRows,
	"hazard":       (*world).hazardRows,
	"reserve":      (*world).reserveRows,
	"dataset":      (*world).datasetRows,
	"target":       (*world).targetRows,
	"exit_step":    (*world).exitStepRows,
	"county_step":  (*world).countyStepRows,
	"project":      (*world).projectRows,
	"project_step": (*world).projectStepRows,
	"watch":        (*world).watchRows,
	"watch_step":   (*world).watchStepRows,
}
