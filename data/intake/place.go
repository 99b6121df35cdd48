package intake

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/project"

	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/crs"
	"github.com/cuntu/cuntu/layers"
)

// How far, in metres, a point may lie outside the county that its row claims:
// outlines are generalised, so that a little is only told.
const (
	toldOutside   = 50
	wrongOutside  = 5000
	zeroCloseness = 1e-9
)

// placer puts a file's coordinates into degrees of WGS 84.
type placer struct {
	crs  *crs.CRS
	swap bool
}

// point is NaN where the numbers are no place of the system.
func (p placer) point(q orb.Point) orb.Point {
	if p.swap {
		q[0], q[1] = q[1], q[0]
	}
	return p.crs.ToWGS84(q)
}

func (p placer) place(g orb.Geometry) orb.Geometry {
	if q, ok := g.(orb.Point); ok {
		return p.point(q)
	}
	return project.Geometry(g, p.point) // in place: records are the caller's to keep
}

// locate makes the row's geometry and checks where it lies.
func (c *checker) locate(r *row, raw orb.Geometry) {
	l := c.base.layer
	if raw == nil || !l.HasGeometry() {
		return
	}
	first := firstPoint(raw)
	wrong := func(t *trouble) {
		if t == nil {
			return
		}
		value := ""
		if len(c.src.GeometryFrom) == 2 {
			value = fmt.Sprintf("%v, %v", first[0], first[1])
		}
		r.problems = append(r.problems, Problem{
			Row: r.number, Column: strings.Join(c.src.GeometryFrom, ", "), Value: value, Kind: t.kind, Warning: t.warning, Message: t.message,
		})
	}
	if c.placer.crs == nil {
		wrong(bad(NoCRS, words("坐标系未定：文件前 %d 行没有坐标；请用 --crs 指定",
			"the coordinate system is not known: the first %d rows have no places; state it with --crs", sampleRows)))
		return
	}
	if !l.Allows(geo.KindOf(raw)) {
		wrong(bad(WrongGeometry, layers.Words{
			Zh: fmt.Sprintf("几何类型 %s 不符；本图层应为%s", raw.GeoJSONType(), kinds(l, true)),
			En: fmt.Sprintf("the geometry is a %s; the layer takes %s", raw.GeoJSONType(), kinds(l, false)),
		}))
		return
	}
	if math.Abs(first[0]) < zeroCloseness || math.Abs(first[1]) < zeroCloseness {
		wrong(bad(ZeroPlace, words("坐标为 0", "the coordinates are 0")))
		return
	}
	g := c.placer.place(raw)
	place := firstPoint(g)
	if !geo.Finite(g) || !lies(c.base.bound, place) {
		wrong(c.astray(first, place))
		return
	}
	r.place = &place
	g, t := mend(g)
	wrong(t)
	if t == nil || t.warning {
		r.geometry = g
	}
}

// astray says why a place out of the area may have come there.
func (c *checker) astray(raw, place orb.Point) *trouble {
	turned := placer{c.placer.crs, !c.placer.swap}.point(raw)
	if lies(c.base.bound, turned) {
		return bad(SwappedPlace, words("经纬度疑似写反：对调后在本地范围内",
			"longitude and latitude seem to have changed places: the other way round the place is in the area"))
	}
	if !geo.Finite(place) {
		return bad(FarPlace, words("坐标不在坐标系 %s 的范围内", "the coordinates are no place of %s", c.placer.crs))
	}
	return bad(FarPlace, words("位置 %.5f, %.5f 不在本地范围内", "the place %.5f, %.5f is not in the area", place[0], place[1]))
}

// lies is Contains that NaN does not pass.
func lies(b orb.Bound, p orb.Point) bool { return p == p && b.Contains(p) }

// inCounty checks points, and outlines by a place within, against the outline of the county that the row claims.
func (c *checker) inCounty(r *row, county string) {
	p, ok := r.geometry.(orb.Point)
	if !ok && c.base.layer.Outlines != "" {
		var spot geo.Point
		spot, ok = r.spot()
		p = spot.LonLat()
	}
	if !ok || county == "" {
		return
	}
	metres, name, ok := c.base.metresOutside(county, p)
	if !ok || metres < toldOutside {
		return
	}
	r.problems = append(r.problems, Problem{
		Row: r.number, Column: strings.Join(c.src.GeometryFrom, ", "), Value: fmt.Sprintf("%.5f, %.5f", p[0], p[1]),
		Kind: OutsideCounty, Warning: metres < wrongOutside,
		Message: words("在%s界线外 %.1f 公里", "lies outside %s by %.1f km", name, metres/1000),
	})
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

func firstPoint(g orb.Geometry) orb.Point {
	switch g := g.(type) {
	case orb.Point:
		return g
	case orb.MultiPoint:
		if len(g) > 0 {
			return g[0]
		}
	case orb.LineString:
		if len(g) > 0 {
			return g[0]
		}
	case orb.MultiLineString:
		if len(g) > 0 {
			return firstPoint(g[0])
		}
	case orb.Ring:
		if len(g) > 0 {
			return g[0]
		}
	case orb.Polygon:
		if len(g) > 0 {
			return firstPoint(g[0])
		}
	case orb.MultiPolygon:
		if len(g) > 0 {
			return firstPoint(g[0])
		}
	case orb.Collection:
		if len(g) > 0 {
			return firstPoint(g[0])
		}
	}
	return orb.Point{}
}

func kinds(l *layers.Layer, zh bool) string {
	names := map[geo.Kind]string{geo.Points: "points", geo.Lines: "lines", geo.Polygons: "polygons"}
	between := " or "
	if zh {
		names, between = map[geo.Kind]string{geo.Points: "点", geo.Lines: "线", geo.Polygons: "面"}, "或"
	}
	var all []string
	for _, k := range l.Geometry {
		all = append(all, names[k])
	}
	return strings.Join(all, between)
}

// cellProblem words what the reader could not read.
func cellProblem(err error) Problem {
	var e *record.CellError
	if !errors.As(err, &e) {
		return Problem{Kind: Unreadable, Message: words("无法读取：%v", "cannot be read: %v", err)}
	}
	p := Problem{
		Row:     e.Row,
		Column:  e.Column,
		Value:   shorten(e.Value),
		Kind:    Unreadable,
		Warning: e.Warning,
		Message: layers.Words{Zh: orElse(e.Zh, "无法读取："+e.Want), En: e.Want},
	}
	switch {
	case strings.HasPrefix(e.Want, "is not a coordinate"):
		p.Kind, p.Message.Zh = NotCoordinate, "不是坐标；可写 109.9367 或 109°56′12″"
	case strings.HasPrefix(e.Want, "is empty, and the other"):
		p.Kind, p.Message.Zh = NotCoordinate, "此格为空，而另一坐标有值"
	case strings.HasPrefix(e.Want, "is not a geometry"):
		p.Kind, p.Message.Zh = NotCoordinate, "不是 WKT 几何；可写 POINT (109.94 33.87)"
	case strings.HasPrefix(e.Want, "stands for no number"):
		p.Kind = NoValue
	case strings.HasPrefix(e.Want, "has null for a member"), strings.HasPrefix(e.Want, "is a collection with a member"):
		p.Message.Zh = "几何集合中有空成员"
	case strings.HasPrefix(e.Want, "has null for a number"), strings.HasPrefix(e.Want, "has the coordinates"):
		p.Message.Zh = "坐标不是数字"
		if _, vertex, ok := strings.Cut(strings.TrimSuffix(e.Want, "; allowed are numbers"), "vertex "); ok {
			p.Message.Zh = "第 " + vertex + " 个顶点的坐标不是数字"
		}
	case strings.HasPrefix(e.Want, "is another coordinate system"), strings.HasPrefix(e.Want, "is in the coordinate system of SRID"):
		p.Message.Zh = "坐标系与文件其他行不同；请分成几个文件"
	case strings.HasPrefix(e.Want, "stands beyond"):
		p.Kind, p.Message.Zh = TooWide, "超出标题行的列数"
	case strings.HasPrefix(e.Want, "cannot be read as"):
		p.Message.Zh = "字符无法按文件编码读取；请指定编码"
	}
	return p
}
