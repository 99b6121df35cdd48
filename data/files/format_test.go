package files_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/files"
	"github.com/cuntu/cuntu/data/files/read"
	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/data/files/write"
)

func TestEveryFormatIsDeclaredInFull(t *testing.T) {
	ids, endings, written := map[string]bool{}, map[string]string{}, 0
	for _, f := range files.All() {
		if ids[f.ID] || f.ID == "" || f.Title.Zh == "" || f.Title.En == "" || len(f.Extensions) == 0 || f.Read == nil && f.Stream == nil {
			t.Errorf("%+v", f)
		}
		ids[f.ID] = true
		if f.Stream != nil {
			written++
		}
		for _, e := range f.Extensions {
			if endings[e] != "" || e != strings.ToLower(e) || e[0] != '.' {
				t.Errorf("%s of %s is of %s too, or no ending", e, f.ID, endings[e])
			}
			endings[e] = f.ID
		}
		if f.Stream != nil && f.MediaType == "" || f.Read != nil && f.Name == "" || (f.Packed == "") != (f.Pack == nil) {
			t.Errorf("%s lacks what its writer or reader needs", f.ID)
		}
	}
	if w := files.Written(); w[0] != files.Default || len(w) != written || slices.Compact(slices.Sorted(slices.Values(w)))[0] == "" {
		t.Errorf("written are %v", w)
	}
}

// TestWhatIsWrittenIsReadAsTheSameFormat asks of every format in the list that a file and a
// stream of it, under the names that the list gives them, are known again.
func TestWhatIsWrittenIsReadAsTheSameFormat(t *testing.T) {
	options := write.Options{Fields: []record.Field{{Name: "name", Type: record.Text}}, Lon: "lon", Lat: "lat"}
	place := record.Record{Values: []any{"东店子村"}, Geometry: orb.Point{109.9, 33.8}}
	for _, f := range files.All() {
		if f.Read == nil || f.Stream == nil {
			continue
		}
		fill := func(w *write.Writer, err error) {
			t.Helper()
			if err == nil {
				err = w.Write(place)
			}
			if err == nil {
				err = w.Close()
			}
			if err != nil {
				t.Fatalf("%s: %v", f.ID, err)
			}
		}
		check := func(path string) {
			t.Helper()
			src, err := files.Open(path, read.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer src.Close()
			r, err := src.Next()
			if err != nil || src.Format != f.ID || r.Values[0] != "东店子村" || !orb.Equal(r.Geometry, place.Geometry) {
				t.Errorf("%s is read as %s: %+v, %v", filepath.Base(path), src.Format, r, err)
			}
		}
		for _, ending := range []string{f.Extensions[0], f.Packed} {
			if ending == "" {
				continue
			}
			path := filepath.Join(t.TempDir(), "a"+ending)
			fill(files.Create(path, options))
			check(path)
		}
		var b bytes.Buffer
		fill(files.NewWriter(&b, f.ID, options))
		path := filepath.Join(t.TempDir(), "a"+f.StreamExtension())
		if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		check(path)
	}
}
