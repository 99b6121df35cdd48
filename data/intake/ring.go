package intake

import (
	"errors"
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/valid"
	"github.com/cuntu/cuntu/layers"
)

// leastLoop is the area in m² below which a loop that a ring makes where it
// crosses itself is a slip of the hand and is left out.
const leastLoop = 1

// mend gives a geometry of the layer's kind without what has no meaning: repeated
// vertices, spikes, rings that are not closed or cross themselves. The trouble is
// a warning where it could.
func mend(g orb.Geometry) (orb.Geometry, *trouble) {
	switch g := g.(type) {
	case orb.MultiPoint:
		if len(g) == 1 {
			return g[0], nil
		}
	case orb.LineString:
		return mendLines(orb.MultiLineString{g})
	case orb.MultiLineString:
		return mendLines(g)
	case orb.Polygon:
		return mendPolygons(orb.MultiPolygon{g})
	case orb.MultiPolygon:
		return mendPolygons(g)
	}
	return g, nil
}

func mendLines(lines orb.MultiLineString) (orb.Geometry, *trouble) {
	var out orb.MultiLineString
	for _, l := range lines {
		if l = slices.Compact(l); len(l) >= 2 {
			out = append(out, l)
		}
	}
	switch len(out) {
	case 0:
		return nil, bad(BadGeometry, words("线少于两个不同的顶点", "a line needs two different vertices"))
	case 1:
		return out[0], nil
	}
	return out, nil
}

func mendPolygons(polygons orb.MultiPolygon) (orb.Geometry, *trouble) {
	var whole orb.MultiPolygon
	var warning *trouble
	for _, p := range polygons {
		rings, open := cleanRings(p)
		if open {
			warning = told(Mended, words("环没有闭合，已自动闭合", "a ring was not closed and has been"))
		}
		if len(rings) > 0 {
			whole = append(whole, rings)
		}
	}
	if len(whole) == 0 {
		return nil, bad(BadGeometry, words("面的环少于三个不同的顶点", "a polygon's ring needs three different vertices"))
	}
	made, err := valid.Make(whole, func(r orb.Ring) float64 { return geo.Area(orb.Polygon{r}) }, leastLoop)
	if refused, ok := errors.AsType[*valid.RefusedError](err); ok {
		return nil, broken(refused)
	}
	if made.Changed {
		warning = mended(&made)
	}
	switch len(made.Polygons) {
	case 0:
		return nil, bad(BadGeometry, words("面没有面积", "the polygon has no area"))
	case 1:
		return made.Polygons[0], warning
	}
	return made.Polygons, warning
}

// cleanRings are the rings of a polygon that enclose anything, closed and without
// spikes: none where its outer ring is not among them. open tells whether one was not
// closed.
func cleanRings(p orb.Polygon) (rings orb.Polygon, open bool) {
	for i, r := range p {
		if len(r) > 0 && r[0] != r[len(r)-1] {
			open = true
			r = append(slices.Clip(r), r[0])
		}
		if r = withoutSpikes(r); len(r) >= 4 {
			rings = append(rings, r)
		} else if i == 0 {
			return nil, open
		}
	}
	return rings, open
}

// broken says why a polygon cannot be mended.
func broken(e *valid.RefusedError) *trouble {
	zh := map[string]string{
		valid.Doubtful: "此处各环围成的范围有几种理解",
		valid.Outside:  "内环（洞）超出外环",
		valid.Tangled:  "各环交叉过多",
	}[e.Reason]
	return bad(BadGeometry, layers.Words{
		Zh: fmt.Sprintf("面在 %.6f, %.6f 处有错，无法自动修复：%s；请在 GIS 软件中改正", e.At[0], e.At[1], zh),
		En: fmt.Sprintf("%v, which cannot be mended; correct it in a GIS", e),
	})
}

// mended tells what a polygon has become, so that a person can judge.
func mended(made *valid.Made) *trouble {
	holes := 0
	for _, p := range made.Polygons {
		holes += len(p) - 1
	}
	km2 := geo.Area(made.Polygons) / 1e6
	return told(Mended, layers.Words{
		Zh: fmt.Sprintf("面的环在 %.6f, %.6f 处自相交、重叠或错位，已自动整理为 %d 块、%d 个洞，面积 %.4f 平方公里",
			made.At[0], made.At[1], len(made.Polygons), holes, km2),
		En: fmt.Sprintf("rings of the polygon cross, overlap or are out of place at %.6f, %.6f; it was mended to "+
			"parts: %d, holes: %d, area: %.4f km²", made.At[0], made.At[1], len(made.Polygons), holes, km2),
	})
}

// withoutSpikes leaves out vertices that repeat and ways there and straight back.
func withoutSpikes(r orb.Ring) orb.Ring {
	out := make(orb.Ring, 0, len(r))
	for _, p := range r {
		switch n := len(out); {
		case n > 0 && out[n-1] == p:
		case n > 1 && out[n-2] == p:
			out = out[:n-1]
		default:
			out = append(out, p)
		}
	}
	return out
}
