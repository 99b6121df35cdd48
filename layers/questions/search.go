package questions

import (
	"context"
	"strings"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/area"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/served"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// SearchAsk asks for features by name.
type SearchAsk struct {
	Text  string `name:"q" required:"a name, pinyin, initials or a code" most:"100" zh:"名称、拼音、首字母或代码。" en:"A name, pinyin, initials or a code."`
	Limit int    `min:"1" max:"100" default:"20" zh:"最多几个。" en:"How many at most."`
}

// Found is what a search found, the best first.
type Found struct {
	Results []Hit `json:"results"`
}

// Hit is a feature that was found.
type Hit struct {
	Layer string        `json:"layer"`
	ID    int64         `json:"id"`
	Name  string        `json:"name"`
	Code  string        `json:"code,omitempty"`
	Title string        `json:"title,omitempty"` // where it is: town and county
	Lon   *float64      `json:"lon,omitempty"`   // none of what has no place yet
	Lat   *float64      `json:"lat,omitempty"`
	BBox  served.Bounds `json:"bbox,omitempty"`
	Near  bool          `json:"near,omitempty"` // the name is not what was typed, but nearly so
}

func searchNames() *Question {
	return question.New(question.Name{
		ID: "search", Path: "/api/search", Example: "q=村&limit=3",
		Title: layers.Words{Zh: "搜索", En: "Search"},
		Help: layers.Words{
			Zh: "按名称、拼音、首字母或代码找；前面可以加县或镇的名称，错一个字也能找到（near）。",
			En: "Features by name, pinyin, initials or code, behind the name of a county or town too; with one mistake (near) last.",
		},
	}, []string{question.JSON}, func(_ context.Context, w World, ask SearchAsk) (Found, error) {
		answer := Found{Results: []Hit{}}
		for _, f := range w.Searcher.Search(w.Snap, ask.Text, ask.Limit) {
			shape := f.Table.Shape(f.Row)
			hit := Hit{
				Layer: f.Table.Layer.ID, ID: f.Table.ID(f.Row),
				Name: f.Table.Get(f.Row, "name").Text(), Code: f.Table.Get(f.Row, "code").Text(),
				Title: w.whereabouts(f.Table, f.Row), Near: f.Near,
			}
			if len(shape.Points) > 0 {
				p := shape.Label().LonLat()
				lon, lat := served.Degrees(p[0]), served.Degrees(p[1])
				hit.Lon, hit.Lat = &lon, &lat
			}
			if len(shape.Points) > 0 && shape.Kind != geo.Points {
				hit.BBox = served.BoundsOf(shape.Box())
			}
			answer.Results = append(answer.Results, hit)
		}
		return answer, nil
	})
}

// whereabouts names the town and county that a feature lies in.
func (w World) whereabouts(t *snapshot.Table, row uint32) string {
	index := w.Areas.Get(w.Snap)
	own := t.Get(row, "code").Text()
	var parts []string
	for _, a := range index.Path(index.Of(t, row)) {
		if a.Code != own && a.Name != "" && (a.Level == area.Town || a.Level == area.County) {
			parts = append(parts, a.Name)
		}
	}
	return strings.Join(parts, " · ")
}
