package cql2_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb/encoding/wkb"

	"github.com/cuntu/cuntu/data/demo/demotest"
	"github.com/cuntu/cuntu/data/postgis/pgtest"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/cql2"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// area is a polygon with a hole, and a second one, across the prefecture.
const area = "MULTIPOLYGON(((109.8 33.5,110.5 33.45,110.4 34,109.9 33.9,109.8 33.5),(110 33.6,110.2 33.6,110.1 33.8,110 33.6))," +
	"((110.6 33.3,110.9 33.3,110.9 33.6,110.6 33.3)))"

const way = "LINESTRING(109.7 33.4,110.1 33.9,110.6 33.5,111 33.6)"

// asked are conditions and the SQL that asks the same. Columns have the fields' names;
// geom is the geometry as served, in Mercator.
var asked = []struct{ layer, filter, sql string }{
	{
		"village", "poverty = TRUE AND poor_population >= 100 AND NOT exit_status = '已销号'",
		"poverty AND poor_population >= 100 AND NOT exit_status = '已销号'",
	},
	{"village", "name LIKE '%店%' OR name LIKE '_家_村'", "name LIKE '%店%' OR name LIKE '_家_村'"},
	{"village", "county IN ('611026', '611025') AND code > '611026'", "county IN ('611026', '611025') AND code > '611026'"},
	{
		"village", "elevation / population > 0.7 AND elevation % 7 < 3.5",
		"elevation / nullif(population, 0) > 0.7 AND elevation::numeric % 7 < 3.5",
	},
	{
		"village", "(population + poor_population) div 100 = 12 OR population ^ 0.5 < 20",
		"div((population + poor_population)::numeric, 100) = 12 OR population ^ 0.5 < 20",
	},
	{"village", "water_year NOT BETWEEN 2016 AND 2017", "water_year NOT BETWEEN 2016 AND 2017"},
	{"village", "NOT (mbps > 12 OR water_year <= 2017)", "NOT (mbps > 12 OR water_year <= 2017)"},
	{"village", "water_year <= DATE('2017-06-30') OR mbps IS NULL", "water_year <= 2017 OR mbps IS NULL"},
	{"village", "tap_water_rate <> 100 AND code LIKE '6110021%'", "tap_water_rate <> 100 AND code LIKE '6110021%'"},
	{"village", "name > '林' AND name <= '王庄村'", "name COLLATE \"C\" > '林' AND name COLLATE \"C\" <= '王庄村'"},
	{"road", "surface NOT IN ('沥青', '水泥') AND year IS NOT NULL", "surface NOT IN ('沥青', '水泥') AND year IS NOT NULL"},
	{"road", "NOT (cost_wan > 20 AND status <> 'planned')", "NOT (cost_wan > 20 AND status <> 'planned')"},
	{"road", "CASEI(number) LIKE 'g%'", "lower(number) LIKE 'g%'"},
	{
		"village", "S_INTERSECTS(geometry, BBOX(109.9, 33.4, 110.3, 33.8))",
		"ST_Intersects(geom, ST_Transform(ST_MakeEnvelope(109.9, 33.4, 110.3, 33.8, 4326), 3857))",
	},
	{
		"road", "S_INTERSECTS(geometry, BBOX(109.9, 33.4, 110.3, 33.8))",
		"ST_Intersects(geom, ST_Transform(ST_MakeEnvelope(109.9, 33.4, 110.3, 33.8, 4326), 3857))",
	},
	{"village", "S_WITHIN(geometry, $area)", "ST_Within(geom, $area)"},
	{"road", "S_INTERSECTS(geometry, $area)", "ST_Intersects(geom, $area)"},
	{"road", "S_INTERSECTS($way, geometry)", "ST_Intersects(geom, $way)"},
	{"road", "S_DISJOINT(geometry, $area)", "ST_Disjoint(geom, $area)"},
	{"road", "S_WITHIN(geometry, $area)", "ST_Within(geom, $area)"},
	{"road", "S_CROSSES(geometry, $area)", "ST_Crosses(geom, $area)"},
	{"county", "S_INTERSECTS(geometry, $way)", "ST_Intersects(geom, $way)"},
	{"county", "S_OVERLAPS(geometry, $area)", "ST_Overlaps(geom, $area)"},
	{
		"county", "S_CONTAINS(geometry, POINT(110.1 33.4)) OR S_CONTAINS(BBOX(109, 33, 110.5, 34), geometry)",
		"ST_Contains(geom, ST_Transform('SRID=4326;POINT(110.1 33.4)'::geometry, 3857)) " +
			"OR ST_Within(geom, ST_Transform(ST_MakeEnvelope(109, 33, 110.5, 34, 4326), 3857))",
	},
	{"hazard", "S_INTERSECTS(geometry, $area) AND level = 'high'", "ST_Intersects(geom, $area) AND level = 'high'"},
	{"reserve", "S_WITHIN(geometry, $area) OR S_TOUCHES(geometry, $way)", "ST_Within(geom, $area) OR ST_Touches(geom, $way)"},
}

func TestFiltersAreWhatPostGISFinds(t *testing.T) {
	ctx := t.Context()
	conn, err := pgx.Connect(ctx, pgtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	snap := demotest.Snapshot(t)
	loaded := map[string]bool{}
	for _, c := range asked {
		table, _ := snap.Table(c.layer)
		if !loaded[c.layer] {
			copyTable(t, conn, table)
			loaded[c.layer] = true
		}
		for name, text := range map[string]string{"$area": area, "$way": way} {
			c.filter = strings.ReplaceAll(c.filter, name, text)
			c.sql = strings.ReplaceAll(c.sql, name, "ST_Transform('SRID=4326;"+text+"'::geometry, 3857)")
		}
		rows, err := conn.Query(ctx, fmt.Sprintf(`SELECT id FROM %q WHERE %s ORDER BY id`, c.layer, c.sql))
		if err != nil {
			t.Fatal(err)
		}
		want, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		if err != nil {
			t.Fatalf("%s: %v", c.sql, err)
		}
		if len(want) == 0 || len(want) == table.Len() {
			t.Errorf("%s: %d of %d rows match, which tests nothing", c.filter, len(want), table.Len())
		}
		if got := matching(t, table, c.filter); !slices.Equal(got, want) {
			t.Errorf("%s: %d rows, PostGIS finds %d", c.filter, len(got), len(want))
		}
	}
}

func matching(t *testing.T, table *snapshot.Table, text string) (ids []int64) {
	t.Helper()
	e, err := cql2.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	f, err := e.Bind(table)
	if err != nil {
		t.Fatal(err)
	}
	for row := range table.Rows {
		if f.Match(row) {
			ids = append(ids, table.ID(row))
		}
	}
	slices.Sort(ids)
	return ids
}

// copyTable makes a table of the layer's fields and its geometry in Mercator.
func copyTable(t *testing.T, conn *pgx.Conn, table *snapshot.Table) {
	t.Helper()
	names, columns := []string{"id", "served"}, "id bigint, served bytea"
	for i := range table.Layer.Fields {
		f := &table.Layer.Fields[i]
		names = append(names, f.ID)
		columns += fmt.Sprintf(
			", %q %s", f.ID,
			map[layers.FieldType]string{
				layers.TypeInt:   "float8",
				layers.TypeFloat: "float8",
				layers.TypeYear:  "int",
				layers.TypeBool:  "bool",
			}[f.Type],
		)
		if !slices.Contains([]layers.FieldType{layers.TypeInt, layers.TypeFloat, layers.TypeYear, layers.TypeBool}, f.Type) {
			columns += "text"
		}
	}
	var rows [][]any
	for row := range table.Rows {
		f := table.Feature(row)
		g, err := wkb.Marshal(f.Geometry)
		if err != nil {
			t.Fatal(err)
		}
		values := []any{f.ID, g}
		for _, v := range f.Values {
			values = append(values, v.Any())
		}
		rows = append(rows, values)
	}
	ctx := t.Context()
	if _, err := conn.Exec(ctx, fmt.Sprintf("CREATE TABLE %q (%s)", table.Layer.ID, columns)); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.CopyFrom(ctx, pgx.Identifier{table.Layer.ID}, names, pgx.CopyFromRows(rows)); err != nil {
		t.Fatal(err)
	}
	sql := `ALTER TABLE %q ADD geom geometry; UPDATE %[1]q SET geom = ST_Transform(ST_GeomFromWKB(served, 4326), 3857)`
	if _, err := conn.Exec(ctx, fmt.Sprintf(sql, table.Layer.ID)); err != nil {
		t.Fatal(err)
	}
}
