package postgis_test

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/postgis"
	"github.com/cuntu/cuntu/data/postgis/pgtest"
	"github.com/cuntu/cuntu/data/storetest"
	"github.com/cuntu/cuntu/layers"
)

func TestOneBadRowTakesOnlyItselfAway(t *testing.T) {
	storetest.RunSpoilt(t, func(t *testing.T, c *layers.Catalog) (storetest.Open, storetest.Spoil) {
		url := migrated(t)
		hand := psql(t, url)
		dropChecks(t, hand)
		run(t, hand, "SET search_path = cuntu, public")
		open := func() data.Store {
			s, err := postgis.Open(t.Context(), url, c)
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		return open, storetest.Spoil{
			Exec: func(sql string) { t.Helper(); run(t, hand, sql) },
			Geometry: func(wkb []byte) string {
				return fmt.Sprintf(`ST_GeomFromWKB('\x%s', 4326)`, hex.EncodeToString(wkb))
			},
			Infinite: "'-Infinity'",
		}
	})
}

// dropChecks lifts every check constraint, as somebody with psql may.
func dropChecks(t *testing.T, hand *pgx.Conn) {
	t.Helper()
	run(t, hand, `DO $$ DECLARE k record; BEGIN
		FOR k IN SELECT conname, conrelid::regclass AS t FROM pg_constraint WHERE contype = 'c' AND connamespace = 'cuntu'::regnamespace
		         AND conname LIKE '%_allowed'
		LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', k.t, k.conname); END LOOP; END $$`)
}

// placesOffEarth are in the words of SQL, with the layer that has such geometries.
var placesOffEarth = []struct{ layer, geom string }{
	{"village", "ST_MakePoint(200, 33)"},
	{"village", "ST_MakePoint(-180.000001, 33)"},
	{"village", "ST_MakePoint(110, 95)"},
	{"village", "ST_MakePoint(110, -90.000001)"},
	{"village", "ST_MakePoint('NaN', 33)"},
	{"village", "ST_MakePoint(110, 'NaN')"},
	{"village", "ST_MakePoint('NaN', 'NaN')"},
	{"village", "ST_MakePoint(110, 'Infinity')"},
	{"village", "ST_MakePoint('-Infinity', 33)"},
	{"village", "ST_GeomFromText('POINT EMPTY')"},
	{"village", "ST_Collect(ST_MakePoint(110, 33), ST_MakePoint(200, 33))"},
	{"village", "ST_Collect(ST_MakePoint(110, 33), ST_MakePoint('NaN', 33))"},
	{"village", "ST_Collect(ARRAY[ST_MakePoint(110, 33), ST_MakePoint(110, 'NaN'), ST_MakePoint(111, 33)])"},
	{"village", "ST_Multi(ST_MakePoint(110, 'NaN'))"},
	{"river", "ST_MakeLine(ARRAY[ST_MakePoint(110, 33), ST_MakePoint('NaN', 33), ST_MakePoint(111, 33)])"},
	{"river", "ST_MakeLine(ARRAY[ST_MakePoint(110, 33), ST_MakePoint(110, 'NaN'), ST_MakePoint(111, 33)])"},
	{"river", "ST_MakeLine(ST_MakePoint(179, 33), ST_MakePoint(181, 33))"},
	{"river", "ST_GeomFromText('LINESTRING EMPTY')"},
	{"county", "ST_MakePolygon(ST_MakeLine(ARRAY[ST_MakePoint(1, 3), ST_MakePoint(2, 3), ST_MakePoint('NaN', 4), ST_MakePoint(1, 3)]))"},
	{"county", "ST_GeomFromText('CURVEPOLYGON(CIRCULARSTRING(110 33,111 33,111 34,110 34,110 33))')"},
}

func TestTheDatabaseRefusesPlacesOffTheEarth(t *testing.T) {
	hand := psql(t, migrated(t))
	run(t, hand, spotlessSQL)
	for _, c := range placesOffEarth {
		_, err := hand.Exec(t.Context(), fmt.Sprintf("UPDATE cuntu.%s SET geom = ST_SetSRID(%s, 4326)", c.layer, c.geom))
		if err == nil || !strings.Contains(err.Error(), c.layer+"_geom_allowed") {
			t.Errorf("%s with %s: %v", c.layer, c.geom, err)
		}
	}
	for _, geom := range []string{"ST_MakePoint(180, 90)", "ST_MakePoint(-180, -90)", "ST_GeomFromText('MULTIPOINT((110 33), (-180 90))')"} {
		run(t, hand, fmt.Sprintf("UPDATE cuntu.village SET geom = ST_SetSRID(%s, 4326)", geom))
	}
}

const spotlessSQL = `INSERT INTO cuntu.village (id, code, name) VALUES (1, '611002001001', '村');
	INSERT INTO cuntu.county (id, code, name) VALUES (1, '611002', '县');
	INSERT INTO cuntu.river (id, name) VALUES (1, '河')`

func TestWhatConstraintsRefuseIsLeftOut(t *testing.T) {
	url := migrated(t)
	hand := psql(t, url)
	dropChecks(t, hand)
	run(t, hand, spotlessSQL)
	s := open(t, url)
	for _, c := range placesOffEarth {
		run(t, hand, fmt.Sprintf("UPDATE cuntu.%s SET geom = ST_SetSRID(%s, 4326)", c.layer, c.geom))
		var bad []data.LeftOut
		if err := data.FindLeftOut(t.Context(), s, func(out data.LeftOut) { bad = append(bad, out) }); err != nil {
			t.Fatalf("%s with %s: %v", c.layer, c.geom, err)
		}
		if len(bad) != 1 || bad[0].Layer != c.layer || bad[0].Field != "geometry" || strings.Contains(bad[0].Detail, "200") {
			t.Errorf("%s with %s: left out are %v", c.layer, c.geom, bad)
		}
		run(t, hand, fmt.Sprintf("UPDATE cuntu.%s SET geom = NULL", c.layer))
	}
}

// TestADatabaseWithBadRowsIsUpgraded has rows that the constraint of before, which looked at the type alone, let pass.
func TestADatabaseWithBadRowsIsUpgraded(t *testing.T) {
	url := migrated(t)
	hand := psql(t, url)
	const before = `geometrytype(geom) IN ('POINT', 'MULTIPOINT') AND NOT st_isempty(geom)`
	run(t, hand, `ALTER TABLE cuntu.village DROP CONSTRAINT village_geom_allowed;
		ALTER TABLE cuntu.village ADD CONSTRAINT village_geom_allowed CHECK (`+before+`);
		COMMENT ON CONSTRAINT village_geom_allowed ON cuntu.village IS 'as an older one had it'`)
	run(t, hand, `INSERT INTO cuntu.village (id, code, name, geom)
		SELECT n, lpad(n::text, 12, '0'), '村', ST_SetSRID(ST_MakePoint(CASE WHEN n > 3 THEN 200 ELSE 110 END, 33), 4326)
		  FROM generate_series(1, 15) n`)
	told := func() string {
		t.Helper()
		d, err := postgis.Check(t.Context(), url, layers.Builtin())
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(d)
	}
	const broken = " (broken by id 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 and 2 more)]"
	if got := told(); got != "[table cuntu.village: constraint village_geom_allowed is out of date"+broken {
		t.Errorf("before: %s", got)
	}
	open(t, url) // which an older database does not keep from serving
	if err := postgis.Migrate(t.Context(), url, layers.Builtin()); err != nil {
		t.Fatal(err)
	}
	if got := told(); got != "[table cuntu.village: some rows break the constraint village_geom_allowed"+broken {
		t.Errorf("after: %s", got)
	}
	if n := scan[int](t, hand, "SELECT count(*) FROM cuntu.village"); n != 15 {
		t.Errorf("%d rows are left", n)
	}
	if _, err := hand.Exec(t.Context(), "UPDATE cuntu.village SET geom = ST_SetSRID(ST_MakePoint(201, 33), 4326) WHERE id = 1"); err == nil {
		t.Error("it does not bind what is written from now on")
	}
	run(t, hand, "UPDATE cuntu.village SET geom = NULL WHERE id > 3")
	if err := postgis.Migrate(t.Context(), url, layers.Builtin()); err != nil {
		t.Fatal(err)
	}
	if got := told(); got != "[]" {
		t.Errorf("mended: %s", got)
	}
}

func TestOnlyWhatIsOutOfReachIsSaidToBe(t *testing.T) {
	url := migrated(t)
	hand := psql(t, url)
	proxy := pgtest.NewProxy(t, url)
	s := open(t, proxy.URL())
	_, since := count(t, s)
	follow := func() error {
		return s.Follow(t.Context(), since, func(b data.Batch) error { since = b.Cursor; return nil })
	}

	run(t, hand, "INSERT INTO cuntu.village (code, name) VALUES ('611002001001', '村'); ALTER TABLE cuntu.village RENAME COLUMN note TO remark")
	if _, err := hand.Exec(t.Context(), "DELETE FROM cuntu.village"); err == nil {
		t.Error("a change was made that the history cannot tell")
	}
	if err := follow(); err == nil || errors.Is(err, data.ErrUnreachable) {
		t.Errorf("a table that lacks a column: %v", err)
	}
	none := func(*layers.Layer, *layers.Feature) error { return nil }
	if _, err := s.Load(t.Context(), none); err == nil || errors.Is(err, data.ErrUnreachable) {
		t.Errorf("a load of it: %v", err)
	}
	run(t, hand, "ALTER TABLE cuntu.village RENAME COLUMN remark TO note")
	ctx, cancel := context.WithCancel(t.Context())
	err := s.Follow(ctx, since, func(data.Batch) error { cancel(); return nil })
	if errors.Is(err, data.ErrUnreachable) {
		t.Errorf("a caller that has enough: %v", err)
	}

	ended := make(chan error, 1)
	stands := make(chan struct{}, 1)
	go func() {
		ended <- s.Follow(t.Context(), since, func(data.Batch) error { stands <- struct{}{}; return nil })
	}()
	<-stands
	proxy.Cut()
	if err := <-ended; !errors.Is(err, data.ErrUnreachable) {
		t.Errorf("a connection that is cut: %v", err)
	}
	if _, err := s.Load(t.Context(), none); !errors.Is(err, data.ErrUnreachable) {
		t.Errorf("a server that cannot be reached: %v", err)
	}
}
