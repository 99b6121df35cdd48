package outline

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/geom"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Kind is what is wrong.
type Kind string

// The kinds of flaw.
const (
	Overlap  Kind = "overlap"  // two have the same land
	Gap      Kind = "gap"      // land that nobody has, between outlines or between them and the county's
	Stray    Kind = "stray"    // an outline whose code no place has
	Outside  Kind = "outside"  // a place that lies outside of its own outline
	Lacking  Kind = "lacking"  // a place without outline, where others have one
	Unplaced Kind = "unplaced" // a place that is nowhere, though it has an outline
)

// Kinds are all kinds in the order in which they are told.
func Kinds() []Kind { return []Kind{Overlap, Gap, Stray, Outside, Lacking, Unplaced} }

// Flaw is something wrong with the outlines of a layer.
type Flaw struct {
	Kind  Kind
	Codes []string // of the places concerned; of a gap, of those around it
	// AreaM2 is the size of an overlap or gap, 0 of the others.
	AreaM2 float64
	At     orb.Point // a place in it; 0, 0 where there is none
	Shape  orb.Geometry
}

// Flaws are what is wrong with the outlines of a layer of places: overlaps and gaps of at least so many square metres, the largest
// first, and then what else is. Of counties that have no land in any outline nothing is said. It takes a second or so for a thousand
// outlines. The error is the context's.
func Flaws(ctx context.Context, snap *snapshot.Snapshot, places string, leastM2 float64) ([]Flaw, error) {
	outlines, ok := Table(snap, places)
	if !ok || outlines.Len() == 0 {
		return nil, nil
	}
	c := &check{ctx: ctx, land: NewLand(outlines), outlines: outlines, least: leastM2}
	c.places, _ = snap.Table(places)
	if err := c.overlaps(); err != nil {
		return nil, err
	}
	counties, _ := snap.Table("county")
	if err := c.gaps(counties); err != nil {
		return nil, err
	}
	c.agree()
	order := Kinds()
	slices.SortStableFunc(c.flaws, func(a, b Flaw) int {
		return cmp.Or(
			cmp.Compare(slices.Index(order, a.Kind), slices.Index(order, b.Kind)),
			cmp.Compare(b.AreaM2, a.AreaM2),
			slices.Compare(a.Codes, b.Codes),
		)
	})
	return c.flaws, nil
}

type check struct {
	ctx      context.Context
	land     *Land
	outlines *snapshot.Table
	places   *snapshot.Table // nil for none
	least    float64
	flaws    []Flaw
}

// overlaps looks at every two outlines whose boxes meet.
func (c *check) overlaps() error {
	t := c.outlines
	for row := range t.Rows {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		own := t.Shape(row)
		var near []uint32
		t.Search(own.Box(), func(other uint32) bool {
			if other > row {
				near = append(near, other)
			}
			return true
		})
		slices.Sort(near)
		for _, other := range near {
			if own.Overlap(t.Shape(other)) < c.least {
				continue
			}
			common, err := geom.Intersection(geomOf(own), geomOf(t.Shape(other)))
			if err != nil {
				continue // a polygon that crosses itself: what is read of it is told when it is imported
			}
			codes := []string{c.land.Code(row), c.land.Code(other)}
			slices.Sort(codes)
			c.pieces(Overlap, common, codes)
		}
	}
	return nil
}

// gaps looks for land in counties that no outline has.
func (c *check) gaps(counties *snapshot.Table) error {
	var wholes []geo.Shape
	if counties != nil {
		for row := range counties.Rows {
			if s := counties.Shape(row); s.Kind == geo.Polygons {
				wholes = append(wholes, s)
			}
		}
	}
	if len(wholes) == 0 {
		all, err := c.union(geo.World)
		if err != nil {
			return err
		}
		for _, p := range polygonsOf(all) {
			for i := range p.NumInteriorRings() {
				hole := geom.NewPolygon([]geom.LineString{p.InteriorRingN(i)}).AsGeometry()
				c.pieces(Gap, hole, nil)
			}
		}
		return nil
	}
	for _, whole := range wholes {
		all, err := c.union(whole.Box())
		if err != nil {
			return err
		}
		county := geomOf(whole)
		common, err := geom.Intersection(county, all)
		if err != nil || common.Area() < foreign*county.Area() {
			continue // the outlines are of neighbours that reach in
		}
		if left, err := geom.Difference(county, all); err == nil {
			c.pieces(Gap, left, nil)
		}
	}
	return nil
}

// foreign is how much of a county outlines have at least that are its own, and not those of neighbours drawn inexactly.
const foreign = 0.01

// union is the land of all outlines that may reach into a box.
func (c *check) union(box geo.Box) (geom.Geometry, error) {
	var list []geom.Geometry
	c.outlines.Search(box, func(row uint32) bool {
		list = append(list, geomOf(c.outlines.Shape(row)))
		return true
	})
	all, err := geom.UnionMany(list)
	if err != nil {
		all = geom.Geometry{}
	}
	return all, c.ctx.Err()
}

// pieces tells each part of an area that is large enough.
func (c *check) pieces(kind Kind, g geom.Geometry, codes []string) {
	for _, p := range polygonsOf(g) {
		shape := orbOf(p)
		area := geo.Area(shape)
		if area < c.least {
			continue
		}
		f := Flaw{Kind: kind, Codes: codes, AreaM2: area, Shape: shape}
		s, err := geo.NewShape(shape)
		if err != nil {
			continue
		}
		f.At = s.Label().LonLat()
		if kind == Gap {
			f.Codes = c.around(s)
		}
		c.flaws = append(c.flaws, f)
	}
}

// around are the codes of the outlines that have a vertex in common with a gap, or come next to it.
func (c *check) around(gap geo.Shape) (codes []string) {
	c.outlines.Search(gap.Box(), func(row uint32) bool {
		if gap.Gap(c.outlines.Shape(row)) < beside {
			codes = append(codes, c.land.Code(row))
		}
		return true
	})
	slices.Sort(codes)
	return codes
}

// beside is how near, in metres, an outline lies to a gap that it is beside of.
const beside = 1

// agree compares places with outlines.
func (c *check) agree() {
	if c.places == nil || c.places.Len() == 0 {
		return
	}
	own := map[string]uint32{}
	for row := range c.outlines.Rows {
		code := c.land.Code(row)
		own[code] = row
		if _, ok := c.places.FindCode(code); !ok {
			shape := c.outlines.Shape(row)
			c.flaws = append(c.flaws, Flaw{Kind: Stray, Codes: []string{code}, At: shape.Label().LonLat(), Shape: shape.Geometry()})
		}
	}
	for row := range c.places.Rows {
		code, shape := c.places.Get(row, "code").Text(), c.places.Shape(row)
		outline, ok := own[code]
		f := Flaw{Codes: []string{code}, Shape: shape.Geometry()}
		switch {
		case !ok:
			f.Kind = Lacking
		case len(shape.Points) == 0:
			f.Kind = Unplaced
			shape = c.outlines.Shape(outline)
		case slices.Contains(c.land.At(shape.Points[0], nil), outline):
			continue
		default:
			f.Kind = Outside
		}
		if len(shape.Points) > 0 {
			f.At = shape.Label().LonLat()
		}
		c.flaws = append(c.flaws, f)
	}
}

// Text is the flaw on a line, with the names and the codes of the places of the layer that it is of.
func (f *Flaw) Text(snap *snapshot.Snapshot, places string) string {
	names := make([]string, len(f.Codes))
	t, ok := snap.Table(places)
	for i, code := range f.Codes {
		names[i] = code
		if !ok {
			continue
		}
		if row, known := t.FindCode(code); known {
			names[i] = t.Get(row, "name").Text() + " " + code
		}
	}
	at := fmt.Sprintf("%.5f, %.5f", f.At[0], f.At[1])
	who := strings.Join(names, ", ")
	switch f.Kind {
	case Overlap:
		return fmt.Sprintf("%s: the outlines of %s overlap at %s by %s", places, who, at, sizeText(f.AreaM2))
	case Gap:
		return fmt.Sprintf("%s: a gap of %s at %s beside the outlines of %s", places, sizeText(f.AreaM2), at, who)
	case Stray:
		return fmt.Sprintf("%s: the outline at %s has the code %s, which is nobody's", places, at, who)
	case Outside:
		return fmt.Sprintf("%s: %s lies at %s, outside of its own outline", places, who, at)
	case Lacking:
		return fmt.Sprintf("%s: %s has no outline", places, who)
	}
	return fmt.Sprintf("%s: %s has an outline and no place", places, who)
}

func sizeText(m2 float64) string {
	if m2 < 1e5 {
		return fmt.Sprintf("%.0f m²", m2)
	}
	return fmt.Sprintf("%.2f km²", m2/1e6)
}
