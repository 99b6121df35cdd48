package main

import (
	"bufio"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/paulmach/orb/geojson"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
)

// BenchmarkBulkTiles makes a PMTiles archive of some 95,000 roads, z6-14 with all
// features kept, from one file to the other, each program as it is run: ours from a
// GeoPackage, tippecanoe, where it is on the machine, from the same roads with the
// same properties as a GeoJSON text sequence, which it reads on all cores. The runs
// alternate, so that whatever else the machine does slows both.
func BenchmarkBulkTiles(b *testing.B) {
	dir := b.TempDir()
	store, sequence := filepath.Join(dir, "roads.gpkg"), filepath.Join(dir, "roads.geojsons")
	cuntu := must(binary())(b)
	if out, err := exec.Command(cuntu, "demo", "--store", store, "--scale", "5").CombinedOutput(); err != nil {
		b.Fatalf("demo: %v: %s", err, out)
	}
	writeSequence(b, store, sequence, "road")
	tippecanoe, err := exec.LookPath("tippecanoe")
	var ours, theirs, cpu time.Duration
	tiles := 0
	for b.Loop() {
		began := time.Now()
		cmd := exec.Command(
			cuntu, "tiles", "--store", store, "--layers", "road", "--minzoom", "6", "--maxzoom", "14", "--full", "--out",
			filepath.Join(dir, "ours.pmtiles"),
		)
		said := must(cmd.Output())(b)
		ours += time.Since(began)
		cpu += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
		n := regexp.MustCompile(`Wrote (\d+) tiles`).FindSubmatch(said)
		if n == nil {
			b.Fatalf("it says %s", said)
		}
		tiles += must(strconv.Atoi(string(n[1])))(b)
		if tippecanoe == "" {
			continue
		}
		began = time.Now()
		// -r1 -pk -pf: no feature is thinned out, nor dropped for its tile's size or
		// their number. -P reads on all cores.
		if out, err := exec.Command(tippecanoe, "-q", "-f", "-P", "-Z6", "-z14", "-r1", "-pk", "-pf", "-l", "road",
			"-o", filepath.Join(dir, "theirs.pmtiles"), sequence).CombinedOutput(); err != nil {
			b.Fatalf("tippecanoe: %v: %s", err, out)
		}
		theirs += time.Since(began)
	}
	b.ReportMetric(float64(tiles)/cpu.Seconds(), "tiles/s/core")
	if theirs > 0 {
		b.ReportMetric(theirs.Seconds()/ours.Seconds(), "ratio")
		b.ReportMetric(3, "at-least")
	}
	if err != nil {
		reportMissing(b, "tippecanoe")
	}
}

// writeSequence writes a layer with the properties that tiles have.
func writeSequence(b *testing.B, store, path, layer string) {
	b.Helper()
	catalog := layers.Builtin()
	s := must(openStore(b.Context(), store, catalog, slog.New(slog.DiscardHandler)))(b)
	defer s.Close()
	snap, _, err := data.Load(b.Context(), s, catalog, func(err error) { b.Error(err) })
	if err != nil {
		b.Fatal(err)
	}
	file := must(os.Create(path))(b)
	defer file.Close()
	w := bufio.NewWriter(file)
	table, _ := snap.Table(layer)
	for row := range table.Rows {
		f := table.Feature(row)
		g := geojson.NewFeature(f.Geometry)
		g.ID = f.ID
		for i, field := range table.Layer.Fields {
			if v := f.Values[i]; field.Tile && !v.IsNull() {
				g.Properties[field.ID] = v
			}
		}
		line := must(g.MarshalJSON())(b)
		if _, err := w.Write(append(line, '\n')); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
}
