package questions

import (
	"context"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/area"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/served"
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
