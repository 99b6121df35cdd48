package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cuntu/cuntu/data/intake"
)

const importLedger = "附件1：贫困村台账,,,,\n行政村代码,行政村名称,总人口（万人）,经度,纬度\n" +
	"611002001204,杏树园村,0.1234,109.9444,33.8845\n611002001399,新搬村,0.05,109.95,33.89\n611002001398,错行村,很多,109.95,33.89\n"

func TestALedgerIsCheckedImportedListedAndUndone(t *testing.T) {
	store := demoCopy(t)
	dir := t.TempDir()
	ledger, rejects, mapping := filepath.Join(dir, "台账.csv"), filepath.Join(dir, "rejects.csv"), filepath.Join(dir, "mapping.json")
	if err := os.WriteFile(ledger, []byte(importLedger), 0o600); err != nil {
		t.Fatal(err)
	}
	steps := func(want int, says []string, args ...string) string {
		t.Helper()
		out, code := run(t, nil, append([]string{"import", "--store", store}, args...)...)
		if code != want {
			t.Fatalf("%v: %d %s", args, code, out)
		}
		for _, s := range says {
			if !strings.Contains(out, s) {
				t.Errorf("%v does not say %q: %s", args, s, out)
			}
		}
		return out
	}
	steps(1, []string{"FILE", "--list", "--undo"})
	steps(1, []string{"标题在第 2 行", "坐标系", "--crs EPSG:4326"}, "--layer", "village", ledger)
	steps(1, []string{"--map", "no field"}, "--layer", "village", "--crs", "4490", "--map", "行政村名称=title", ledger)
	steps(
		0, []string{"row 5", `"很多"`, "is not a number", "dry run"}, "--layer", "village", "--crs", "4490", "--dry-run", "--lang", "en",
		ledger,
	)
	steps(
		0, []string{"第 5 行「总人口（万人）」“很多”", "新增 1，修改 1，不变 0，有误 1", "--undo"}, "--layer", "village", "--crs", "4490", "--skip-bad",
		"--rejects", rejects, "--save-mapping", mapping, ledger,
	)
	if text, err := os.ReadFile(rejects); err != nil || !strings.Contains(string(text), "错行村") || strings.Contains(string(text), "新搬村") {
		t.Errorf("rejected: %s, %v", text, err)
	}
	steps(0, []string{"新增 0，修改 0，不变 2，有误 1"}, "--mapping", mapping, "--skip-bad", ledger)

	var list []intake.Record
	if err := json.Unmarshal([]byte(steps(0, nil, "--list", "-f", "json")), &list); err != nil || len(list) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	steps(0, []string{"is undone: 1 features removed, 1 as they were before"}, "--undo", list[0].ID)
	steps(1, []string{"no import 1", "--list"}, "--undo", "1")
}

func TestAFileIsLookedAtWithoutAStore(t *testing.T) {
	dir := t.TempDir()
	ledger, missing := filepath.Join(dir, "台账.csv"), filepath.Join(dir, "missing.gpkg")
	if err := os.WriteFile(ledger, []byte(importLedger), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"inspected without a store", []string{"--inspect", "--layer", "village", ledger}, 0, "标题在第 2 行"},
		{"inspected with one that is not there", []string{"--store", missing, "--inspect", "--layer", "village", ledger}, 0, "标题在第 2 行"},
		{
			"checked without a store",
			[]string{"--dry-run", "--layer", "village", "--crs", "4490", "--lang", "en", ledger},
			0, "3 rows: 2 added, 0 changed, 0 unchanged, 1 bad",
		},
		{
			"checked with one that is not there",
			[]string{"--store", missing, "--dry-run", "--layer", "village", "--crs", "4490", ledger},
			0, "试运行，未写入",
		},
		{
			"a mapping that nothing would keep",
			[]string{"--dry-run", "--layer", "village", "--save-mapping", "台账", ledger},
			1, "no store to keep it in",
		},
		{"imported without a store", []string{"--layer", "village", ledger}, 1, "missing flags: --store=STORE"},
		{"listed without a store", []string{"--list"}, 1, "missing flags: --store=STORE"},
	} {
		out, code := run(t, []string{"CUNTU_STORE="}, append([]string{"import"}, c.args...)...)
		if code != c.code || !strings.Contains(out, c.says) {
			t.Errorf("%s: %d %s", c.name, code, out)
		}
	}
	if _, err := os.Stat(missing); !os.IsNotExist(err) {
		t.Errorf("a store was made: %v", err)
	}
}
