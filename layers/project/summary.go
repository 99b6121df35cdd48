package project

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Plan is the projects of a year and an area, with their money by source, and what of them does not add up.
type Plan struct {
	Years  []Year  `json:"years"` // by year; 0 of projects without one
	Wrong  []Wrong `json:"wrong"`
	Wrongs int     `json:"wrongs"` // how many projects are wrong; Wrong has the first of them
}

// Year sums up a year's projects. Money is in 10,000 yuan; those that are withdrawn count nowhere.
type Year struct {
	Year     int                `json:"year"`
	Projects int                `json:"projects"`
	Listed   int                `json:"listed"`   // in the library or beyond
	Accepted int                `json:"accepted"` // built and accepted
	Km       float64            `json:"km"`
	Cost     float64            `json:"cost_wan"`
	Sources  map[string]float64 `json:"sources"`
	Contract float64            `json:"contract_wan"`
	Paid     float64            `json:"paid_wan"`
	Villages int                `json:"villages"`
	People   int                `json:"people"`
}

// Wrong is a project of which something does not add up.
type Wrong struct {
	ID     int64          `json:"id"`
	Number string         `json:"number"`
	Name   string         `json:"name"`
	Texts  []layers.Words `json:"texts"`
}

// mostWrong is how many projects are told of.
const mostWrong = 500

var (
	unlisted = []string{"", "applied", "audited", "appraised", "noticed"}
	finished = []string{"accepted", "handed_over"}
)

// Summarise sums up the projects of which keep is true, all where it is nil; year 0 is every year.
func Summarise(snap *snapshot.Snapshot, year int, keep func(row uint32) bool) *Plan {
	p := &Plan{Years: []Year{}, Wrong: []Wrong{}}
	t, ok := snap.Table(Layer)
	if !ok {
		return p
	}
	sections := NewSections(snap)
	for row := range t.ByID {
		get := func(field string) layers.Value { return t.Get(row, field) }
		stage, of := get("stage").Text(), int(get("year").Int())
		if year != 0 && of != year || gone(stage) || keep != nil && !keep(row) {
			continue
		}
		p.year(of).add(get, stage)
		if texts := faults(sections, t, row, get); len(texts) > 0 {
			if p.Wrongs++; len(p.Wrong) < mostWrong {
				p.Wrong = append(p.Wrong, Wrong{ID: t.ID(row), Number: get("number").Text(), Name: get("name").Text(), Texts: texts})
			}
		}
	}
	slices.SortFunc(p.Years, func(a, b Year) int { return cmp.Compare(a.Year, b.Year) })
	return p
}

// faults is all that does not add up of a project.
func faults(x *Sections, t *snapshot.Table, row uint32, get func(field string) layers.Value) []layers.Words {
	texts := append(Money(get), Km(get, t.Shape(row))...)
	for _, o := range x.Of(row) {
		texts = append(texts, o.Sentence())
	}
	return texts
}

func (p *Plan) year(of int) *Year {
	i := slices.IndexFunc(p.Years, func(y Year) bool { return y.Year == of })
	if i < 0 {
		i = len(p.Years)
		p.Years = append(p.Years, Year{Year: of, Sources: map[string]float64{}})
	}
	return &p.Years[i]
}

func (y *Year) add(get func(field string) layers.Value, stage string) {
	y.Projects++
	if !slices.Contains(unlisted, stage) {
		y.Listed++
	}
	if slices.Contains(finished, stage) {
		y.Accepted++
	}
	y.Km += get("km").Float()
	y.Cost += get("cost_wan").Float()
	for _, field := range Sources() {
		y.Sources[field] += get(field).Float()
	}
	y.Contract += get("contract_wan").Float()
	y.Paid += get("paid_wan").Float()
	y.Villages += int(get("villages_served").Int())
	y.People += int(get("people_served").Int())
}

// Columns are those of a sheet.
func (p *Plan) Columns() []question.Column {
	return question.Columns(
		"*year:int 年度 | Year", "*projects:int 项目 | Projects", "listed:int 已入库 | Listed", "*accepted:int 已验收 | Accepted", "km:float 里程 | Km",
		"*cost_wan:float 概算（万元） | Cost", "central_wan:float 中央 | Central", "province_wan:float 省级 | Province", "city_wan:float 市级 | Prefecture",
		"county_wan:float 县级 | County", "bond_wan:float 债券 | Bonds", "aid_wan:float 协作帮扶 | Partners", "other_wan:float 其他 | Other",
		"contract_wan:float 合同 | Contract", "*paid_wan:float 已支付 | Paid", "villages:int 受益村 | Villages", "people:int 受益人口 | People",
	)
}

// Rows are a year each.
func (p *Plan) Rows(emit func(place orb.Geometry, values ...any) error) error {
	for i := range p.Years {
		y := &p.Years[i]
		row := []any{y.Year, y.Projects, y.Listed, y.Accepted, y.Km, y.Cost}
		for _, field := range Sources() {
			row = append(row, y.Sources[field])
		}
		if err := emit(nil, append(row, y.Contract, y.Paid, y.Villages, y.People)...); err != nil {
			return err
		}
	}
	return nil
}
