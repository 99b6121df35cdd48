package sites

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"text/tabwriter"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/relocation"
	"github.com/cuntu/cuntu/layers/served"
)

// Outcome is a plan of who moves where, or why there is none.
type Outcome struct {
	*relocation.Plan
	Infeasible *relocation.Infeasible `json:"infeasible,omitempty"`

	// Scenario is what the plan is called; "" for one that is not kept.
	Scenario string `json:"-"`
}

type planFeature struct {
	Type       string          `json:"type"`
	Geometry   served.Geometry `json:"geometry"`
	Properties map[string]any  `json:"properties"`
}

func newPlanFeature(g orb.Geometry, properties map[string]any) planFeature {
	return planFeature{"Feature", served.GeometryOf(g), properties}
}

// WriteGeoJSON writes lines from villages to sites with their loads, the villages that have somebody left over, and the sites.
func (a Outcome) WriteGeoJSON(w io.Writer) error {
	features := []planFeature{}
	for _, v := range a.Villages {
		for _, m := range v.Moves {
			features = append(features, a.move(v, m))
		}
		if v.LeftPeople > 0 || v.LeftHouseholds > 0 {
			features = append(features, left(v))
		}
	}
	for _, s := range a.Sites {
		features = append(features, newPlanFeature(orb.Point{s.Lon, s.Lat}, map[string]any{
			"kind": "site", "site": s.Name, "site_id": s.ID, "open": s.Open, "kept": s.Kept, "class": s.Class, "status": s.Status,
			"households": s.LoadHouseholds, "people": s.LoadPeople, "free_households": s.FreeHouseholds, "free_people": s.FreePeople,
			"cost_wan": s.CostWan,
		}))
	}
	return json.NewEncoder(w).Encode(map[string]any{"type": "FeatureCollection", "features": features})
}

func (a Outcome) move(v relocation.Village, m relocation.Move) planFeature {
	s := &a.Sites[m.Site]
	return newPlanFeature(orb.LineString{{v.Lon, v.Lat}, {s.Lon, s.Lat}}, map[string]any{
		"kind": "move", "village": v.Name, "code": v.Code, "site": s.Name, "site_id": s.ID,
		"households": m.Households, "people": m.People, "minutes": m.Minutes,
	})
}

func left(v relocation.Village) planFeature {
	properties := map[string]any{"kind": "left", "village": v.Name, "code": v.Code, "households": v.LeftHouseholds, "people": v.LeftPeople}
	if v.Reason != nil {
		properties["reason"], properties["reason_en"] = v.Reason.Zh, v.Reason.En
	}
	return newPlanFeature(orb.Point{v.Lon, v.Lat}, properties)
}

// meanMinutes is the way of a person who moves to the site.
func meanMinutes(s relocation.Site) float64 {
	if s.LoadPeople == 0 {
		return 0
	}
	return s.PersonMinutes / float64(s.LoadPeople)
}

// mostLeft is how many villages with somebody left over are told on a terminal.
const mostLeft = 10

// WriteTable writes the open sites, who is left over, and what is proven.
func (a Outcome) WriteTable(w io.Writer, say func(layers.Words) string) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, say(layers.Words{
		Zh: "编号\t名称\t规模\t状态\t迁入村\t户数\t人数\t余量\t人均分钟\t最远分钟\t费用（万元）",
		En: "SITE\tNAME\tCLASS\tSTATUS\tVILLAGES\tHOUSEHOLDS\tPEOPLE\tFREE\tMEAN MIN\tWORST MIN\tCOST 10,000 YUAN",
	}))
	for _, s := range a.Sites {
		if !s.Open || s.LoadPeople == 0 && s.Kept {
			continue
		}
		fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%d\t%d\t%d\t%d\t%.0f\t%.0f\t%.0f\n", s.ID, s.Name, s.Class, s.Status, s.Villages, s.LoadHouseholds,
			s.LoadPeople, s.FreePeople-s.LoadPeople, meanMinutes(s), s.WorstMinutes, s.CostWan)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	a.writeLeft(w, say)
	_, err := fmt.Fprintf(w, say(layers.Words{
		Zh: "%[2]d 户 %[1]d 人迁入 %d 个开放的安置点，其中新建 %d 个，需 %.0f 万元；人均 %.1f 分钟，最远 %.0f 分钟；%d 人未安置。\n",
		En: "%d people of %d households moved to %d open sites, %d of them new for %.0f 万元; " +
			"%.1f min a person, %.0f at worst; %d people left over.\n",
	}), a.People, a.Households, a.OpenSites, a.NewSites, a.CostWan, a.MeanMinutes, a.WorstMinutes, a.LeftPeople)
	if err == nil {
		_, err = fmt.Fprintf(w, say(layers.Words{Zh: "%s %.0f，界 %.0f：%s。%.1f 秒\n", En: "%s %.0f, bound %.0f: %s. %.1f s\n"}),
			a.Ask.Objective, math.Round(a.Value), math.Round(a.Bound), say(a.proof()), a.Seconds)
	}
	return err
}

func (a Outcome) writeLeft(w io.Writer, say func(layers.Words) string) {
	count := 0
	for _, v := range a.Villages {
		if v.Reason == nil {
			continue
		}
		if count++; count <= mostLeft {
			fmt.Fprintf(w, say(layers.Words{Zh: "未安置：%d 户，%d 人：%s\n", En: "left over: %d households, %d people: %s\n"}),
				v.LeftHouseholds, v.LeftPeople, say(*v.Reason))
		}
	}
	if count > mostLeft {
		fmt.Fprintf(w, say(layers.Words{Zh: "……另有 %d 个村\n", En: "… and of %d more villages\n"}), count-mostLeft)
	}
}

func (a Outcome) proof() layers.Words {
	if a.Optimal {
		return layers.Words{Zh: "已证明最优", En: "proven to be the best"}
	}
	return layers.Words{Zh: fmt.Sprintf("与最优相差不超过 %.2f%%", 100*a.Gap), En: fmt.Sprintf("within %.2f %% of the best there is", 100*a.Gap)}
}
