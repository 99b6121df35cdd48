package encode

import (
	"math"
	"slices"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/simplify"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/tiles/clip"
	"github.com/cuntu/cuntu/tiles/maptile"
)

// cells adds up points by the cells of a grid that all tiles of a zoom share, so
// that a cluster is the same in each tile that shows it.
type cells struct {
	list []cell
	sums []float64 // of a cell after another
}

type cell struct {
	count int64
	x, y  int64 // sums of the points' places, from the cell's corner
}

// cluster writes a point for each cell that has any, in the middle of what it
// stands for, with their count and sums; what is not a point is written as it is.
func (e *Encoder) cluster(s source, t maptile.Tile, g *maptile.Grid) {
	table, rule := s.Table, s.Layer.Draw.Cluster
	box := CellBox(t.Box(maptile.Buffer), rule.Units, t.Z) // whole cells
	unit := simplify.Cell(box.Min, rule.Units, int(t.Z))
	size := int64(unit.Max.X) - int64(unit.Min.X) + 1
	wide := (int64(box.Max.X) - int64(box.Min.X) + 1) / size
	high := (int64(box.Max.Y) - int64(box.Min.Y) + 1) / size
	c := &e.cells
	c.list = zeroed(c.list, int(wide*high))
	c.sums = zeroed(c.sums, int(wide*high)*len(rule.Sums))
	add := newAdder(table.Layer, rule)
	for _, row := range s.selection.keep(e.rows.find(table, box, maptile.Everything)) {
		shape, ranks := table.Ranked(row)
		if shape.Kind != geo.Points {
			e.pen.reset()
			if kind := e.geometry(shape, ranks, g); kind != 0 {
				e.record(row, table.ID(row), kind) // where there are clusters, bytes are counted
				e.tag(table, row)
				e.pen.draw(kind, &e.shapes)
				e.write(uint64(table.ID(row)), true, kind)
			}
			continue
		}
		p := shape.Points[0]
		dx, dy := int64(p.X)-int64(box.Min.X), int64(p.Y)-int64(box.Min.Y)
		if dx < 0 || dy < 0 || !box.Contains(p) {
			continue
		}
		i := int(dy/size*wide + dx/size)
		c.list[i].count++
		c.list[i].x += dx % size
		c.list[i].y += dy % size
		add.row(table, row, c.sums[i*len(rule.Sums):])
	}
	e.clusters(table.Layer, rule, box, size, wide, g)
}

func (e *Encoder) clusters(l *layers.Layer, rule *layers.Cluster, box geo.Box, size, wide int64, g *maptile.Grid) {
	keys := false
	for i := range e.cells.list {
		c := &e.cells.list[i]
		if c.count == 0 {
			continue
		}
		v := clip.Vertex{
			X: (int64(box.Min.X)+int64(i)%wide*size+c.x/c.count)<<g.Up + g.AddX,
			Y: (int64(box.Min.Y)+int64(i)/wide*size+c.y/c.count)<<g.Up + g.AddY,
		}
		v.X, v.Y = v.X>>g.Down, v.Y>>g.Down
		if v.Outside() != 0 {
			continue
		}
		first := len(e.keys)
		if keys {
			first -= len(rule.Sums) + 1
		}
		if !keys {
			e.key(layers.CountID)
			for _, s := range rule.Sums {
				e.key(s.ID)
			}
			keys = true
		}
		e.tags = appendVarint(e.tags[:0], uint64(first))
		e.tags = appendVarint(e.tags, uint64(e.dict.add(layers.Int(c.count))))
		for k := range rule.Sums {
			e.tags = appendVarint(e.tags, uint64(first+1+k))
			e.tags = appendVarint(e.tags, uint64(e.dict.add(number(e.cells.sums[i*len(rule.Sums)+k]))))
		}
		e.recordCluster(v.Point(), c.count, e.cells.sums[i*len(rule.Sums):][:len(rule.Sums)])
		e.pen.reset()
		e.pen.command(moveTo, 1)
		e.pen.points([]clip.Point{v.Point()})
		e.write(0, false, byte(geo.Points))
	}
}

// number is a sum as a whole number where it is one.
func number(f float64) layers.Value {
	if f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		return layers.Int(int64(f))
	}
	return layers.Float(f)
}

// adder adds what a row brings to the sums of its cell. It reads a field once, however
// many sums are of it.
type adder []summed

type summed struct {
	field int
	sums  []int // by their positions in the rule
	want  []string
}

func newAdder(l *layers.Layer, rule *layers.Cluster) adder {
	var a adder
	for k, s := range rule.Sums {
		field := l.Field(s.Field)
		if field < 0 {
			continue
		}
		i := slices.IndexFunc(a, func(f summed) bool { return f.field == field })
		if i < 0 {
			a, i = append(a, summed{field: field}), len(a)
		}
		a[i].sums, a[i].want = append(a[i].sums, k), append(a[i].want, s.Value)
	}
	return a
}

func (a adder) row(t *snapshot.Table, row uint32, sums []float64) {
	for i := range a {
		v := t.Value(row, a[i].field)
		if v.IsNull() {
			continue
		}
		text := ""
		for n, k := range a[i].sums {
			switch want := a[i].want[n]; {
			case want == "":
				sums[k] += v.Float()
			case text == "":
				text = v.String()
				fallthrough
			default:
				if text == want {
					sums[k]++
				}
			}
		}
	}
}

func zeroed[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	s = s[:n]
	clear(s)
	return s
}
