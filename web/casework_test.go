package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/layers/questions"
)

// fillProject adds a project of the first county whose money adds up.
func (w *world) fillProject(number string, fields map[string]layers.Value) {
	values := map[string]layers.Value{
		"number": layers.Text(number), "name": layers.Text("甲项目"), "category": layers.Text("road"), "county": layers.Text("611002"),
		"need": layers.Text("路未硬化"), "task": layers.Text("硬化"), "goal": layers.Text("受益一村"), "lead": layers.Text("交通局"),
		"builder": layers.Text("镇政府"), "year": layers.Int(2018), "cost_wan": layers.Float(100), "central_wan": layers.Float(60),
		"county_wan": layers.Float(40),
	}
	for field, v := range fields {
		values[field] = v
	}
	w.apply(w.edit(layers.Insert, "project", 0, orb.Point{109.95, 33.87}, values))
	w.eventually("the project is there", func() bool {
		t, _ := w.live.Snapshot().Table("project")
		for row := range t.Rows {
			if t.Get(row, "number").Text() == number {
				return true
			}
		}
		return false
	})
}

func (w *world) step(path, body string) (int, string) {
	resp, answer := w.do(http.MethodPost, path, body, "Content-Type", "application/json")
	return resp.StatusCode, answer
}

func TestAProjectGoesItsWayAndItsMoneyIsWatched(t *testing.T) {
	w := newWorld(t)
	w.fillProject("XM1", nil)
	w.fillProject("XM2", map[string]layers.Value{"county_wan": layers.Float(39), "goal": layers.Null})
	const path = "/api/procedures/project/XM1"
	for _, row := range []struct {
		path, body string
		status     int
		says       string
	}{
		{path, `{"step":"listed","stage":"start"}`, 409, "order.start"},
		{path, `{"step":"applied","stage":"audited"}`, 409, "look again"},
		{path, `{"step":"applied","stage":"start","more":1}`, 400, "must be JSON"},
		{"/api/procedures/project/XM9", `{"step":"applied","stage":"start"}`, 404, "no project with the number"},
		{"/api/procedures/nothing/XM1", `{"step":"applied","stage":"start"}`, 404, "no procedure"},
		{path, `{"step":"applied","stage":"start"}`, 200, `"stage":"applied"`},
		{path, `{"step":"applied","stage":"applied"}`, 409, "order.applied"},
		{path, `{"step":"withdrawn","stage":"applied","note":"重复"}`, 200, `"stage":"withdrawn"`},
		{path, `{"step":"returned","stage":"withdrawn","about":"applied","note":"有误"}`, 200, `"stage":"applied"`},
		{path, `{"step":"audited","stage":"applied"}`, 200, `"stage":"audited"`},
		{path, `{"step":"appraised","stage":"audited"}`, 200, `"evidence":"`},
		{path, `{"step":"noticed","stage":"appraised"}`, 200, `"until":"`},
		{path, `{"step":"listed","stage":"noticed"}`, 409, "notice"},
		{path, `{"step":"objected","stage":"noticed"}`, 409, "reason"},
		{path, `{"step":"objected","stage":"noticed","note":"线路不合理"}`, 200, `"objections":[{`},
		{path, `{"step":"returned","stage":"noticed","about":"audited","note":"重新论证"}`, 200, `"back":true`},
		{"/api/procedures/project/XM2", `{"step":"applied","stage":"start"}`, 200, `"stage":"applied"`},
		{"/api/procedures/project/XM2", `{"step":"audited","stage":"applied"}`, 200, `"stage":"audited"`},
		{"/api/procedures/project/XM2", `{"step":"appraised","stage":"audited"}`, 409, "资金来源合计 99 万元，与概算总投资 100 万元不符"},
	} {
		if status, answer := w.step(row.path, row.body); status != row.status || !strings.Contains(answer, row.says) {
			t.Fatalf("%s %s: %d %s, want %d %s", row.path, row.body, status, answer, row.status, row.says)
		}
	}
	// The field follows from the record, whoever writes otherwise.
	_, body := w.get("/api/features/project/1")
	if !strings.Contains(body, `"stage":"audited"`) {
		t.Errorf("the stage is not that of the record: %s", body)
	}
	for _, values := range []string{`{"stage":"accepted"}`, `{"paid_wan":50}`, `{"people_served":9}`} {
		status, answer := w.step("/api/edits", `{"edits":[{"op":"update","layer":"project","id":1,"base":"*","values":`+values+`}]}`)
		if status != 400 || !strings.Contains(answer, "record") && !strings.Contains(answer, "program alone") {
			t.Errorf("%s: %d %s", values, status, answer)
		}
	}
	const forged = `{"project":"XM1","step":"accepted","date":"2018-01-01","by":"x","actor":"forged"}`
	status, answer := w.step("/api/edits", `{"edits":[{"op":"insert","layer":"project_step","values":`+forged+`}]}`)
	if status != 400 || !strings.Contains(answer, "program alone") {
		t.Errorf("a forged account: %d %s", status, answer)
	}
	_, body = w.get("/api/projects")
	if !strings.Contains(body, `"projects":2`) || !strings.Contains(body, `"wrongs":1`) || !strings.Contains(body, `"central_wan":120`) {
		t.Errorf("the sums: %s", body)
	}
}

func TestEvidenceIsKeptAsItWasAndShowsWhatMovedSince(t *testing.T) {
	w := newWorld(t)
	w.fillProject("XM1", nil)
	stage := "start"
	for _, step := range []string{"applied", "audited", "appraised"} {
		status, answer := w.step("/api/procedures/project/XM1", fmt.Sprintf(`{"step":%q,"stage":%q}`, step, stage))
		if status != 200 {
			t.Fatal(answer)
		}
		stage = step
	}
	var found questions.Case
	_, body := w.get("/api/procedures/project/XM1")
	if _, project := w.get("/api/features/project/1"); !strings.Contains(project, `"stage":"appraised"`) {
		t.Errorf("the field does not follow: %s", project)
	}
	if err := json.Unmarshal([]byte(body), &found); err != nil {
		t.Fatal(err)
	}
	path := "/api/evidence/" + found.Acts[2].Evidence
	if _, body := w.get(path); !strings.Contains(body, `"intact":true`) || !strings.Contains(body, `"moved":[]`) {
		t.Errorf("at once: %s", body)
	}
	project, _ := w.catalog.Layer("project")
	dearer := w.edit(layers.Update, "project", 1, nil, map[string]layers.Value{"cost_wan": layers.Float(101)})
	dearer.Set = []int{project.Field("cost_wan")}
	w.apply(dearer)
	w.eventually("the change shows", func() bool {
		_, body := w.get(path)
		return strings.Contains(body, `"cost_wan":100`) && !strings.Contains(body, `"moved":[]`) && strings.Contains(body, "不符")
	})
	d, err := w.store.Document(t.Context(), "evidence", found.Acts[2].Evidence)
	if err != nil {
		t.Fatal(err)
	}
	d.Content = []byte(strings.Replace(string(d.Content), "甲项目", "乙项目", 1))
	if err := w.store.PutDocument(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	if _, body := w.get(path); !strings.Contains(body, `"intact":false`) {
		t.Errorf("changed behind the program's back: %s", body)
	}
	reader := w.seenBy(t, []access.Grant{{Verb: access.Read, Layer: access.AllLayers}})
	if resp, body := reader.get(path); resp.StatusCode != http.StatusNotFound || strings.Contains(body, "甲项目") {
		t.Errorf("who may not read internal fields: %d %s", resp.StatusCode, body)
	}
}

func TestTwoWhoTakeOneStepAtOnceTakeItOnce(t *testing.T) {
	w := newWorld(t)
	w.fillProject("XM1", nil)
	answers := make(chan int)
	const people = 8
	for range people {
		go func() {
			status, _ := w.step("/api/procedures/project/XM1", `{"step":"applied","stage":"start"}`)
			answers <- status
		}()
	}
	var all []int
	for range people {
		all = append(all, <-answers)
	}
	slices.Sort(all)
	steps := 0
	_, err := w.store.LoadLayers(t.Context(), []string{"project_step"}, func(*layers.Layer, *layers.Feature) error {
		steps++
		return nil
	})
	if err != nil || steps != 1 || all[0] != 200 || all[1] != 409 || all[people-1] != 409 {
		t.Errorf("%d steps, answers %v, %v", steps, all, err)
	}
}

func TestWorksBecomeProjectsAndAcceptedProjectsBecomeTrue(t *testing.T) {
	w := newWorld(t)
	status, answer := w.step("/api/projects", `{"year":2018,"drafts":[{"parts":[{"line":[[109.94,33.87],[109.95,33.88]]}]},{"parts":[]}]}`)
	if status != 400 || !strings.Contains(answer, "drafts[1].parts") {
		t.Fatalf("a draft of nothing: %d %s", status, answer)
	}
	status, answer = w.step("/api/projects", `{"year":2018,"drafts":[
		{"name":"甲路","parts":[{"line":[[109.94,33.87],[109.95,33.88]]}]},{"name":"乙路","parts":[{"road":1}]},{"name":"丙路","parts":[{"road":1}]}]}`)
	if status != 201 || strings.Count(answer, "重复建设") != 2 {
		t.Fatalf("drafts: %d %s", status, answer)
	}
	t1, _ := w.live.Snapshot().Table("project")
	numbers := map[string]bool{}
	for row := range t1.Rows {
		numbers[t1.Get(row, "number").Text()] = true
		if km := t1.Get(row, "km").Float(); km <= 0 {
			t.Errorf("%s has %v km", t1.Get(row, "name"), km)
		}
	}
	if len(numbers) != 3 {
		t.Errorf("numbers %v", numbers)
	}
	number := ""
	for row := range t1.Rows {
		if t1.Get(row, "name").Text() == "甲路" {
			number = t1.Get(row, "number").Text()
		}
	}
	if _, body := w.get("/api/projects/" + number + "/results"); !strings.Contains(body, `"accepted":false`) {
		t.Errorf("before it is accepted: %s", body)
	}
	text := layers.Text
	for _, step := range []string{"started", "finished", "accepted"} {
		e := w.edit(layers.Insert, "project_step", 0, nil, map[string]layers.Value{
			"project": text(number), "step": text(step), "date": text("2018-06-01"), "by": text("县局"), "result": text("passed"),
		})
		if _, err := w.store.Apply(t.Context(), data.Edits(e)); err != nil {
			t.Fatal(err)
		}
	}
	roads := func() int { t, _ := w.live.Snapshot().Table("road"); return t.Len() }
	before := roads()
	w.eventually("it is accepted", func() bool {
		_, body := w.get("/api/projects/" + number + "/results")
		return strings.Contains(body, `"accepted":true`) && strings.Contains(body, `"surface":"水泥"`) && strings.Contains(body, `"year":2018`)
	})
	if status, answer := w.step("/api/projects/"+number+"/results", ""); status != 200 || !strings.Contains(answer, `"written":true`) {
		t.Fatalf("writing: %d %s", status, answer)
	}
	if roads() != before+1 {
		t.Errorf("%d roads, then %d", before, roads())
	}
}
