package questions

import (
	"context"
	"slices"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/questions/sites"
	"github.com/cuntu/cuntu/layers/siting"
)

// Survey measures plots as of a year, 0 for the present one, for so many people, 0 for the number that criteria name.
func (w World) Survey(year, people int) (*siting.Survey, error) {
	return w.Surveys.Get(w.Snap, w.Roads, w.Ground(), w.Criteria, w.year(year), people)
}

func sitingCriteria() *Question {
	return question.New(question.Name{
		ID: "sitingCriteria", Path: "/api/siting/criteria",
		Title: layers.Words{Zh: "选址标准", En: "Criteria of siting"},
		Help: layers.Words{
			Zh: "评价安置点用的标准、权重、硬性限制及其出处。",
			En: "List the criteria by which places for settlements are judged, with weights, limits and sources.",
		},
	}, []string{question.JSON}, func(_ context.Context, w World, _ struct{}) (sites.Criteria, error) {
		return sites.CriteriaOf(w.Criteria), nil
	})
}

// JudgeAsk asks what comparisons in pairs come to.
type JudgeAsk struct {
	Body siting.Judgements `in:"body" shape:"{\"of\": [\"near\", \"slope\"], \"matrix\": [[1, 3], [0.333, 1]]}"`
}

// Judged is what judgements come to, with the weight of each criterion.
type Judged struct {
	Hierarchy *siting.Hierarchy  `json:"hierarchy"`
	Of        []string           `json:"of"`
	Weights   map[string]float64 `json:"weights"`
}

func judge() *Question {
	return question.New(question.Name{
		ID: "judge", Method: "POST", Path: "/api/siting/judge", Example: `body={"of":["near","terrain"],"matrix":[[1,2],[0.5,1]]}`,
		Title: layers.Words{Zh: "两两比较", En: "Judgements"},
		Help:  layers.Words{Zh: "由两两比较得出权重和一致性比率（层次分析法）。", En: "Make weights of comparisons in pairs, with their consistency ratio (AHP)."},
	}, []string{question.JSON}, func(_ context.Context, w World, ask JudgeAsk) (Judged, error) {
		weighed, h, err := w.Criteria.Weigh(ask.Body)
		if err != nil {
			return Judged{}, layers.NewFault("judgements", "%v", err)
		}
		a := Judged{Hierarchy: h, Of: slices.Clone(ask.Body.Of), Weights: map[string]float64{}}
		for _, of := range weighed.List {
			a.Weights[of.ID] = of.Weight
		}
		return a, nil
	})
}

// SiteAsk asks how good a place is for a settlement.
type SiteAsk struct {
	Lon    float64 `min:"-180" max:"180" required:"a number from -180 to 180" zh:"经度，WGS 84 度。" en:"Longitude in degrees of WGS 84."`
	Lat    float64 `min:"-85" max:"85" required:"a number from -85 to 85" zh:"纬度，WGS 84 度。" en:"Latitude in degrees of WGS 84."`
	People int     `min:"1" max:"100000" zh:"安置多少人；缺省按标准里的人数。" en:"How many people are to settle; the criteria's number by default."`
	Years
}

func evaluatePlace() *Question {
	return question.New(question.Name{
		ID: "evaluatePlace", Reads: onRoads, Path: "/api/siting/evaluate", Example: "lon=109.94&lat=33.86&people=200",
		Title: layers.Words{Zh: "选址评价", En: "Evaluation"},
		Help:  layers.Words{Zh: "一处地方适不适合安置，逐条说明依据。", En: "Say what speaks for and against a place for a settlement."},
	}, sheets, func(ctx context.Context, w World, ask SiteAsk) (sites.Evaluation, error) {
		plot, err := w.Criteria.PlotFor(orb.Point{ask.Lon, ask.Lat}, ask.People)
		if err != nil {
			return sites.Evaluation{}, err
		}
		all, err := w.evaluate(ctx, ask.Years, ask.People, []siting.Plot{plot}, w.Criteria)
		if err != nil {
			return sites.Evaluation{}, err
		}
		return all.List[0], nil
	})
}

func (w World) evaluate(ctx context.Context, as Years, people int, plots []siting.Plot, c *siting.Criteria) (sites.Evaluations, error) {
	survey, err := w.Survey(as.Year, people)
	if err != nil {
		return sites.Evaluations{}, err
	}
	return sites.Evaluate(ctx, survey, plots, c)
}

// SitesAsk asks about parcels, or for places.
type SitesAsk struct {
	Years
	Body sites.Body `in:"body"`
}

func evaluateParcels() *Question {
	return question.New(question.Name{
		ID: "evaluateParcels", Reads: onRoads, Method: "POST", Path: "/api/siting/evaluate",
		Example: `body={"parcels":{"type":"Point","coordinates":[109.94,33.86]}}`,
		Title:   layers.Words{Zh: "地块评价", En: "Evaluation of parcels"},
		Help: layers.Words{
			Zh: "逐个评价给出的地块，可另定权重、曲线和限制。",
			En: "Say what speaks for and against each of some parcels, with other weights, curves and limits where they are given.",
		},
	}, sheets, func(ctx context.Context, w World, ask SitesAsk) (sites.Evaluations, error) {
		read, err := ask.Body.Read(w.Criteria)
		if err != nil {
			return sites.Evaluations{}, err
		}
		plots, err := read.Parcels()
		if err != nil {
			return sites.Evaluations{}, err
		}
		return w.evaluate(ctx, ask.Years, read.People, plots, read.Criteria)
	})
}

func searchSites() *Question {
	return question.NewLong(question.Name{
		ID: "searchSites", Reads: onRoads, Method: "POST", Path: "/api/siting/search", Job: "siting-search", Example: `body={"sites":true}`,
		Title: layers.Words{Zh: "选址搜索", En: "Search for sites"},
		Help: layers.Words{
			Zh: "在网格、地块或已有安置点中排出最合适的地方，说明理由和稳定性。",
			En: "Rank places of a grid, parcels or the sites on record, with reasons and how stable the ranking is.",
		},
	}, sheets, func(_ context.Context, w World, ask SitesAsk) (work question.Work[sites.Found], err error) {
		read, err := ask.Body.Read(w.Criteria)
		if err != nil {
			return work, err
		}
		plots, err := read.Plots(w.Snap)
		if err != nil {
			return work, err
		}
		work.Long = sites.Long(plots)
		work.Do = func(ctx context.Context, tell func(question.Step)) (sites.Found, error) {
			survey, err := w.Survey(ask.Year, read.People)
			if err != nil {
				return sites.Found{}, err
			}
			return sites.Search(ctx, survey, plots, read, tell)
		}
		return work, nil
	})
}
