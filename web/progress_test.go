package web

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
)

// planned is a world with a poverty village that was to be out in 2016 and has failed
// its check, and a target that includes it.
func planned(t *testing.T) *world {
	w, text := newWorld(t), layers.Text
	w.apply(w.edit(layers.Insert, "village", 0, orb.Point{110.05, 33.85}, map[string]layers.Value{
		"code": text("611002001203"), "name": text("迟村"), "county": text("611002"), "town": text("611002001"), "population": layers.Int(700),
		"poverty": layers.Bool(true), "exit_year": layers.Int(2016), "exit_status": text("已销号"), "poor_population": layers.Int(90),
	}))
	w.apply(w.edit(layers.Insert, "target", 0, nil, map[string]layers.Value{
		"area": text("611000"), "indicator": text("villages_out"), "year": layers.Int(2016), "value": layers.Float(2),
	}))
	for _, s := range [][3]string{{"planned", "2016-03-01", "甲局"}, {"claimed", "2017-05-02", "乙镇"}, {"struck_off", "2017-12-03", "丙县"}} {
		w.apply(w.edit(layers.Insert, "exit_step", 0, nil, map[string]layers.Value{
			"village": text("611002001203"), "step": text(s[0]), "date": text(s[1]), "by": text(s[2]),
		}))
	}
	w.eventually("complete", func() bool { s, _ := w.live.Snapshot().Table("exit_step"); return s.Len() == 3 })
	return w
}

func TestProgressNamesWhoIsLateAndWhatContradictsItself(t *testing.T) {
	w := planned(t)
	var got struct {
		Year, Recorded int
		Areas          []struct {
			Code, Level string
			Villages    map[string]int
			Indicators  []struct {
				Indicator, Standing string
				Planned, Actual     *float64
			}
		}
		Villages       []struct{ Code, State, Stage, Since string }
		Contradictions []struct {
			Code, Name, What string
			Text             layers.Words
		}
	}
	_, body := w.get("/api/progress?year=2016")
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	i := got.Areas[0].Indicators[0]
	if got.Year != 2016 || got.Recorded != 2017 || got.Areas[0].Code != "611000" || i.Indicator != "villages_out" || i.Standing != "late" ||
		*i.Planned != 2 ||
		*i.Actual != 0 {
		t.Fatalf("%s", body)
	}
	if got.Areas[0].Villages["late"] != 1 || len(got.Villages) != 1 || got.Villages[0].Code != "611002001203" ||
		got.Villages[0].Stage != "struck_off" ||
		got.Villages[0].Since != "2017-12-03" {
		t.Errorf("struck off a year after the plan: %s", body)
	}
	whats := map[string]string{}
	for _, c := range got.Contradictions {
		whats[c.What] = c.Name + c.Text.Zh
	}
	if !strings.Contains(whats["skipped_step"], "迟村2017-12-03 “销号”") || whats["plan_differs"] == "" {
		t.Errorf("contradictions %v", whats)
	}
	if _, body = w.get("/api/progress?year=2017&county=611002&state=out"); !strings.Contains(body, `"out_year":2017`) ||
		!strings.Contains(body, `"level":"town"`) ||
		strings.Contains(body, `"level":"city"`) {
		t.Errorf("of the county: %s", body)
	}
}

func TestProgressAsTables(t *testing.T) {
	w := planned(t)
	for path, want := range map[string]string{
		"/api/progress?year=2016&f=csv":                      "611000,,city,villages_out,village,2016,2,0,,records,late,2016,2,,",
		"/api/progress?year=2016&f=csv&table=villages":       "611002001203,迟村,",
		"/api/progress?year=2016&f=csv&table=contradictions": "skipped_step",
		"/api/progress?year=2030&f=csv":                      "611000,,city,villages_out,village,2030,2,",
	} {
		resp, body := w.get(path)
		if !strings.Contains(body, want) || !strings.Contains(resp.Header.Get("Content-Disposition"), ".csv") {
			t.Errorf("%s: no %q in %s", path, want, body)
		}
	}
	if resp, body := w.get("/api/progress?f=xlsx"); resp.StatusCode != 200 || !strings.HasPrefix(body, "PK") {
		t.Errorf("xlsx: %d", resp.StatusCode)
	}
}

func TestTheRecordOfOneVillagesExit(t *testing.T) {
	w := planned(t)
	var got struct {
		Stage          string
		Steps          []struct{ Step, Date, By string }
		Contradictions []struct{ What string }
	}
	_, body := w.get("/api/progress/611002001203")
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	if got.Stage != "struck_off" || len(got.Steps) != 3 || got.Steps[1].Step != "claimed" || got.Steps[1].By != "乙镇" ||
		len(got.Contradictions) != 1 {
		t.Errorf("%s", body)
	}
}

func TestProgressRefusesWhatItDoesNotKnow(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		path   string
		status int
		want   []string
	}{
		{
			"/api/progress?yeer=2017&county=61&state=tardy&table=towns&f=pdf", 400,
			[]string{"yeer", "61", "tardy", "unplanned", "contradictions", "xlsx"},
		},
		{"/api/progress?year=17", 400, []string{"1900 to 2100"}},
		{"/api/progress/nowhere", 404, []string{"nowhere"}},
		{"/api/progress/611002001201?year=2017", 400, []string{"year"}},
	} {
		resp, body := w.get(c.path)
		for _, want := range c.want {
			if resp.StatusCode != c.status || !strings.Contains(body, want) {
				t.Errorf("%s: %d, no %q in %s", c.path, resp.StatusCode, want, body)
			}
		}
	}
}
