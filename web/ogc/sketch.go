package ogc

import (
	"fmt"
	"html/template"
	"math"
	"strings"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// sketchSize is how wide and high, in pixels, the small map of a page may be.
const sketchSize = 480

// leastSketch is how wide the small map is at least, in units of the grid: some thirty kilometres, so that a point has
// something around it.
const leastSketch = 1 << 22

// sketch draws rows on a small map, over counties, ways and the names of towns; "" where none has a place.
func (q *itemsAsked) sketch(rows []uint32, snap *snapshot.Snapshot) template.HTML {
	box := geo.Empty
	for _, row := range rows {
		box = box.Union(q.table.Shape(row).Box())
	}
	if box.IsEmpty() || q.style.SkipGeometry {
		return ""
	}
	s := newSketch(box)
	for _, t := range snap.Tables() {
		if t != q.table {
			s.drawGround(t)
		}
	}
	for _, row := range rows {
		s.draw(q.table, row, "feature")
	}
	label := q.word(layers.Words{Zh: "本页要素的位置", En: "Where the features are"})
	return template.HTML(fmt.Sprintf(
		`<svg role="img" aria-label="%s" width="%.0f" height="%.0f" viewBox="0 0 %[2]f %[3]f">%s</svg>`,
		template.HTMLEscapeString(label), s.width, s.height, s.text.String(),
	))
}

// sketch is a small map as it is drawn.
type sketch struct {
	text          strings.Builder
	west, north   float64 // in units of the grid
	scale         float64 // pixels a unit
	width, height float64 // pixels
	zoom          uint8   // at which a map is as fine
}

// newSketch is a map of a box and some room around it.
func newSketch(box geo.Box) *sketch {
	wide := float64(box.Max.X) - float64(box.Min.X)
	high := float64(box.Max.Y) - float64(box.Min.Y)
	room := max(wide, high, leastSketch) * .08
	s := &sketch{}
	span := func(low, size float64) (from, total float64) {
		total = max(size, leastSketch) + 2*room
		return low - (total-size)/2, total
	}
	s.west, wide = span(float64(box.Min.X), wide)
	s.north, high = span(float64(box.Min.Y), high)
	s.scale = sketchSize / max(wide, high)
	s.width, s.height = wide*s.scale, high*s.scale
	s.zoom = uint8(max(0, math.Ceil(math.Log2(s.scale*(1<<32)/256))))
	return s
}

func (s *sketch) box() geo.Box {
	clamp := func(v float64) int32 { return int32(min(math.MaxInt32, max(math.MinInt32, v))) }
	return geo.Box{
		Min: geo.Point{X: clamp(s.west), Y: clamp(s.north)},
		Max: geo.Point{X: clamp(s.west + s.width/s.scale), Y: clamp(s.north + s.height/s.scale)},
	}
}

// drawGround draws of a layer what a map as fine shows, where that helps to find one's way.
func (s *sketch) drawGround(t *snapshot.Table) {
	l := t.Layer
	name := l.Field("name")
	for row := range func(yield func(uint32) bool) { t.Shown(s.box(), s.zoom, yield) } {
		switch {
		case l.Level == "county":
			s.draw(t, row, "ground")
		case l.Draw.Ways != nil:
			s.draw(t, row, "way")
		case l.Level == "town" && name >= 0:
			for _, p := range t.Shape(row).Points {
				x, y := s.at(p)
				fmt.Fprintf(&s.text, `<text x="%.0f" y="%.0f">%s</text>`, x, y, template.HTMLEscapeString(t.Value(row, name).Text()))
			}
		}
	}
}

// draw draws a row's geometry with as many vertices as can be told apart.
func (s *sketch) draw(t *snapshot.Table, row uint32, class string) {
	shape, ranks := t.Ranked(row)
	if shape.Kind == geo.Points {
		for _, p := range shape.Points {
			x, y := s.at(p)
			fmt.Fprintf(&s.text, `<circle class="dot" cx="%.1f" cy="%.1f" r="4"/>`, x, y)
		}
		return
	}
	if shape.Kind == geo.Lines {
		class += " line"
	}
	fmt.Fprintf(&s.text, `<path class="%s" fill-rule="evenodd" d="`, class)
	from := 0
	for i := range shape.Ends {
		part := shape.Part(i)
		s.drawPart(part, ranks[from:from+len(part)])
		from += len(part)
		if shape.Kind == geo.Polygons {
			s.text.WriteByte('z')
		}
	}
	s.text.WriteString(`"/>`)
}

func (s *sketch) drawPart(part []geo.Point, ranks []uint8) {
	word := byte('M')
	for i, p := range part {
		if i > 0 && i < len(part)-1 && ranks[i] > s.zoom {
			continue
		}
		x, y := s.at(p)
		fmt.Fprintf(&s.text, "%c%.1f %.1f", word, x, y)
		word = 'L'
	}
}

func (s *sketch) at(p geo.Point) (x, y float64) {
	return (float64(p.X) - s.west) * s.scale, (float64(p.Y) - s.north) * s.scale
}
