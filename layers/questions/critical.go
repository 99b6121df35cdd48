package questions

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/area"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/served"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// CriticalAsk asks for the sections of hardened road on which villages depend.
type CriticalAsk struct {
	Years
	Within
	Limit int `min:"1" max:"10000" default:"100" zh:"最多列几段。" en:"How many sections at most."`
}

func listCritical() *Question {
	return question.New(question.Name{
		ID: "listCritical", Reads: onWorks, Path: "/api/coverage/critical", Command: "critical", Example: "limit=3",
		Title: layers.Words{Zh: "要害路段", En: "Critical sections"},
		Help: layers.Words{
			Zh: "一断就让村庄失去硬化路的路段，以及仍在用、待改桥的索道。",
			En: "List the sections of hardened road without which villages would lose theirs, and the cableways in use.",
		},
	}, sheets, func(ctx context.Context, w World, ask CriticalAsk) (Critical, error) {
		r, err := w.covered(ask.Year)
		if err != nil {
			return Critical{}, err
		}
		keep, err := w.keep(ask.Within, r.Villages.Table, ask.Year)
		if err != nil {
			return Critical{}, err
		}
		sections, err := r.Critical(ctx, keep)
		if err != nil {
			return Critical{}, err
		}
		cableways, err := w.cableways(r, ask.areas())
		if err != nil {
			return Critical{}, err
		}
		return newCritical(r, sections[:min(len(sections), ask.Limit)], cableways), nil
	})
}

// Faults are areas that do not exist, and a condition that is none.
func (ask CriticalAsk) Faults(w World) (wrong layers.Faults) {
	w.check(ask.Within, w.villages(), &wrong)
	return wrong
}

// cableways are the rows of the cableways in the areas. A cableway names no area below its county: a town has those of
// its county.
func (w World) cableways(r *coverage.Result, in area.Narrowing) ([]uint32, error) {
	index := w.Areas.Get(w.Snap)
	list := slices.Clone(r.Cableways)
	for _, code := range in.Codes() {
		within, err := index.Within(r.Network.Table, index.UpTo(area.County, code))
		if err != nil {
			return nil, err
		}
		list = slices.DeleteFunc(list, func(row uint32) bool { return !within(row) })
	}
	return list, nil
}

// Critical is the sections of hardened road without which villages would lose
// theirs, and the cableways that bridges are to replace.
type Critical struct {
	Year      int        `json:"year"`
	Sections  []Section  `json:"sections"`
	Cableways []Cableway `json:"cableways"`
}

// Section is a stretch of hardened road any break of which cuts villages off.
type Section struct {
	N        int             `json:"n"`
	People   int             `json:"people"`
	Metres   float64         `json:"metres"`
	Villages []Village       `json:"villages"`
	Roads    []Road          `json:"roads"`
	Geometry served.Geometry `json:"geometry"`
}

// Road is a road, and how many metres of it are meant.
type Road struct {
	ID     int64   `json:"id"`
	Number string  `json:"number,omitempty"`
	Name   string  `json:"name,omitempty"`
	Class  string  `json:"class,omitempty"`
	Metres float64 `json:"metres"`
}

// Cableway is a cableway in use.
type Cableway struct {
	ID       int64           `json:"id"`
	Name     string          `json:"name"`
	County   string          `json:"county"`
	Metres   float64         `json:"metres"`
	Geometry served.Geometry `json:"geometry"`

	road Road
}

func newCritical(r *coverage.Result, sections []coverage.Critical, cableways []uint32) Critical {
	a := Critical{Year: r.Year, Sections: make([]Section, len(sections)), Cableways: []Cableway{}}
	for n := range sections {
		c := &sections[n]
		a.Sections[n] = Section{
			N: n + 1, People: c.People, Metres: served.Centi(c.Metres), Villages: []Village{}, Roads: roadsOf(r, c),
			Geometry: served.GeometryOf(c.Lines(r.Network.Graph)),
		}
		for _, v := range c.Villages {
			a.Sections[n].Villages = append(a.Sections[n].Villages, villageOf(r, v))
		}
	}
	for _, row := range cableways {
		t := r.Network.Table
		shape := t.Shape(row)
		a.Cableways = append(a.Cableways, Cableway{
			ID:       t.ID(row),
			Name:     t.Get(row, "name").Text(),
			County:   t.Get(row, "county").Text(),
			Metres:   served.Centi(shape.Length()),
			Geometry: served.GeometryOf(shape.Geometry()),
			road:     roadOf(t, row),
		})
	}
	return a
}

func roadOf(t *snapshot.Table, row uint32) Road {
	text := func(field string) string { return t.Get(row, field).Text() }
	return Road{ID: t.ID(row), Number: text("number"), Name: text("name"), Class: text("class")}
}

// roadsOf are those of a section, with how much of each belongs to it.
func roadsOf(r *coverage.Result, c *coverage.Critical) (list []Road) {
	g, t := r.Network.Graph, r.Network.Table
	for _, e := range c.Edges {
		edge := g.Edge(e)
		id := t.ID(edge.Row)
		at := slices.IndexFunc(list, func(r Road) bool { return r.ID == id })
		if at < 0 {
			at = len(list)
			list = append(list, roadOf(t, edge.Row))
		}
		list[at].Metres += edge.Metres
	}
	for i := range list {
		list[i].Metres = served.Centi(list[i].Metres)
	}
	return list
}

// Columns are those of a sheet.
func (a Critical) Columns() []question.Column {
	return question.Columns(
		"*n:int 序号 | N", "kind 类别 | Kind", "*people:int 人口 | People", "*villages:int 村数 | Villages", "village_names 村 | Village names",
		"*metres:float 米 | Metres", "roads:int 道路数 | Roads", "road:int 道路编号 | Road id", "number 路线编号 | Number", "name 名称 | Name",
		"class 等级 | Class", "!ids 道路 | Road ids",
	)
}

// Rows are a section each, and then a cableway each.
func (a Critical) Rows(emit func(place orb.Geometry, values ...any) error) error {
	for _, s := range a.Sections {
		names := make([]string, len(s.Villages))
		for i, v := range s.Villages {
			names[i] = v.Name
		}
		first := s.Roads[0]
		err := emit(s.Geometry.Geometry, s.N, "section", s.People, len(s.Villages), strings.Join(names, "、"), s.Metres, len(s.Roads), first.ID,
			nonEmpty(first.Number), nonEmpty(first.Name), nonEmpty(first.Class), idsOf(s.Roads))
		if err != nil {
			return err
		}
	}
	for n, c := range a.Cableways {
		err := emit(c.Geometry.Geometry, n+1, "cableway", nil, nil, nil, c.Metres, 1, c.ID,
			nonEmpty(c.road.Number), nonEmpty(c.Name), nonEmpty(c.road.Class), fmt.Sprint(c.ID))
		if err != nil {
			return err
		}
	}
	return nil
}

// idsOf are the first three roads' ids.
func idsOf(roads []Road) string {
	ids := []string{}
	for _, r := range roads[:min(3, len(roads))] {
		ids = append(ids, fmt.Sprint(r.ID))
	}
	if len(roads) > 3 {
		ids = append(ids, "…")
	}
	return strings.Join(ids, " ")
}

// FileName is by year.
func (a Critical) FileName() string { return fmt.Sprintf("critical-%d", a.Year) }

// Footer counts them.
func (a Critical) Footer() layers.Words {
	return layers.Words{
		Zh: fmt.Sprintf("%d 段，断一段就有村失去硬化路；在用索道 %d 处", len(a.Sections), len(a.Cableways)),
		En: fmt.Sprintf("%d sections, any break of which cuts villages off; %d cableways in use", len(a.Sections), len(a.Cableways)),
	}
}
