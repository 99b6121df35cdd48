package coverage_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/cuntu/cuntu/data/demo"
	"github.com/cuntu/cuntu/data/demo/demotest"
	"github.com/cuntu/cuntu/data/postgis"
	"github.com/cuntu/cuntu/data/postgis/pgtest"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/service"
)

// The states of every village, worked out by PostGIS and pgRouting from the tables,
// which share nothing with the package but the rules' numbers. Each takes the year,
// the first by formatting.
const (
	hardenedSQL = `
DROP TABLE IF EXISTS seg, comp;
CREATE TABLE seg AS
	WITH line AS (
		SELECT id, geom, grade, geom::geography AS geog, ST_StartPoint(geom) AS a, ST_EndPoint(geom) AS b FROM cuntu.road
		WHERE surface IN ('沥青', '水泥') AND kind <> 'cableway'
			AND CASE WHEN year IS NULL THEN status = 'existing' ELSE year <= %d END),
	node AS (
		SELECT p, row_number() OVER () AS n
		FROM (SELECT ST_SnapToGrid(a, 1e-6) AS p FROM line UNION SELECT ST_SnapToGrid(b, 1e-6) FROM line) ends)
	SELECT line.*, s.n AS source, t.n AS target FROM line
		JOIN node s ON s.p = ST_SnapToGrid(a, 1e-6) JOIN node t ON t.p = ST_SnapToGrid(b, 1e-6);
CREATE INDEX ON seg USING gist (geog);
CREATE TABLE comp AS
	SELECT node, component FROM pgr_connectedComponents('SELECT id, source, target, 1 AS cost FROM seg');
CREATE INDEX ON comp (node);
ANALYZE seg, comp`

	roadSQL = `
WITH entry AS (
	SELECT geog, component FROM seg JOIN comp ON node = source WHERE grade IS DISTINCT FROM '高速'),
seat AS (
	SELECT DISTINCT t.county, e.component FROM cuntu.town t, LATERAL (
		SELECT component FROM entry WHERE ST_DWithin(t.geom::geography, geog, 500)) e
	WHERE t.kind = 'county_seat')
SELECT v.code, CASE WHEN EXISTS (
		SELECT FROM seg s JOIN comp ON node = source JOIN seat ON seat.component = comp.component AND seat.county = v.county
		WHERE s.grade IS DISTINCT FROM '高速' AND ST_DWithin(v.geom::geography, s.geog, 500))
	THEN 'reached' ELSE 'not' END
FROM cuntu.village v WHERE $1::int > 0`

	// Grades are 3 for reached, 2 for basically, 1 for unknown and 0 for not: the least is
	// the worst.
	waterSQL = `
WITH survey AS (
	SELECT max(year) AS y FROM (
		SELECT year FROM cuntu.road WHERE status = 'existing' UNION ALL SELECT year FROM cuntu.water WHERE status = 'existing'
		UNION ALL SELECT year FROM cuntu.broadband WHERE status = 'existing'
		UNION ALL SELECT year FROM cuntu.facility WHERE status = 'existing') works)
SELECT code, CASE
	WHEN water_year > $1::int THEN 'not'
	WHEN water_year > y AND water_year <= $1::int THEN 'reached'
	ELSE (ARRAY['not', 'unknown', 'basically', 'reached'])[1 + least(
		coalesce(CASE WHEN water_quantity >= 60 THEN 3 WHEN water_quantity >= 35 THEN 2 WHEN water_quantity < 35 THEN 0 END, 1),
		CASE WHEN tap_water_rate >= 100 THEN 3 WHEN water_fetch_min <= 10 THEN 3
			WHEN water_fetch_min <= 20 THEN 2 WHEN water_fetch_min > 20 THEN 0 ELSE 1 END,
		CASE WHEN water_guarantee >= 95 THEN 3 WHEN water_guarantee >= 90 THEN 2 WHEN water_guarantee < 90 THEN 0 ELSE 1 END,
		CASE WHEN water_quality_ok THEN 3 WHEN NOT water_quality_ok THEN 0 ELSE 1 END)] END
FROM cuntu.village, survey`

	broadbandSQL = `
SELECT code, CASE
	WHEN broadband_year > greatest($1::int, 2017) THEN 'not'
	WHEN broadband_year > 2017 THEN 'reached'
	WHEN NOT fibre OR mbps < 12 THEN 'not'
	WHEN fibre AND mbps >= 12 THEN 'reached'
	ELSE 'unknown' END
FROM cuntu.village`
)

func fieldSQL(field string) string {
	return `SELECT code, CASE ` + pgx.Identifier{field}.Sanitize() +
		` WHEN true THEN 'reached' WHEN false THEN 'not' ELSE 'unknown' END FROM cuntu.village WHERE $1::int > 0`
}

func TestPostGISComesToTheSameVillageByVillage(t *testing.T) {
	url, catalog := pgtest.URL(t), service.Builtin().Extend(layers.Builtin())
	if err := postgis.Migrate(t.Context(), url, catalog); err != nil {
		t.Fatal(err)
	}
	store, err := postgis.Open(t.Context(), url, catalog)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if _, err := store.Apply(t.Context(), demo.Generate(demo.Options{Seed: 1})); err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	if _, err := conn.Exec(t.Context(), "CREATE EXTENSION pgrouting"); err != nil {
		t.Fatalf("pgRouting is needed (apt-get install postgresql-15-pgrouting): %v", err)
	}
	for _, year := range []int{2017, 2019} {
		r := compute(t, demotest.Snapshot(t), year)
		if _, err := conn.Exec(t.Context(), fmt.Sprintf(hardenedSQL, year)); err != nil {
			t.Fatal(err)
		}
		for service, sql := range map[service.ID]string{
			service.Road: roadSQL, service.Water: waterSQL, service.Broadband: broadbandSQL,
			service.Power: fieldSQL("power"), "clinic": fieldSQL("clinic"), "school": fieldSQL("school"),
			"culture": fieldSQL("culture_square"), "tv": fieldSQL("tv"), "cooperative": fieldSQL("cooperative"),
		} {
			agree(t, conn, r, service, sql)
		}
		agreeOnLine(t, conn, r, service.Water, "pipe", "kind <> 'raw'")
		agreeOnLine(t, conn, r, service.Broadband, "cable", "true")
	}
}

// agreeOnLine holds the nearest place on a line of each village that lacks a service against PostGIS's. In PostGIS an edge is a
// geodesic and here it is straight on the map, so that they may be some centimetres apart.
func agreeOnLine(t *testing.T, conn *pgx.Conn, r *coverage.Result, id service.ID, layer, of string) {
	t.Helper()
	supply := r.Supplies[id][slices.IndexFunc(r.Supplies[id], func(s *coverage.Supply) bool { return s.Table.Layer.ID == layer })]
	sql := fmt.Sprintf(`
WITH line AS (SELECT geom FROM cuntu.%s WHERE %s AND CASE WHEN year IS NULL THEN status = 'existing' ELSE year <= $1::int END)
SELECT least.m, ST_Distance(v.geom::geography, at.p),
	(SELECT min(ST_Distance(geom::geography, at.p)) FROM line WHERE geom && ST_Expand(at.p::geometry, 0.01))
FROM cuntu.village v, (SELECT ST_SetSRID(ST_MakePoint($3::float8, $4::float8), 4326)::geography AS p) at, LATERAL (
	SELECT min(ST_Distance(v.geom::geography, geom::geography)) AS m FROM line WHERE geom && ST_Expand(v.geom, 0.2)) least
WHERE v.code = $2`, layer, of)
	n := 0
	for i, metres := range r.Supplies[id][0].Metres {
		if math.IsNaN(float64(metres)) || n == 40 {
			continue
		}
		n++
		from, _ := r.Villages.At(i)
		place := supply.Place(i, from)
		var least, toPlace, off float64
		code := r.Villages.Table.Get(r.Villages.Rows[i], "code").Text()
		if err := conn.QueryRow(t.Context(), sql, r.Year, code, place[0], place[1]).Scan(&least, &toPlace, &off); err != nil {
			t.Fatal(err)
		}
		if got := float64(supply.Metres[i]); math.Abs(got-least) > 0.1 || math.Abs(toPlace-least) > 0.1 || off > 0.1 {
			t.Errorf("%d: %s to %s: %.2f m, PostGIS says %.2f; the place is %.2f away, %.2f off", r.Year, code, layer, got, least, toPlace, off)
		}
	}
	if n < 30 {
		t.Errorf("%d: only %d villages lack %s", r.Year, n, id)
	}
}

// agree holds each village's state against the one that SQL gives.
func agree(t *testing.T, conn *pgx.Conn, r *coverage.Result, service service.ID, sql string) {
	t.Helper()
	rows, err := conn.Query(t.Context(), sql, r.Year)
	if err != nil {
		t.Fatalf("%v: %v", service, err)
	}
	want, n, wrong := map[string]string{}, map[string]int{}, 0
	var code, state string
	if _, err = pgx.ForEachRow(rows, []any{&code, &state}, func() error { want[code] = state; n[state]++; return nil }); err != nil {
		t.Fatalf("%v: %v", service, err)
	}
	for i, row := range r.Villages.Rows {
		code := r.Villages.Table.Get(row, "code").Text()
		if got := r.States[service][i].String(); got != want[code] {
			if wrong++; wrong <= 5 {
				t.Errorf("%d: %v of %s: %s, PostGIS says %s: %s", r.Year, service, code, got, want[code], why(r, service, i))
			}
		}
	}
	if len(want) != r.Villages.Len() || len(n) < 2 || wrong > 0 {
		t.Errorf("%d: %v: %d of %d villages differ; PostGIS has %v", r.Year, service, wrong, r.Villages.Len(), n)
	}
}
