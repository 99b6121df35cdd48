package demo

import (
	"math"

	"github.com/paulmach/orb"
)

func (w *world) countyRows(r *rows) {
	for _, c := range w.source.counties {
		var g orb.Geometry = c.outline
		if len(c.outline) == 1 {
			g = c.outline[0]
		}
		r.add(g).text("code", c.code).text("name", c.name)
	}
}

func (w *world) townRows(r *rows) {
	for k, t := range w.towns {
		s := w.source.towns[k]
		r.add(toDegrees(t.at)).text("code", s.code).text("name", s.name).text("county", w.countyCode(t.county)).
			text("kind", t.kind).number("elevation", metres(w.ground.terrain().height(t.at)))
	}
}

func (w *world) villageRows(r *rows) {
	for k, v := range w.villages {
		s := w.source.villages[k]
		r.add(toDegrees(v.at)).text("code", s.code).text("name", s.name).
			text("town", w.townCode(v.town)).text("county", w.countyCode(v.county)).number("elevation", metres(v.height))
	}
}

func (w *world) hamletRows(r *rows) {
	for _, h := range w.hamlets {
		v := w.villages[h.village]
		r.add(toDegrees(h.at)).text("name", villageStem(w.source.villages[h.village].name)+"组").
			text("village", w.source.villages[h.village].code).text("town", w.townCode(v.town)).text("county", w.countyCode(v.county)).
			number("elevation", metres(w.ground.terrain().height(h.at)))
	}
}

func (w *world) roadRows(r *rows) {
	for _, s := range w.segments {
		t := w.routes[s.route]
		r.add(s.line).text("number", t.number).text("name", t.name).text("county", w.countyCode(s.county)).
			text("class", t.class).text("grade", t.grade).text("kind", s.kind).text("status", "existing").text("surface", "水泥")
	}
}

func (w *world) riverRows(r *rows) {
	for _, v := range w.rivers {
		r.add(degrees(v.line)).text("name", v.name).whole("level", v.level)
	}
}

func (w *world) countyCode(k int) string { return w.source.counties[k].code }
func (w *world) townCode(k int) string   { return w.source.towns[k].code }

// metres rounds a height to a decimetre.
func metres(v float64) float64 { return math.Round(v*10) / 10 }
