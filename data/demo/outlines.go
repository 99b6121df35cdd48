package demo

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/demo/parcel"
	"github.com/cuntu/cuntu/data/demo/plane"
)

const (
	outlineSpacing = 450.0 // metres from vertex to vertex between villages
	strangeLand    = 6.0   // how many times what a step costs within the town's own territory it costs beyond
	hamletCost     = 0.4   // of the way to its village a hamlet costs: what is its own lies around it
	outlineYear    = 2017
)

// drawOutlines divides the counties among the villages, by what it costs to walk, so that boundaries mostly follow ridges. A
// town's land is that of its villages, with which it is given the ground around its own offices; one that has no villages has land
// of its own.
func (w *world) drawOutlines() error {
	p := parcel.Plan{
		Spacing: outlineSpacing,
		Chance:  func(a, b int) float64 { return plane.Chance(w.seed, a, b, 301) },
		Step:    w.step,
	}
	for _, c := range w.source.Counties {
		p.Outlines = append(p.Outlines, withoutHoles(c.Outline))
	}
	for k := range w.villages {
		p.Seeds = append(p.Seeds, parcel.Seed{At: w.villages[k].at, Label: k})
	}
	for k := range w.towns {
		p.Seeds = append(p.Seeds, parcel.Seed{At: w.towns[k].at, Label: w.nearestOf(k)})
	}
	for _, h := range w.hamlets {
		p.Seeds = append(p.Seeds, parcel.Seed{At: h.at, Label: h.village, Cost: hamletCost * h.at.Distance(w.villages[h.village].at)})
	}
	d, err := parcel.Divide(p)
	if err != nil {
		return fmt.Errorf("divide the counties among the villages: %w", err)
	}
	w.villageOutlines = d.Outlines(len(w.villages), func(label int) int {
		if label >= len(w.villages) {
			return -1
		}
		return label
	})
	w.townOutlines = d.Outlines(len(w.towns), w.townOfLabel)
	return nil
}

// townOfLabel is the town of a parcel: of those after the villages it is the town itself.
func (w *world) townOfLabel(label int) int {
	if label >= len(w.villages) {
		return label - len(w.villages)
	}
	return w.villages[label].town
}

// nearestOf is the label of a town's village that is nearest to its offices, its own where it has no villages.
func (w *world) nearestOf(town int) int {
	best, label := math.MaxFloat64, len(w.villages)+town
	for k := range w.villages {
		if d := w.villages[k].at.Distance(w.towns[town].at); w.villages[k].town == town && d < best {
			best, label = d, k
		}
	}
	return label
}

// step is what it costs a village to reach on: as in claim, and more where another town's territory is.
func (w *world) step(label int, from, to plane.XY) float64 {
	g := w.ground
	run := from.Distance(to)
	a, b := g.Grid.At(from), g.Grid.At(to)
	rise := float64(g.Z[b]-g.Z[a]) / run
	cost := run * (1 + 8*rise*rise)
	if t := w.territory[b]; t >= 0 && int(t) != w.townOfLabel(label) {
		cost *= strangeLand
	}
	return cost
}

func (w *world) townAreaRows(r *rows) {
	for k, outline := range w.townOutlines {
		outlineRow(r, outline, w.source.Towns[k].Code)
	}
}

func (w *world) villageAreaRows(r *rows) {
	for k, outline := range w.villageOutlines {
		outlineRow(r, outline, w.source.Villages[k].Code)
	}
}

func outlineRow(r *rows, outline orb.MultiPolygon, code string) {
	var g orb.Geometry = outline
	if len(outline) == 1 {
		g = outline[0]
	}
	r.add(g).text("code", code).text("source", "演示数据").year("year", outlineYear)
}
