package jobs_test

import (
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/gpkg"
	"github.com/cuntu/cuntu/data/jobs"
	"github.com/cuntu/cuntu/layers"
)

func folder(t *testing.T, f *jobs.Files) *jobs.Folder {
	t.Helper()
	made, err := f.Add(rand.Text())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a.csv", ".hidden"} {
		if err := os.WriteFile(filepath.Join(made.Path(), name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return made
}

func TestFilesOutliveTheirServer(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "work")
	first := jobs.NewFiles(dir)
	if first.Place() != "" {
		t.Errorf("a directory that is not there is %q", first.Place())
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it was made for nothing: %v", err)
	}
	made := folder(t, first)
	made.Close()
	next := jobs.NewFiles(dir)
	if next.Place() == "" || next.Place() != first.Place() || next.Place() == jobs.NewFiles(t.TempDir()).Place() {
		t.Errorf("places %q and %q", first.Place(), next.Place())
	}
	found, err := next.Take(made.ID)
	if err != nil {
		t.Fatal(err)
	}
	if names, err := found.Names(); err != nil || !slices.Equal(names, []string{"a.csv"}) {
		t.Errorf("%v, %v", names, err)
	}
	if err := next.Drop(made.ID); !errors.Is(err, jobs.ErrBusyFolder) {
		t.Errorf("dropped while in use: %v", err)
	}
	found.Close()
	if err := next.Drop(made.ID); err != nil {
		t.Error(err)
	}
	if _, err := first.Take(made.ID); !errors.Is(err, jobs.ErrNoFolder) {
		t.Errorf("taken though it is gone: %v", err)
	}
}

func TestOnlyIDsNameFolders(t *testing.T) {
	f := jobs.NewFiles(t.TempDir())
	folder(t, f).Close()
	for _, id := range []string{"", ".", "..", ".place", "../secret", "a/b", "lower case", rand.Text() + "/.."} {
		_, takeErr := f.Take(id)
		_, addErr := f.Add(id)
		for what, err := range map[string]error{"take": takeErr, "add": addErr, "drop": f.Drop(id)} {
			if !errors.Is(err, jobs.ErrNoFolder) {
				t.Errorf("%s %q: %v", what, id, err)
			}
		}
	}
}

func TestServersThatMakeADirectoryAtOnceAgreeOnItsName(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "work")
	places := make([]string, 8)
	var all sync.WaitGroup
	for i := range places {
		all.Go(func() {
			f := jobs.NewFiles(dir)
			made, err := f.Add(rand.Text())
			if err != nil {
				t.Error(err)
				return
			}
			made.Close()
			places[i] = f.Place()
		})
	}
	all.Wait()
	if slices.Sort(places); places[0] == "" || places[0] != places[len(places)-1] {
		t.Errorf("%q", places)
	}
}

func TestFoldersAreSweptUnlessAJobNeedsThem(t *testing.T) {
	store, err := gpkg.Open(t.Context(), filepath.Join(t.TempDir(), "test.gpkg"), &layers.Catalog{}, gpkg.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	r := newRunner(store, t.TempDir())
	read, made, used, left := folder(t, r.Files), folder(t, r.Files), folder(t, r.Files), folder(t, r.Files)
	for _, f := range []*jobs.Folder{read, made, left} {
		f.Close()
	}
	add := func(j data.Job) {
		if _, err := r.Add(t.Context(), j); err != nil {
			t.Fatal(err)
		}
	}
	add(data.Job{ID: made.ID, Kind: "archive"})
	add(data.Job{ID: "reads", Kind: "import", Files: read.ID})
	sweep := func(after time.Duration, want ...*jobs.Folder) {
		t.Helper()
		if err := r.Sweep(t.Context(), time.Now().Add(after)); err != nil {
			t.Error(err)
		}
		got, err := r.Files.List()
		var ids []string
		for _, f := range want {
			ids = append(ids, f.ID)
		}
		slices.Sort(ids)
		if err != nil || !slices.Equal(got, ids) {
			t.Errorf("after %v there are %v, %v, not %v", after, got, err, ids)
		}
	}
	sweep(59*time.Minute, read, made, used, left)
	sweep(61*time.Minute, read, made, used)
	if err := r.DropFiles(t.Context(), read.ID); !errors.Is(err, jobs.ErrBusyFolder) {
		t.Errorf("dropped what a job reads: %v", err)
	}
	used.Close()
	for _, id := range []string{made.ID, "reads"} {
		if _, err := r.Stop(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	sweep(61*time.Minute, made) // which a job has made that is kept
	if err := r.Drop(t.Context(), made.ID); err != nil {
		t.Error(err)
	}
	sweep(0)
}

func TestThereIsAnEndToFolders(t *testing.T) {
	f := jobs.NewFiles(t.TempDir())
	for i := range 1000 {
		made, err := f.Add(rand.Text())
		if errors.Is(err, jobs.ErrFull) {
			if i < 50 {
				t.Errorf("full with %d folders", i)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		made.Close()
	}
	t.Error("there is none")
}
