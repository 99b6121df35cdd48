package tiles

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb/encoding/wkb"

	"github.com/cuntu/cuntu/data/postgis/pgtest"
	"github.com/cuntu/cuntu/layers"
)

// BenchmarkVsPostGIS asks for the same cold tiles of 100,000 roads, over HTTP, of
// our encoder and of ST_AsMVT through a pool of connections. PostGIS has the geometry
// in Web Mercator already, which spares it the projection. "ratio" is of throughput,
// "p99ratio" of the slowest tile in a hundred, ours over theirs. Tiles as served are
// generalised; full ones hold what PostGIS's do.
func BenchmarkVsPostGIS(b *testing.B) {
	const roads = 100_000
	snap := benchSnapshot(b, roads)
	pool := postgisRoads(b, roads)
	theirs := tileServer(b, func(ctx context.Context, t Tile, _ Options) (out []byte, err error) {
		err = pool.QueryRow(ctx, roadTile, t.Z, t.X, t.Y).Scan(&out)
		return out, err
	})
	encoders := sync.Pool{New: func() any { return new(Encoder) }}
	ours := tileServer(b, func(_ context.Context, t Tile, o Options) ([]byte, error) {
		e := encoders.Get().(*Encoder)
		defer encoders.Put(e)
		return e.Append(nil, snap, []string{"road"}, t, o)
	})
	for _, c := range []struct {
		name     string
		from, to uint8
		n        int
	}{{"z10-14", 10, 14, 400}, {"z0-9", 0, 9, 40}} {
		all := benchTiles(c.from, c.to, c.n)
		base := ask(b, theirs, all, "")
		for _, query := range []string{"", "?full=1"} {
			name := c.name
			if query != "" {
				name += " full"
			}
			b.Run(name, func(b *testing.B) {
				var got answers
				for b.Loop() {
					got = ask(b, ours, all, query)
				}
				b.ReportMetric(got.perSecond/base.perSecond, "ratio")
				b.ReportMetric(got.p99.Seconds()/base.p99.Seconds(), "p99ratio")
				b.ReportMetric(got.perSecond, "tiles/s")
				b.ReportMetric(base.perSecond, "postgis-tiles/s")
				b.ReportMetric(float64(got.largest), "largest-bytes")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

func tileServer(t testing.TB, tile func(context.Context, Tile, Options) ([]byte, error)) *httptest.Server {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var at Tile
		if _, err := fmt.Sscanf(r.URL.Path, "/%d/%d/%d", &at.Z, &at.X, &at.Y); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		b, err := tile(r.Context(), at, Options{Full: r.URL.RawQuery != ""})
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		_, _ = w.Write(b) // the client is gone where it fails
	}))
	t.Cleanup(s.Close)
	return s
}

type answers struct {
	perSecond float64
	p99       time.Duration
	largest   int64
}

// ask asks for all tiles, four at a time.
func ask(t testing.TB, s *httptest.Server, all []Tile, query string) answers {
	t.Helper()
	took := make([]time.Duration, len(all))
	sizes := make([]int64, len(all))
	next := make(chan int)
	var askers sync.WaitGroup
	began := time.Now()
	for range 4 {
		askers.Go(func() {
			for i := range next {
				start := time.Now()
				r, err := s.Client().Get(s.URL + "/" + all[i].String() + query)
				if err != nil {
					t.Error(err)
					continue
				}
				sizes[i], _ = io.Copy(io.Discard, r.Body)
				_ = r.Body.Close()
				if r.StatusCode != http.StatusOK {
					t.Errorf("tile %v: %s", all[i], r.Status)
				}
				took[i] = time.Since(start)
			}
		})
	}
	for i := range all {
		next <- i
	}
	close(next)
	askers.Wait()
	elapsed := time.Since(began)
	slices.Sort(took)
	return answers{float64(len(all)) / elapsed.Seconds(), took[len(took)*99/100], slices.Max(sizes)}
}

const roadTile = `with b as (select st_tileenvelope($1, $2, $3) box, st_tileenvelope($1, $2, $3, margin => 64.0/4096) wide),
	m as (select id, number, name, county, class, grade, surface, kind, status, year,
		st_asmvtgeom(geom, b.box, 4096, 64, true) geom from road, b where geom && b.wide)
	select coalesce(st_asmvt(m, 'road', 4096, 'geom', 'id'), '') from m where geom is not null`

// postgisRoads is a pool of connections to a database with the roads in it.
func postgisRoads(b *testing.B, n int) *pgxpool.Pool {
	b.Helper()
	ctx := context.Background()
	url := pgtest.URL(b)
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(pool.Close)
	exec := func(sql string) {
		if _, err := pool.Exec(ctx, sql); err != nil {
			b.Fatal(err)
		}
	}
	fields := strings.Split("number,name,county,class,grade,surface,kind,status,year", ",")
	exec("create table copied (id bigint, number text, name text, county text, class text, grade text, surface text, kind text, status text, year bigint, geom bytea)")
	var rows [][]any
	benchRoads(n, func(l *layers.Layer, f *layers.Feature) {
		row := []any{f.ID}
		for _, id := range fields {
			row = append(row, f.Values[l.Field(id)].Any())
		}
		g, err := wkb.Marshal(f.Geometry)
		if err != nil {
			b.Fatal(err)
		}
		rows = append(rows, append(row, g))
	})
	columns := append(append([]string{"id"}, fields...), "geom")
	if _, err := pool.CopyFrom(ctx, pgx.Identifier{"copied"}, columns, pgx.CopyFromRows(rows)); err != nil {
		b.Fatal(err)
	}
	exec(`create table road as select id, number, name, county, class, grade, surface, kind, status, year,
		st_transform(st_geomfromwkb(geom, 4326), 3857) geom from copied`)
	exec("create index on road using gist (geom)")
	exec("vacuum analyze road")
	return pool
}
