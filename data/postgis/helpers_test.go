package postgis_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/postgis"
	"github.com/cuntu/cuntu/data/storetest"
	"github.com/cuntu/cuntu/layers"
)

const patience = time.Minute

// psql is a connection like that of someone at a prompt.
func psql(t testing.TB, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

func run(t testing.TB, conn *pgx.Conn, sql string, args ...any) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func scan[T any](t testing.TB, conn *pgx.Conn, sql string, args ...any) T {
	t.Helper()
	var v T
	if err := conn.QueryRow(t.Context(), sql, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}

// fill inserts n random features of a layer.
func fill(t testing.TB, s *postgis.Store, layer string, n int) []int64 {
	t.Helper()
	l, _ := layers.Builtin().Layer(layer)
	maker := storetest.NewMaker(uint64(n))
	ids, err := s.Apply(t.Context(), func(yield func(layers.Edit, error) bool) {
		for range n {
			if !yield(layers.Edit{Op: layers.Insert, Layer: layer, Feature: maker.Feature(l)}, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// count loads and gives how many features there are, and the cursor.
func count(t testing.TB, s *postgis.Store) (int, data.Cursor) {
	t.Helper()
	n := 0
	cursor, err := s.Load(t.Context(), func(*layers.Layer, *layers.Feature) error { n++; return nil })
	if err != nil {
		t.Fatal(err)
	}
	return n, cursor
}

// feed is a Follow under way.
type feed struct {
	batches chan data.Batch
	ended   chan error
	cursor  data.Cursor
	cancel  context.CancelFunc
}

func follow(t testing.TB, s *postgis.Store, since data.Cursor) *feed {
	ctx, cancel := context.WithCancel(t.Context())
	f := &feed{batches: make(chan data.Batch, 1000), ended: make(chan error, 1), cursor: since, cancel: cancel}
	go func() {
		f.ended <- s.Follow(ctx, since, func(b data.Batch) error {
			if len(b.Changes) > 0 { // the first only says that the feed stands
				f.batches <- b
			}
			return nil
		})
		close(f.batches)
	}()
	t.Cleanup(func() {
		cancel()
		for range f.batches {
		}
	})
	return f
}

// next is the next batch.
func (f *feed) next(t testing.TB) data.Batch {
	t.Helper()
	select {
	case b, ok := <-f.batches:
		if !ok {
			t.Fatalf("the feed ended: %v", <-f.ended)
		}
		f.cursor = b.Cursor
		return b
	case <-time.After(patience):
		t.Fatal("the feed tells nothing")
	}
	panic("unreachable")
}

// end waits for the feed to end by itself.
func (f *feed) end(t testing.TB) error {
	t.Helper()
	select {
	case err := <-f.ended:
		return err
	case <-time.After(patience):
		t.Fatal("the feed does not end")
	}
	panic("unreachable")
}

// only is the one change of a batch.
func only(t testing.TB, b data.Batch) layers.Change {
	t.Helper()
	if len(b.Changes) != 1 {
		t.Fatalf("%d changes, not one: %v", len(b.Changes), b.Changes)
	}
	return b.Changes[0]
}

func text(c layers.Change, field string) string {
	l, _ := layers.Builtin().Layer(c.Layer)
	return c.Feature.Values[l.Field(field)].Text()
}

// until waits for a condition that the database decides.
func until(t testing.TB, conn *pgx.Conn, what, sql string, args ...any) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !scan[bool](t, conn, sql, args...) {
		if time.Now().After(deadline) {
			t.Fatalf("it does not come to pass that %s", what)
		}
	}
}
