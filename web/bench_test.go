package web

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/postgis"
	"github.com/cuntu/cuntu/data/postgis/pgtest"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/tiles"
)

const (
	benchPlaces = 20_000
	benchBatch  = 1_000
	benchK      = 10
	turns       = 4
)

// Orders of nearness that PostGIS has an index for.
const (
	byDegrees = "geom <-> place"
	byMetres  = "geom::geography <-> place::geography"
)

// BenchmarkNearVsPostGIS asks for the ten nearest of 20,000 points: of us over
// HTTP by wrk, one place or a thousand a request, and of PostGIS by pgbench, with
// a prepared statement on the same table. Both clients are C programs with eight
// connections. The ratio is that of places answered a second. PostGIS orders by degrees,
// which is quick and not always right; by "geography" it orders by metres, as we do.
func BenchmarkNearVsPostGIS(b *testing.B) {
	url := pgtest.URL(b)
	server := benchServer(b, url)
	path := fmt.Sprintf("/api/near?layer=village&k=%d", benchK)
	one := `request = function()
  return wrk.format("GET", string.format("` + path + `&lon=%.6f&lat=%.6f", 109 + 2 * math.random(), 33 + 2 * math.random()))
end`
	many := fmt.Sprintf(`local bodies = {}
init = function()
  for i = 1, 20 do
    local places = {}
    for j = 1, %d do places[j] = string.format("[%%.6f,%%.6f]", 109 + 2 * math.random(), 33 + 2 * math.random()) end
    bodies[i] = '{"points":[' .. table.concat(places, ",") .. ']}'
  end
end
request = function() return wrk.format("POST", "%s", nil, bodies[math.random(20)]) end`, benchBatch, path)
	for _, c := range []struct {
		name    string
		places  float64 // a request
		order   string
		atLeast float64
		script  string
	}{
		{"single", 1, byDegrees, 1.5, one},
		{"batched", benchBatch, byDegrees, 10, many},
		{"single geography", 1, byMetres, 1.5, one},
		{"batched geography", benchBatch, byMetres, 10, many},
	} {
		b.Run(c.name, func(b *testing.B) {
			var ours, theirs float64
			for range turns * b.N { // turn by turn, so that what else the machine does meets both
				ours += wrk(b, server, c.script) * c.places
				theirs += pgbenchNear(b, url, c.order)
			}
			b.ReportMetric(ours/theirs, "ratio")
			b.ReportMetric(c.atLeast, "at-least")
		})
	}
}

var perSecond = regexp.MustCompile(`Requests/sec:\s+([\d.]+)`)

// wrk is how many requests a second the server answers.
func wrk(b *testing.B, server, script string) float64 {
	b.Helper()
	file := filepath.Join(b.TempDir(), "ask.lua")
	if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
		b.Fatal(err)
	}
	out, err := exec.CommandContext(b.Context(), "wrk", "-t2", "-c8", "-d1s", "-s", file, server).CombinedOutput()
	if err != nil {
		b.Fatalf("wrk (Debian's package wrk; `make bench` installs it): %v: %s", err, out)
	}
	if strings.Contains(string(out), "Non-2xx") {
		b.Fatalf("wrk: %s", out)
	}
	return rate(b, out, perSecond)
}

func rate(b *testing.B, out []byte, pattern *regexp.Regexp) float64 {
	b.Helper()
	found := pattern.FindSubmatch(out)
	if found == nil {
		b.Fatalf("no rate in: %s", out)
	}
	n, err := strconv.ParseFloat(string(found[1]), 64)
	if err != nil {
		b.Fatal(err)
	}
	return n
}

func benchServer(b *testing.B, url string) string {
	b.Helper()
	catalog := service.Builtin().Extend(layers.Builtin())
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
	cache := tiles.NewCache(64 << 20)
	live.Listen(func(e data.Event) { cache.Update(e.Snapshot, e.Delta) })
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
	server := httptest.NewServer(New(Config{Live: live, Tiles: cache, Log: log, Closing: ctx.Done()}))
	b.Cleanup(func() {
		cancel()
		server.Close()
		running.Wait()
	})
	return server.URL
}

var tps = regexp.MustCompile(`tps = ([\d.]+)`)

// pgbenchNear is how many times a second PostGIS answers.
func pgbenchNear(b *testing.B, url, order string) float64 {
	b.Helper()
	db, err := pgx.Connect(b.Context(), url)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close(b.Context())
	for _, sql := range []string{
		"CREATE INDEX IF NOT EXISTS bench_near ON cuntu.village USING gist ((geom::geography))", "VACUUM ANALYZE cuntu.village",
	} {
		if _, err := db.Exec(b.Context(), sql); err != nil {
			b.Fatal(err)
		}
	}
	script := filepath.Join(b.TempDir(), "near.sql")
	query := fmt.Sprintf(`\set x random(0, 2000000)
\set y random(0, 2000000)
SELECT id, code, name, ST_Distance(geom::geography, place::geography), ST_X(geom), ST_Y(geom)
FROM cuntu.village, (SELECT ST_SetSRID(ST_MakePoint(109 + :x / 1e6, 33 + :y / 1e6), 4326) place) asked ORDER BY %s LIMIT %d;
`, order, benchK)
	if err := os.WriteFile(script, []byte(query), 0o600); err != nil {
		b.Fatal(err)
	}
	pgbench := "/usr/lib/postgresql/15/bin/pgbench"
	if _, err := os.Stat(pgbench); err != nil {
		pgbench = "pgbench"
	}
	out, err := exec.CommandContext(b.Context(), pgbench, "-n", "-M", "prepared", "-c", "8", "-j", "2", "-T", "1", "-f", script, url).
		CombinedOutput()
	if err != nil {
		b.Fatalf("pgbench: %v: %s", err, out)
	}
	return rate(b, out, tps)
}
