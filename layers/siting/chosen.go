package siting

import (
	"fmt"
	"math"
	"strings"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/index"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/cql2"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// chosen are the features that a criterion asks for: those of its layer that are there
// by the year and meet its condition.
type chosen struct {
	table *snapshot.Table
	rows  []uint32
	tree  *index.Tree
	// undecided counts those of which the record does not tell whether they meet it.
	undecided int
	loaded    bool // the layer has features at all
}

func (s *Survey) choose(n int) (*chosen, error) {
	c := &s.Criteria.List[n]
	t, ok := s.Snapshot.Table(c.Layer)
	if !ok || !t.Layer.HasGeometry() {
		return nil, fmt.Errorf("layer: %q is not one of %s", c.Layer, strings.Join(placed(s.Snapshot.Catalog), ", "))
	}
	expr, err := s.Criteria.condition(n, s.People)
	if err != nil {
		return nil, fmt.Errorf("where: %w", err)
	}
	keep := func(uint32) bool { return true }
	denies := func(uint32) bool { return false }
	if expr != nil {
		filter, err := expr.Bind(t)
		if err != nil {
			return nil, fmt.Errorf("where: %w", err)
		}
		// A row of which a value is missing meets neither the condition nor its negation.
		negation, err := negate(expr.String(), t)
		if err != nil {
			return nil, fmt.Errorf("where: %w", err)
		}
		keep, denies = filter.Match, negation
	}
	standing := t.CompleteBy(s.Network.Year)
	out := &chosen{table: t, tree: &index.Tree{}}
	var items []index.Item
	for row := range t.Rows {
		box := t.Shape(row).Box()
		if box.IsEmpty() {
			continue
		}
		out.loaded = true
		if standing != nil && !standing.Has(row) {
			continue
		}
		if keep(row) {
			out.rows = append(out.rows, row)
			items = append(items, index.Item{Box: box, ID: row})
		} else if !denies(row) {
			out.undecided++
		}
	}
	out.tree.Load(items)
	return out, nil
}

func negate(condition string, t *snapshot.Table) (func(uint32) bool, error) {
	expr, err := cql2.Parse("NOT (" + condition + ")")
	if err != nil {
		return nil, err
	}
	filter, err := expr.Bind(t)
	if err != nil {
		return nil, err
	}
	return filter.Match, nil
}

func placed(c *layers.Catalog) (ids []string) {
	for _, l := range c.Layers {
		if l.HasGeometry() {
			ids = append(ids, l.ID)
		}
	}
	return ids
}

// missing is the value of what there is no feature for: unknown where the layer is
// empty, or where a record is that may be one; else none within reach.
func (c *chosen) missing() float64 {
	if !c.loaded || c.undecided > 0 {
		return unknown
	}
	return nothing
}

// nearest is the nearest of them by straight line.
func (c *chosen) nearest(p orb.Point) (row uint32, hit geo.Hit, ok bool) {
	origin := geo.At(p)
	c.tree.Nearest(p,
		func(row uint32) float64 { return origin.Nearest(c.table.Shape(row)).Metres },
		func(found uint32, _ float64) bool {
			row, ok = found, true
			return false
		})
	if ok {
		hit = origin.Nearest(c.table.Shape(row))
	}
	return row, hit, ok
}

// gap is the one nearest to a plot, and its distance to the plot.
func (c *chosen) gap(p *Plot) (row uint32, metres float64, ok bool) {
	row, _, ok = c.nearest(p.At)
	if !ok {
		return 0, 0, false
	}
	metres = p.Shape.Gap(c.table.Shape(row))
	around := widen(p.Shape.Box(), metres)
	c.tree.Search(around, func(other uint32) bool {
		if other != row {
			if g := p.Shape.Gap(c.table.Shape(other)); g < metres || g == metres && other < row {
				row, metres = other, g
			}
		}
		return true
	})
	return row, metres, true
}

// widen is a box that holds all within metres of another.
func widen(b geo.Box, metres float64) geo.Box {
	d := b.Bound()
	east, north := geo.DegreeMetres(max(math.Abs(d.Min[1]), math.Abs(d.Max[1])))
	return geo.QuantiseBound(orb.Bound{
		Min: orb.Point{d.Min[0] - metres*1.01/east, d.Min[1] - metres*1.01/north},
		Max: orb.Point{d.Max[0] + metres*1.01/east, d.Max[1] + metres*1.01/north},
	})
}
