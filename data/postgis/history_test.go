package postgis_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/postgis"
	"github.com/cuntu/cuntu/layers"
)

// told are the changes of rivers, the oldest first.
func told(t *testing.T, s *postgis.Store) []*data.Past {
	t.Helper()
	var list []*data.Past
	err := s.Pasts(t.Context(), data.PastQuery{Layers: []string{"river"}, OldestFirst: true, Geometry: true}, func(p *data.Past) error {
		list = append(list, p)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// withLogin is the URL of the same database for another role, which it makes.
func withLogin(t *testing.T, database, role, grants string) string {
	t.Helper()
	hand := psql(t, database)
	run(t, hand, `CREATE ROLE `+role+` LOGIN PASSWORD 'p'`)
	t.Cleanup(func() {
		ctx := context.Background() // the test's has ended
		again, err := pgx.Connect(ctx, database)
		if err != nil {
			t.Fatal(err)
		}
		defer again.Close(ctx)
		if _, err := again.Exec(ctx, `DROP OWNED BY `+role+`; DROP ROLE `+role); err != nil {
			t.Error(err)
		}
	})
	run(t, hand, strings.ReplaceAll(grants, "ROLE", role))
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.UserPassword(role, "p")
	return u.String()
}

const editing = `GRANT USAGE ON SCHEMA cuntu TO ROLE; GRANT SELECT ON ALL TABLES IN SCHEMA cuntu TO ROLE;
GRANT INSERT, UPDATE, DELETE, TRUNCATE ON cuntu.river TO ROLE`

func TestWhoWritesSQLIsToldByTheDatabaseAlone(t *testing.T) {
	database := migrated(t)
	s := open(t, database)
	hand := psql(t, withLogin(t, database, "zhang_"+strings.ToLower(t.Name())[:8], editing))
	role := scan[string](t, hand, `SELECT session_user::text`)
	run(t, hand, `SELECT set_config('cuntu.by', '{"actor": "u1", "name": "王小明", "origin": "page"}', false)`)
	run(t, hand, `SET application_name = 'QGIS'`)
	run(t, hand, `INSERT INTO cuntu.river (name, geom) VALUES ('丹江', 'SRID=4326;LINESTRING(110 33, 110 34)'), ('洛河', NULL)`)
	run(t, hand, `UPDATE cuntu.river SET name = name`)
	run(t, hand, `UPDATE cuntu.river SET name = '金钱河', geom = NULL WHERE name = '丹江'`)
	run(t, hand, `UPDATE cuntu.river SET id = id + 100 WHERE name = '洛河'`)
	run(t, hand, `TRUNCATE cuntu.river`)
	list := told(t, s)
	want := []layers.Op{layers.Insert, layers.Insert, layers.Update, layers.Delete, layers.Insert, layers.Delete, layers.Delete}
	if len(list) != len(want) {
		t.Fatalf("%d changes, not %d", len(list), len(want))
	}
	for i, p := range list {
		if p.Op != want[i] {
			t.Errorf("change %d is %d, not %d", i, p.Op, want[i])
		}
		if p.By != (data.Authorship{Actor: "sql:" + role, Origin: data.FromOutside}) || p.Role != role || p.App != "QGIS" || p.Client == "" {
			t.Errorf("change %d: %+v of role %s, program %s, address %s", i, p.By, p.Role, p.App, p.Client)
		}
	}
	if p := list[2]; p.Before["name"].Text() != "丹江" || p.After["name"].Text() != "金钱河" || p.GeometryBefore == nil || p.GeometryAfter != nil {
		t.Errorf("the update is %+v", p)
	}
	if list[3].ID+100 != list[4].ID {
		t.Errorf("a row of another id went from %d to %d", list[3].ID, list[4].ID)
	}
}

func TestHistoryIsNeitherChangedNorDeleted(t *testing.T) {
	database := migrated(t)
	s := open(t, database)
	if _, err := s.Apply(t.Context(), data.Edits(river(layers.Insert, 0, "丹江"))); err != nil {
		t.Fatal(err)
	}
	owner := psql(t, database) // who may do all that is not refused
	other := psql(t, withLogin(t, database, "li_"+strings.ToLower(t.Name())[:8], editing))
	for _, sql := range []string{
		`UPDATE cuntu.history SET id = 7`, `DELETE FROM cuntu.history`, `TRUNCATE cuntu.history`,
		`UPDATE cuntu.writing SET actor = 'u2'`, `UPDATE cuntu.writing SET place = 7`, `DELETE FROM cuntu.writing`, `TRUNCATE cuntu.writing`,
	} {
		if _, err := owner.Exec(t.Context(), sql); err == nil || !strings.Contains(err.Error(), "is a record") {
			t.Errorf("%s: %v", sql, err)
		}
	}
	for _, sql := range []string{
		`INSERT INTO cuntu.history (writing, layer, id, op, areas) VALUES (1, 'river', 1, 'delete', '{}')`,
		`INSERT INTO cuntu.server_role VALUES (session_user)`,
		`SELECT cuntu.begin_writing()`,
		`SELECT cuntu.carry_writings('{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')`,
	} {
		if _, err := other.Exec(t.Context(), sql); err == nil {
			t.Errorf("a role that edits may do: %s", sql)
		}
	}
	if list := told(t, s); len(list) != 1 || list[0].By.Actor == "u2" {
		t.Errorf("the history is %v", list)
	}
}

// TestAnEarlierStateHasWholeTransactions has a transaction begin first and end last.
func TestAnEarlierStateHasWholeTransactions(t *testing.T) {
	database := migrated(t)
	s := open(t, database)
	hand, long := psql(t, database), psql(t, database)
	const add = `INSERT INTO cuntu.river (name) VALUES ($1)`
	run(t, long, `BEGIN`)
	run(t, long, add, "一")
	run(t, hand, add, "二")
	between := time.Now()
	run(t, long, add, "三")
	run(t, long, `COMMIT`)
	var names []string
	if err := s.LoadAt(t.Context(), []string{"river"}, between, func(_ *layers.Layer, f *layers.Feature) error {
		names = append(names, f.Values[0].Text())
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if strings.Join(names, " ") != "二" {
		t.Errorf("while a transaction was under way there were %v", names)
	}
}

// TestAClockThatGoesBack makes a writing of an hour ago after one of now: the order is that of the commits.
func TestAClockThatGoesBack(t *testing.T) {
	database := migrated(t)
	s := open(t, database)
	hand := psql(t, database)
	run(t, hand, `INSERT INTO cuntu.river (id, name) VALUES (1, '一')`)
	// As though the clock had been wrong: the record itself refuses this.
	run(t, hand, `ALTER TABLE cuntu.writing DISABLE TRIGGER cuntu_keep`)
	run(t, hand, `UPDATE cuntu.writing SET at = at + interval '1 hour'`)
	run(t, hand, `ALTER TABLE cuntu.writing ENABLE ALWAYS TRIGGER cuntu_keep`)
	run(t, hand, `UPDATE cuntu.river SET name = '二'`)
	list := told(t, s)
	if len(list) != 2 || list[1].Op != layers.Update || !list[1].At.Before(list[0].At) {
		t.Fatalf("the history is %v", list)
	}
	for at, want := range map[time.Time]string{list[1].At: "二", list[1].At.Add(-time.Second): ""} {
		got := ""
		if err := s.LoadAt(t.Context(), []string{"river"}, at, func(_ *layers.Layer, f *layers.Feature) error {
			got = f.Values[0].Text()
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("at %v the river was called %q, not %q", at, got, want)
		}
	}
}
