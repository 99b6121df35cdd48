package web

import (
	"encoding/json"
	"testing"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/progress"
	"github.com/cuntu/cuntu/layers/service"
)

func TestLayersTellOfServicesAndTheirFieldsOfVillages(t *testing.T) {
	w := covered(t)
	var got struct {
		Layers []struct {
			ID     string
			Fields []layers.Field
		}
		Services []serviceJSON
		States   []layers.Choice
		Plan     planJSON
	}
	_, body := w.get("/api/layers")
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Services) != 10 || got.Services[1].Field != "cov_water" || got.Services[1].Title.Zh != "饮水安全" || len(got.Plan.Years) == 0 {
		t.Fatalf("%+v %v", got.Services, got.Plan)
	}
	for _, s := range got.Services {
		works := s.ID == service.Road || s.ID == service.Water || s.ID == service.Broadband
		if s.Programme != works || s.ByRoad != (s.ID == service.Road) {
			t.Errorf("%+v", s)
		}
	}
	if of := got.Services[0].Targets[0].Of; of != service.Road {
		t.Errorf("the first target of road is of %q", of)
	}
	indicators := got.Plan.Indicators
	if len(indicators) != len(progress.IndicatorNames) {
		t.Fatalf("%+v", indicators)
	}
	if moved, road := indicators[3], indicators[4]; moved.Share || !road.Share || road.ID != "road" || road.Title.Zh != "通硬化路的村" {
		t.Errorf("%+v", indicators)
	}
	if guarantee := got.Services[1].Criteria[2]; *guarantee.Limit != 95 || *guarantee.Basic != 90 || guarantee.Rule != service.AtLeast {
		t.Errorf("%+v", guarantee)
	}
	for _, l := range got.Layers {
		found := map[string]layers.Field{}
		for _, f := range l.Fields {
			found[f.ID] = f
		}
		f, ok := found["cov_road"]
		if ok != (l.ID == "village") || ok && (!f.Derived || len(f.Values) != len(got.States) || f.Values[0].Color == "") {
			t.Errorf("%s: %+v", l.ID, f)
		}
	}
}

func TestAFeatureHasItsStatesOfTheYearAskedFor(t *testing.T) {
	w := covered(t)
	for year, want := range map[string]string{"2014": "not", "2017": "reached"} {
		var got struct{ Properties map[string]any }
		_, body := w.get("/api/features/village/611002001201?year=" + year)
		if err := json.Unmarshal([]byte(body), &got); err != nil || got.Properties["cov_road"] != want {
			t.Errorf("%s: %v, %s", year, err, body)
		}
	}
}
