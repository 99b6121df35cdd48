package postgis_test

import (
	"errors"
	"io"
	"net"
	"net/url"
	"testing"
	"time"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/postgis"
	"github.com/cuntu/cuntu/data/postgis/pgtest"
	"github.com/cuntu/cuntu/layers"
)

const addRiver = `INSERT INTO cuntu.river (name) VALUES ($1) RETURNING id`

func TestFollowTellsWhatIsDoneByHand(t *testing.T) {
	db := migrated(t)
	s := open(t, db, postgis.Poll(time.Hour)) // NOTIFY alone must do
	_, cursor := count(t, s)
	f := follow(t, s, cursor)
	hand := psql(t, db)

	id := scan[int64](t, hand, addRiver, "丹江")
	if c := only(t, f.next(t)); c.ID != id || text(c, "name") != "丹江" {
		t.Errorf("after INSERT: %+v", c)
	}
	worst := time.Duration(0)
	for range 20 {
		start := time.Now()
		run(t, hand, `UPDATE cuntu.river SET name = '洛河', geom = ST_GeomFromText('LINESTRING(110 33,110.5 33.5)', 4326) WHERE id = $1`, id)
		if c := only(t, f.next(t)); c.ID != id || text(c, "name") != "洛河" || c.Feature.Geometry == nil {
			t.Errorf("after UPDATE: %+v", c)
		}
		worst = max(worst, time.Since(start))
	}
	t.Logf("an UPDATE was told within %v at most", worst)
	run(t, hand, `UPDATE cuntu.river SET id = id + 100 WHERE id = $1`, id)
	if b := f.next(t); len(b.Changes) != 2 || b.Changes[0].Feature != nil || b.Changes[1].ID != id+100 {
		t.Errorf("after a change of id: %+v", b.Changes)
	}
	run(t, hand, `MERGE INTO cuntu.river USING (VALUES (1)) AS v(x) ON id = $1 WHEN MATCHED THEN UPDATE SET level = 3`, id+100)
	if c := only(t, f.next(t)); c.Feature == nil || c.ID != id+100 {
		t.Errorf("after MERGE: %+v", c)
	}
	run(t, hand, `DELETE FROM cuntu.river`)
	if c := only(t, f.next(t)); c.Feature != nil || c.ID != id+100 {
		t.Errorf("after DELETE: %+v", c)
	}
}

func TestFollowFindsChangesThatNoNoticeTellsOf(t *testing.T) {
	db := migrated(t)
	s := open(t, db, postgis.Poll(20*time.Millisecond))
	_, cursor := count(t, s)
	f := follow(t, s, cursor)
	hand := psql(t, db)
	run(t, hand, `CREATE FUNCTION pg_temp.nothing() RETURNS void LANGUAGE sql AS ''`)
	run(t, hand, `INSERT INTO cuntu.change (layer, ids) VALUES ('river', '{[5,6)}')`) // as if NOTIFY had been lost
	if c := only(t, f.next(t)); c.ID != 5 || c.Feature != nil {
		t.Errorf("got %+v", c)
	}
}

// TestFollowLosesNothingWhenCommitsCrossOver begins transactions in one order and
// commits them in another, with cursors taken in between.
func TestFollowLosesNothingWhenCommitsCrossOver(t *testing.T) {
	db := migrated(t)
	s := open(t, db)
	early, late, watch := psql(t, db), psql(t, db), psql(t, db)
	run(t, early, `BEGIN`)
	first := scan[int64](t, early, addRiver, "先")

	_, loaded := count(t, s) // does not see the first, which has the lower xid
	f := follow(t, s, loaded)
	run(t, late, `BEGIN`)
	second := scan[int64](t, late, addRiver, "后")
	run(t, late, `COMMIT`)
	b := f.next(t)
	if c := only(t, b); c.ID != second {
		t.Fatalf("the second, committed first, was told as %+v", c)
	}

	// While the first stays open, nothing is told again.
	third := scan[int64](t, watch, addRiver, "又")
	if c := only(t, f.next(t)); c.ID != third {
		t.Fatalf("then %+v", c)
	}
	run(t, early, `COMMIT`)
	if c := only(t, f.next(t)); c.ID != first || text(c, "name") != "先" {
		t.Fatalf("the first, committed last, was told as %+v", c)
	}

	// Who was away since the second reads on the same way.
	again := follow(t, s, b.Cursor)
	got := map[int64]bool{}
	for len(got) < 2 {
		for _, c := range again.next(t).Changes {
			got[c.ID] = true
		}
	}
	if !got[first] || !got[third] || got[second] {
		t.Errorf("from a cursor in between: %v", got)
	}
}

func TestAnOpenTransactionMakesNothingToldTwice(t *testing.T) {
	db := migrated(t)
	s := open(t, db, postgis.Poll(time.Millisecond))
	_, cursor := count(t, s)
	f := follow(t, s, cursor)
	holder, hand := psql(t, db), psql(t, db)
	run(t, holder, `BEGIN`)
	scan[int64](t, holder, addRiver, "久")
	told := map[int64]int{}
	for range 50 { // with a look every millisecond in between
		id := scan[int64](t, hand, addRiver, "新")
		for told[id] == 0 {
			for _, c := range f.next(t).Changes {
				if told[c.ID]++; told[c.ID] > 1 {
					t.Fatalf("river %d was told twice", c.ID)
				}
			}
		}
	}
}

func TestFollowTellsAStatementOfAHundredThousandRows(t *testing.T) {
	const n = 100_000
	db := migrated(t)
	s := open(t, db)
	_, cursor := count(t, s)
	f := follow(t, s, cursor)
	hand := psql(t, db)
	for _, c := range []struct {
		sql  string
		gone bool
	}{
		{`INSERT INTO cuntu.river (name) SELECT '河' || i FROM generate_series(1, 100000) AS i`, false},
		{`UPDATE cuntu.river SET level = 1 + id % 9`, false},
		{`TRUNCATE cuntu.river`, true},
		{`INSERT INTO cuntu.river (name) SELECT '河' || i FROM generate_series(1, 100000) AS i`, false},
		{`DELETE FROM cuntu.river`, true},
	} {
		start := time.Now()
		run(t, hand, c.sql)
		done := time.Now()
		b := f.next(t)
		t.Logf("%.20s took %v, was told %v later", c.sql, done.Sub(start), time.Since(done))
		if len(b.Changes) != n {
			t.Fatalf("%s: %d changes", c.sql, len(b.Changes))
		}
		for _, ch := range b.Changes {
			if (ch.Feature == nil) != c.gone {
				t.Fatalf("%s: told as %+v", c.sql, ch)
			}
		}
	}
	if rows := scan[int](t, hand, `SELECT count(*) FROM cuntu.change`); rows > 50 {
		t.Errorf("the change record holds %d rows for five statements", rows)
	}
}

func TestFollowGivesUpWhereLoadingIsCheaper(t *testing.T) {
	db := migrated(t)
	s := open(t, db, postgis.MostChanges(100))
	_, cursor := count(t, s)
	fill(t, s, "river", 101)
	if err := follow(t, s, cursor).end(t); !errors.Is(err, data.ErrExpired) {
		t.Errorf("101 changes where 100 are allowed: %v", err)
	}
}

func TestPruningExpiresCursorsFromBefore(t *testing.T) {
	db := migrated(t)
	s := open(t, db)
	hand, holder := psql(t, db), psql(t, db)
	_, old := count(t, s)
	scan[int64](t, hand, addRiver, "旧")

	// What an open transaction might be older than is spared.
	run(t, holder, `BEGIN`)
	scan[int64](t, holder, addRiver, "久")
	scan[int64](t, hand, addRiver, "新")
	// So is what any older transaction of the cluster may not have seen, such as
	// another test's: it passes.
	pruned := 0
	for deadline := time.Now().Add(patience); pruned == 0 && time.Now().Before(deadline); {
		pruned = scan[int](t, hand, `SELECT cuntu.prune_changes('0')`)
	}
	if pruned != 1 {
		t.Errorf("%d rows were pruned, not the one before the open transaction", pruned)
	}
	n, during := count(t, s)
	if n != 2 {
		t.Fatalf("%d rivers", n)
	}
	if err := follow(t, s, old).end(t); !errors.Is(err, data.ErrExpired) {
		t.Errorf("a cursor from before gave %v", err)
	}
	f := follow(t, s, during)
	run(t, holder, `COMMIT`)
	if c := only(t, f.next(t)); text(c, "name") != "久" {
		t.Errorf("from a cursor since: %+v", c)
	}

	aged := open(t, db, postgis.Retention(time.Nanosecond)) // a follower prunes as it begins
	_, cursor := count(t, aged)
	f = follow(t, aged, cursor)
	until(t, hand, "the record is pruned", `SELECT NOT EXISTS (SELECT FROM cuntu.change)`)
	scan[int64](t, hand, addRiver, "末")
	if c := only(t, f.next(t)); text(c, "name") != "末" {
		t.Errorf("after pruning: %+v", c)
	}
}

// TestARecordFromAnotherClusterDoesNoHarm has a change record such as a dump
// brings along: of transactions that this server has not come to yet.
func TestARecordFromAnotherClusterDoesNoHarm(t *testing.T) {
	db := migrated(t)
	s := open(t, db, postgis.Poll(time.Millisecond))
	hand := psql(t, db)
	run(t, hand, `INSERT INTO cuntu.change (xid, layer, ids, at) VALUES ('4000000000', 'river', '{[7,8)}', '2020-01-01'), ('4000000000', `+
		`'river', '{[8,9)}', now())`)
	run(t, hand, `UPDATE cuntu.horizon SET xid = '3999999999'`)
	_, cursor := count(t, s)
	f := follow(t, s, cursor)
	for range 20 {
		id := scan[int64](t, hand, addRiver, "丹江")
		if c := only(t, f.next(t)); c.ID != id {
			t.Fatalf("told of %+v", c)
		}
	}
	if n := scan[int](t, hand, `SELECT count(*) FROM cuntu.change WHERE xid = '4000000000'`); n != 1 {
		t.Errorf("%d rows of the old record are left, not the young one", n)
	}
}

func TestACursorOfAnotherHistoryIsExpired(t *testing.T) {
	db, other := migrated(t), migrated(t)
	s, o := open(t, db), open(t, other)
	_, cursor := count(t, s)
	if err := follow(t, o, cursor).end(t); !errors.Is(err, data.ErrExpired) {
		t.Errorf("another database: %v", err)
	}
	f := follow(t, s, cursor)
	hand := psql(t, db)
	run(t, hand, `DROP TABLE cuntu.river`) // as a restore of the table does
	if err := postgis.Migrate(t.Context(), db, layers.Builtin()); err != nil {
		t.Fatal(err)
	}
	scan[int64](t, hand, addRiver, "新")
	if err := f.end(t); !errors.Is(err, data.ErrExpired) {
		t.Errorf("a table made anew: %v", err)
	}
}

func TestFollowNoticesAServerThatFallsSilent(t *testing.T) {
	db := migrated(t)
	hole := newHole(t, db)
	s := open(t, hole.url, postgis.Poll(10*time.Millisecond), postgis.Answer(200*time.Millisecond))
	_, cursor := count(t, s)
	f := follow(t, s, cursor)
	scan[int64](t, psql(t, db), addRiver, "丹江")
	f.next(t)
	close(hole.silent)
	if err := f.end(t); err == nil || errors.Is(err, data.ErrExpired) || t.Context().Err() != nil {
		t.Errorf("the feed ended with %v", err)
	} else {
		t.Log(err)
	}
}

// hole passes bytes on until it falls silent, and then takes them and says
// nothing, as a host does whose cable was pulled.
type hole struct {
	url    string
	silent chan struct{}
}

func newHole(t *testing.T, db string) *hole {
	u, err := url.Parse(db)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	h := &hole{silent: make(chan struct{})}
	server := u.Host
	u.Host = l.Addr().String()
	h.url = u.String()
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			up, err := net.Dial("tcp", server)
			if err != nil {
				client.Close()
				continue
			}
			go func() { io.Copy(up, client); up.Close() }()
			go func() { io.Copy(filter{client, h.silent}, up); client.Close() }()
		}
	}()
	return h
}

type filter struct {
	net.Conn
	silent chan struct{}
}

func (f filter) Write(b []byte) (int, error) {
	select {
	case <-f.silent:
		return len(b), nil
	default:
		return f.Conn.Write(b)
	}
}

func TestFollowReadsOnAfterALostConnection(t *testing.T) {
	db := migrated(t)
	proxy := pgtest.NewProxy(t, db)
	s := open(t, proxy.URL())
	_, cursor := count(t, s)
	hand := psql(t, db)
	for range 3 {
		f := follow(t, s, cursor)
		id := scan[int64](t, hand, addRiver, "丹江")
		if c := only(t, f.next(t)); c.ID != id {
			t.Fatalf("told of %+v", c)
		}
		proxy.Cut()
		if err := f.end(t); err == nil || errors.Is(err, data.ErrExpired) {
			t.Fatalf("a feed cut off ended with %v", err)
		}
		missed := scan[int64](t, hand, addRiver, "洛河")
		if err := follow(t, s, f.cursor).end(t); err == nil || errors.Is(err, data.ErrExpired) {
			t.Fatalf("a feed that finds no server ended with %v", err)
		}
		proxy.Restore()
		f = follow(t, s, f.cursor)
		if c := only(t, f.next(t)); c.ID != missed {
			t.Fatalf("after the break told of %+v", c)
		}
		cursor = f.cursor
		f.cancel()
	}
}
