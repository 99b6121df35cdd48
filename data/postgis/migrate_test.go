package postgis_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/postgis"
	"github.com/cuntu/cuntu/data/postgis/pgtest"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
)

// definitions changes whenever something about the schema was written, even if
// it was written as it had been.
const definitions = `
SELECT md5(string_agg(x, ',' ORDER BY x)) FROM (
    SELECT 'class ' || oid || xmin FROM pg_class UNION ALL SELECT 'column ' || attrelid || attname || xmin FROM pg_attribute
    UNION ALL SELECT 'constraint ' || oid || xmin FROM pg_constraint UNION ALL SELECT 'trigger ' || oid || xmin FROM pg_trigger
    UNION ALL SELECT 'comment ' || objoid || ' ' || objsubid || xmin FROM pg_description
    UNION ALL SELECT 'function ' || oid || xmin FROM pg_proc) AS all_of_it(x)`

func TestMigratingTwiceChangesNothing(t *testing.T) {
	db := migrated(t)
	hand := psql(t, db)
	before := scan[string](t, hand, definitions)
	if err := postgis.Migrate(t.Context(), db, layers.Builtin()); err != nil {
		t.Fatal(err)
	}
	if scan[string](t, hand, definitions) != before {
		t.Error("the second migration wrote to the schema")
	}
	if d, err := postgis.Check(t.Context(), db, layers.Builtin()); err != nil || len(d) > 0 {
		t.Errorf("check: %v, %v", d, err)
	}
}

func TestMigratingAtOnceIsSafe(t *testing.T) {
	db := pgtest.URL(t)
	var wg sync.WaitGroup
	errs := make([]error, 4)
	for i := range errs {
		wg.Go(func() { errs[i] = postgis.Migrate(t.Context(), db, layers.Builtin()) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	open(t, db)
}

func TestOpeningWhatIsNotMigratedSaysWhatToDo(t *testing.T) {
	empty := pgtest.URL(t)
	behind := migrated(t)
	run(t, psql(t, behind), `ALTER TABLE cuntu.village DROP COLUMN fibre`)
	for url, wants := range map[string][]string{
		empty:  {"cuntu db migrate", "empty"},
		behind: {"cuntu db migrate", "cuntu.village: column fibre is missing"},
	} {
		_, err := postgis.Open(t.Context(), url, layers.Builtin())
		for _, want := range wants {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%v does not say %q", err, want)
			}
		}
	}
	if err := postgis.Migrate(t.Context(), behind, layers.Builtin()); err != nil {
		t.Fatal(err)
	}
	open(t, behind)
}

func TestADatabaseThatCannotHoldEveryNameIsRefused(t *testing.T) {
	u, err := url.Parse(pgtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	hand := psql(t, u.String())
	name := strings.TrimPrefix(u.Path, "/") + "_gb"
	run(t, hand, "CREATE DATABASE "+name+" TEMPLATE template0 ENCODING 'EUC_CN' LOCALE 'C'")
	t.Cleanup(func() {
		if _, err := hand.Exec(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	u.Path = "/" + name
	_, opened := postgis.Open(t.Context(), u.String(), layers.Builtin())
	for what, err := range map[string]error{"migrate": postgis.Migrate(t.Context(), u.String(), layers.Builtin()), "open": opened} {
		if err == nil || !strings.Contains(err.Error(), "UTF8") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestCheckTellsEachDifference(t *testing.T) {
	db := migrated(t)
	hand := psql(t, db)
	for _, c := range []struct{ sql, want string }{
		{`ALTER TABLE cuntu.village DROP COLUMN fibre`, "table cuntu.village: column fibre is missing"},
		{`ALTER TABLE cuntu.road ALTER COLUMN width_m TYPE real`, "table cuntu.road: column width_m is of type real, not double precision"},
		{`DROP TABLE cuntu.hazard`, "table cuntu.hazard: is missing"},
		{`DROP TRIGGER cuntu_update ON cuntu.town`, "table cuntu.town: trigger cuntu_update is missing or not enabled always"},
		{`ALTER TABLE cuntu.town DISABLE TRIGGER cuntu_insert`, "table cuntu.town: trigger cuntu_insert is missing or not enabled always"},
		{`ALTER TABLE cuntu.park DROP CONSTRAINT park_kind_allowed`, "table cuntu.park: constraint park_kind_allowed is missing"},
		{`DROP INDEX cuntu.site_geom_idx`, "table cuntu.site: index site_geom_idx is missing"},
		{`COMMENT ON COLUMN cuntu.river.name IS 'x'`, "table cuntu.river: column name has another comment"},
		{
			`ALTER TABLE cuntu.reserve ADD COLUMN owner text NOT NULL`,
			"table cuntu.reserve: column owner, which the catalogue does not know, is NOT NULL without a default, so that no feature can be added",
		},
		{`ALTER TABLE cuntu.reserve ADD COLUMN remark text`, ""},
	} {
		run(t, hand, c.sql)
		d, err := postgis.Check(t.Context(), db, layers.Builtin())
		if err != nil {
			t.Fatal(err)
		}
		if all := fmt.Sprint(d); c.want != "" && !strings.Contains(all, c.want) {
			t.Errorf("after %s: %s", c.sql, all)
		}
	}
	run(t, hand, `ALTER TABLE cuntu.road DROP COLUMN width_m; ALTER TABLE cuntu.reserve DROP COLUMN owner`)
	if err := postgis.Migrate(t.Context(), db, layers.Builtin()); err != nil {
		t.Fatal(err)
	}
	if d, err := postgis.Check(t.Context(), db, layers.Builtin()); err != nil || len(d) > 0 {
		t.Errorf("after migrating again: %v, %v", d, err)
	}
}

func TestTheCatalogueMayGrow(t *testing.T) {
	db := migrated(t)
	fill(t, open(t, db), "park", 200)
	hand := psql(t, db)
	run(t, hand, `UPDATE cuntu.park SET kind = 'tourism' WHERE id = 1; UPDATE cuntu.park SET status = NULL WHERE id = 2; UPDATE `+
		`cuntu.park SET note = NULL WHERE id = 1`)
	run(t, hand, `ALTER TABLE cuntu.park ADD CHECK (note <> '勿删')`) // a DBA's own stays

	c := layers.Builtin()
	park, _ := c.Layer("park")
	kind := &park.Fields[park.Field("kind")]
	kind.Values = append(kind.Values[:2:2], layers.Choice{Value: "logistics", Title: layers.Words{Zh: "物流园区", En: "Logistics"}})
	status := &park.Fields[park.Field("status")]
	status.Values, status.Required = nil, true
	park.Fields = append(park.Fields, layers.Field{ID: "gate", Type: layers.TypeInt, Title: layers.Words{Zh: "大门", En: "Gates"}})
	c.Layers = append(c.Layers, &layers.Layer{
		ID: "well", Title: layers.Words{Zh: "水井", En: "Well"}, Geometry: park.Geometry,
		Fields: []layers.Field{{
			ID:     "name",
			Type:   layers.TypeText,
			Title:  layers.Words{Zh: `井's \名`, En: "Name"},
			Values: []layers.Choice{{Value: `a'\b`}, {Value: "$1"}},
		}},
	})
	if err := postgis.Migrate(t.Context(), db, c); err != nil {
		t.Fatal(err)
	}
	d, err := postgis.Check(t.Context(), db, c)
	if err != nil || len(d) != 3 || d[0].What != "column status differs in NOT NULL" ||
		!strings.HasPrefix(d[1].What, "some rows break the constraint park_kind_allowed (broken by id 1, ") ||
		!strings.HasPrefix(d[2].What, "some rows break the constraint park_status_allowed (broken by id 2, ") {
		t.Errorf("check: %v, %v", d, err)
	}
	run(t, hand, `INSERT INTO cuntu.park (name, kind, status, gate) VALUES ('甲', 'logistics', 'any', 2)`)
	for _, sql := range []string{
		`INSERT INTO cuntu.park (name, kind, status) VALUES ('乙', 'tourism', 'any')`,
		`INSERT INTO cuntu.park (name, kind) VALUES ('乙', 'logistics')`,
		`UPDATE cuntu.park SET note = '勿删'`,
	} {
		if _, err := hand.Exec(t.Context(), sql); err == nil {
			t.Errorf("%s passes", sql)
		}
	}
	run(t, hand, `INSERT INTO cuntu.well (name) VALUES (E'a''\\b')`)

	// Once the rows are mended, the constraints bind all of them.
	run(t, hand, `UPDATE cuntu.park SET kind = NULL, status = 'any'`)
	if err := postgis.Migrate(t.Context(), db, c); err != nil {
		t.Fatal(err)
	}
	if d, err := postgis.Check(t.Context(), db, c); err != nil || len(d) > 0 {
		t.Errorf("check: %v, %v", d, err)
	}
	s, err := postgis.Open(t.Context(), db, c)
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	open(t, db) // and a server of before still runs
}

// TestTheDatabaseRefusesWhatTheCatalogueRefuses holds what people write by hand
// against layers.Field.Check.
func TestTheDatabaseRefusesWhatTheCatalogueRefuses(t *testing.T) {
	hand := psql(t, migrated(t))
	for _, c := range []struct {
		sql  string
		fits bool
	}{
		{`INSERT INTO cuntu.village (code, name) VALUES ('611002001001', '月亮湾村')`, true},
		{`INSERT INTO cuntu.village (code, name) VALUES ('611002001001', '月亮湾村')`, false},
		{`INSERT INTO cuntu.village (code) VALUES ('611002001002')`, false},
		{`INSERT INTO cuntu.village (name) VALUES ('月亮湾村')`, false},
		{`INSERT INTO cuntu.village (code, name) VALUES ('61100200100', '月亮湾村')`, false},
		{`INSERT INTO cuntu.village (code, name) VALUES (E'611002\n', '月亮湾村')`, false},
		{`INSERT INTO cuntu.village (code, name) VALUES ('６１１００２', '月亮湾村')`, false},
		{`INSERT INTO cuntu.village (id, code, name) VALUES (0, '611003', '月亮湾村')`, false},
		{`UPDATE cuntu.village SET exit_status = '待核查'`, true},
		{`UPDATE cuntu.village SET exit_status = '已核查'`, false},
		{`UPDATE cuntu.village SET insured_rate = 100`, true},
		{`UPDATE cuntu.village SET insured_rate = 100.01`, false},
		{`UPDATE cuntu.village SET elevation = 'NaN'`, false},
		{`UPDATE cuntu.village SET elevation = 'Infinity'`, false},
		{`UPDATE cuntu.village SET population = -1`, false},
		{`UPDATE cuntu.village SET exit_year = 1899`, false},
		{`UPDATE cuntu.village SET exit_year = 2100`, true},
		{`UPDATE cuntu.village SET geom = ST_GeomFromText('POINT(110 33)', 4326)`, true},
		{`UPDATE cuntu.village SET geom = ST_GeomFromText('MULTIPOINT((110 33),(110 34))', 4326)`, true},
		{`UPDATE cuntu.village SET geom = ST_GeomFromText('LINESTRING(110 33,110 34)', 4326)`, false},
		{`UPDATE cuntu.village SET geom = ST_GeomFromText('POINT EMPTY', 4326)`, false},
		{`UPDATE cuntu.village SET geom = ST_GeomFromText('POINT Z (110 33 800)', 4326)`, false},
		{`UPDATE cuntu.village SET geom = ST_GeomFromText('POINT(110 33)', 3857)`, false},
		{`INSERT INTO cuntu.site (name, facilities) VALUES ('甲', 'school,clinic')`, true},
		{`INSERT INTO cuntu.site (name, facilities) VALUES ('甲', 'school,casino')`, false},
		{`INSERT INTO cuntu.site (name, facilities) VALUES ('甲', '')`, false},
		{`INSERT INTO cuntu.site (name, geom) VALUES ('甲', ST_GeomFromText('POLYGON((110 33,111 33,111 34,110 33))', 4326))`, true},
		{`INSERT INTO cuntu.dataset (name, layers) VALUES ('甲', 'road,river')`, true},
	} {
		_, err := hand.Exec(t.Context(), c.sql)
		if (err == nil) != c.fits {
			t.Errorf("%s: %v", c.sql, err)
		}
	}
}

func TestEveryTableAndColumnIsCommentedInChinese(t *testing.T) {
	hand := psql(t, migrated(t))
	bare := scan[[]string](t, hand, `
		SELECT coalesce(array_agg(c.relname || '.' || a.attname), '{}') FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
		WHERE c.relnamespace = 'cuntu'::regnamespace AND c.relkind = 'r' AND c.relname NOT IN ('schema_version', 'horizon') AND a.attnum > 0
		AND (coalesce(col_description(c.oid, a.attnum), '') !~ '[一-龥]' AND coalesce(col_description(c.oid, a.attnum), '') <> '4G信号'
		     OR coalesce(obj_description(c.oid), '') !~ '[一-龥]')`)
	if len(bare) > 0 {
		t.Errorf("without a comment: %v", bare)
	}
	for column, want := range map[string]string{
		"road.cost_wan": "硬化造价（万元）", "village.exit_status": "退出状态：未退出、待核查、已销号",
		"site.status": "状态：existing 已建成、building 在建、planned 规划", "village.town": "镇：town.code",
	} {
		table, name, _ := strings.Cut(column, ".")
		got := scan[string](t, hand,
			`SELECT col_description(a.attrelid, a.attnum) FROM pg_attribute a WHERE attrelid = ('cuntu.' || $1)::regclass AND attname = $2`, table,
			name)
		if got != want {
			t.Errorf("%s: %s", column, got)
		}
	}
}

// TestServingNeedsNoMoreThanDocumented serves as the role that doc.go describes,
// and edits by hand as one that may only edit.
func TestServingNeedsNoMoreThanDocumented(t *testing.T) {
	db := migrated(t)
	hand := psql(t, db)
	u, err := url.Parse(db)
	if err != nil {
		t.Fatal(err)
	}
	roles := map[string]string{}
	for _, what := range []string{"serving", "editing"} {
		role := strings.TrimPrefix(u.Path, "/") + "_" + what
		run(t, hand, "CREATE ROLE "+pgx.Identifier{role}.Sanitize()+" LOGIN PASSWORD 'only'")
		t.Cleanup(func() {
			if _, err := hand.Exec(context.Background(), "DROP OWNED BY "+role+"; DROP ROLE "+role); err != nil {
				t.Error(err)
			}
		})
		of := *u
		of.User = url.UserPassword(role, "only")
		roles[what] = of.String()
		run(t, hand, "GRANT USAGE ON SCHEMA cuntu TO "+role)
		if what == "serving" {
			run(t, hand, "GRANT SELECT ON ALL TABLES IN SCHEMA cuntu TO "+role)
		}
		run(t, hand, "GRANT SELECT, INSERT, UPDATE, DELETE ON cuntu.river, cuntu.village TO "+role)
		if what == "serving" {
			run(t, hand, "GRANT INSERT, UPDATE, DELETE ON cuntu.document, cuntu.job TO "+role)
			run(t, hand, "GRANT USAGE ON SCHEMA cuntu_accounts TO "+role)
			if _, err := postgis.Open(t.Context(), roles[what], layers.Builtin()); err == nil || !strings.Contains(err.Error(), "cuntu_accounts") {
				t.Errorf("opened as one that may not read accounts: %v", err)
			}
			run(t, hand, "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA cuntu_accounts TO "+role)
		}
	}
	if _, err := postgis.Open(t.Context(), roles["editing"], layers.Builtin()); err == nil || !strings.Contains(err.Error(), "privileges") {
		t.Errorf("opened as one that may not read all: %v", err)
	}
	s := open(t, roles["serving"])
	_, cursor := count(t, s)
	f := follow(t, s, cursor)
	fill(t, s, "village", 300) // by COPY
	if b := f.next(t); len(b.Changes) != 300 {
		t.Errorf("%d changes", len(b.Changes))
	}
	if _, err := s.Apply(t.Context(),
		data.Edits(river(layers.Put, 9, "丹江"), river(layers.Insert, 0, "洛河"), river(layers.Delete, 9, ""))); err != nil {
		t.Error(err)
	}
	f.next(t)
	_, cursor = count(t, s)
	if _, err := s.Write(t.Context(), data.Writing{
		Edits: data.Edits(river(layers.Insert, 0, "乾佑河")), Since: cursor, Layers: []string{"river"},
		Documents: data.Keep(data.Document{Kind: "import", ID: "1"}), Jobs: []data.Job{{ID: "1", Kind: "undo"}},
	}); err != nil {
		t.Errorf("an import: %v", err)
	}
	f.next(t)
	if err := s.ChangeAccounts(t.Context(), func(tx data.AccountTx) error {
		return tx.PutUser(data.User{ID: "1", Login: "guard", Admin: access.SecurityAdmin})
	}); err != nil {
		t.Errorf("accounts: %v", err)
	}
	editor := psql(t, roles["editing"])
	id := scan[int64](t, editor, addRiver, "金钱河")
	if c := only(t, f.next(t)); c.ID != id {
		t.Errorf("told of %+v", c)
	}
	for _, sql := range []string{`DELETE FROM cuntu.change`, `SELECT * FROM cuntu.road`, `SELECT * FROM cuntu_accounts.account`} {
		if _, err := editor.Exec(t.Context(), sql); err == nil {
			t.Errorf("the editor may %s", sql)
		}
	}
	if _, err := s.Apply(t.Context(), data.Edits(layers.Edit{Op: layers.Delete, Layer: "road", Feature: layers.Feature{ID: 1}})); err == nil {
		t.Error("the server may edit what it may not")
	} else if pg, ok := errors.AsType[*pgconn.PgError](err); !ok || pg.Code != "42501" {
		t.Errorf("that is refused as %v", err)
	}
}

func TestThePasswordIsInNoError(t *testing.T) {
	const secret = "S3cr%t-p@ss"
	db, err := url.Parse(pgtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	with := func(change func(*url.URL)) string {
		u := *db
		u.User = url.UserPassword("postgres", secret)
		change(&u)
		return u.String()
	}
	for name, bad := range map[string]string{
		"wrong":       with(func(*url.URL) {}),
		"unreachable": with(func(u *url.URL) { u.Host = "127.0.0.1:1" }),
		"bad port":    strings.Replace(with(func(*url.URL) {}), db.Port(), "port", 1),
		"bad option":  with(func(u *url.URL) { u.RawQuery = "sslmode=perhaps" }),
		"bad pool":    with(func(u *url.URL) { u.RawQuery = "pool_max_conns=many" }),
		"no database": with(func(u *url.URL) { u.Path = "/nowhere" }),
		"unescaped":   "postgres://postgres:" + secret + "@127.0.0.1:1/x",
		"other":       "mysql://postgres:" + secret + "@127.0.0.1:1/x",
		"key-value":   "host=127.0.0.1 password=" + secret,
	} {
		_, opened := postgis.Open(t.Context(), bad, layers.Builtin())
		_, checked := postgis.Check(t.Context(), bad, layers.Builtin())
		for what, err := range map[string]error{
			"open": opened, "check": checked,
			"migrate": postgis.Migrate(t.Context(), bad, layers.Builtin()),
		} {
			if err == nil {
				t.Errorf("%s with a %s URL passes", what, name)
				continue
			}
			for _, s := range []string{secret, "S3cr", url.QueryEscape(secret), url.PathEscape(secret)} {
				for e := err; e != nil; e = errors.Unwrap(e) {
					if strings.Contains(fmt.Sprintf("%v", e), s) {
						t.Errorf("%s with a %s URL tells: %v", what, name, e)
					}
				}
			}
		}
	}
}
