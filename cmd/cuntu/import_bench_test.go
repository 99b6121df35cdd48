package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/cuntu/cuntu/data/postgis/pgtest"
)

// BenchmarkImport reads a CSV file of points into PostGIS, checked row by row and with
// what undoes it, and has psql \copy the same file into the same table of another
// database. ratio is the speed of the first over that of the second. B/row is what
// memory grows by with the file, which is not read into it: what tells rows with the
// same code from others, and what undo needs of each.
func BenchmarkImport(b *testing.B) {
	dir := b.TempDir()
	many, few := filepath.Join(dir, "many.csv"), filepath.Join(dir, "few.csv")
	const points = 1_000_000
	writePoints(b, many, points)
	writePoints(b, few, points/4)
	var ours, theirs time.Duration
	var most, less int64
	for b.Loop() {
		most, less = 0, 0
		took, rss := timed(b, must(binary())(b), "import", "--store", readyStore(b), "--layer", "village", "--crs", "EPSG:4326", many)
		ours += took
		most = max(most, rss)
		_, rss = timed(b, must(binary())(b), "import", "--store", readyStore(b), "--layer", "village", "--crs", "EPSG:4326", few)
		less = max(less, rss)
		took, _ = timed(
			b, "psql", "-qX", "-v", "ON_ERROR_STOP=1", readyStore(b), "-c",
			`\copy cuntu.village (code, name, population, note, geom) FROM '`+many+`' (FORMAT csv, HEADER)`,
		)
		theirs += took
	}
	b.ReportMetric(float64(theirs)/float64(ours), "ratio")
	b.ReportMetric(1./3, "at-least")
	b.ReportMetric(float64(most-less)/(points*3/4), "B/row")
	b.ReportMetric(float64(most)/1e6, "MB")
	b.ReportMetric(points*float64(b.N)/ours.Seconds(), "points/s")
}

// writePoints writes villages with the geometry that both programs read.
func writePoints(b *testing.B, path string, n int) {
	b.Helper()
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "code,name,population,note,geom")
	for i := range n {
		fmt.Fprintf(
			w, "6110%08d,第%d村,%d,备注 %d,SRID=4326;POINT(%.7f %.7f)\n", i, i, i%5000, i%97, 108.5+float64(i%1000)*0.002,
			33+float64(i/1000)*0.001,
		)
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
}

func readyStore(b *testing.B) string {
	b.Helper()
	url := pgtest.URL(b)
	if out, err := exec.Command(must(binary())(b), "db", "migrate", "--store", url).CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	return url
}

// timed runs a program and tells how long it took and the most memory it had.
func timed(b *testing.B, name string, args ...string) (time.Duration, int64) {
	b.Helper()
	cmd := exec.Command(name, args...)
	start := time.Now()
	out, err := cmd.CombinedOutput()
	if err != nil {
		b.Fatalf("%s: %v: %s", name, err, out)
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		b.Fatal("the system does not tell how much memory a program had")
	}
	return time.Since(start), usage.Maxrss * 1024 // Linux counts in KiB
}
