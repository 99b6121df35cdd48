package intake_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/gpkg"
	"github.com/cuntu/cuntu/data/intake"
	"github.com/cuntu/cuntu/data/postgis"
	"github.com/cuntu/cuntu/data/postgis/pgtest"
	"github.com/cuntu/cuntu/layers"
)

// BenchmarkHistory imports a ledger of 100,000 villages, of 14 columns, into stores that keep history and into ones made not to, turn by
// turn; ratio is the time of the first over that of the second.
func BenchmarkHistory(b *testing.B) {
	ledger := filepath.Join(b.TempDir(), "villages.csv")
	writeLedger(b, ledger, 100_000)
	for name, open := range map[string]func(b *testing.B, record bool) data.Store{"GeoPackage": openFile, "PostGIS": openPostGIS} {
		b.Run(name, func(b *testing.B) {
			var took [2]time.Duration
			for b.Loop() {
				for i, record := range []bool{true, false} {
					store := open(b, record)
					im := intake.Importer{Store: store, Catalog: layers.Builtin()}
					start := time.Now()
					report, err := im.Import(b.Context(), ledger, intake.Options{Mapping: intake.Mapping{Layer: "village", CRS: "EPSG:4326"}}, "", nil)
					if err != nil || report.Added != 100_000 {
						b.Fatal(report, err)
					}
					took[i] += time.Since(start)
					if err := store.Close(); err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(took[0])/float64(took[1]), "ratio")
			b.ReportMetric(1.6, "at-most")
		})
	}
}

func writeLedger(b *testing.B, path string, n int) {
	b.Helper()
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "code,name,households,population,poor_households,poor_population,elevation,income,tap_water_rate,unit,leader,note,lon,lat")
	for i := range n {
		fmt.Fprintf(w, "6110%08d,第%d村,%d,%d,%d,%d,%.1f,%d,%.1f,县水务局,王小%d,备注 %d,%.7f,%.7f\n", i, i, i%700, i%3000, i%90, i%400,
			float64(i%1800), 4000+i%9000, float64(i%1000)/10, i%97, i%89, 108.5+float64(i%1000)*0.002, 33+float64(i/1000)*0.001)
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
}

// forgetful is a store that tells its file of a history that explains all edits, and is empty.
type forgetful struct{ data.Store }

func (s forgetful) Write(ctx context.Context, w data.Writing) ([]int64, error) {
	w.Pasts = func(func(*data.Past, error) bool) {}
	return s.Store.Write(ctx, w)
}

func openFile(b *testing.B, record bool) data.Store {
	b.Helper()
	store, err := gpkg.Open(b.Context(), filepath.Join(b.TempDir(), "a.gpkg"), layers.Builtin(), gpkg.Options{Create: true})
	if err != nil {
		b.Fatal(err)
	}
	if !record {
		return forgetful{store}
	}
	return store
}

func openPostGIS(b *testing.B, record bool) data.Store {
	b.Helper()
	url := pgtest.URL(b)
	if err := postgis.Migrate(b.Context(), url, layers.Builtin()); err != nil {
		b.Fatal(err)
	}
	store, err := postgis.Open(b.Context(), url, layers.Builtin())
	if err != nil {
		b.Fatal(err)
	}
	if record {
		return store
	}
	conn, err := pgx.Connect(b.Context(), url)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close(b.Context())
	if _, err := conn.Exec(b.Context(), "ALTER TABLE cuntu.village DISABLE TRIGGER cuntu_history_insert"); err != nil {
		b.Fatal(err)
	}
	return store
}
