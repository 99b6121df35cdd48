package gpkg_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/gpkg"
	"github.com/cuntu/cuntu/layers"
)

// feed runs a Follow and hands its batches over.
func feed(t *testing.T, s *gpkg.Store) <-chan data.Batch {
	t.Helper()
	at, err := s.Load(t.Context(), func(*layers.Layer, *layers.Feature) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	batches, ended := make(chan data.Batch, 100), make(chan error, 1)
	go func() {
		ended <- s.Follow(ctx, at, func(b data.Batch) error {
			if len(b.Changes) > 0 { // the first only says that the feed stands
				batches <- b
			}
			return nil
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) && !strings.Contains(err.Error(), "the store is closed") {
			t.Errorf("the feed ended with %v", err)
		}
	})
	return batches
}

// next is what a feed tells next, a change a line: layer, id and name or gone.
func next(t *testing.T, batches <-chan data.Batch) string {
	t.Helper()
	select {
	case b := <-batches:
		var lines []string
		for _, c := range b.Changes {
			line := c.Layer + " " + layers.Int(c.ID).String() + " "
			if c.Feature == nil {
				line += "gone"
			} else {
				l, _ := layers.Builtin().Layer(c.Layer)
				line += c.Feature.Values[l.Field("name")].Text()
			}
			lines = append(lines, line)
		}
		return strings.Join(lines, "\n")
	case <-time.After(time.Minute):
		t.Fatal("the feed tells nothing")
		return ""
	}
}

func river(id int64, name string) layers.Edit {
	return layers.Edit{Op: layers.Put, Layer: "river", Feature: layers.Feature{
		ID: id, Geometry: orb.LineString{{110, 33}, {110, 34}}, Values: []layers.Value{layers.Text(name), layers.Null, layers.Null},
	}}
}

func village(id int64, code, name string) layers.Edit {
	l, _ := layers.Builtin().Layer("village")
	values := make([]layers.Value, len(l.Fields))
	values[l.Field("code")], values[l.Field("name")] = layers.Text(code), layers.Text(name)
	return layers.Edit{Op: layers.Put, Layer: "village", Feature: layers.Feature{ID: id, Values: values}}
}

func apply(t *testing.T, s *gpkg.Store, edits ...layers.Edit) {
	t.Helper()
	if _, err := s.Apply(t.Context(), data.Edits(edits...)); err != nil {
		t.Fatal(err)
	}
}

func TestOwnEditsAreToldAtOnce(t *testing.T) {
	s, err := gpkg.Open(t.Context(), filepath.Join(t.TempDir(), "a.gpkg"), layers.Builtin(), gpkg.Options{Create: true, Poll: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	batches := feed(t, s)
	apply(t, s, river(1, "丹江"))
	if got := next(t, batches); got != "river 1 丹江" {
		t.Errorf("%q", got)
	}
}

func TestTheShellsEditsAreTold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.gpkg")
	s := open(t, path)
	apply(t, s, river(1, "a"), river(2, "b"), river(3, "c"),
		village(1, "611002001001", "一"), village(2, "611002001002", "二"), village(3, "611002001003", "三"))
	batches := feed(t, s)
	for _, c := range []struct{ sql, want string }{
		{"UPDATE river SET name = name || '!' WHERE id < 3", "river 1 a!\nriver 2 b!"},
		{"DELETE FROM river WHERE id = 2", "river 2 gone"},
		{"UPDATE village SET exit_status = '已销号' WHERE id = 1", "village 1 一"},
		{
			"BEGIN; UPDATE village SET name = 'x'; DELETE FROM village WHERE id = 3; DELETE FROM river WHERE id = 3; COMMIT",
			"village 1 x\nvillage 2 x\nvillage 3 gone\nriver 3 gone",
		},
		{"INSERT INTO dataset (name) VALUES ('地图')", "dataset 1 地图"},
		{"INSERT OR REPLACE INTO dataset (id, name) VALUES (1, '新')", "dataset 1 新"},
		{"UPDATE dataset SET id = 9", "dataset 1 gone\ndataset 9 新"},
		{"UPDATE OR REPLACE village SET code = '611002001002' WHERE id = 1", "village 1 x\nvillage 2 gone"},
	} {
		shell(t, path, c.sql)
		if got := next(t, batches); got != c.want {
			t.Errorf("after %s the feed tells %q, not %q", c.sql, got, c.want)
		}
	}
}

func TestOldCursorsExpire(t *testing.T) {
	s, err := gpkg.Open(t.Context(), filepath.Join(t.TempDir(), "a.gpkg"), layers.Builtin(), gpkg.Options{Create: true, Keep: 1000})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	none := func(*layers.Layer, *layers.Feature) error { return nil }
	old, err := s.Load(t.Context(), none)
	if err != nil {
		t.Fatal(err)
	}
	apply(t, s, river(1, "丹江"))
	recent := old
	for i := range 2100 {
		if i == 1500 {
			if recent, err = s.Load(t.Context(), none); err != nil {
				t.Fatal(err)
			}
		}
		apply(t, s, river(2, "洛河"))
	}
	if err := s.Follow(t.Context(), old, func(data.Batch) error { return nil }); !errors.Is(err, data.ErrExpired) {
		t.Errorf("the old cursor gave %v", err)
	}
	enough := errors.New("enough")
	if err := s.Follow(t.Context(), recent, func(data.Batch) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("the recent cursor gave %v", err)
	}

	// A batch beyond what the record keeps is not put on record at all.
	if recent, err = s.Load(t.Context(), none); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Apply(t.Context(), points(5000)); err != nil {
		t.Fatal(err)
	}
	if err := s.Follow(t.Context(), recent, func(data.Batch) error { return nil }); !errors.Is(err, data.ErrExpired) {
		t.Errorf("the cursor before a large batch gave %v", err)
	}
	if recent, err = s.Load(t.Context(), none); err != nil {
		t.Fatal(err)
	}
	apply(t, s, river(3, "金钱河"))
	if err := s.Follow(t.Context(), recent, func(b data.Batch) error {
		if len(b.Changes) != 1 {
			t.Errorf("%d changes", len(b.Changes))
		}
		return enough
	}); !errors.Is(err, enough) {
		t.Errorf("the cursor after a large batch gave %v", err)
	}
}

func TestAReplacedFileIsNoticed(t *testing.T) {
	path, other := filled(t), filled(t)
	s, err := gpkg.Open(t.Context(), path, layers.Builtin(), gpkg.Options{Poll: 10 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	at, err := s.Load(t.Context(), func(*layers.Layer, *layers.Feature) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() { ended <- s.Follow(t.Context(), at, func(data.Batch) error { return nil }) }()
	if err := os.Rename(other, path); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; !errors.Is(err, data.ErrExpired) || !strings.Contains(err.Error(), "taken its place") {
		t.Errorf("the feed ended with %v", err)
	}
	if _, err := s.Apply(t.Context(), data.Edits(river(1, "丹江"))); err == nil || !strings.Contains(err.Error(), "taken its place") {
		t.Errorf("an edit gave %v", err)
	}
	// Were it expired, who follows would load again and again.
	if _, err := s.Load(t.Context(), func(*layers.Layer, *layers.Feature) error {
		return nil
	}); errors.Is(err, data.ErrExpired) || err == nil || !strings.Contains(err.Error(), "taken its place") {
		t.Errorf("a load gave %v", err)
	}
}
