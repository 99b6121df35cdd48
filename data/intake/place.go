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
