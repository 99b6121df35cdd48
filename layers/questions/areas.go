package questions

import (
	"context"
	"strings"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/area"
	"github.com/cuntu/cuntu/layers/kept"
	"github.com/cuntu/cuntu/layers/outline"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/served"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Area is an area with those in it.
type Area struct {
	Code  string        `json:"code"`
	Name  string        `json:"name"`
	BBox  served.Bounds `json:"bbox,omitempty"`
	Towns []Area        `json:"towns,omitempty"`
}

// Areas are the counties in the order of their codes, each with its towns.
type Areas struct {
	Counties []Area `json:"counties"`
}

func listAreas() *Question {
	return question.New(question.Name{
		ID: "listAreas", Path: "/api/areas",
		Title: layers.Words{Zh: "区划", En: "Areas"},
		Help: layers.Words{
			Zh: "各县区及其乡镇：代码、名称、范围。镇没有界线，范围到其各村为止。",
			En: "The counties with their towns. A town, which has no outline, reaches as far as its villages.",
		},
	}, []string{question.JSON}, func(_ context.Context, w World, _ struct{}) (Areas, error) {
		index, answer := w.Areas.Get(w.Snap), Areas{Counties: []Area{}}
		for _, county := range index.At(area.County) {
			if !w.knows(county.Code) {
				continue
			}
			c := areaOf(county)
			for _, town := range index.Children(county.Code) {
				if w.knows(town.Code) {
					c.Towns = append(c.Towns, areaOf(town))
				}
			}
			answer.Counties = append(answer.Counties, c)
		}
		return answer, nil
	})
}

func areaOf(a area.Area) Area { return Area{Code: a.Code, Name: a.Name, BBox: served.BoundsOf(a.Box)} }

// FlawsAsk asks what is wrong with the outlines of places.
type FlawsAsk struct {
	Layer   string  `one:"town,village" zh:"哪一级的界线；缺省为两级。" en:"Of which places the outlines are; both by default."`
	LeastM2 float64 `name:"least_m2" min:"0" max:"1000000000" default:"100" zh:"重叠、空隙至少多少平方米才列出。" en:"So many square metres at least of an overlap or gap."`
	Limit   int     `min:"1" max:"10000" default:"200" zh:"最多列几处。" en:"How many at most."`
}

// OutlineFlaws are overlaps, gaps and what else is wrong with outlines: of each layer the largest first.
type OutlineFlaws struct {
	Count   int           `json:"count"` // of all, those not listed too
	Results []OutlineFlaw `json:"results"`
}

// OutlineFlaw is something wrong with an outline.
type OutlineFlaw struct {
	Layer    string          `json:"layer"` // of the places
	Kind     outline.Kind    `json:"kind"`
	Places   []NamedArea     `json:"places"`  // concerned; of a gap, those around it
	AreaM2   float64         `json:"area_m2"` // of an overlap or gap, else 0
	Lon      *float64        `json:"lon"`     // a place in it, null where there is none
	Lat      *float64        `json:"lat"`
	Geometry served.Geometry `json:"geometry"`

	shape orb.Geometry
}

// onOutlines are the layers that show in what is wrong with outlines.
var onOutlines = []string{"county", "town", "village", "town_area", "village_area"}

// keptFlaws is for how many sizes and states of the layers flaws are kept.
const keptFlaws = 4

type flawsKey struct {
	county, places, outlines *snapshot.Table
	least                    float64
}

func listFlaws() *Question {
	return question.New(question.Name{
		ID: "listOutlineFlaws", Reads: onOutlines, Path: "/api/outlines/flaws", Example: "layer=village&limit=3",
		Title: layers.Words{Zh: "界线问题", En: "Flaws of outlines"},
		Help: layers.Words{
			Zh: "镇界、村界的重叠和空隙，界线与镇村对不上的地方，大的在前。",
			En: "Overlaps and gaps between outlines of towns and of villages, and where outlines and places do not agree, the largest first.",
		},
	}, sheets, func(ctx context.Context, w World, ask FlawsAsk) (OutlineFlaws, error) {
		a := OutlineFlaws{Results: []OutlineFlaw{}}
		for _, layer := range []string{"town", "village"} {
			if ask.Layer != "" && ask.Layer != layer {
				continue
			}
			flaws, err := w.flaws(ctx, layer, ask.LeastM2)
			if err != nil {
				return a, err
			}
			a.Count += len(flaws)
			for _, f := range flaws[:min(len(flaws), ask.Limit-len(a.Results))] {
				a.Results = append(a.Results, w.flaw(layer, f))
			}
		}
		return a, nil
	})
}

func (w World) flaws(ctx context.Context, places string, least float64) ([]outline.Flaw, error) {
	key := flawsKey{least: least}
	key.county, _ = w.Snap.Table("county")
	key.places, _ = w.Snap.Table(places)
	key.outlines, _ = outline.Table(w.Snap, places)
	return w.Flaws.Get(ctx, key, kept.Limit[[]outline.Flaw]{Most: keptFlaws}, func(ctx context.Context) ([]outline.Flaw, error) {
		return outline.Flaws(ctx, w.Snap, places, least)
	})
}

func (w World) flaw(layer string, f outline.Flaw) OutlineFlaw {
	j := OutlineFlaw{
		Layer: layer, Kind: f.Kind, Places: []NamedArea{}, AreaM2: served.Centi(f.AreaM2), Geometry: served.GeometryOf(f.Shape), shape: f.Shape,
	}
	t, _ := w.Snap.Table(layer)
	for _, code := range f.Codes {
		place := NamedArea{Code: code}
		if t != nil {
			if row, ok := t.FindCode(code); ok {
				place.Name = t.Get(row, "name").Text()
			}
		}
		j.Places = append(j.Places, place)
	}
	if f.At != (orb.Point{}) {
		lon, lat := served.Degrees(f.At[0]), served.Degrees(f.At[1])
		j.Lon, j.Lat = &lon, &lat
	}
	return j
}

// Columns are those of a sheet.
func (a OutlineFlaws) Columns() []question.Column {
	return question.Columns(
		"layer 层级 | Layer", "kind 问题 | Kind", "names 镇村 | Places", "codes 代码 | Codes", "area_m2:float 面积（平方米） | Area m²",
		"lon:float 经度 | Lon", "lat:float 纬度 | Lat",
	)
}

// Rows are a flaw each.
func (a OutlineFlaws) Rows(emit func(place orb.Geometry, values ...any) error) error {
	for _, f := range a.Results {
		var names, codes []string
		for _, p := range f.Places {
			names, codes = append(names, p.Name), append(codes, p.Code)
		}
		if err := emit(f.shape, f.Layer, string(f.Kind), strings.Join(names, "、"), strings.Join(codes, "、"), f.AreaM2, f.Lon, f.Lat); err != nil {
			return err
		}
	}
	return nil
}
