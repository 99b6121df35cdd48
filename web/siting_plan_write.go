package web

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/paulmach/orb"
	"github.com/xuri/excelize/v2"

	"github.com/cuntu/cuntu/layers/relocation"
	"github.com/cuntu/cuntu/layers/served"
)

// PlanFormats are the formats in which plans can be had, the default first.
var PlanFormats = []string{"json", "geojson", "xlsx"}

// PlanAnswer is a plan to be written.
type PlanAnswer struct {
	Plan *relocation.Plan
	Name string // of the scenario, "" for none
}

// Write writes the plan: json as it is; geojson as lines from villages to sites with
// their loads, the sites, and the villages that have somebody left over; xlsx with a
// sheet of sites, one of villages, and one for each site with who moves there.
func (a PlanAnswer) Write(w io.Writer, format string) error {
	switch format {
	case "geojson":
		return a.geojson(w)
	case "xlsx":
		return a.xlsx(w)
	}
	return json.NewEncoder(w).Encode(a.Plan)
}

type planFeature struct {
	Type     string `json:"type"`
	Geometry struct {
		Type        string `json:"type"`
		Coordinates any    `json:"coordinates"`
	} `json:"geometry"`
	Properties map[string]any `json:"properties"`
}

func newPlanFeature(g orb.Geometry, properties map[string]any) planFeature {
	f := planFeature{Type: "Feature", Properties: properties}
	f.Geometry.Type, f.Geometry.Coordinates = g.GeoJSONType(), orb.Round(g, int(served.DegreeDigits))
	return f
}

func (a PlanAnswer) geojson(w io.Writer) error {
	features := []planFeature{}
	for _, v := range a.Plan.Villages {
		for _, m := range v.Moves {
			s := &a.Plan.Sites[m.Site]
			features = append(features, newPlanFeature(orb.LineString{{v.Lon, v.Lat}, {s.Lon, s.Lat}}, map[string]any{
				"kind": "move", "village": v.Name, "code": v.Code, "site": s.Name, "site_id": s.ID,
				"households": m.Households, "people": m.People, "minutes": m.Minutes,
			}))
		}
		if v.LeftPeople > 0 || v.LeftHouseholds > 0 {
			properties := map[string]any{"kind": "left", "village": v.Name, "code": v.Code, "households": v.LeftHouseholds, "people": v.LeftPeople}
			if v.Reason != nil {
				properties["reason"], properties["reason_en"] = v.Reason.Zh, v.Reason.En
			}
			features = append(features, newPlanFeature(orb.Point{v.Lon, v.Lat}, properties))
		}
	}
	for _, s := range a.Plan.Sites {
		features = append(features, newPlanFeature(orb.Point{s.Lon, s.Lat}, map[string]any{
			"kind": "site", "site": s.Name, "site_id": s.ID, "open": s.Open, "kept": s.Kept, "class": s.Class, "status": s.Status,
			"households": s.LoadHouseholds, "people": s.LoadPeople, "free_households": s.FreeHouseholds, "free_people": s.FreePeople,
			"cost_wan": s.CostWan,
		}))
	}
	return json.NewEncoder(w).Encode(map[string]any{"type": "FeatureCollection", "features": features})
}

// planBook writes rows into the sheets of a workbook.
type planBook struct {
	file  *excelize.File
	head  int
	err   error
	taken map[string]bool
}

func (b *planBook) sheet(name string, heads ...any) func(cells ...any) {
	name = b.name(name)
	if b.err == nil {
		_, b.err = b.file.NewSheet(name)
	}
	if b.err != nil {
		return func(...any) {}
	}
	out, err := b.file.NewStreamWriter(name)
	if err != nil {
		b.err = err
		return func(...any) {}
	}
	b.err = out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
	row := 0
	put := func(cells []any, options ...excelize.RowOpts) {
		row++
		for i, c := range cells {
			if text, ok := c.(string); ok {
				cells[i] = excelize.Cell{Value: text} // never a formula
			}
		}
		if b.err == nil {
			b.err = out.SetRow(fmt.Sprintf("A%d", row), cells, options...)
		}
	}
	put(heads, excelize.RowOpts{StyleID: b.head})
	return func(cells ...any) {
		if cells == nil {
			if b.err == nil {
				b.err = out.Flush()
			}
			return
		}
		put(cells)
	}
}

// name is one that a sheet may have and no other has: 31 characters without []:*?/\.
func (b *planBook) name(want string) string {
	var clean []rune
	for _, r := range want {
		switch r {
		case '[', ']', ':', '*', '?', '/', '\\', '\'':
			r = ' '
		}
		clean = append(clean, r)
	}
	if len(clean) == 0 {
		clean = []rune("—")
	}
	for n := 1; ; n++ {
		suffix := ""
		if n > 1 {
			suffix = fmt.Sprintf(" (%d)", n)
		}
		short := string(clean[:min(len(clean), 31-len(suffix))]) + suffix
		if !b.taken[short] {
			b.taken[short] = true
			return short
		}
	}
}

func (a PlanAnswer) xlsx(w io.Writer) error {
	f := excelize.NewFile()
	defer f.Close()
	head, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	b := &planBook{file: f, head: head, taken: map[string]bool{"Sheet1": true}}
	p := a.Plan
	sum := b.sheet("方案", "项目", "值")
	for _, line := range [][]any{
		{"方案名称", a.Name},
		{"目标", p.Ask.Objective},
		{"目标值", p.Value},
		{"已证明的界", p.Bound},
		{"差距 %", 100 * p.Gap},
		{"已证明最优", p.Optimal},
		{"搬迁户数", p.Households},
		{"搬迁人数", p.People},
		{"未安置户数", p.LeftHouseholds},
		{"未安置人数", p.LeftPeople},
		{"人均车程 分钟", p.MeanMinutes},
		{"最远车程 分钟", p.WorstMinutes},
		{"开放安置点", p.OpenSites},
		{"其中新建", p.NewSites},
		{"新建费用 万元", p.CostWan},
	} {
		sum(line...)
	}
	sum()
	sites := b.sheet("安置点", "编号", "名称", "规模", "状态", "开放", "保留", "可安置户数", "可安置人数", "迁入村数", "迁入户数", "迁入人数", "人均车程 分钟", "最远车程 分钟", "费用 万元", "缺少的设施")
	for _, s := range p.Sites {
		mean := 0.0
		if s.LoadPeople > 0 {
			mean = s.PersonMinutes / float64(s.LoadPeople)
		}
		sites(s.ID, s.Name, s.Class, s.Status, s.Open, s.Kept, s.FreeHouseholds, s.FreePeople, s.Villages, s.LoadHouseholds, s.LoadPeople, mean, s.WorstMinutes, s.CostWan, fmt.Sprint(s.Missing))
	}
	sites()
	a.villageSheets(b)
	if b.err != nil {
		return b.err
	}
	if err := f.DeleteSheet("Sheet1"); err != nil {
		return err
	}
	return f.Write(w)
}

// villageSheets writes the list of all villages, and a sheet for each site that
// somebody moves to.
func (a PlanAnswer) villageSheets(b *planBook) {
	p := a.Plan
	all := b.sheet("搬迁村", "行政村代码", "行政村", "安置点", "户数", "人数", "车程 分钟", "未安置户数", "未安置人数", "原因")
	of := make([][][]any, len(p.Sites))
	for _, v := range p.Villages {
		reason := ""
		if v.Reason != nil {
			reason = v.Reason.Zh
		}
		if len(v.Moves) == 0 {
			all(v.Code, v.Name, "", 0, 0, nil, v.LeftHouseholds, v.LeftPeople, reason)
		}
		for n, m := range v.Moves {
			leftHouseholds, leftPeople := v.LeftHouseholds, v.LeftPeople
			if n > 0 { // told with the first
				leftHouseholds, leftPeople, reason = 0, 0, ""
			}
			all(v.Code, v.Name, p.Sites[m.Site].Name, m.Households, m.People, m.Minutes, leftHouseholds, leftPeople, reason)
			of[m.Site] = append(of[m.Site], []any{v.Code, v.Name, m.Households, m.People, m.Minutes})
		}
	}
	all()
	for j, rows := range of {
		if len(rows) == 0 {
			continue
		}
		put := b.sheet(p.Sites[j].Name, "行政村代码", "行政村", "户数", "人数", "车程 分钟")
		for _, row := range rows {
			put(row...)
		}
		put()
	}
}
