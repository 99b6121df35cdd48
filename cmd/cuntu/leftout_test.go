package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	zombiezen "zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/postgis/pgtest"
)

// leftOut is the answer of /api/left-out.
func (p *process) leftOut() (answer struct {
	Count  int
	Layers map[string]int
	Rows   []data.LeftOut
},
) {
	p.t.Helper()
	status, body := p.get("/api/left-out")
	if err := json.Unmarshal([]byte(body), &answer); err != nil || status != 200 {
		p.t.Fatalf("%d %s: %v", status, body, err)
	}
	return answer
}

func TestBadRowsInPostGISTakeNoMapAway(t *testing.T) {
	url := pgtest.URL(t)
	if out, code := run(t, nil, "demo", "--store", url); code != 0 {
		t.Fatal(out)
	}
	db := must(pgx.Connect(t.Context(), url))(t)
	t.Cleanup(func() { db.Close(t.Context()) })
	sql := func(s string) {
		t.Helper()
		if _, err := db.Exec(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	sql(`ALTER TABLE cuntu.reserve DROP CONSTRAINT reserve_geom_allowed; ALTER TABLE cuntu.village DROP CONSTRAINT village_geom_allowed,
		DROP CONSTRAINT village_exit_status_allowed`)
	sql(`INSERT INTO cuntu.reserve (name, geom)
		VALUES ('弧', ST_GeomFromText('CURVEPOLYGON(CIRCULARSTRING(110 33,111 33,111 34,110 34,110 33))', 4326))`)
	sql(`UPDATE cuntu.village SET geom = ST_SetSRID(ST_MakePoint(200, 33), 4326) WHERE code = '611002001204'`)

	p := serve(t, url) // which waits until it is ready
	got := p.leftOut()
	if got.Count != 2 || got.Layers["reserve"] != 1 || got.Layers["village"] != 1 || len(got.Rows) != 2 {
		t.Fatalf("left out: %+v", got)
	}
	v := got.Rows[0]
	if v.Layer != "village" || v.Code != "611002001204" || v.Name != "杏树园村" || v.Reason != data.OffEarth || strings.Contains(v.Detail, "200") {
		t.Errorf("the village is told as %+v", v)
	}
	if _, body := p.get("/readyz"); !strings.Contains(body, `"status":"ready"`) || !strings.Contains(body, `"left_out":2`) {
		t.Errorf("readyz: %s", body)
	}
	_, body := p.get("/metrics")
	for _, line := range []string{`cuntu_left_out_rows{layer="village"} 1`, `cuntu_left_out_rows{layer="town"} 0`, "cuntu_store_connected 1"} {
		if !strings.Contains(body, line) {
			t.Errorf("the metrics lack %s", line)
		}
	}
	for path, want := range map[string]int{
		"/api/features/village/611002001204":  404,
		"/tiles/county,village/9/412/204.mvt": 200,
		"/api/search?q=shangnan":              200,
		"/api/left-out?limit=x":               400,
	} {
		if status, _ := p.get(path); status != want {
			t.Errorf("%s: %d", path, status)
		}
	}
	out, code := run(t, nil, "db", "check", "--store", url)
	for _, says := range []string{
		"constraint village_geom_allowed is missing (broken by id", "(611002001204): geometry lies outside longitude",
		"geometry is a CurvePolygon, not a polygon", "2 rows are left out",
	} {
		if code == 0 || !strings.Contains(out, says) {
			t.Errorf("db check: %d, without %q: %s", code, says, out)
		}
	}

	// A row that is mended comes in, one that goes bad goes out, and one that is gone is nobody's fault any more.
	sql(`UPDATE cuntu.village SET geom = ST_SetSRID(ST_MakePoint(110, 33), 4326) WHERE code = '611002001204'`)
	eventually(t, "the village is there", func() bool { status, _ := p.get("/api/features/village/611002001204"); return status == 200 })
	sql(`DELETE FROM cuntu.reserve WHERE name = '弧'`)
	eventually(t, "nothing is left out", func() bool { return p.leftOut().Count == 0 })
	sql(`UPDATE cuntu.village SET exit_status = '差不多' WHERE code = '611002001204'`)
	eventually(t, "the village is gone", func() bool { status, _ := p.get("/api/features/village/611002001204"); return status == 404 })
	if got = p.leftOut(); got.Count != 1 || got.Rows[0].Field != "exit_status" || strings.Contains(got.Rows[0].Detail, "差不多") {
		t.Errorf("left out: %+v", got)
	}
	p.stop()
	said := p.said()
	if strings.Contains(said, "next try") || strings.Contains(said, "差不多") || !strings.Contains(said, "left out a row") {
		t.Errorf("the log says %s", said)
	}
}

func TestBadRowsInAGeoPackageTakeNoMapAway(t *testing.T) {
	file := demoCopy(t)
	sqlite(t, file, `DROP TRIGGER rtree_village_geom_update1; DROP TRIGGER rtree_village_geom_update2;
		DROP TRIGGER rtree_village_geom_update3; DROP TRIGGER rtree_village_geom_update4; -- which call what this program has not
		UPDATE village SET geom = x'00' WHERE code = '611002001204'; UPDATE village SET population = 'many' WHERE code = '611002001205'`)
	out, code := run(t, nil, "db", "check", "--store", file)
	if code == 0 || !strings.Contains(out, "geometry cannot be read") || strings.Contains(out, "many") {
		t.Errorf("db check: %d %s", code, out)
	}
	p := serve(t, file)
	if got := p.leftOut(); got.Count != 2 || got.Rows[0].Code != "611002001204" || got.Rows[1].Field != "population" {
		t.Errorf("left out: %+v", got)
	}
	if _, body := p.get("/readyz"); !strings.Contains(body, `"left_out":2`) {
		t.Errorf("readyz: %s", body)
	}
	sqlite(t, file, `UPDATE village SET population = 12 WHERE code = '611002001205'`)
	eventually(t, "the village is there", func() bool { status, _ := p.get("/api/features/village/611002001205"); return status == 200 })
	if got := p.leftOut(); got.Count != 1 {
		t.Errorf("left out: %+v", got)
	}
}

// sqlite runs statements on a file as another program does.
func sqlite(t *testing.T, file, script string) {
	t.Helper()
	conn := must(zombiezen.OpenConn(file, zombiezen.OpenReadWrite))(t)
	defer conn.Close()
	conn.SetBusyTimeout(time.Minute)
	if err := sqlitex.ExecuteScript(conn, script, nil); err != nil {
		t.Fatal(err)
	}
}
