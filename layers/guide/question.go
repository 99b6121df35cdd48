package guide

import (
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/service"
)

// question declares a question.
type question struct {
	id, view string
	title    layers.Words
	asks     []need
}

var (
	villages = need{layer: "village", placed: true}
	towns    = need{layer: "town", placed: true}
	ways     = need{layer: "road", placed: true}
)

// questions are those of the page's views in order, with one a service among them.
func questions(services *service.Catalog) []question {
	list := []question{
		{
			id: "map", view: "map", title: layers.Words{Zh: "各村在哪里、什么情况", En: "Where the villages are, and how they fare"},
			asks: []need{{layer: "county", placed: true}, villages},
		},
		{
			id: "progress", view: "progress", title: layers.Words{Zh: "脱贫进度与目标对照", En: "Progress against the plan"},
			asks: []need{
				{layer: "target"},
				{layer: "village", fields: []string{"poverty"}},
				{layer: "village", fields: []string{"exit_year"}},
				{layer: "village", fields: []string{"exit_status"}},
			},
		},
	}
	for _, s := range services.Services {
		if s.Overview {
			list = append(list, question{
				id: "coverage-" + s.ID.String(), view: "coverage",
				title: layers.Words{Zh: "哪些村缺：" + s.Title.Zh, En: "Which villages lack: " + s.Title.En},
				asks:  asksOf(s),
			})
		}
	}
	return append(
		list,
		question{
			id: "programme", view: "programme", title: layers.Words{Zh: "先修哪条路", En: "Which road to build first"},
			asks: []need{ways, {layer: "road", fields: []string{"surface"}}, villages, towns, {layer: "village", fields: []string{"population"}}},
		},
		question{
			id: "siting", view: "siting", title: layers.Words{Zh: "安置点选在哪里", En: "Where a settlement can go"},
			asks: []need{heights, ways, towns, {layer: "hazard", placed: true}, {layer: "reserve", placed: true}},
		},
		question{
			id: "relocation", view: "siting", title: layers.Words{Zh: "谁搬到哪里", En: "Who moves where"},
			asks: []need{
				villages,
				{layer: "village", fields: []string{"move_population", "move_households"}},
				{layer: "site", placed: true},
				{layer: "site", fields: []string{"people", "households"}},
			},
		},
	)
}

// asksOf is what a service's own criteria ask for.
func asksOf(s *service.Service) []need {
	asks := []need{{layer: service.MarkedLayer}}
	if s.ID == service.Road {
		asks = append(asks, villages, towns, ways, need{layer: "road", fields: []string{"surface"}})
	}
	for _, c := range s.Criteria {
		if c.Field != "" && c.Decides == "" {
			fields := []string{c.Field}
			if s.Planned.Field != "" {
				fields = append(fields, s.Planned.Field) // which decides alone
			}
			asks = append(asks, need{layer: service.MarkedLayer, fields: fields})
		}
	}
	return asks
}
