package summary_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/cuntu/cuntu/data/demo"
	"github.com/cuntu/cuntu/data/demo/demotest"
	"github.com/cuntu/cuntu/data/postgis"
	"github.com/cuntu/cuntu/data/postgis/pgtest"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/cql2"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/summary"
)

// villages are the demo's.
func villages(yield func(layers.Edit, error) bool) {
	for edit, err := range demo.Generate(demo.Options{Seed: 1}) {
		if (err != nil || edit.Layer == "village") && !yield(edit, err) {
			return
		}
	}
}

// grouped is what GROUP BY gives, an area a row.
const grouped = `
SELECT %s, count(*),
	count(*) FILTER (WHERE exit_status = '已销号'), count(*) FILTER (WHERE exit_status IS NULL),
	coalesce(sum(population) FILTER (WHERE fibre), 0)::float8, coalesce(sum(population) FILTER (WHERE fibre IS NULL), 0)::float8,
	count(mbps), sum(mbps)::float8, min(mbps)::float8, max(mbps)::float8,
	sum(mbps * population) FILTER (WHERE population IS NOT NULL)::float8 / sum(population) FILTER (WHERE mbps IS NOT NULL)::float8,
	count(*) FILTER (WHERE mbps < 12), count(*) FILTER (WHERE mbps >= 12 AND mbps < 50), count(*) FILTER (WHERE mbps >= 50),
	(100.0 * sum(poor_population) FILTER (WHERE population > 0)
		/ sum(population) FILTER (WHERE poor_population IS NOT NULL AND population > 0))::float8,
	count(*) FILTER (WHERE 100.0 * poor_population / nullif(population, 0) < 20)
FROM cuntu.village WHERE elevation > 700 GROUP BY 1 ORDER BY 1`

func TestPostGISGroupsToTheSameByTownCountyAndPrefecture(t *testing.T) {
	url, catalog := pgtest.URL(t), service.Builtin().Extend(layers.Builtin())
	if err := postgis.Migrate(t.Context(), url, catalog); err != nil {
		t.Fatal(err)
	}
	store, err := postgis.Open(t.Context(), url, catalog)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if _, err := store.Apply(t.Context(), villages); err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	// What is not on record is to be somewhere.
	const gaps = `UPDATE cuntu.village SET population = NULL WHERE id % 17 = 0;
		UPDATE cuntu.village SET mbps = NULL, fibre = NULL WHERE id % 13 = 0`
	if _, err := conn.Exec(t.Context(), gaps); err != nil {
		t.Fatal(err)
	}
	snap := demotest.Snapshot(t)
	table, _ := snap.Table("village")
	var holes []layers.Change
	for row := range table.Rows {
		f := table.Feature(row)
		if f.ID%17 == 0 {
			f.Values[table.Layer.Field("population")] = layers.Null
		}
		if f.ID%13 == 0 {
			f.Values[table.Layer.Field("mbps")], f.Values[table.Layer.Field("fibre")] = layers.Null, layers.Null
		}
		holes = append(holes, layers.Change{Layer: "village", ID: f.ID, Feature: &f})
	}
	if snap, _, err = snap.Apply(holes); err != nil {
		t.Fatal(err)
	}
	table, _ = snap.Table("village")
	condition, err := cql2.Parse("elevation > 700")
	if err != nil {
		t.Fatal(err)
	}
	filter, err := condition.Bind(table)
	if err != nil {
		t.Fatal(err)
	}
	columns, err := summary.Columns(table.Layer, []string{"exit_status", "fibre", "mbps", "poor_population/population"})
	if err != nil {
		t.Fatal(err)
	}
	if err := summary.SetBreaks(columns, "mbps:12,50;poor_population/population:20"); err != nil {
		t.Fatal(err)
	}
	for by, code := range map[summary.By]string{
		summary.ByTown: "town", summary.ByCounty: "county", summary.ByCity: "left(county, 4) || '00'",
	} {
		areas, err := summary.Compute(t.Context(), snap, table, summary.Ask{By: by, Columns: columns, Weight: "population", Keep: filter.Match})
		if err != nil {
			t.Fatal(err)
		}
		agree(t, conn, by, fmt.Sprintf(grouped, code), areas)
	}
}

func agree(t *testing.T, conn *pgx.Conn, by summary.By, sql string, areas []summary.Area) {
	t.Helper()
	rows, err := conn.Query(t.Context(), sql)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	n := 0
	for ; rows.Next(); n++ {
		want, err := rows.Values()
		if err != nil {
			t.Fatal(err)
		}
		if n >= len(areas) {
			continue
		}
		a := areas[n]
		status, fibre, mbps, poor := a.Columns[0], a.Columns[1], a.Columns[2], a.Columns[3]
		got := []any{
			a.Code, a.Count, status.Counts[2], status.Unknown, fibre.Weights[0], fibre.UnknownWeight,
			mbps.Known, mbps.Sum, mbps.Least, mbps.Most, mbps.Mean, mbps.Counts[0], mbps.Counts[1], mbps.Counts[2], poor.Mean, poor.Counts[0],
		}
		for i := range got {
			if !same(got[i], want[i]) {
				t.Errorf("by %s: %s: column %d is %v, PostGIS says %v", by, a.Code, i, got[i], want[i])
			}
		}
		if a.Name == "" {
			t.Errorf("by %s: %s has no name", by, a.Code)
		}
	}
	if rows.Err() != nil || n != len(areas) || n == 0 {
		t.Errorf("by %s: %d areas, PostGIS has %d: %v", by, len(areas), n, rows.Err())
	}
}

func same(got, want any) bool {
	if text, ok := got.(string); ok {
		return text == want
	}
	a, b := number(got), number(want)
	return math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= 1e-9*math.Max(1, math.Abs(b))
}

func number(v any) float64 {
	switch v := v.(type) {
	case int:
		return float64(v)
	case int64:
		return float64(v)
	case float64:
		return v
	}
	return math.NaN() // null
}

func TestStatesOfVillagesAreRolledUpAsCoverageDoes(t *testing.T) {
	snap := demotest.Snapshot(t)
	states, err := coverage.Compute(t.Context(), snap, roads.Build(snap, 2019), service.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	table, _ := coverage.WithMarks(snap, states).Table("village")
	columns, err := summary.Columns(table.Layer, []string{"cov_road", "cov_lacks"})
	if err != nil {
		t.Fatal(err)
	}
	if err := summary.SetBreaks(columns, "1"); err != nil {
		t.Fatal(err)
	}
	for by, own := range map[summary.By]coverage.By{
		summary.ByTown: coverage.ByTown, summary.ByCounty: coverage.ByCounty, summary.ByCity: coverage.ByCity,
	} {
		areas, err := summary.Compute(t.Context(), snap, table, summary.Ask{By: by, Columns: columns})
		if err != nil {
			t.Fatal(err)
		}
		want := states.Summarise(service.Road, own)
		if len(areas) != len(want) {
			t.Fatalf("by %s: %d areas, want %d", by, len(areas), len(want))
		}
		for i, a := range areas {
			if got := [5]int(a.Columns[0].Counts); a.Code != want[i].Code || a.Name != want[i].Name || got != want[i].Villages {
				t.Errorf("by %s: %s %s %v, want %s %s %v", by, a.Code, a.Name, got, want[i].Code, want[i].Name, want[i].Villages)
			}
			if lacks := a.Columns[1]; lacks.Counts[1] < a.Columns[0].Counts[service.Not] ||
				lacks.Counts[0]+lacks.Counts[1]+lacks.Unknown != a.Count {
				t.Errorf(
					"by %s: %s: %d villages lack something, %d nothing, %d unknown, of %d of which %d lack a road", by, a.Code, lacks.Counts[1],
					lacks.Counts[0], lacks.Unknown, a.Count, a.Columns[0].Counts[service.Not],
				)
			}
		}
	}
}
