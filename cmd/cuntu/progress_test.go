package main

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestProgressOfTheDemo(t *testing.T) {
	store := demoCopy(t)
	out, code := run(t, nil, "progress", "--store", store, "--county", "611026")
	if code != 0 || !strings.Contains(out, "End of 2017; records reach to 2017") || !strings.Contains(out, "42 by 2018") ||
		!strings.Contains(out, "盘龙寺村") ||
		strings.Contains(out, "611002") {
		t.Errorf("%d %s", code, out)
	}
	out, code = run(t, nil, "progress", "--store", store, "--year", "2018", "--state", "late,due,later,out,unplanned", "-f", "json")
	var got struct {
		Year, Recorded int
		Villages       []struct{ State string }
		Contradictions []any
	}
	if err := json.Unmarshal([]byte(out), &got); code != 0 || err != nil || got.Year != 2018 || got.Recorded != 2017 ||
		len(got.Villages) != 699 ||
		len(got.Contradictions) != 0 {
		t.Errorf("%d %v %+v", code, err, got)
	}
	if out, code = run(t, nil, "progress", "--store", store, "--year", "2016", "-f", "csv", "--table", "villages"); code != 0 ||
		strings.Count(out, ",late,2016,") == 0 ||
		strings.Contains(out, ",late,2017,") {
		t.Errorf("%d %s", code, out)
	}
	if out, code = run(t, nil, "progress", "--store", store, "--state", "tardy"); code == 0 || !strings.Contains(out, "unplanned") {
		t.Errorf("a state that is none: %d %s", code, out)
	}
}
