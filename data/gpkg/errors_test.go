package gpkg

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
)

func TestErrorsSayWhatToDo(t *testing.T) {
	s := openPlaces(t)
	for code, says := range map[sqlite.ResultCode]string{
		sqlite.ResultReadOnlyDirectory: "right to write",
		sqlite.ResultCantOpen:          "directory exists",
		sqlite.ResultCorrupt:           "backup",
		sqlite.ResultIOErrWrite:        "check the disk",
		sqlite.ResultBusySnapshot:      "editing session",
		sqlite.ResultError:             "backup",
	} {
		err := s.fail(t.Context(), "edit", code.ToError())
		if err == nil || !strings.HasPrefix(err.Error(), "edit "+s.path+": ") || !strings.Contains(err.Error(), says) {
			t.Errorf("%v becomes %v", code, err)
		}
		if sqlite.ErrCode(err) != code {
			t.Errorf("%v is lost in %v", code, err)
		}
	}
	err := s.reads(t.Context(), func(conn *sqlite.Conn) error {
		return sqlitex.Execute(conn, "SELECT secret FROM nowhere", nil)
	})
	if err = s.fail(t.Context(), "load", err); err == nil || strings.Contains(err.Error(), "nowhere") {
		t.Errorf("a statement shows in %v", err)
	}
}

func TestAFullDiskLeavesTheStoreAsItWas(t *testing.T) {
	s := openPlaces(t)
	edit(t, s, place(layers.Insert, 0, orb.Point{110, 33}))
	limit := func(pages string) {
		conn, err := s.writer.Take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer s.writer.Put(conn)
		if _, err := number(conn, "PRAGMA max_page_count = "+pages); err != nil {
			t.Fatal(err)
		}
	}
	limit("60")
	_, err := s.Apply(t.Context(), func(yield func(layers.Edit, error) bool) {
		for range 10_000 {
			if !yield(place(layers.Insert, 0, orb.Point{110, 33}), nil) {
				return
			}
		}
	})
	if err == nil || !strings.Contains(err.Error(), "disk is full") {
		t.Fatalf("error %v", err)
	}
	limit("1000000")
	edit(t, s, place(layers.Insert, 0, orb.Point{110, 33}))
	n := 0
	if _, err := s.Load(t.Context(), func(*layers.Layer, *layers.Feature) error { n++; return nil }); err != nil || n != 2 {
		t.Errorf("the store holds %d features, %v", n, err)
	}
}

func TestAWriterThatWaitsHeedsItsContext(t *testing.T) {
	s := openPlaces(t)
	other, err := sqlite.OpenConn(s.path, sqlite.OpenReadWrite)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if err := sqlitex.Execute(other, "BEGIN IMMEDIATE", nil); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	one := func(yield func(layers.Edit, error) bool) { yield(place(layers.Insert, 0, nil), nil) }
	if _, err := s.Apply(ctx, one); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
	if err := sqlitex.Execute(other, "ROLLBACK", nil); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Apply(t.Context(), one); err != nil {
		t.Error(err)
	}
	if err := sqlitex.Execute(other, "BEGIN IMMEDIATE", nil); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() {
		_, err := s.Apply(context.Background(), one)
		ended <- err
	}()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := <-ended; !errors.Is(err, errClosed) {
		t.Errorf("a writer whose store is closed gave %v", err)
	}
}

// TestACallersPanicLeavesTheStoreUsable: a web handler's panic is caught far
// above.
func TestACallersPanicLeavesTheStoreUsable(t *testing.T) {
	s := openPlaces(t)
	edit(t, s, place(layers.Insert, 0, nil))
	for range readers + 1 {
		for _, call := range []func(){
			func() {
				_, _ = s.Apply(t.Context(), func(yield func(layers.Edit, error) bool) {
					yield(place(layers.Insert, 0, nil), nil)
					panic("edits")
				})
			},
			func() { _, _ = s.Load(t.Context(), func(*layers.Layer, *layers.Feature) error { panic("add") }) },
		} {
			func() {
				defer func() { _ = recover() }()
				call()
			}()
		}
	}
	n := 0
	if _, err := s.Load(t.Context(), func(*layers.Layer, *layers.Feature) error { n++; return nil }); err != nil || n != 1 {
		t.Errorf("the store holds %d features, %v", n, err)
	}
}
