package data_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/gpkg"
	"github.com/cuntu/cuntu/data/postgis"
	"github.com/cuntu/cuntu/data/postgis/pgtest"
	"github.com/cuntu/cuntu/data/storetest"
	"github.com/cuntu/cuntu/layers"
)

func inFile(t *testing.T) data.Store {
	t.Helper()
	s, err := gpkg.Open(t.Context(), filepath.Join(t.TempDir(), "a.gpkg"), layers.Builtin(), gpkg.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func inPostGIS(t *testing.T) (data.Store, string) {
	t.Helper()
	url := pgtest.URL(t)
	if err := postgis.Migrate(t.Context(), url, layers.Builtin()); err != nil {
		t.Fatal(err)
	}
	s, err := postgis.Open(t.Context(), url, layers.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, url
}

// fill puts features of every layer, with gaps between the ids, and documents.
func fill(t *testing.T, s data.Store, seed uint64, each int) {
	t.Helper()
	maker := storetest.NewMaker(seed)
	var edits []layers.Edit
	for _, l := range layers.Builtin().Layers {
		for i := range each {
			f := maker.Feature(l)
			f.ID = int64(i*i + 5)
			edits = append(edits, layers.Edit{Op: layers.Insert, Layer: l.ID, Feature: f})
		}
	}
	at := time.Date(2026, 11, 24, 1, 2, 3, 456_000, time.UTC)
	_, err := s.Write(t.Context(), data.Writing{Edits: data.Edits(edits...), Documents: data.Keep(
		data.Document{Kind: "import", ID: fmt.Sprint("第", seed, "次"), Author: "王小明", Time: at, Content: []byte("\x00\xff")},
		data.Document{Kind: "scenario", ID: "b", Time: at.Add(time.Hour)},
	)})
	if err != nil {
		t.Fatal(err)
	}
}

// sums are PostgreSQL's own words for every row of every table, hashed.
func sums(t *testing.T, url string) map[string]string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	all := map[string]string{}
	for _, table := range append(layers.Builtin().IDs(), "document") {
		var sum string
		sql := `SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, E'\n' ORDER BY t::text)), '') FROM cuntu.` +
			pgx.Identifier{table}.Sanitize() + ` t`
		if err := conn.QueryRow(t.Context(), sql).Scan(&sum); err != nil {
			t.Fatal(err)
		}
		all[table] = sum
	}
	return all
}

func TestACopyThroughAFileIsTheSameToPostgreSQL(t *testing.T) {
	catalog := layers.Builtin()
	a, urlA := inPostGIS(t)
	b, urlB := inPostGIS(t)
	fill(t, a, 5, 300)
	file := inFile(t)
	for _, hop := range []struct{ from, to data.Store }{{a, file}, {file, b}} {
		told := 0
		copied, err := data.Copy(t.Context(), hop.from, hop.to, catalog, data.CopyOptions{Progress: func(n int) { told = n }})
		if err != nil {
			t.Fatal(err)
		}
		n := 300 * len(catalog.Layers)
		if want := (data.Copied{Features: n, Documents: 2, Pasts: n}); copied != want || told != copied.Features {
			t.Errorf("copied %v, told of %d", copied, told)
		}
	}
	was := sums(t, urlA)
	if is := sums(t, urlB); !reflect.DeepEqual(was, is) {
		t.Errorf("%v became %v", was, is)
	}
	if !strings.HasPrefix(was["village"], "300 ") || !strings.HasPrefix(was["document"], "2 ") {
		t.Errorf("the comparison compares nothing: %v", was)
	}
	road, _ := catalog.Layer("road")
	ids, err := b.Apply(t.Context(),
		data.Edits(layers.Edit{Op: layers.Insert, Layer: road.ID, Feature: storetest.NewMaker(1).Feature(road)}))
	if err != nil || ids[0] <= 299*299+5 {
		t.Errorf("a new road gets the id %v, which was taken: %v", ids, err)
	}
}

func TestACopyTakesThePlaceOfWhatIsThereOnlyWhenTold(t *testing.T) {
	catalog := layers.Builtin()
	postGIS, url := inPostGIS(t)
	for name, to := range map[string]data.Store{"GeoPackage": inFile(t), "PostGIS": postGIS} {
		fill(t, to, 1, 20)
		before := state(t, to)
		from := inFile(t)
		fill(t, from, 2, 7)
		if _, err := data.Copy(t.Context(), from, to, catalog, data.CopyOptions{}); !errors.Is(err, data.ErrNotEmpty) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := data.Copy(t.Context(), inFile(t), to, catalog, data.CopyOptions{Replace: true}); !errors.Is(err, data.ErrNothing) {
			t.Errorf("%s: an empty store takes its place: %v", name, err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		if _, err := data.Copy(ctx, from, to, catalog, data.CopyOptions{Replace: true, Progress: func(n int) {
			if n == 50 {
				cancel()
			}
		}}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: cancelled: %v", name, err)
		}
		if after := state(t, to); !reflect.DeepEqual(after, before) {
			t.Errorf("%s: what was refused has changed it", name)
		}
		if _, err := data.Copy(t.Context(), from, to, catalog, data.CopyOptions{Replace: true}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if after := state(t, to); !reflect.DeepEqual(after, state(t, from)) {
			t.Errorf("%s: replaced, it is not the same", name)
		}
	}
	if got := sums(t, url)["document"]; !strings.HasPrefix(got, "2 ") {
		t.Errorf("documents of before are left: %s", got)
	}
	lone := inFile(t)
	if err := lone.PutDocument(t.Context(), data.Document{Kind: "a", ID: "b"}); !errors.Is(err, data.ErrInvalid) {
		if _, err := data.Copy(t.Context(), postGIS, lone, catalog, data.CopyOptions{}); !errors.Is(err, data.ErrNotEmpty) {
			t.Errorf("a document alone is passed over: %v", err)
		}
	}
}

// state is all of a store in words.
func state(t *testing.T, s data.Store) (all []string) {
	t.Helper()
	if _, err := s.Load(t.Context(), func(l *layers.Layer, f *layers.Feature) error {
		all = append(all, fmt.Sprint(l.ID, f.ID, f.Geometry, f.Values))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	list, err := s.ListDocuments(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range list {
		all = append(all, fmt.Sprint(d))
	}
	return all
}

// tainted is a store of which one row cannot be read and another lacks its name.
type tainted struct{ data.Store }

func (s tainted) Load(ctx context.Context, add func(*layers.Layer, *layers.Feature) error) (data.Cursor, error) {
	return s.Store.Load(ctx, func(l *layers.Layer, f *layers.Feature) error {
		switch {
		case f.ID != 5:
		case l.ID == "village":
			f.Geometry, f.Unread = nil, []layers.Unread{{Part: "geometry", Err: errors.New("it is cut off")}}
		case l.ID == "town":
			f.Values[l.Field("name")] = layers.Null
		}
		return add(l, f)
	})
}

func TestABadRowStaysBehindAndIsTold(t *testing.T) {
	catalog := layers.Builtin()
	from, to := inFile(t), inFile(t)
	fill(t, from, 3, 4)
	var told []string
	tell := func(err error) { told = append(told, err.Error()) }
	copied, err := data.Copy(t.Context(), tainted{from}, to, catalog, data.CopyOptions{LeftOut: tell})
	if err != nil || copied != (data.Copied{Features: 4*len(catalog.Layers) - 2, Documents: 2, Pasts: 4 * len(catalog.Layers), LeftOut: 2}) {
		t.Errorf("copied %+v: %v", copied, err)
	}
	all := strings.Join(told, "\n")
	if len(told) != 2 || !strings.Contains(all, "layer village: id 5") || !strings.Contains(all, "layer town: id 5") {
		t.Errorf("told: %s", all)
	}
	if n := len(state(t, to)); n != copied.Features+copied.Documents {
		t.Errorf("the copy holds %d things", n)
	}
}

// changes are a store's whole history, in words that tell all of it but what is a store's own.
func changes(t *testing.T, s data.Store) []string {
	t.Helper()
	var list []string
	err := s.Pasts(t.Context(), data.PastQuery{OldestFirst: true, Geometry: true}, func(p *data.Past) error {
		list = append(list, fmt.Sprintf("%+v", *p))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestARestoreBringsTheHistory goes from PostGIS into a file and back into another database, as backup and restore do.
func TestARestoreBringsTheHistory(t *testing.T) {
	first, _ := inPostGIS(t)
	fill(t, first, 1, 20)
	_, err := first.Write(t.Context(), data.Writing{
		Edits: data.Edits(layers.Edit{Op: layers.Delete, Layer: "road", Feature: layers.Feature{ID: 5}}),
		By:    data.Authorship{Actor: "u1", Name: "王小明", Origin: data.FromPage, Reason: "重复", Batch: "b"},
	})
	if err != nil {
		t.Fatal(err)
	}
	then := time.Now()
	file, last := inFile(t), data.Store(nil)
	last, _ = inPostGIS(t)
	for _, way := range []struct{ from, to data.Store }{{first, file}, {file, last}} {
		copied, err := data.Copy(t.Context(), way.from, way.to, layers.Builtin(), data.CopyOptions{})
		if err != nil || copied.Pasts == 0 {
			t.Fatal(copied, err)
		}
	}
	want := changes(t, first)
	for _, s := range []data.Store{file, last} {
		got := changes(t, s)
		if len(got) != len(want) {
			t.Fatalf("%d changes, not %d", len(got), len(want))
		}
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("change %d is\n%s, not\n%s", i, got[i], want[i])
			}
		}
	}

	// What is written from now on comes after, and before it all is as it was.
	fresh := layers.Edit{Op: layers.Delete, Layer: "road", Feature: layers.Feature{ID: 6}}
	for _, s := range []data.Store{file, last} {
		if _, err := s.Apply(t.Context(), data.Edits(fresh)); err != nil {
			t.Fatal(err)
		}
		if n := len(changes(t, s)); n != len(want)+1 {
			t.Errorf("%d changes after one more, not %d", n, len(want)+1)
		}
		roads := 0
		if err := s.LoadAt(t.Context(), []string{"road"}, then, func(*layers.Layer, *layers.Feature) error { roads++; return nil }); err != nil {
			t.Fatal(err)
		}
		if roads != 19 {
			t.Errorf("there were %d roads then, not 19", roads)
		}
	}

	// A store that has a history keeps it.
	copied, err := data.Copy(t.Context(), first, last, layers.Builtin(), data.CopyOptions{
		Replace: true, By: data.Authorship{Origin: data.FromRestore},
	})
	if err != nil || copied.Pasts != 0 {
		t.Fatal(copied, err)
	}
	if n := len(changes(t, last)); n <= len(want)+1 {
		t.Errorf("%d changes after everything was replaced", n)
	}
}
