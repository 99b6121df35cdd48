package tiles_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/demo/demotest"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/tiles/encode"
	"github.com/cuntu/cuntu/tiles/maptile"
)

// pairs are tiles in both formats, for MapLibre's and Mapbox's readers to tell whether
// they hold the same.
type pairs struct {
	bytes.Buffer
	count int
}

func (p *pairs) add(t testing.TB, name string, mvt, mlt []byte) {
	t.Helper()
	p.count++
	for _, b := range [][]byte{[]byte(name), mvt, mlt} {
		p.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(b))))
		p.Write(b)
	}
}

// read runs the readers over the pairs and returns what they say.
func (p *pairs) read(t testing.TB, flags ...string) string {
	t.Helper()
	const app = "../web/app"
	if _, err := os.Stat(app + "/node_modules/@maplibre/mlt"); err != nil {
		t.Fatal("MapLibre's reader is missing: run `make test`, which installs it")
	}
	file := filepath.Join(t.TempDir(), "pairs")
	if err := os.WriteFile(file, p.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", append([]string{"e2e/mlt.mjs", file}, flags...)...)
	cmd.Dir = app
	var out, wrong bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &wrong
	if err := cmd.Run(); err != nil {
		text := wrong.String()
		t.Fatalf("%v: %s", err, text[:min(len(text), 2000)])
	}
	return strings.TrimSpace(out.String())
}

// same fails where the readers find a difference, and returns how many features they saw.
func (p *pairs) same(t testing.TB) int {
	t.Helper()
	n, err := strconv.Atoi(p.read(t))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestMLTDoesNotShowThePagesOfTheTable has a code among other texts of its page and among
// nothing but codes, where the table knows it by another key.
func TestMLTDoesNotShowThePagesOfTheTable(t *testing.T) {
	catalog := layers.Builtin()
	village, _ := catalog.Layer("village")
	name := village.Field("name")
	encoded := func(ids []int64) []byte {
		b := snapshot.NewBuilder(catalog)
		for _, id := range ids {
			f := &layers.Feature{ID: id, Geometry: orb.Point{110, 33.5}, Values: make([]layers.Value, len(village.Fields))}
			f.Values[name] = layers.Text(strconv.FormatInt(100+id%7, 10))
			if id == 3000 {
				f.Values[name] = layers.Text("村")
			}
			if err := b.Add(village, f); err != nil {
				t.Fatal(err)
			}
		}
		out, err := encode.Encode(b.Snapshot(), []string{"village"}, maptile.Tile{}, encode.Options{Full: true, Format: encode.MLT})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	var up, down []int64
	for id := int64(1); id <= 3000; id++ {
		up, down = append(up, id), append(down, 3001-id)
	}
	if a, b := encoded(up), encoded(down); !bytes.Equal(a, b) || bytes.Count(a, []byte("村")) != 1 || bytes.Count(a, []byte("103")) != 1 {
		t.Errorf("%d bytes one way and %d the other", len(a), len(b))
	}
}

// crowded has more roads and rivers in one place than a tile has room for.
func crowded(t testing.TB) *snapshot.Snapshot {
	t.Helper()
	catalog := layers.Builtin()
	b := snapshot.NewBuilder(catalog)
	r := rand.New(rand.NewPCG(3, 4))
	for _, id := range []string{"road", "river"} {
		l, _ := catalog.Layer(id)
		for i := range int64(9000) {
			f := &layers.Feature{ID: i + 1, Values: make([]layers.Value, len(l.Fields))}
			f.Values[l.Field("name")] = layers.Text(fmt.Sprintf("第%d条", r.IntN(4000)))
			if id == "road" {
				f.Values[l.Field("class")] = layers.Text("国道")
				f.Values[l.Field("width_m")] = layers.Float(float64(r.IntN(200)) / 10)
			}
			p := orb.Point{109.7 + .3*r.Float64(), 33.7 + .2*r.Float64()}
			line := orb.LineString{p}
			for range 20 {
				p = orb.Point{p[0] + .01*r.NormFloat64(), p[1] + .01*r.NormFloat64()}
				line = append(line, p)
			}
			f.Geometry = line
			if err := b.Add(l, f); err != nil {
				t.Fatal(err)
			}
		}
	}
	return b.Snapshot()
}

func TestMLTHasTheFeaturesForWhichMVTHasRoom(t *testing.T) {
	snap := crowded(t)
	var p pairs
	var e encode.Encoder
	cut := 0
	for _, c := range []struct {
		tile maptile.Tile
		ids  []string
	}{
		{maptile.Tile{Z: 6, X: 51, Y: 25}, []string{"road"}},
		{maptile.Tile{Z: 8, X: 206, Y: 102}, []string{"road"}},
		{maptile.Tile{Z: 10, X: 824, Y: 409}, []string{"road"}},
		{maptile.Tile{Z: 10, X: 824, Y: 409}, []string{"river", "road"}},
		{maptile.Tile{Z: 11, X: 1649, Y: 819}, []string{"road", "river"}},
	} {
		var both [2][]byte
		var stats [2]encode.Stats
		for f := range both {
			var err error
			if both[f], err = e.Append(nil, snap, c.ids, c.tile, encode.Options{Format: encode.Format(f)}); err != nil {
				t.Fatal(err)
			}
			stats[f] = e.Stats
		}
		if stats[encode.MVT] != stats[encode.MLT] {
			t.Errorf("%v of %v: %+v as MVT, %+v as MLT", c.tile, c.ids, stats[encode.MVT], stats[encode.MLT])
		}
		cut += stats[encode.MLT].Dropped
		p.add(t, c.tile.String(), both[encode.MVT], both[encode.MLT])
	}
	if n := p.same(t); n < 5000 || cut == 0 {
		t.Errorf("%d features were held against each other, %d left out", n, cut)
	}
}

// demoTiles are some tiles of a zoom that hold something of a layer of the demo: those
// around features of it, taken evenly.
func demoTiles(table *snapshot.Table, z uint8, most int) (all []maptile.Tile) {
	seen := map[maptile.Tile]bool{}
	step := max(1, table.Len()/most)
	n := 0
	for row := range table.Rows {
		if n++; n%step > 0 {
			continue
		}
		p := table.Shape(row).Box().Min
		at := func(v int32) uint32 { return uint32((int64(v) + 1<<31) >> (32 - z)) }
		t := maptile.Tile{Z: z, X: at(p.X), Y: at(p.Y)}
		if !seen[t] && len(seen) < most {
			seen[t] = true
			all = append(all, t)
		}
	}
	return all
}

func TestMLTOfTheDemoHoldsWhatMVTDoes(t *testing.T) {
	snap := demotest.Snapshot(t)
	var p pairs
	var e encode.Encoder // one for both formats: what one leaves behind must not show in the other
	both := func(ids []string, tile maptile.Tile, o encode.Options) {
		t.Helper()
		o.Format = encode.MVT
		mvt, err := e.Append(nil, snap, ids, tile, o)
		if err != nil {
			t.Fatal(err)
		}
		want := e.Stats
		o.Format = encode.MLT
		mlt, err := e.Append(nil, snap, ids, tile, o)
		if err != nil {
			t.Fatal(err)
		}
		if e.Stats != want {
			t.Errorf("%v of %v: MLT's stats are %+v, MVT's %+v", tile, ids, e.Stats, want)
		}
		if len(mvt) > 0 || len(mlt) > 0 {
			p.add(t, fmt.Sprintf("%v of %v, %+v", tile, ids, o), mvt, mlt)
		}
	}
	var all []string
	for _, table := range snap.Tables() {
		if !table.Layer.HasGeometry() {
			continue
		}
		all = append(all, table.Layer.ID)
		for z := range uint8(15) {
			for _, tile := range demoTiles(table, z, 6) {
				both([]string{table.Layer.ID}, tile, encode.Options{})
				if z == 6 || z == 12 {
					both([]string{table.Layer.ID}, tile, encode.Options{Full: true})
				}
			}
		}
	}
	villages, _ := snap.Table("village")
	for z := range uint8(15) {
		for _, tile := range demoTiles(villages, z, 3) {
			both(all, tile, encode.Options{})
			both(all, tile, encode.Options{Year: 2016})
		}
	}
	seen := p.same(t)
	t.Logf("%d features of %d tiles", seen, p.count)
	if seen < 50_000 || p.count < 500 {
		t.Errorf("only %d features of %d tiles were held against each other", seen, p.count)
	}
}
