package project

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/programme"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Wish is a project that is to be drafted from works.
type Wish struct {
	Name  string // "" is made of the villages that it serves
	Year  int    // of the plan
	Batch string
	Parts []programme.Part
	// Routes are the pipes or cables of parts that join villages, where they are known.
	Routes orb.MultiLineString
	// County is where works lie that serve no village: it tells the county of a place.
	County func(geo.Shape) string
	Wan    float64 // what it costs, in 10,000 yuan; 0 for what the parts cost by the roads' records and the rules
}

// Draft is a project made of works: its route and length, what it costs, whom it serves, and what it is for. What is for
// people to say, such as where the money comes from, is left open. The number is given by Number.
func Draft(ctx context.Context, snap *snapshot.Snapshot, now *coverage.Result, w Wish) (layers.Feature, error) {
	t, ok := snap.Table(Layer)
	if !ok {
		return layers.Feature{}, fmt.Errorf("there is no layer %s", Layer)
	}
	served, err := Serves(ctx, snap, now, w.Parts)
	if err != nil {
		return layers.Feature{}, err
	}
	geometry, err := route(snap, now, w)
	if err != nil {
		return layers.Feature{}, err
	}
	d := draft{t: t, now: now, feature: layers.Feature{Geometry: geometry, Values: make([]layers.Value, len(t.Layer.Fields))}}
	category := service.Road
	if w.Parts[0].Village != 0 {
		category = w.Parts[0].Service
	}
	d.set("category", layers.Text(string(category)))
	d.set("parts", layers.Text(FormatParts(snap, w.Parts)))
	d.set("nature", layers.Text("rebuilt"))
	if w.Parts[0].Line != nil || w.Parts[0].Village != 0 {
		d.set("nature", layers.Text("new"))
	}
	if w.Year != 0 {
		d.set("year", layers.Int(int64(w.Year)))
	}
	if w.Batch != "" {
		d.set("batch", layers.Text(w.Batch))
	}
	d.setPlace(served, w)
	d.setSize(served, category, w)
	return d.feature, nil
}

// draft is a project in the making.
type draft struct {
	t       *snapshot.Table
	now     *coverage.Result
	feature layers.Feature
}

func (d *draft) set(field string, v layers.Value) {
	if i := d.t.Layer.Field(field); i >= 0 {
		d.feature.Values[i] = v
	}
}

// setPlace says where the project lies: where the first village does that it serves, or joins.
func (d *draft) setPlace(served Served, w Wish) {
	villages := d.now.Villages
	first := -1
	if len(served.Villages) > 0 {
		first = served.Villages[0]
	} else if w.Parts[0].Village != 0 {
		if row, ok := villages.Table.Find(w.Parts[0].Village); ok {
			first, _ = villages.Index(row)
		}
	}
	name := strings.TrimSpace(w.Name)
	if first >= 0 {
		row := villages.Rows[first]
		text := func(field string) layers.Value { return villages.Table.Get(row, field) }
		d.set("village", text("code"))
		d.set("town", text("town"))
		d.set("county", text("county"))
		if name == "" {
			name = text("name").Text()
			if n := len(served.Villages); n > 1 {
				name += fmt.Sprintf("等%d个村", n)
			}
			name += map[bool]string{true: "通村路硬化", false: "管线工程"}[w.Parts[0].Village == 0]
		}
	}
	if first < 0 && w.County != nil {
		if shape, err := geo.NewShape(d.feature.Geometry); err == nil {
			if code := w.County(shape); code != "" {
				d.set("county", layers.Text(code))
			}
		}
	}
	if name == "" {
		name = "未命名工程"
	}
	d.set("name", layers.Text(name))
}

// setSize says how much is built, what for and at what cost.
func (d *draft) setSize(served Served, category service.ID, w Wish) {
	km := math.Round(geo.Length(d.feature.Geometry)) / 1e3
	wan, known := w.Wan, w.Wan > 0
	for _, p := range w.Parts {
		if cost, _, ok := programme.Cost(d.now, p); ok && w.Wan == 0 {
			wan, known = wan+cost, true
		}
	}
	if _, point := d.feature.Geometry.(orb.Point); !point && km > 0 {
		d.set("km", layers.Float(km))
	}
	if known {
		d.set("cost_wan", layers.Float(math.Round(wan*100)/100))
	}
	d.set("villages_served", layers.Int(int64(len(served.Villages))))
	d.set("people_served", layers.Int(int64(served.People)))
	title := layers.Words{}
	if s, ok := d.now.Services.Find(category); ok {
		title = s.Title
	}
	if n := len(served.Villages); n > 0 {
		d.set("need", layers.Text(fmt.Sprintf("%d 个村 %d 人的“%s”未达标", n, served.People, title.Zh)))
		d.set("goal", layers.Text(fmt.Sprintf("建设 %s 公里；%d 个村 %d 人“%s”达标", strconv.FormatFloat(km, 'f', -1, 64), n, served.People, title.Zh)))
	}
	d.set("task", layers.Text(fmt.Sprintf("%s %s 公里", map[bool]string{true: "硬化道路", false: "铺设管线"}[category == service.Road],
		strconv.FormatFloat(km, 'f', -1, 64))))
}

// route is the line that the works build: the sections of roads that are hardened and the new lines, or the pipes and cables.
// Villages that are joined by what nobody has drawn are the first one's place.
func route(snap *snapshot.Snapshot, now *coverage.Result, w Wish) (orb.Geometry, error) {
	if len(w.Parts) == 0 {
		return nil, layers.NewFault("parts", "must hold at least one")
	}
	sections := w.Routes
	roads, _ := snap.Table("road")
	for _, p := range w.Parts {
		switch {
		case p.Line != nil:
			sections = append(sections, p.Line)
		case p.Road != 0 && roads != nil:
			if row, ok := roads.Find(p.Road); ok {
				sections = append(sections, programme.Section(roads.Shape(row), p.FromM, p.ToM)...)
			}
		}
	}
	switch len(sections) {
	case 0:
		if row, ok := now.Villages.Table.Find(w.Parts[0].Village); ok {
			return now.Villages.Table.Feature(row).Geometry, nil
		}
		return nil, layers.NewFault("parts", "have no place")
	case 1:
		return sections[0], nil
	}
	return sections, nil
}

// Number is the next free number of a county's projects of a year: XM, the county, the year and four digits. taken tells of
// those that are drafted beside.
func Number(t *snapshot.Table, county string, year int, taken map[string]bool) string {
	prefix := fmt.Sprintf("XM%s%d", county, year)
	last := 0
	see := func(number string) {
		if rest, ok := strings.CutPrefix(number, prefix); ok {
			if n, err := strconv.Atoi(rest); err == nil {
				last = max(last, n)
			}
		}
	}
	for row := range t.Rows {
		see(t.Get(row, "number").Text())
	}
	for number := range taken {
		see(number)
	}
	return fmt.Sprintf("%s%04d", prefix, last+1)
}
