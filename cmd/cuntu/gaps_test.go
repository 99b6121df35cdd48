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
	if code != 0 || !strings.Contains(out, "途中断开") || !strings.Contains(out, " villages, ") || strings.Contains(out, "611002") {
		t.Errorf("%d %s", code, out)
	}
	out, code = run(t, nil, "gaps", "--store", store, "--service", "water", "--state", "not,unknown", "--year", "2017", "-f", "json")
	var got struct{ Count, People int }
	if err := json.Unmarshal([]byte(out), &got); code != 0 || err != nil || got.Count < 100 || got.People < 100*got.Count {
		t.Errorf("%d %v %+v", code, err, got)
	}
	rules := filepath.Join(t.TempDir(), "rules.yaml")
	if err := os.WriteFile(rules, []byte("road: {reach_m: {value: 20000, source: 试验}, seat_reach_m: {value: 20000, source: 试验}}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, code = run(t, nil, "gaps", "--store", store, "--service", "road", "--year", "2017", "--rules", rules); code != 0 || !strings.Contains(out, "\n0 villages, 0 people") {
		t.Errorf("with a reach of 20 km: %d %s", code, out)
	}
	if err := os.WriteFile(rules, []byte("road: {reech_m: {value: 1, source: a}}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, code = run(t, nil, "gaps", "--store", store, "--service", "road", "--rules", rules); code == 0 || !strings.Contains(out, "road.reech_m") || !strings.Contains(out, "reach_m") {
		t.Errorf("bad rules: %d %s", code, out)
	}
	if out, code = run(t, nil, "gaps", "--store", store, "--service", "road", "--state", "gone"); code == 0 || !strings.Contains(out, "basically") {
		t.Errorf("a state that is none: %d %s", code, out)
	}
}
