package intake_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/intake"
	"github.com/cuntu/cuntu/layers"
)

// BenchmarkThreeWays checks a ledger of 100,000 villages whose sender has sent it before, after others have changed 1,000 cells of
// the store and he 2,000, a half of them the same ones; and for comparison one of which nobody knows the sender. more is by how many
// seconds the first takes longer.
func BenchmarkThreeWays(b *testing.B) {
	const rows = 100_000
	dir := b.TempDir()
	for name, open := range map[string]func(b *testing.B, record bool) data.Store{"GeoPackage": openFile, "PostGIS": openPostGIS} {
		b.Run(name, func(b *testing.B) {
			store := open(b, true)
			defer store.Close()
			im := intake.Importer{Store: store, Catalog: layers.Builtin()}
			first, second := filepath.Join(dir, "first.csv"), filepath.Join(dir, "second.csv")
			writeLedger(b, first, rows)
			options := intake.Options{Mapping: intake.Mapping{Layer: "village", CRS: "EPSG:4326"}, Sender: "水利局"}
			if _, err := im.Import(b.Context(), first, options, "", nil); err != nil {
				b.Fatal(err)
			}
			l, _ := im.Catalog.Layer("village")
			note, n := l.Field("note"), 0
			var edits []layers.Edit
			if _, err := store.LoadLayers(b.Context(), []string{"village"}, func(_ *layers.Layer, f *layers.Feature) error {
				if n++; n%100 == 0 {
					values := append([]layers.Value{}, f.Values...)
					values[note] = layers.Text("changed")
					edits = append(edits, layers.Edit{
						Op: layers.Update, Layer: "village", Feature: layers.Feature{ID: f.ID, Values: values}, Set: []int{note},
					})
				}
				return nil
			}); err != nil {
				b.Fatal(err)
			}
			if _, err := store.Apply(b.Context(), data.Edits(edits...)); err != nil {
				b.Fatal(err)
			}
			changeLedger(b, first, second, func(i int, line string) string {
				if i%50 != 49 {
					return line
				}
				return strings.Replace(line, "备注", "另记", 1)
			})
			var took [2]time.Duration
			for b.Loop() {
				for i, sender := range []string{"水利局", ""} {
					options.Sender = sender
					start := time.Now()
					r, err := im.Check(b.Context(), second, options, nil)
					if err != nil || i == 0 && r.Disagreement.Count != rows/100 {
						b.Fatal(r, err)
					}
					took[i] += time.Since(start)
				}
			}
			b.ReportMetric(took[0].Seconds()/float64(b.N), "s")
			b.ReportMetric((took[0]-took[1]).Seconds()/float64(b.N), "more-s")
			b.ReportMetric(2, "at-most-s")
		})
	}
}

func changeLedger(b *testing.B, from, to string, change func(i int, line string) string) {
	b.Helper()
	content, err := os.ReadFile(from)
	if err != nil {
		b.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(content), "\n"), "\n")
	for i := range lines[1:] {
		lines[i+1] = change(i, lines[i+1])
	}
	if err := os.WriteFile(to, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		b.Fatal(err)
	}
}
