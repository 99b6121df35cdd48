package tiles

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb/encoding/wkb"

	"github.com/cuntu/cuntu/data/postgis/pgtest"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/tiles/encode"
	"github.com/cuntu/cuntu/tiles/maptile"
)

// BenchmarkVsPostGIS asks for the same cold tiles of 100,000 roads, over HTTP, of
// our encoder and of ST_AsMVT through a pool of connections. Both sides answer the
// same four clients, on connections kept open, uncompressed, with the same properties
// at each zoom, turn by turn, so that whatever else the machine does slows both.
// PostGIS makes them of the table as the store keeps it, in EPSG:4326, which is what Martin and
// pg_tileserv do; "projected" ones of a copy that is in Web Mercator already.
//
// Tiles as served are generalised; "full" ones hold every road, as PostGIS's do.
// The layer has nothing to show before zoom 5, so z0-9 is half of empty tiles, which
// PostGIS fills all the same; z5-9 leaves those out. "ratio" is of throughput,
// "p99ratio" of the slowest tile in a hundred, ours over theirs. "cpuratio" is of the
// tiles to a second of processor time, the clients' included on both sides: what
// the ratio is on a machine that has nothing else to do.
func BenchmarkVsPostGIS(b *testing.B) {
	const roads = 100_000
	snap := benchSnapshot(b, roads)
	pool := postgisRoads(b, roads)
	postgis := func(from string) *httptest.Server {
		return tileServer(b, func(ctx context.Context, t maptile.Tile, o encode.Options) (out []byte, err error) {
			err = pool.QueryRow(ctx, roadTile(from, t.Z, o), t.Z, t.X, t.Y).Scan(&out)
			return out, err
		})
	}
	stored, projected := postgis(storedRoads), postgis(projectedRoads)
	encoders := sync.Pool{New: func() any { return new(encode.Encoder) }}
	ours := tileServer(b, func(_ context.Context, t maptile.Tile, o encode.Options) ([]byte, error) {
		e := encoders.Get().(*encode.Encoder)
		defer encoders.Put(e)
		return e.Append(nil, snap, []string{"road"}, t, o)
	})
	for _, c := range []struct {
		name     string
		theirs   *httptest.Server
		from, to uint8
		n        int
		query    string
		atLeast  float64 // what the ratio is to be; 0 for what is only told
	}{
		{"z10-14", stored, 10, 14, 400, "", 20},
		{"z10-14 projected", projected, 10, 14, 400, "", 20},
		{"z10-14 full", stored, 10, 14, 400, "?full=1", 0},
		{"z0-9", stored, 0, 9, 40, "", 50},
		{"z0-9 projected", projected, 0, 9, 40, "", 50},
		{"z5-9 projected", projected, 5, 9, 40, "", 0},
		{"z0-9 full", stored, 0, 9, 40, "?full=1", 0},
	} {
		b.Run(c.name, func(b *testing.B) {
			all := benchTiles(c.from, c.to, c.n)
			var us, them answers
			for b.Loop() {
				for some := range slices.Chunk(all, max(1, c.n/10)) {
					server, _ := serverCPU(b, pool)
					them.ask(b, c.theirs, some, c.query)
					now, _ := serverCPU(b, pool)
					them.cpu += now - server
					for range 3 {
						us.ask(b, ours, some, c.query)
					}
				}
			}
			b.Logf("%d tiles of zooms %d to %d out of %d roads: mean size %d bytes here, %d from ST_AsMVT; properties at zoom %d: %s",
				c.n, c.from, c.to, roads, us.bytes/int64(len(us.took)), them.bytes/int64(len(them.took)), c.from,
				roadFields(c.from, encode.Options{Full: c.query != ""}))
			b.ReportMetric(us.perSecond()/them.perSecond(), "ratio")
			b.ReportMetric(us.p99().Seconds()/them.p99().Seconds(), "p99ratio")
			if c.atLeast > 0 {
				b.ReportMetric(c.atLeast, "at-least")
				b.ReportMetric(.1, "p99ratio-at-most")
			}
			if them.cpu > 0 {
				b.ReportMetric(us.perCPU()/them.perCPU(), "cpuratio")
				b.ReportMetric(us.perCPU(), "tiles/cpu-s")
				b.ReportMetric(them.perCPU(), "postgis-tiles/cpu-s")
			}
			b.ReportMetric(us.perSecond(), "tiles/s")
			b.ReportMetric(them.perSecond(), "postgis-tiles/s")
			b.ReportMetric(float64(us.largest), "largest-bytes")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func tileServer(t testing.TB, tile func(context.Context, maptile.Tile, encode.Options) ([]byte, error)) *httptest.Server {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var at maptile.Tile
		if _, err := fmt.Sscanf(r.URL.Path, "/%d/%d/%d", &at.Z, &at.X, &at.Y); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		b, err := tile(r.Context(), at, encode.Options{Full: r.URL.RawQuery != ""})
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/vnd.mapbox-vector-tile")
		w.Header().Set("Content-Length", strconv.Itoa(len(b)))
		_, _ = w.Write(b) // the client is gone where it fails
	}))
	t.Cleanup(s.Close)
	return s
}

type answers struct {
	took           []time.Duration
	elapsed, cpu   time.Duration
	bytes, largest int64
}

func (a *answers) perSecond() float64 { return float64(len(a.took)) / a.elapsed.Seconds() }

func (a *answers) perCPU() float64 { return float64(len(a.took)) / a.cpu.Seconds() }

func (a *answers) p99() time.Duration {
	slices.Sort(a.took)
	return a.took[len(a.took)*99/100]
}

// ask asks for all tiles, four at a time. The clients only write a request and read
// its answer, so that what is measured is the servers.
func (a *answers) ask(t testing.TB, s *httptest.Server, all []maptile.Tile, query string) {
	t.Helper()
	took, sizes := make([]time.Duration, len(all)), make([]int64, len(all))
	next := make(chan int)
	var askers sync.WaitGroup
	began, computed := time.Now(), cpuTime()
	for range 4 {
		askers.Go(func() {
			conn, err := net.Dial("tcp", s.Listener.Addr().String())
			if err != nil {
				t.Error(err)
				for range next { // so that nobody waits
				}
				return
			}
			defer conn.Close()
			in := bufio.NewReaderSize(conn, 1<<16)
			for i := range next {
				start := time.Now()
				if sizes[i], err = get(conn, in, all[i].String()+query); err != nil {
					t.Errorf("tile %v: %v", all[i], err)
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
	a.elapsed += time.Since(began)
	a.cpu += cpuTime() - computed
	a.took = append(a.took, took...)
	a.largest = max(a.largest, slices.Max(sizes))
	for _, n := range sizes {
		a.bytes += n
	}
}

func get(conn io.Writer, in *bufio.Reader, path string) (size int64, err error) {
	if _, err = fmt.Fprintf(conn, "GET /%s HTTP/1.1\r\nHost: tiles\r\n\r\n", path); err != nil {
		return 0, err
	}
	r, err := http.ReadResponse(in, nil)
	if err != nil {
		return 0, err
	}
	defer r.Body.Close()
	if r.StatusCode != http.StatusOK {
		return 0, errors.New(r.Status)
	}
	return io.Copy(io.Discard, r.Body)
}

// roadFields are the properties that our tiles have at a zoom.
func roadFields(z uint8, o encode.Options) string {
	road, _ := layers.Builtin().Layer("road")
	var ids []string
	for _, f := range road.Fields {
		if f.Tile && (o.Full || int(z) >= road.MaxZoom || int(z) >= f.TileZoom) {
			ids = append(ids, f.ID)
		}
	}
	return strings.Join(ids, ", ")
}

// Where ST_AsMVT's roads come from.
const (
	storedRoads = `st_asmvtgeom(st_transform(geom, 3857), b.box, 4096, 64, true) geom from stored, b where geom && ` +
		`st_transform(b.wide, 4326)`
	projectedRoads = `st_asmvtgeom(geom, b.box, 4096, 64, true) geom from projected, b where geom && b.wide`
)

func roadTile(from string, z uint8, o encode.Options) string {
	return `with b as (select st_tileenvelope($1, $2, $3) box, st_tileenvelope($1, $2, $3, margin => 64.0/4096) wide),
		m as (select id, ` + roadFields(z, o) + `, ` + from + `)
		select coalesce(st_asmvt(m, 'road', 4096, 'geom', 'id'), '') from m where geom is not null`
}

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
	exec("create table copied (id bigint, number text, name text, county text, class text, grade text, surface text, kind text, status " +
		"text, year bigint, geom bytea)")
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
	exec(`create table stored as select id, number, name, county, class, grade, surface, kind, status, year,
		st_geomfromwkb(geom, 4326) geom from copied`)
	exec(`create table projected as select id, number, name, county, class, grade, surface, kind, status, year,
		st_transform(geom, 3857) geom from stored`)
	for _, table := range []string{"stored", "projected"} {
		exec("create index on " + table + " using gist (geom)")
		exec("vacuum analyze " + table)
	}
	return pool
}
