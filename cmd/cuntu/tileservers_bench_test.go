package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"github.com/cuntu/cuntu/data/postgis/pgtest"
)

// BenchmarkTileServers asks tiles of some 95,000 roads of `cuntu serve` and of other tile servers, where
// they are on the machine: Martin and pg_tileserv, each as it comes, but without a cache, on the same table of
// the same database, by four clients on connections kept open, around its villages. "full" tiles of ours hold every road, as theirs
// do. "ratio" is of tiles a second, "p99ratio" of the slowest tile in a hundred. A server that is not on the machine
// has rows that say so.
func BenchmarkTileServers(b *testing.B) {
	url := pgtest.URL(b)
	cuntu := must(binary())(b)
	if out, err := exec.Command(cuntu, "demo", "--store", url, "--scale", "5").CombinedOutput(); err != nil {
		b.Fatalf("demo: %v: %s", err, out)
	}
	if out, err := exec.Command("psql", "-qX", url, "-c", "vacuum analyze cuntu.road").CombinedOutput(); err != nil {
		b.Fatalf("psql: %v: %s", err, out)
	}
	places := villagePlaces(b, url)
	ours := startServer(b, nil, "/tiles/road/%d/%d/%d.mvt", cuntu, "serve", "--store", url, "--addr", "{address}", "--cache-mb", "0")
	var theirs []*tileServer
	var missing []string
	if martin, err := exec.LookPath("martin"); err == nil {
		theirs = append(theirs, startServer(b, nil, "/road/%d/%d/%d", martin, "--listen-addresses", "{address}", "--cache-size", "0", url))
	} else {
		missing = append(missing, "martin")
	}
	if tileserv, err := exec.LookPath("pg_tileserv"); err == nil {
		env := []string{"DATABASE_URL=" + url, "TS_HTTPHOST=127.0.0.1", "TS_HTTPPORT={port}"}
		theirs = append(theirs, startServer(b, env, "/cuntu.road/%d/%d/%d.pbf", tileserv))
	} else {
		missing = append(missing, "pg_tileserv")
	}
	for _, c := range []struct {
		name     string
		from, to maptile.Zoom
		n        int
		query    string
		atLeast  float64
	}{{"z10-14", 10, 14, 3000, "", 10}, {"z10-14 full", 10, 14, 3000, "?full=1", 5}, {"z7-9", 7, 9, 30, "", 50}} {
		for _, them := range theirs {
			b.Run(c.name+"/"+them.name, func(b *testing.B) {
				var us, others asked
				for b.Loop() {
					all := tilesAt(places, c.from, c.to, c.n)
					for some := range slices.Chunk(all, max(1, len(all)/10)) { // turn by turn
						others.ask(b, them, some[:max(1, len(some)/10)], "")
						us.ask(b, ours, some, c.query)
					}
				}
				b.ReportMetric(us.perSecond()/others.perSecond(), "ratio")
				b.ReportMetric(us.p99().Seconds()/others.p99().Seconds(), "p99ratio")
				b.ReportMetric(c.atLeast, "at-least")
				b.ReportMetric(us.perSecond(), "tiles/s")
				b.ReportMetric(others.perSecond(), "their-tiles/s")
				b.ReportMetric(float64(us.bytes)/float64(len(us.took)), "bytes/tile")
				b.ReportMetric(float64(others.bytes)/float64(len(others.took)), "their-bytes/tile")
				b.ReportMetric(0, "ns/op")
			})
		}
		for _, name := range missing {
			b.Run(c.name+"/"+name, func(b *testing.B) {
				reportMissing(b, name)
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

// reportMissing reports that a program which is measured against is not on this machine: the table of ratios has a row
// that says so.
func reportMissing(b *testing.B, peer string) {
	b.ReportMetric(1, peer+"-missing")
}

// villagePlaces are where the database's villages lie.
func villagePlaces(b *testing.B, url string) (places []orb.Point) {
	b.Helper()
	db := must(pgx.Connect(b.Context(), url))(b)
	defer db.Close(context.Background())
	rows, err := db.Query(b.Context(), "select st_x(geom), st_y(geom) from cuntu.village where geom is not null")
	if err != nil {
		b.Fatal(err)
	}
	for rows.Next() {
		var p orb.Point
		if err := rows.Scan(&p[0], &p[1]); err != nil {
			b.Fatal(err)
		}
		places = append(places, p)
	}
	if err := rows.Err(); err != nil {
		b.Fatal(err)
	}
	return places
}

// tilesAt are distinct tiles at some of the places.
func tilesAt(places []orb.Point, from, to maptile.Zoom, n int) (all []maptile.Tile) {
	known := map[maptile.Tile]bool{}
	for tries := 0; len(all) < n && tries < 20*n; tries++ {
		t := maptile.At(places[rand.IntN(len(places))], from+maptile.Zoom(tries)%(to-from+1))
		if !known[t] {
			known[t] = true
			all = append(all, t)
		}
	}
	return all
}

// tileServer is a program that serves tiles.
type tileServer struct {
	name, address, path string
}

// startServer starts a program that is to listen at {address}, or at {port} of this machine, and waits
// for the first tile.
func startServer(b *testing.B, env []string, path, program string, args ...string) *tileServer {
	b.Helper()
	listener := must(net.Listen("tcp", "127.0.0.1:0"))(b)
	address := listener.Addr().String()
	_ = listener.Close()
	_, port, _ := net.SplitHostPort(address)
	fill := func(words []string) (filled []string) {
		for _, w := range words {
			filled = append(filled, strings.NewReplacer("{address}", address, "{port}", port).Replace(w))
		}
		return filled
	}
	cmd := exec.Command(program, fill(args)...)
	cmd.Env = append(os.Environ(), fill(env)...)
	log := must(os.CreateTemp(b.TempDir(), "log"))(b)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	})
	s := &tileServer{cmd.Path[strings.LastIndex(cmd.Path, "/")+1:], address, path}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		resp, err := http.Get("http://" + address + fmt.Sprintf(path, 5, 25, 12))
		if err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode < 300 {
				return s
			}
		}
		if time.Now().After(deadline) {
			said, _ := os.ReadFile(log.Name())
			b.Fatalf("%s does not serve %s: %v, %s", s.name, path, err, said)
		}
	}
}

// asked is what asking for tiles came to.
type asked struct {
	took    []time.Duration
	elapsed time.Duration
	bytes   int64
}

func (a *asked) perSecond() float64 { return float64(len(a.took)) / a.elapsed.Seconds() }

func (a *asked) p99() time.Duration {
	slices.Sort(a.took)
	return a.took[len(a.took)*99/100]
}

// ask asks for the tiles, four at a time. The clients only write a request and read its answer.
func (a *asked) ask(b *testing.B, s *tileServer, all []maptile.Tile, query string) {
	b.Helper()
	took, sizes := make([]time.Duration, len(all)), make([]int64, len(all))
	var clients sync.WaitGroup
	began := time.Now()
	for first := range 4 {
		clients.Go(func() {
			conn, err := net.Dial("tcp", s.address)
			if err != nil {
				b.Error(err)
				return
			}
			defer conn.Close()
			in := bufio.NewReaderSize(conn, 1<<16)
			for i := first; i < len(all); i += 4 {
				start := time.Now()
				if sizes[i], err = get(conn, in, fmt.Sprintf(s.path, all[i].Z, all[i].X, all[i].Y)+query); err != nil {
					b.Errorf("%s, tile %v: %v", s.name, all[i], err)
					return
				}
				took[i] = time.Since(start)
			}
		})
	}
	clients.Wait()
	a.elapsed += time.Since(began)
	a.took = append(a.took, took...)
	for _, n := range sizes {
		a.bytes += n
	}
}

func get(conn io.Writer, in *bufio.Reader, path string) (size int64, err error) {
	if _, err = fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: tiles\r\nAccept-Encoding: identity\r\n\r\n", path); err != nil {
		return 0, err
	}
	r, err := http.ReadResponse(in, nil)
	if err != nil {
		return 0, err
	}
	defer r.Body.Close()
	if r.StatusCode != http.StatusOK && r.StatusCode != http.StatusNoContent {
		return 0, fmt.Errorf("%s", r.Status)
	}
	return io.Copy(io.Discard, r.Body)
}
