package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestGapsOfTheDemo(t *testing.T) {
	store := demoCopy(t)
	out, code := run(t, nil, "gaps", "--store", store, "--service", "road", "--year", "2017", "--county", "611026")
	if code != 0 || !strings.Contains(out, "breaks off on the way") || strings.Contains(out, "途中断开") ||
		!strings.Contains(out, " villages, ") ||
		strings.Contains(out, "611002") {
		t.Errorf("%d %s", code, out)
	}
	if out, code = run(t, nil, "gaps", "--store", store, "--year", "2017", "--area", "611026", "--lang", "zh"); code != 0 ||
		!strings.Contains(out, "途中断开") ||
		!strings.Contains(out, "原因") ||
		strings.Contains(out, "WHY") {
		t.Errorf("in Chinese: %d %s", code, out)
	}
	out, code = run(t, nil, "gaps", "--store", store, "--service", "water", "--state", "not,unknown", "--year", "2017", "-f", "json")
	var got struct{ Count, People int }
	if err := json.Unmarshal([]byte(out), &got); code != 0 || err != nil || got.Count < 100 || got.People < 100*got.Count {
		t.Errorf("%d %v %+v", code, err, got)
	}
	rules := filepath.Join(t.TempDir(), "rules.yaml")
	loose := "road: {reach_m: {value: 20000, source: 试验}, seat_reach_m: {value: 20000, source: 试验}}"
	if err := os.WriteFile(rules, []byte(loose), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, code = run(t, nil, "gaps", "--store", store, "--service", "road", "--year", "2017", "--rules", rules); code != 0 ||
		!strings.Contains(out, "\n0 villages, 0 people") {
		t.Errorf("with a reach of 20 km: %d %s", code, out)
	}
	if err := os.WriteFile(rules, []byte("road: {reech_m: {value: 1, source: a}}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, code = run(t, nil, "gaps", "--store", store, "--service", "road", "--rules", rules); code == 0 ||
		!strings.Contains(out, "road.reech_m") ||
		!strings.Contains(out, "reach_m") {
		t.Errorf("bad rules: %d %s", code, out)
	}
	if out, code = run(t, nil, "gaps", "--store", store, "--service", "road", "--state", "gone"); code == 0 ||
		!strings.Contains(out, "basically") {
		t.Errorf("a state that is none: %d %s", code, out)
	}
}

func TestProgrammesOfTheDemo(t *testing.T) {
	store := demoCopy(t)
	out, code := run(t, nil, "programme", "--store", store, "--year", "2017", "--county", "611026")
	if code != 0 || !strings.Contains(out, "SUM PEOPLE") || !strings.Contains(out, "No cheaper set joins them all") {
		t.Errorf("%d %s", code, out)
	}
	out, code = run(t, nil, "programme", "--store", store, "--year", "2017", "--county", "611026", "--budget-wan", "500", "-f", "json")
	var got struct {
		Total struct {
			Wan    float64
			People int
		}
		Works []struct{ Parts []json.RawMessage }
	}
	if err := json.Unmarshal([]byte(out), &got); code != 0 || err != nil || got.Total.Wan > 500 || got.Total.People < 5000 {
		t.Fatalf("%d %v %+v", code, err, got.Total)
	}
	works := filepath.Join(t.TempDir(), "works.json")
	body, err := json.Marshal(map[string]any{"works": got.Works[0].Parts})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(works, body, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, code = run(t, nil, "programme", "--store", store, "--year", "2017", "--what-if", works); code != 0 ||
		!strings.Contains(out, "before") ||
		!strings.Contains(out, "reached") {
		t.Errorf("what if: %d %s", code, out)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--budget-km", "1", "--budget-wan", "1"}, "there may be one budget"},
		{[]string{"--budget-km=-1"}, "from 0 to"},
		{[]string{"--filter", "populatio > 1"}, "--filter: at character 1"},
		{[]string{"--county", "61"}, "not the code of a county"},
	} {
		if out, code := run(t, nil, append([]string{"programme", "--store", store}, c.args...)...); code == 0 || !strings.Contains(out, c.want) {
			t.Errorf("%v: %d, no %q in %s", c.args, code, c.want, out)
		}
	}
}

func TestAFilterChoosesTheVillagesOfGapsAndProgrammes(t *testing.T) {
	store := demoCopy(t)
	const filter = "poverty = TRUE AND population > 1000"
	var gaps, all struct {
		Count  int
		People int
	}
	var plan struct {
		Lacking struct{ Villages, People int }
		Works   []struct {
			Villages []struct{ Population int }
		}
	}
	for _, c := range []struct {
		into any
		args []string
	}{
		{&all, []string{"gaps", "--state", "not"}},
		{&gaps, []string{"gaps", "--state", "not", "--filter", filter}},
		{&plan, []string{"programme", "--filter", filter}},
	} {
		out, code := run(t, nil, append(c.args, "--store", store, "--service", "road", "--year", "2017", "-f", "json")...)
		if err := json.Unmarshal([]byte(out), c.into); code != 0 || err != nil {
			t.Fatalf("%v: %d %v", c.args, code, err)
		}
	}
	if gaps.Count == 0 || gaps.Count >= all.Count || plan.Lacking.Villages != gaps.Count || plan.Lacking.People != gaps.People {
		t.Errorf("%+v of %+v lack a road, the programme is for %+v", gaps, all, plan.Lacking)
	}
	for _, w := range plan.Works {
		for _, v := range w.Villages {
			if v.Population <= 1000 {
				t.Errorf("a village of %d people is joined", v.Population)
			}
		}
	}
	for _, c := range []struct{ args, want string }{
		{"gaps --filter population>", "--filter: at character 12"},
		{"gaps --critical --filter population>", "--filter: at character 12"},
	} {
		if out, code := run(t, nil, append(strings.Fields(c.args), "--store", store)...); code == 0 || !strings.Contains(out, c.want) {
			t.Errorf("%s: %d, no %q in %s", c.args, code, c.want, out)
		}
	}
}
