package intake

import (
	"context"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/divisions"
	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/inside"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// base is what a store held when an import began: the layer that is written to and
// the places that its rows refer to.
type base struct {
	layer  *layers.Layer
	table  *snapshot.Table
	cursor data.Cursor
	places map[string]*gazetteer // by layer: county, town, village
	limits []limit
	bound  orb.Bound        // of where data may lie, in degrees
	lands  map[string]*land // the outlines of places, by the places' layer

	recorded *layers.Recorded // the features whose fields follow from steps

	datasets []layers.Feature // rows that say where data comes from
	sources  *layers.Layer    // of which they are; nil where the catalogue has none

	documents data.Documents // of the store
	divisions *divisions.Pack
}

// limit is a county's outline.
type limit struct {
	code, name string
	shape      geo.Shape
	bound      orb.Bound
	outline    orb.Geometry
}

// margin is how far, in degrees, data may lie beyond the counties: outlines are
// often drawn by hand, and roads go on. 0.3° are 28 to 33 km.
const margin = 0.3

// chinaBound is where data may lie as long as a store knows no county.
var chinaBound = orb.Bound{Min: orb.Point{72, 3}, Max: orb.Point{137, 55}}

// readBase loads what an import into a layer is checked against.
func readBase(ctx context.Context, store data.Store, catalog *layers.Catalog, layer string) (*base, error) {
	l, ok := catalog.Layer(layer)
	if !ok {
		return nil, layers.NewFault("layer", "%q is not one of %s", layer, strings.Join(catalog.IDs(), ", "))
	}
	b := &base{
		layer:     l,
		places:    map[string]*gazetteer{},
		bound:     orb.Bound{Min: orb.Point{180, 90}, Max: orb.Point{-180, -90}},
		documents: store,
		recorded:  layers.NewRecorded(l),
	}
	ids := []string{l.ID, "county"} // whose outlines are looked at
	ids = append(ids, l.RecordsOf()...)
	ids = append(ids, b.wantLands(catalog)...)
	for _, id := range []string{"county", "town", "village"} {
		if ref, ok := catalog.Layer(id); ok && (id != "village" || l.ID == "village" || refers(l, "village") || b.lands[id] != nil) {
			b.places[id] = newGazetteer(ref)
			ids = append(ids, id)
		}
	}
	if sources, ok := catalog.Layer("dataset"); ok && l.ID != "dataset" {
		b.sources = sources
		ids = append(ids, sources.ID)
	}
	builder := snapshot.NewBuilder(&layers.Catalog{Layers: []*layers.Layer{l}})
	var err error
	b.cursor, err = store.LoadLayers(ctx, ids, func(of *layers.Layer, f *layers.Feature) error {
		if g := b.places[of.ID]; g != nil {
			g.add(f)
		}
		b.recorded.Add(of.ID, f.Values[0])
		if of.ID == "county" && f.Geometry != nil {
			b.addLimit(of, f)
		}
		if d := b.lands[of.Outlines]; d != nil {
			d.add(of, f)
		}
		if b.sources != nil && of.ID == b.sources.ID {
			b.datasets = append(b.datasets, layers.Feature{ID: f.ID, Values: slices.Clone(f.Values)})
		}
		if of.ID == l.ID {
			// What the layer cannot hold is not there to be changed either.
			_ = builder.Add(l, f)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	b.table, _ = builder.Snapshot().Table(l.ID)
	for _, d := range b.lands {
		d.finish()
	}
	for _, g := range b.places {
		g.finish(b.places["county"], b.places["town"])
	}
	if len(b.limits) == 0 || l.ID == "county" { // a county may be a new one
		b.bound = chinaBound
	} else {
		b.bound = b.bound.Pad(margin)
	}
	return b, nil
}

func (b *base) addLimit(l *layers.Layer, f *layers.Feature) {
	s, err := geo.NewShape(f.Geometry)
	if err != nil {
		return // no outline to check against
	}
	bound := f.Geometry.Bound()
	b.bound = b.bound.Union(bound)
	b.limits = append(b.limits, limit{f.Values[l.Field("code")].Text(), f.Values[l.Field("name")].Text(), s, bound, orb.Clone(f.Geometry)})
}

// written are the layers that the import writes to.
func (b *base) written() []string {
	if b.layer.Outlines != "" {
		return []string{b.layer.ID, b.layer.Outlines}
	}
	return []string{b.layer.ID}
}

func refers(l *layers.Layer, to string) bool {
	return slices.ContainsFunc(l.Fields, func(f layers.Field) bool { return f.Ref == to })
}

// roam lets an extract of OpenStreetMap lie anywhere as long as the store knows no county: its coordinates are beyond doubt.
func (b *base) roam(format string) {
	if format == record.OSM && len(b.limits) == 0 {
		b.bound = orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}
	}
}

// credits are the edits by which the store's list of sources comes to name whoever made what is imported, none where it does.
// An import that is taken back leaves them: to name too many does no harm.
func (b *base) credits(c record.Credit) iter.Seq2[layers.Edit, error] {
	return func(yield func(layers.Edit, error) bool) {
		if c.Source == "" || b.sources == nil {
			return
		}
		source, list := b.sources.Field("source"), b.sources.Field("layers")
		for _, f := range b.datasets {
			if f.Values[source].Text() != c.Source {
				continue
			}
			ids := strings.Split(f.Values[list].Text(), layers.ListSeparator)
			if !slices.Contains(ids, b.layer.ID) {
				values := slices.Clone(f.Values)
				values[list] = layers.Text(strings.Join(append(ids, b.layer.ID), layers.ListSeparator))
				yield(layers.Edit{Op: layers.Update, Layer: b.sources.ID, Feature: layers.Feature{ID: f.ID, Values: values}, Set: []int{list}}, nil)
			}
			return
		}
		values := make([]layers.Value, len(b.sources.Fields))
		for field, text := range map[string]string{"name": c.Name, "layers": b.layer.ID, "source": c.Source, "licence": c.Licence} {
			values[b.sources.Field(field)] = layers.Text(text)
		}
		values[b.sources.Field("synthetic")] = layers.Bool(false)
		yield(layers.Edit{Op: layers.Insert, Layer: b.sources.ID, Feature: layers.Feature{Values: values}}, nil)
	}
}

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

// metresOutside is how far a place lies outside a county, 0 within; ok is false
// where the county has no outline.
func (b *base) metresOutside(county string, p orb.Point) (metres float64, name string, ok bool) {
	for i := range b.limits {
		if b.limits[i].code == county {
			return b.limits[i].shape.Nearest(p).Metres, b.limits[i].name, true
		}
	}
	return 0, "", false
}

// gazetteer finds the places of a layer by code and by name.
type gazetteer struct {
	layer  *layers.Layer
	list   []place
	byCode map[uint64]int32
	byName map[string][]int32 // by plain name, without the suffix too
	code   int
	name   int
	up     [2]int // the fields town and county, -1 for none
}

type place struct {
	id           int64
	code, name   string
	town, county string // codes
	of           string // their names, for a person
	at           *orb.Point
	nowhere      bool // nobody has put it anywhere

	stem, sound []rune // of the name, once it is compared
}

func newGazetteer(l *layers.Layer) *gazetteer {
	return &gazetteer{
		layer: l, byCode: map[uint64]int32{}, byName: map[string][]int32{},
		code: l.Field("code"), name: l.Field("name"), up: [2]int{l.Field("town"), l.Field("county")},
	}
}

func (g *gazetteer) add(f *layers.Feature) {
	p := place{id: f.ID, nowhere: f.Geometry == nil, code: f.Values[g.code].Text(), name: f.Values[g.name].Text()}
	if i := g.up[0]; i >= 0 {
		p.town = f.Values[i].Text()
	}
	if i := g.up[1]; i >= 0 {
		p.county = f.Values[i].Text()
	}
	if p.county == "" && len(p.code) >= 6 && g.up[1] >= 0 {
		p.county = p.code[:6]
	}
	if at, ok := f.Geometry.(orb.Point); ok {
		p.at = &at
	}
	n := int32(len(g.list))
	g.list = append(g.list, p)
	g.byCode[codeKey(p.code)] = n
	for _, name := range nameForms(p.name) {
		g.byName[name] = append(g.byName[name], n)
	}
}

func (g *gazetteer) finish(counties, towns *gazetteer) {
	for i := range g.list {
		p := &g.list[i]
		var of []string
		for _, up := range []struct {
			in   *gazetteer
			code string
		}{{counties, p.county}, {towns, p.town}} {
			if up.in == nil || up.in == g || up.code == "" {
				continue
			}
			if n, ok := up.in.byCode[codeKey(up.code)]; ok {
				of = append(of, up.in.list[n].name)
			}
		}
		p.of = strings.Join(of, " · ")
	}
}

// codeKey is a code as a number that keeps its length.
func codeKey(code string) uint64 {
	n, err := strconv.ParseUint(code, 10, 56)
	if err != nil {
		return 0
	}
	return n | uint64(len(code))<<56
}

func (g *gazetteer) has(code string) bool {
	_, ok := g.byCode[codeKey(code)]
	return ok
}

// suffixes are the words for what a place is, which people leave out, the longer
// first.
var suffixes = []string{"村民委员会", "村委会", "居民委员会", "居委会", "街道办事处", "街道办", "街道", "行政村", "社区", "县", "区", "市", "镇", "乡", "村"}

// nameForms are the plain forms by which a name is found: itself, and without the
// word for what it is. A form of one character is none.
func nameForms(name string) []string {
	n := plain(name)
	forms := []string{n}
	for _, s := range suffixes {
		if stem, ok := strings.CutSuffix(n, s); ok && len([]rune(stem)) > 1 {
			return append(forms, stem)
		}
	}
	return forms
}
