package web

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/postgis"
	"github.com/cuntu/cuntu/data/postgis/pgtest"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/tiles"
)

const (
	benchPlaces = 20_000
	benchBatch  = 1_000
	benchK      = 10
)

// BenchmarkNearVsPostGIS asks for the ten nearest of 20,000 points: of us over
// HTTP by two clients, one place or a thousand a request, and of PostGIS by
// pgbench's two, with a prepared statement on the same tables. The ratio is that
// of places answered a second.
func BenchmarkNearVsPostGIS(b *testing.B) {
	url := pgtest.URL(b)
	server := benchServer(b, url)
	baseline := pgbenchNear(b, url)
	b.Run("single", func(b *testing.B) {
		perSecond := clients(b, func(client *http.Client, r *rand.Rand) error {
			return fetch(client, http.MethodGet, fmt.Sprintf("%s/api/near?lon=%.6f&lat=%.6f&layer=village&k=%d", server, 109+2*r.Float64(), 33+2*r.Float64(), benchK), nil)
		})
		b.ReportMetric(perSecond/baseline, "ratio")
	})
	b.Run("batched", func(b *testing.B) {
		perSecond := clients(b, func(client *http.Client, r *rand.Rand) error {
			body := bytes.NewBufferString(`{"points":[`)
			for i := range benchBatch {
				if i > 0 {
					body.WriteByte(',')
				}
				fmt.Fprintf(body, "[%.6f,%.6f]", 109+2*r.Float64(), 33+2*r.Float64())
			}
			body.WriteString("]}")
			return fetch(client, http.MethodPost, fmt.Sprintf("%s/api/near?layer=village&k=%d", server, benchK), body)
		})
		b.ReportMetric(perSecond*benchBatch/baseline, "ratio")
	})
}

func benchServer(b *testing.B, url string) string {
	b.Helper()
	catalog := layers.Builtin()
	if err := postgis.Migrate(b.Context(), url, catalog); err != nil {
		b.Fatal(err)
	}
	store, err := postgis.Open(b.Context(), url, catalog)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = store.Close() })
	village, _ := catalog.Layer("village")
	r := rand.New(rand.NewPCG(1, 2))
	var edits []layers.Edit
	for i := range benchPlaces {
		f := layers.Feature{Geometry: orb.Point{109 + 2*r.Float64(), 33 + 2*r.Float64()}, Values: make([]layers.Value, len(village.Fields))}
		f.Values[village.Field("code")] = layers.Text(fmt.Sprintf("611%09d", i))
		f.Values[village.Field("name")] = layers.Text(fmt.Sprintf("村%d", i))
		edits = append(edits, layers.Edit{Op: layers.Insert, Layer: "village", Feature: f})
	}
	if _, err := store.Apply(b.Context(), data.Edits(edits...)); err != nil {
		b.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	live := data.NewLive(store, catalog, log)
	ctx, cancel := context.WithCancel(b.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = live.Run(ctx) })
	loaded := make(chan struct{}, 1)
	defer live.Listen(func(data.Event) {
		select {
		case loaded <- struct{}{}:
		default:
		}
	})()
	if !live.State().Loaded {
		<-loaded
	}
	server := httptest.NewServer(New(Config{Live: live, Tiles: tiles.NewCache(1 << 20), Log: log, Closing: ctx.Done()}))
	b.Cleanup(func() {
		cancel()
		server.Close()
		running.Wait()
	})
	return server.URL
}

var tps = regexp.MustCompile(`tps = ([\d.]+)`)

// pgbenchNear is how many times a second PostGIS answers.
func pgbenchNear(b *testing.B, url string) float64 {
	b.Helper()
	db, err := pgx.Connect(b.Context(), url)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close(b.Context())
	if _, err := db.Exec(b.Context(), "VACUUM ANALYZE cuntu.village"); err != nil {
		b.Fatal(err)
	}
	script := filepath.Join(b.TempDir(), "near.sql")
	query := fmt.Sprintf(`\set x random(0, 2000000)
\set y random(0, 2000000)
SELECT id, code, name, ST_Distance(geom::geography, ST_SetSRID(ST_MakePoint(109 + :x / 1e6, 33 + :y / 1e6), 4326)::geography), ST_X(geom), ST_Y(geom)
FROM cuntu.village ORDER BY geom <-> ST_SetSRID(ST_MakePoint(109 + :x / 1e6, 33 + :y / 1e6), 4326) LIMIT %d;
`, benchK)
	if err := os.WriteFile(script, []byte(query), 0o600); err != nil {
		b.Fatal(err)
	}
	pgbench := "/usr/lib/postgresql/15/bin/pgbench"
	if _, err := os.Stat(pgbench); err != nil {
		pgbench = "pgbench"
	}
	out, err := exec.CommandContext(b.Context(), pgbench, "-n", "-M", "prepared", "-c", "2", "-j", "2", "-T", "4", "-f", script, url).CombinedOutput()
	if err != nil {
		b.Fatalf("pgbench: %v: %s", err, out)
	}
	found := tps.FindSubmatch(out)
	if found == nil {
		b.Fatalf("pgbench says no tps: %s", out)
	}
	rate, err := strconv.ParseFloat(string(found[1]), 64)
	if err != nil {
		b.Fatal(err)
	}
	return rate
}

// clients has two clients call ask b.N times between them and gives calls a second.
func clients(b *testing.B, ask func(*http.Client, *rand.Rand) error) float64 {
	b.Helper()
	var wg sync.WaitGroup
	work := make(chan struct{}, b.N)
	for range b.N {
		work <- struct{}{}
	}
	close(work)
	b.ResetTimer()
	for n := range uint64(2) {
		wg.Go(func() {
			client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
			defer client.CloseIdleConnections()
			r := rand.New(rand.NewPCG(n, 7))
			for range work {
				if err := ask(client, r); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	return float64(b.N) / b.Elapsed().Seconds()
}

func fetch(client *http.Client, method, url string, body io.Reader) error {
	r, err := http.NewRequestWithContext(context.Background(), method, url, body)
	if err != nil {
		return err
	}
	resp, err := client.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, resp.Status)
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}
