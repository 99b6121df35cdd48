package tiles

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/tiles/encode"
	"github.com/cuntu/cuntu/tiles/maptile"
)

// mixed is a layer with a field of every type and every kind of geometry.
func mixed() *layers.Catalog {
	words := func(s string) layers.Words { return layers.Words{Zh: s, En: s} }
	return &layers.Catalog{Layers: []*layers.Layer{
		{
			ID: "mixed", Title: words("杂"), MinZoom: 3, MaxZoom: 14,
			Geometry: []geo.Kind{geo.Points, geo.Lines, geo.Polygons},
			Fields: []layers.Field{
				{ID: "name", Type: layers.TypeText, Tile: true, Title: words("名称")},
				{ID: "secret", Type: layers.TypeText},
				{ID: "code", Type: layers.TypeCode, Tile: true},
				{ID: "int", Type: layers.TypeInt, Tile: true},
				{ID: "float", Type: layers.TypeFloat, Tile: true},
				{ID: "yes", Type: layers.TypeBool, Tile: true},
				{ID: "also", Type: layers.TypeBool, Tile: true},
			},
		},
		{ID: "plain", Title: words("素"), MaxZoom: 14, Geometry: []geo.Kind{geo.Points}},
		{ID: "table", Title: words("表")},
	}}
}

type fataler interface {
	Helper()
	Fatalf(string, ...any)
}

func build(t fataler, features ...*layers.Feature) *snapshot.Snapshot {
	t.Helper()
	c := mixed()
	b := snapshot.NewBuilder(c)
	for _, f := range features {
		if len(f.Values) == 0 {
			f.Values = make([]layers.Value, len(c.Layers[0].Fields))
		}
		if err := b.Add(c.Layers[0], f); err != nil {
			t.Fatalf("add: %v", err)
		}
	}
	return b.Snapshot()
}

func encodeTile(t fataler, snap *snapshot.Snapshot, tile maptile.Tile, ids ...string) mvt.Layers {
	t.Helper()
	b, err := encode.Encode(snap, ids, tile, encode.Options{})
	if err != nil {
		t.Fatalf("encode: %v", err)
	}
	decoded, err := mvt.Unmarshal(b)
	if err != nil {
		t.Fatalf("decode: %v", err)
	}
	return decoded
}

func TestPropertiesComeBackAsTheyAre(t *testing.T) {
	at := orb.Point{110, 33.5}
	values := func(v ...layers.Value) []layers.Value { return v }
	text, whole, number, yes, null := layers.Text, layers.Int, layers.Float, layers.Bool, layers.Null
	snap := build(t,
		&layers.Feature{
			ID: 7, Geometry: at,
			Values: values(text("东店子村"), text("x"), text("011002001"), whole(12), number(0.1), yes(true), yes(true)),
		},
		&layers.Feature{ID: 3, Geometry: at, Values: values(text(""), text("x"), null, whole(-5), number(0.5), yes(false), null)},
		&layers.Feature{ID: math.MaxInt64, Geometry: at, Values: values(null, null, null, null, null, null, null)},
		&layers.Feature{
			ID: 9, Geometry: at,
			Values: values(text("011002001"), null, text("611002"), whole(math.MinInt64), number(-1e300), null, yes(true)),
		},
	)
	tile := tileAt(at, 12)
	got := encodeTile(t, snap, tile, "mixed")
	if len(got) != 1 || got[0].Name != "mixed" || got[0].Version != 2 || got[0].Extent != maptile.Extent {
		t.Fatalf("layers are %v", got)
	}
	want := []map[string]any{
		{"name": "", "int": -5., "float": 0.5, "yes": false},
		{"name": "东店子村", "code": "011002001", "int": 12., "float": 0.1, "yes": true, "also": true},
		{"name": "011002001", "code": "611002", "int": float64(math.MinInt64), "float": -1e300, "also": true},
		{},
	}
	ids := []float64{3, 7, 9, math.MaxInt64}
	for i, f := range got[0].Features {
		if f.ID != ids[i] || len(f.Properties) != len(want[i]) {
			t.Errorf("feature %d is %v %v, want %v %v", i, f.ID, f.Properties, ids[i], want[i])
		}
		for k, v := range want[i] {
			if got := f.Properties[k]; got != v && fmt.Sprint(got) != fmt.Sprint(v) {
				t.Errorf("feature %d: %s is %v, want %v", i, k, got, v)
			}
		}
	}
	b, _ := encode.Encode(snap, []string{"mixed"}, tile, encode.Options{})
	if n := bytes.Count(b, []byte("011002001")); n != 1 {
		t.Errorf("a value of two fields stands %d times in the tile", n)
	}
	if bytes.Contains(b, []byte("secret")) {
		t.Error("a field that is not for tiles is in one")
	}
}

// tileAt is the tile in which a place lies.
func tileAt(p orb.Point, z uint8) maptile.Tile {
	q := geo.Quantise(p)
	shift := 32 - z
	return maptile.Tile{Z: z, X: uint32((int64(q.X) + 1<<31) >> shift), Y: uint32((int64(q.Y) + 1<<31) >> shift)}
}

func TestErrorsSayWhatIsWrong(t *testing.T) {
	snap := build(t)
	for _, c := range []struct {
		ids  []string
		tile maptile.Tile
		want error
	}{
		{[]string{"mixed"}, maptile.Tile{Z: 23, X: 0, Y: 0}, maptile.ErrOutside},
		{[]string{"mixed"}, maptile.Tile{Z: 3, X: 8, Y: 0}, maptile.ErrOutside},
		{[]string{"mixed"}, maptile.Tile{Z: 0, X: 0, Y: 1}, maptile.ErrOutside},
		{[]string{"mixed", "nowhere"}, maptile.Tile{}, encode.ErrUnknownLayer},
		{[]string{"table"}, maptile.Tile{}, encode.ErrNoGeometry},
		{[]string{"plain", "plain"}, maptile.Tile{}, encode.ErrTwice},
		{[]string{"plain", "mixed"}, maptile.Tile{Z: 22, X: 1<<22 - 1, Y: 0}, nil},
	} {
		b, err := encode.Encode(snap, c.ids, c.tile, encode.Options{})
		if !errors.Is(err, c.want) || len(b) > 0 {
			t.Errorf("%v %v: %v, want %v", c.ids, c.tile, err, c.want)
		}
		if c.want != nil {
			t.Log(err)
		}
	}
}

func TestLayerShowsFromItsFirstZoomOnAndBeyondItsLast(t *testing.T) {
	at := orb.Point{110, 33.5}
	snap := build(t, &layers.Feature{ID: 1, Geometry: at})
	for z := range uint8(maptile.MaxZoom + 1) {
		got := encodeTile(t, snap, tileAt(at, z), "mixed")
		if shows := len(got) == 1; shows != (z >= 3) {
			t.Errorf("zoom %d: shows is %v", z, shows)
		}
		b, _ := encode.Encode(snap, []string{"mixed"}, tileAt(at, z), encode.Options{Full: true})
		if len(b) == 0 {
			t.Errorf("zoom %d: nothing when all is asked for", z)
		}
	}
}

func TestSameContentGivesSameBytes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	words := []string{"东店子村", "007", "a", "", "611002"}
	feature := func(id int64) *layers.Feature {
		p := orb.Point{110 + r.Float64()/50, 33.5 + r.Float64()/50}
		return &layers.Feature{ID: id, Geometry: orb.LineString{p, {p[0] + .01, p[1]}, {p[0] + .01, p[1] + .01}}, Values: []layers.Value{
			layers.Text(words[r.IntN(5)]), layers.Null, layers.Text("611002"), layers.Int(r.Int64N(9)), layers.Float(float64(r.IntN(9)) / 4),
			layers.Bool(r.IntN(2) == 0), layers.Null,
		}}
	}
	state := map[int64]*layers.Feature{}
	var first []*layers.Feature
	for id := int64(2); id < 3000; id += 2 {
		state[id] = feature(id)
		first = append(first, state[id])
	}
	snap := build(t, first...)
	for range 20 {
		var changes []layers.Change
		for range 100 {
			id := r.Int64N(4000) + 1
			if r.IntN(3) == 0 {
				delete(state, id)
			} else {
				state[id] = feature(id)
			}
			changes = append(changes, layers.Change{Layer: "mixed", ID: id, Feature: state[id]})
		}
		var err error
		if snap, _, err = snap.Apply(changes); err != nil {
			t.Fatal(err)
		}
		var all []*layers.Feature
		for _, f := range state {
			all = append(all, f)
		}
		fresh := build(t, all...)
		var e encode.Encoder
		for z := uint8(8); z < 16; z++ {
			tile := tileAt(orb.Point{110.01, 33.51}, z)
			a, _ := e.Append(nil, snap, []string{"mixed"}, tile, encode.Options{})
			b, _ := encode.Encode(fresh, []string{"mixed"}, tile, encode.Options{})
			if !bytes.Equal(a, b) || len(a) == 0 {
				t.Fatalf("tile %v differs after edits: %d and %d bytes", tile, len(a), len(b))
			}
		}
	}
}

func TestEncoderReusedAllocatesNothing(t *testing.T) {
	snap := mountains(t, 500)
	var e encode.Encoder
	var buf []byte
	tiles := []maptile.Tile{tileAt(orb.Point{110, 33.5}, 8), tileAt(orb.Point{110, 33.5}, 11), tileAt(orb.Point{110.2, 33.6}, 13)}
	ids := []string{"mixed"}
	all := func() {
		for _, tile := range tiles {
			buf, _ = e.Append(buf[:0], snap, ids, tile, encode.Options{})
		}
	}
	all()
	if n := testing.AllocsPerRun(20, all); n > 0 {
		t.Errorf("%v allocations in %d tiles", n, len(tiles))
	}
}

// mountains has roads with hairpins, ragged areas, some with holes, and places,
// over a prefecture of 2° by 2°.
func mountains(t fataler, n int) *snapshot.Snapshot {
	r := rand.New(rand.NewPCG(3, 4))
	var all []*layers.Feature
	for i := range n {
		f := &layers.Feature{ID: int64(i + 1), Geometry: drawGeometry(r, i), Values: make([]layers.Value, 7)}
		f.Values[0] = layers.Text(fmt.Sprint("路", i%40))
		f.Values[3] = layers.Int(int64(i % 7))
		all = append(all, f)
	}
	return build(t, all...)
}

func drawGeometry(r *rand.Rand, i int) orb.Geometry {
	p := orb.Point{109.5 + 1.5*r.Float64(), 33.2 + 1*r.Float64()}
	switch i % 3 {
	case 0:
		return p
	case 1:
		line := orb.LineString{p}
		heading, step := r.Float64()*7, math.Pow(10, -4+2.5*r.Float64())
		for range 2 + r.IntN(60) {
			heading += r.NormFloat64()
			p = orb.Point{p[0] + step*math.Cos(heading), p[1] + step*math.Sin(heading)}
			line = append(line, p)
		}
		return line
	}
	size := math.Pow(10, -5+4.5*r.Float64())
	polygon := orb.Polygon{ragged(r, p, size, 5+r.IntN(60), .5, 1)}
	if i%2 == 0 {
		polygon = append(polygon, ragged(r, p, size, 3+r.IntN(20), .1, .45))
	}
	return polygon
}

// ragged is a star-shaped ring between two parts of a size.
func ragged(r *rand.Rand, p orb.Point, size float64, n int, least, most float64) orb.Ring {
	var ring orb.Ring
	for k := range n {
		angle := 2 * math.Pi * (float64(k) + r.Float64()/2) / float64(n)
		d := size * (least + (most-least)*r.Float64())
		ring = append(ring, orb.Point{p[0] + d*math.Cos(angle), p[1] + d*math.Sin(angle)})
	}
	return append(ring, ring[0])
}

func feature(id int64, g orb.Geometry) *layers.Feature { return &layers.Feature{ID: id, Geometry: g} }
