package gpkg_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/gpkg"
	"github.com/cuntu/cuntu/layers"
)

// BenchmarkHistory writes many villages, every field set, with history and without, turn by turn; ratio is the time of the
// first over that of the second.
func BenchmarkHistory(b *testing.B) {
	write := func(w data.Writing) time.Duration {
		s, err := gpkg.Open(b.Context(), filepath.Join(b.TempDir(), "b.gpkg"), layers.Builtin(), gpkg.Options{Create: true})
		if err != nil {
			b.Fatal(err)
		}
		defer s.Close()
		start := time.Now()
		w.Edits = points(many)
		if _, err := s.Write(b.Context(), w); err != nil {
			b.Fatal(err)
		}
		return time.Since(start)
	}
	none := func(func(*data.Past, error) bool) {} // a history that came along, and is empty: none is recorded
	var with, without time.Duration
	for b.Loop() {
		with += write(data.Writing{By: data.Authorship{Actor: "u1", Name: "王小明", Origin: data.FromImport, Batch: "b"}})
		without += write(data.Writing{Pasts: none})
	}
	b.ReportMetric(float64(with)/float64(without), "ratio")
	b.ReportMetric(1.6, "at-most")
	b.ReportMetric(float64(many*b.N)/with.Seconds(), "features/s")
}
