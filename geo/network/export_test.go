package network

import (
	"reflect"
	"slices"

	"github.com/cuntu/cuntu/geo"
)

// Differs names an array in which two graphs differ; "" where they are the same in all.
func (g *Graph) Differs(from *Graph) string {
	for _, part := range []struct {
		name string
		a, b any
	}{
		{"nodes", g.nodes, from.nodes},
		{"first", g.first, from.first},
		{"around", g.around, from.around},
		{"edges", g.edges, from.edges},
		{"line", g.line, from.line},
		{"vertex", g.vertex, from.vertex},
		{"points", g.points, from.points},
		{"put", g.put, from.put},
		{"lines", g.lines, from.lines},
		{"lineEdge", g.lineEdge, from.lineEdge},
		{"all", g.all.parts(), from.all.parts()},
		{"tree", g.indexed(), from.indexed()},
	} {
		if a, b := reflect.ValueOf(part.a), reflect.ValueOf(part.b); a.Kind() == reflect.Slice && a.Len() == 0 && b.Len() == 0 {
			continue
		}
		if !reflect.DeepEqual(part.a, part.b) {
			return part.name
		}
	}
	return ""
}

// indexed lists what a search for each line's box finds.
func (g *Graph) indexed() (found [][]uint32) {
	for l := range g.lines {
		var lines []uint32
		for _, box := range []geo.Box{g.lineBox(int32(l))} {
			g.tree.Search(box, func(id uint32) bool { lines = append(lines, id); return true })
		}
		slices.Sort(lines)
		found = append(found, lines)
	}
	return found
}

// Differs tells in what two subsets differ.
func (s *Subset) Differs(from *Subset) string {
	switch {
	case !slices.Equal(s.bits, from.bits):
		return "bits"
	case s.Components() != from.Components():
		return "count"
	case !slices.Equal(s.parts().of, from.parts().of):
		return "component"
	}
	return ""
}
