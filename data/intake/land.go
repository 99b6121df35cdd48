package intake

import (
	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/inside"
	"github.com/cuntu/cuntu/layers"
)

// land is the outlines of towns or of villages in the store, by the codes of those.
type land struct {
	codes  []string
	shapes []geo.Shape
	byCode map[string]int
	index  *inside.Index
}

// wantLands makes room for the outlines that an import looks at, and lists their layers: of the places that are imported, and of those
// that features of the layer may name.
func (b *base) wantLands(catalog *layers.Catalog) (ids []string) {
	b.lands = map[string]*land{}
	for _, places := range []string{"town", "village"} {
		named := b.layer.ID == places || refers(b.layer, "town") || refers(b.layer, "village")
		if outlines, ok := catalog.OutlinesOf(places); ok && named && b.layer.Outlines == "" {
			b.lands[places] = &land{byCode: map[string]int{}}
			ids = append(ids, outlines.ID)
		}
	}
	return ids
}

func (d *land) add(l *layers.Layer, f *layers.Feature) {
	s, err := geo.NewShape(f.Geometry)
	if err != nil || s.Kind != geo.Polygons {
		return // no outline to look into
	}
	code := f.Values[l.Field("code")].Text()
	d.byCode[code] = len(d.codes)
	d.codes, d.shapes = append(d.codes, code), append(d.shapes, s)
}

func (d *land) finish() {
	d.index = inside.New(func(yield func(uint32, geo.Shape) bool) {
		for i, s := range d.shapes {
			if !yield(uint32(i), s) {
				return
			}
		}
	})
}

// at is the code of the one outline in which a place lies, "" where there is none or several.
func (d *land) at(p geo.Point) string {
	if d == nil {
		return ""
	}
	if found := d.index.At(p, nil); len(found) == 1 {
		return d.codes[found[0]]
	}
	return ""
}

// pole is the place that stands in for one that nobody has surveyed; nil where it has no outline.
func (d *land) pole(code string) orb.Geometry {
	if d == nil {
		return nil
	}
	if i, ok := d.byCode[code]; ok {
		return d.shapes[i].Pole().LonLat()
	}
	return nil
}

// spot is the place by which a row lies on somebody's land.
func (r *row) spot() (geo.Point, bool) {
	s, err := geo.NewShape(r.geometry)
	if err != nil || len(s.Points) == 0 {
		return geo.Point{}, false
	}
	return s.Label(), true
}

// identifyByPlace gives a row without code that of the feature on whose land it lies: of those that have its name, or of all where
// it has none.
func (c *checker) identifyByPlace(r *row) {
	p, ok := r.spot()
	code := c.base.lands[c.base.layer.ID].at(p)
	g := c.base.places[c.base.layer.ID]
	if !ok || code == "" || g == nil || !g.has(code) {
		return
	}
	own := &g.list[g.byCode[codeKey(code)]]
	if c.name >= 0 && r.set[c.name] && stem(plain(r.values[c.name].Text())) != stem(plain(own.name)) {
		return
	}
	r.values[c.code], r.set[c.code] = layers.Text(code), true
	r.problems = append(r.problems, Problem{
		Row: r.number, Field: "code", Kind: ByPlace, Warning: true,
		Message: layers.Words{
			Zh: "没有代码；按坐标所在的界线认定为" + g.title(code),
			En: "has no code; by the outline that the place lies in it is " + g.title(code),
		},
	})
}

// onLand gives a new feature the village, town and county on whose land it lies, as far as it names none.
func (c *checker) onLand(r *row) {
	p, ok := r.spot()
	if !ok || c.code >= 0 {
		return
	}
	found := map[string]string{}
	if code := c.base.lands["village"].at(p); code != "" {
		found["village"] = code
	} else if code := c.base.lands["town"].at(p); code != "" {
		found["town"] = code
	}
	for _, up := range []struct{ from, to string }{{"village", "town"}, {"town", "county"}} {
		g := c.base.places[up.from]
		if n, known := g.find(found[up.from]); known {
			found[up.to] = map[string]string{"town": g.list[n].town, "county": g.list[n].county}[up.to]
		}
	}
	var given []string
	for _, ref := range []string{"county", "town", "village"} {
		i := c.base.layer.Field(ref)
		if i < 0 || r.set[i] || found[ref] == "" || r.hasProblem(ref) {
			continue
		}
		if g := c.base.places[ref]; g == nil || !g.has(found[ref]) || !c.within(r, ref, found) {
			continue
		}
		r.values[i] = layers.Text(found[ref])
		given = append(given, c.base.places[ref].title(found[ref]))
	}
	if len(given) > 0 {
		r.problems = append(r.problems, Problem{
			Row: r.number, Kind: ByPlace, Warning: true,
			Message: words("按坐标所在的界线归入 %s", "by the outline that the place lies in it is given to %s", join(given)),
		})
	}
}

// within tells whether what the row names itself above an area is what lies above it by its place.
func (c *checker) within(r *row, ref string, found map[string]string) bool {
	for _, above := range []string{"county", "town"} {
		i := c.base.layer.Field(above)
		if above == ref {
			break
		}
		if i >= 0 && r.set[i] && r.values[i].Text() != found[above] {
			return false
		}
	}
	return true
}

// find is the place with a code; none of no gazetteer.
func (g *gazetteer) find(code string) (int32, bool) {
	if g == nil || code == "" {
		return 0, false
	}
	n, ok := g.byCode[codeKey(code)]
	return n, ok
}

// standIn puts a place that is nowhere at its outline's pole, and takes away that it is there where the row says better.
func (c *checker) standIn(r *row) {
	at := c.base.layer.Field(layers.PlacedBy)
	if at < 0 || c.code < 0 {
		return
	}
	isNew := r.id == 0
	switch {
	case r.geometry != nil:
		if !isNew && r.moved && !r.set[at] && !c.base.table.Value(r.at, at).IsNull() {
			r.values[at] = layers.Null
			r.changed = append(r.changed, at)
		}
	case isNew || len(c.base.table.Shape(r.at).Points) == 0:
		pole := c.base.lands[c.base.layer.ID].pole(r.values[c.code].Text())
		if pole == nil || r.isBad() {
			return
		}
		p := firstPoint(pole)
		r.geometry, r.place, r.values[at] = pole, &p, layers.Text(layers.ByOutline)
		if !isNew {
			r.moved, r.changed, r.verdict = true, append(r.changed, at), change
		}
		r.problems = append(r.problems, stoodIn(r.number, words("没有位置，暂以界线内点代替", "has no place; a point within its outline stands in")))
	}
}

func stoodIn(row int64, m layers.Words) Problem {
	return Problem{Row: row, Kind: StoodIn, Warning: true, Message: m}
}

// unplaced is the place, in the store and nowhere, for which the pole of an outline stands in.
func (c *checker) unplaced(r *row) *place {
	if c.base.layer.Outlines == "" {
		return nil
	}
	g := c.base.places[c.base.layer.Outlines]
	n, ok := g.find(r.values[c.code].Text())
	if !ok || r.geometry == nil || !g.list[n].nowhere {
		return nil
	}
	return &g.list[n]
}

// standsIn is the edit by which the pole of an outline stands in for its place.
func (c *checker) standsIn(r *row, p *place) (layers.Edit, bool) {
	l := c.base.places[c.base.layer.Outlines].layer
	at := l.Field(layers.PlacedBy)
	s, err := geo.NewShape(r.geometry)
	if err != nil || at < 0 {
		return layers.Edit{}, false
	}
	values := make([]layers.Value, len(l.Fields))
	values[at] = layers.Text(layers.ByOutline)
	return layers.Edit{
		Op: layers.Update, Layer: l.ID, Set: []int{at},
		Feature: layers.Feature{ID: p.id, Geometry: s.Pole().LonLat(), Values: values},
	}, true
}
