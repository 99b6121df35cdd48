package elevation_test

import (
	"bytes"
	"encoding/binary"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/elevation"
	"github.com/cuntu/cuntu/data/gpkg"
	"github.com/cuntu/cuntu/data/postgis"
	"github.com/cuntu/cuntu/data/postgis/pgtest"
	"github.com/cuntu/cuntu/layers"
)

// stores are both kinds of store, empty.
func stores(t *testing.T) map[string]data.Store {
	t.Helper()
	file, err := gpkg.Open(t.Context(), filepath.Join(t.TempDir(), "x.gpkg"), layers.Builtin(), gpkg.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	url := pgtest.URL(t)
	if err := postgis.Migrate(t.Context(), url, layers.Builtin()); err != nil {
		t.Fatal(err)
	}
	server, err := postgis.Open(t.Context(), url, layers.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close(); server.Close() })
	return map[string]data.Store{"GeoPackage": file, "PostGIS": server}
}

// square writes a 3″ file of one degree whose heights are of a column and a row counted
// from 109° E, 34° N.
func square(t *testing.T, name string, east int, height func(col, row int) int16) *elevation.Raster {
	t.Helper()
	var b bytes.Buffer
	for r := range 1201 {
		for c := range 1201 {
			_ = binary.Write(&b, binary.BigEndian, height(c+1200*east, r)) // to memory
		}
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := elevation.Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func TestFilesJoinInTheStoreAndAreReplacedWhereTheyKnowMore(t *testing.T) {
	ground := func(col, row int) int16 { return int16(500 + col/3 + row/5) }
	west, east := square(t, "N33E109.hgt", 0, ground), square(t, "N33E110.hgt", 1, ground)
	patch := square(t, "N33E109.hgt", 0, func(col, row int) int16 {
		if col < 600 {
			return -32768
		}
		return 3000
	})
	for name, store := range stores(t) {
		t.Run(name, func(t *testing.T) {
			ctx, options := t.Context(), elevation.Options{By: data.Authorship{Name: "test"}, Time: time.Unix(1700000000, 0)}
			wake, done := make(chan struct{}, 1), make(chan error, 1)
			live := elevation.NewLive(store, 64<<20, slog.New(slog.DiscardHandler))
			go func() { done <- live.Run(ctx, wake) }()
			report, err := elevation.Import(ctx, store, layers.Builtin(), []*elevation.Raster{west, east}, options)
			if err != nil || report.Sheets != 1 || report.Cells != 1201*2401 {
				t.Fatalf("%+v, %v", report, err)
			}
			wake <- struct{}{}
			height := func(lon, lat, want float64) {
				t.Helper()
				deadline := time.Now().Add(10 * time.Second)
				got, ok := math.NaN(), false
				for time.Now().Before(deadline) {
					if got, ok = live.Model().Height(orb.Point{lon, lat}); ok && math.Abs(got-want) < 1 {
						return
					}
					time.Sleep(5 * time.Millisecond)
				}
				t.Errorf("at %v %v the height is %v, %v; want %v", lon, lat, got, ok, want)
			}
			height(110, 33.5, 500+1200/3+600/5)
			height(110.0004, 33.5, 500+1200/3+600/5) // between the files
			options.Time = options.Time.Add(time.Hour)
			if _, err := elevation.Import(ctx, store, layers.Builtin(), []*elevation.Raster{patch}, options); err != nil {
				t.Fatal(err)
			}
			wake <- struct{}{}
			height(109.9, 33.5, 3000)
			height(109.1, 33.5, 500+120/3+600/5) // where the second file knows nothing
			rows := 0
			if _, err := store.Load(ctx, func(l *layers.Layer, f *layers.Feature) error {
				if l.ID == "dataset" {
					rows++
				}
				return nil
			}); err != nil || rows != 2 {
				t.Errorf("%d rows of sources, %v; want one for each list of files", rows, err)
			}
		})
	}
}

func TestFilesThatAreNoneAreExplained(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ name, content, says string }{
		{"x.txt", "no heights here", "GeoTIFF"},
		{"x.hgt", "no heights here", "N33E109"},
		{"N33E109.hgt", "no heights here", "25934402"},
		{"x.tif", "II*\x00\x08\x00\x00\x00\x00\x00\x00\x00", "cells large"},
		{"x.tif", "II*\x00\xff\x00\x00\x00", "directory"},
		{"x.zip", "PK", "zip"},
		{"x.tif", "", "too short"},
	} {
		path := filepath.Join(dir, c.name)
		if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := elevation.Open(path, nil); err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), c.name) {
			t.Errorf("%s %q: %v; want %s", c.name, c.content, err, c.says)
		}
	}
}
