package layers

import (
	"bytes"
	"maps"
	"slices"

	"github.com/cuntu/cuntu/geo"
)

// rankPolygons ranks the polygons of a table that is being built, whose pages
// nobody else has yet.
func (t *Table) rankPolygons() {
	vertices := 0
	for _, p := range t.pages {
		for i, kind := range p.kinds {
			if kind == geo.Polygons {
				vertices += len(p.shape(i).Points)
			}
		}
	}
	if vertices == 0 {
		return
	}
	nodes := newNodeSet(vertices, geo.World)
	for _, p := range t.pages {
		for i, kind := range p.kinds {
			if kind == geo.Polygons && !p.isDead(i) {
				nodes.addShape(p.shape(i))
			}
		}
	}
	var r ranker
	for _, p := range t.pages {
		for i, kind := range p.kinds {
			if kind == geo.Polygons {
				r.shape(p.shape(i), nodes, p.ranksOf(i))
			}
		}
	}
}

// rerank ranks the polygons of the next table that changed, and those beside them
// whose borders no longer meet others where they did: that shows on the map, so they
// join what is touched. Ranks come out as in a table built from scratch.
func (t *Table) rerank(touched *Touched) {
	changed := newNodeSet(0, geo.World)
	for _, s := range touched.Shapes {
		if s.Kind == geo.Polygons {
			changed.addShape(s)
		}
	}
	if changed.used == 0 {
		return
	}
	rows := map[uint32]bool{}
	for _, s := range touched.Shapes {
		if s.Kind != geo.Polygons {
			continue
		}
		t.Search(s.Box(), func(row uint32) bool {
			if _, seen := rows[row]; !seen {
				rows[row] = changed.meets(t.Shape(row))
			}
			return true
		})
	}
	fresh := map[uint32]bool{}
	var r ranker
	for _, row := range slices.Sorted(maps.Keys(rows)) {
		if rows[row] {
			t.rerankRow(row, &r, fresh, touched)
		}
	}
}

func (n *nodeSet) meets(s geo.Shape) bool {
	return s.Kind == geo.Polygons && slices.ContainsFunc(s.Points, func(p geo.Point) bool { return n.find(p).ways != 0 })
}

func (t *Table) rerankRow(row uint32, r *ranker, fresh map[uint32]bool, touched *Touched) {
	p, i := t.at(row)
	s := p.shape(i)
	around := newNodeSet(2*len(s.Points), s.Box())
	t.Search(around.within, func(row uint32) bool {
		if other := t.Shape(row); other.Kind == geo.Polygons {
			around.addShape(other)
		}
		return true
	})
	ranks := make([]uint8, len(s.Points))
	r.shape(s, around, ranks)
	if bytes.Equal(ranks, p.ranksOf(i)) {
		return
	}
	if n := row >> pageBits; !fresh[n] {
		own := *p
		own.ranks = slices.Clone(p.ranks)
		t.pages[n], fresh[n] = &own, true
		p = &own
	}
	copy(p.ranksOf(i), ranks)
	if _, ok := slices.BinarySearch(touched.IDs, p.ids[i]); !ok {
		touched.Shapes = append(touched.Shapes, s)
	}
}
