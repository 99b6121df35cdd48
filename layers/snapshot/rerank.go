package snapshot

import (
	"bytes"
	"maps"
	"slices"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/simplify"
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
	nodes := simplify.NewNodes(vertices, geo.World)
	for _, p := range t.pages {
		for i, kind := range p.kinds {
			if kind == geo.Polygons && !p.isDead(i) {
				nodes.Add(p.shape(i))
			}
		}
	}
	var r simplify.Ranker
	for _, p := range t.pages {
		for i, kind := range p.kinds {
			if kind == geo.Polygons {
				r.Rank(p.shape(i), nodes, p.ranksOf(i))
			}
		}
	}
}

// rerank ranks the polygons of the next table that changed, and those beside them
// whose borders no longer meet others where they did: that shows on the map, so they
// join what is touched. Ranks come out as in a table built from scratch.
func (t *Table) rerank(touched *Touched) {
	changed := simplify.NewNodes(0, geo.World)
	for _, s := range touched.Shapes {
		if s.Kind == geo.Polygons {
			changed.Add(s)
		}
	}
	if changed.Empty() {
		return
	}
	rows := map[uint32]bool{}
	for _, s := range touched.Shapes {
		if s.Kind != geo.Polygons {
			continue
		}
		t.Search(s.Box(), func(row uint32) bool {
			if _, seen := rows[row]; !seen {
				rows[row] = changed.Meets(t.Shape(row))
			}
			return true
		})
	}
	fresh := map[uint32]bool{}
	var r simplify.Ranker
	for _, row := range slices.Sorted(maps.Keys(rows)) {
		if rows[row] {
			t.rerankRow(row, &r, fresh, touched)
		}
	}
}

func (t *Table) rerankRow(row uint32, r *simplify.Ranker, fresh map[uint32]bool, touched *Touched) {
	p, i := t.at(row)
	s := p.shape(i)
	around := simplify.NewNodes(2*len(s.Points), s.Box())
	t.Search(around.Within(), func(row uint32) bool {
		if other := t.Shape(row); other.Kind == geo.Polygons {
			around.Add(other)
		}
		return true
	})
	ranks := make([]uint8, len(s.Points))
	r.Rank(s, around, ranks)
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
