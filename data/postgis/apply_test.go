package postgis_test

import (
	"context"
	"errors"
	"testing"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/postgis/pgtest"
	"github.com/cuntu/cuntu/data/storetest"
	"github.com/cuntu/cuntu/layers"
)

func river(op layers.Op, id int64, name string) layers.Edit {
	l, _ := layers.Builtin().Layer("river")
	f := layers.Feature{ID: id, Values: make([]layers.Value, len(l.Fields))}
	f.Values[l.Field("name")] = layers.Text(name)
	return layers.Edit{Op: op, Layer: "river", Feature: f}
}

// rename is an update of the name alone.
func rename(id int64, name string) layers.Edit {
	e := river(layers.Update, id, name)
	e.Set = []int{0}
	return e
}

func TestALoadCutOffEndsAndTheNextOneWorks(t *testing.T) {
	db := migrated(t)
	fill(t, open(t, db), "village", 20_000)
	proxy := pgtest.NewProxy(t, db)
	s := open(t, proxy.URL())
	n := 0
	_, err := s.Load(t.Context(), func(*layers.Layer, *layers.Feature) error {
		if n++; n == 100 {
			proxy.Cut()
		}
		return nil
	})
	if err == nil || n >= 20_000 {
		t.Fatalf("a load cut off gave %d features and %v", n, err)
	}
	if _, err := s.Load(t.Context(), func(*layers.Layer, *layers.Feature) error { return nil }); err == nil {
		t.Fatal("a load finds no server and gives no error")
	}
	proxy.Restore()
	if n, _ := count(t, s); n != 20_000 {
		t.Errorf("then %d features", n)
	}
}

func TestAnApplyCutOffLeavesNothingAndTheNextOneWorks(t *testing.T) {
	db := migrated(t)
	proxy := pgtest.NewProxy(t, db)
	s := open(t, proxy.URL())
	const n = 50_000 // more than is gathered, so that the transaction is under way
	_, err := s.Apply(t.Context(), func(yield func(layers.Edit, error) bool) {
		for i := range n {
			if i == n-1000 {
				proxy.Cut()
			}
			if !yield(river(layers.Insert, 0, "丹江"), nil) {
				return
			}
		}
	})
	if _, refused := errors.AsType[*data.EditError](err); err == nil || refused {
		t.Fatalf("an apply cut off gave %v", err)
	}
	if _, err := s.Apply(t.Context(), data.Edits(river(layers.Insert, 0, "丹江"))); err == nil {
		t.Fatal("an apply finds no server and gives no error")
	}
	proxy.Restore()
	if n, _ := count(t, s); n != 0 {
		t.Errorf("%d features are left of an apply cut off", n)
	}
	if _, err := s.Apply(t.Context(), data.Edits(river(layers.Insert, 0, "丹江"))); err != nil {
		t.Errorf("once the server is back: %v", err)
	}
}

func TestApplyTriesAgainAfterADeadlock(t *testing.T) {
	db := migrated(t)
	s := open(t, db)
	if _, err := s.Apply(t.Context(), data.Edits(river(layers.Insert, 1, "甲"), river(layers.Insert, 2, "乙"))); err != nil {
		t.Fatal(err)
	}
	hand, watch := psql(t, db), psql(t, db)
	run(t, hand, `SET deadlock_timeout = '1h'`) // so that the store is the one that finds out
	run(t, hand, `BEGIN`)
	run(t, hand, `UPDATE cuntu.river SET level = 1 WHERE id = 2`)
	done := make(chan error, 1)
	go func() {
		// Two runs, so that the first is locked when the second waits.
		_, err := s.Apply(context.WithoutCancel(t.Context()), data.Edits(
			rename(1, "子"), river(layers.Put, 3, "丙"), rename(2, "丑")))
		done <- err
	}()
	until(t, watch, "the store waits", `SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)`)
	run(t, hand, `UPDATE cuntu.river SET level = 1 WHERE id = 1`)
	run(t, hand, `COMMIT`)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if got := scan[string](t, watch,
		`SELECT string_agg(name || coalesce(level::text, ''), ' ' ORDER BY id) FROM cuntu.river`); got != "子1 丑1 丙" {
		t.Errorf("the rivers are %s", got)
	}
}

func TestIDsGivenByHandAreNotGivenAgain(t *testing.T) {
	db := migrated(t)
	s := open(t, db)
	hand := psql(t, db)
	last := int64(0)
	for _, ahead := range []int64{1, 2, 900, 1_000_000} {
		id := last + ahead
		run(t, hand, `INSERT INTO cuntu.river (id, name) VALUES ($1, '丹江')`, id)
		ids, err := s.Apply(t.Context(), data.Edits(river(layers.Insert, 0, "洛河")))
		if err != nil || ids[0] <= id {
			t.Fatalf("after id %d by hand: %v, %v", id, ids, err)
		}
		if last = scan[int64](t, hand, addRiver, "金钱河"); last <= ids[0] {
			t.Fatalf("after id %d by Apply: %d", ids[0], last)
		}
	}
}

func TestEditsThatClashOnlyWithinAStatementPass(t *testing.T) {
	db := migrated(t)
	s := open(t, db)
	l, _ := layers.Builtin().Layer("village")
	maker := storetest.NewMaker(1)
	village := func(op layers.Op, id int64, code string) layers.Edit {
		f := maker.Feature(l)
		f.ID, f.Values[l.Field("code")] = id, layers.Text(code)
		return layers.Edit{Op: op, Layer: "village", Feature: f}
	}
	if _, err := s.Apply(t.Context(),
		data.Edits(village(layers.Insert, 1, "000001"), village(layers.Insert, 2, "000002"), village(layers.Insert, 3, "000003"))); err != nil {
		t.Fatal(err)
	}
	// One after the other each code is free when it is taken.
	if _, err := s.Apply(t.Context(),
		data.Edits(village(layers.Update, 3, "000004"), village(layers.Update, 2, "000003"), village(layers.Update, 1, "000002"))); err != nil {
		t.Error(err)
	}
}

func TestConstraintsOfTheDatabaseItselfAreWorded(t *testing.T) {
	db := migrated(t)
	s := open(t, db)
	hand := psql(t, db)
	run(t, hand, `ALTER TABLE cuntu.river ADD CONSTRAINT no_dragons CHECK (name <> '龙')`)
	_, err := s.Apply(t.Context(), data.Edits(river(layers.Insert, 0, "丹江"), river(layers.Insert, 0, "龙")))
	e, ok := errors.AsType[*data.EditError](err)
	if !ok || e.Index != 1 || !errors.Is(err, data.ErrInvalid) {
		t.Errorf("got %v", err)
	}
	t.Log(err)
}
