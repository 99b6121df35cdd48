package sites

import (
	"fmt"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/relocation"
)

// page is a sheet that is held as rows without places.
type page struct {
	columns []question.Column
	rows    [][]any
}

func newPage(columns ...string) *page { return &page{columns: question.Columns(columns...)} }

func (p *page) add(cells ...any) { p.rows = append(p.rows, cells) }

// Columns are those of the page.
func (p *page) Columns() []question.Column { return p.columns }

// Rows are those of the page.
func (p *page) Rows(emit func(place orb.Geometry, values ...any) error) error {
	for _, row := range p.rows {
		if err := emit(nil, row...); err != nil {
			return err
		}
	}
	return nil
}

// Pages are the plan in figures, its sites, its villages, and for each site that somebody moves to a page of who does.
func (a Outcome) Pages() []question.Page {
	moves, bySite := a.movePages()
	pages := []question.Page{{Title: "方案", Sheet: a.figures()}, {Title: "安置点", Sheet: a.sitePage()}, {Title: "搬迁村", Sheet: moves}}
	for j, p := range bySite {
		if len(p.rows) > 0 {
			pages = append(pages, question.Page{Title: a.Sites[j].Name, Sheet: p})
		}
	}
	return pages
}

func (a Outcome) figures() *page {
	p := newPage("item 项目 | Item", "value 值 | Value")
	p.add("方案名称", a.Scenario)
	p.add("目标", a.Ask.Objective)
	p.add("目标值", a.Value)
	p.add("已证明的界", a.Bound)
	p.add("差距 %", 100*a.Gap)
	p.add("已证明最优", a.Optimal)
	p.add("搬迁户数", a.Households)
	p.add("搬迁人数", a.People)
	p.add("未安置户数", a.LeftHouseholds)
	p.add("未安置人数", a.LeftPeople)
	p.add("人均车程 分钟", a.MeanMinutes)
	p.add("最远车程 分钟", a.WorstMinutes)
	p.add("开放安置点", a.OpenSites)
	p.add("其中新建", a.NewSites)
	p.add("新建费用 万元", a.CostWan)
	return p
}

func (a Outcome) sitePage() *page {
	p := newPage("id:int 编号 | Id", "name 名称 | Name", "class 规模 | Class", "status 状态 | Status", "open:bool 开放 | Open", "kept:bool 保留 | Kept",
		"free_households:int 可安置户数 | Room for households", "free_people:int 可安置人数 | Room for people", "villages:int 迁入村数 | Villages",
		"households:int 迁入户数 | Households", "people:int 迁入人数 | People", "mean_minutes:float 人均车程 分钟 | Mean minutes",
		"worst_minutes:float 最远车程 分钟 | Worst minutes", "cost_wan:float 费用 万元 | Cost in 10,000 yuan", "missing 缺少的设施 | Facilities missing")
	for _, s := range a.Sites {
		p.add(s.ID, s.Name, s.Class, s.Status, s.Open, s.Kept, s.FreeHouseholds, s.FreePeople, s.Villages, s.LoadHouseholds, s.LoadPeople,
			meanMinutes(s), s.WorstMinutes, s.CostWan, fmt.Sprint(s.Missing))
	}
	return p
}

const (
	codeColumn       = "code 行政村代码 | Code"
	villageColumn    = "village 行政村 | Village"
	householdsColumn = "households:int 户数 | Households"
	peopleColumn     = "people:int 人数 | People"
	minutesColumn    = "minutes:float 车程 分钟 | Minutes"
)

// movePages are all villages, and by site who moves there.
func (a Outcome) movePages() (all *page, bySite []*page) {
	all = newPage(codeColumn, villageColumn, "site 安置点 | Site", householdsColumn, peopleColumn, minutesColumn,
		"left_households:int 未安置户数 | Households left over", "left_people:int 未安置人数 | People left over", "reason 原因 | Why (Chinese)")
	bySite = make([]*page, len(a.Sites))
	for j := range bySite {
		bySite[j] = newPage(codeColumn, villageColumn, householdsColumn, peopleColumn, minutesColumn)
	}
	for _, v := range a.Villages {
		all.addVillage(v, a.Sites)
		for _, m := range v.Moves {
			bySite[m.Site].add(v.Code, v.Name, m.Households, m.People, m.Minutes)
		}
	}
	return all, bySite
}

// addVillage adds a row a move; who is left over is told with the first.
func (p *page) addVillage(v relocation.Village, sites []relocation.Site) {
	reason := ""
	if v.Reason != nil {
		reason = v.Reason.Zh
	}
	if len(v.Moves) == 0 {
		p.add(v.Code, v.Name, "", 0, 0, nil, v.LeftHouseholds, v.LeftPeople, reason)
	}
	for n, m := range v.Moves {
		if n > 0 {
			v.LeftHouseholds, v.LeftPeople, reason = 0, 0, ""
		}
		p.add(v.Code, v.Name, sites[m.Site].Name, m.Households, m.People, m.Minutes, v.LeftHouseholds, v.LeftPeople, reason)
	}
}
