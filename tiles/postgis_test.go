package tiles

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	orbclip "github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/encoding/wkb"
	"github.com/paulmach/orb/planar"

	"github.com/cuntu/cuntu/data/postgis/pgtest"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/tiles/clip"
	"github.com/cuntu/cuntu/tiles/encode"
	"github.com/cuntu/cuntu/tiles/maptile"
)

// TestTilesAreThoseOfPostGIS compares with ST_AsMVTGeom, feature by feature: the
// same features, and each vertex within one unit of the other's geometry. Where they
// differ, the geometry itself, clipped with floats, says who is right: PostGIS may be
// wrong, we may not.
func TestTilesAreThoseOfPostGIS(t *testing.T) {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, pgtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	r := rand.New(rand.NewPCG(5, 6))
	features := map[uint64]orb.Geometry{}
	var all []*layers.Feature
	if _, err := conn.Exec(ctx, "create table f (id bigint primary key, geom geometry(geometry, 3857))"); err != nil {
		t.Fatal(err)
	}
	batch := &pgx.Batch{}
	for i := range 900 {
		f := feature(int64(i+1), drawGeometry(r, i))
		all = append(all, f)
		features[uint64(f.ID)] = f.Geometry
		b, err := wkb.Marshal(f.Geometry)
		if err != nil {
			t.Fatal(err)
		}
		batch.Queue("insert into f values ($1, st_transform(st_geomfromwkb($2, 4326), 3857))", f.ID, b)
	}
	if err := conn.SendBatch(ctx, batch).Close(); err != nil {
		t.Fatal(err)
	}
	snap := build(t, all...)
	compared, tiny, postgisWrong := 0, 0, 0
	for z := uint8(3); z <= 18; z++ {
		for range 12 {
			at := orb.Point{109.5 + 1.5*r.Float64(), 33.2 + r.Float64()}
			if i := r.IntN(len(all)); z > 11 {
				at = all[i].Geometry.Bound().Center()
			}
			tile := tileAt(at, z)
			want := postgisTile(t, conn, tile)
			got := map[uint64]orb.Geometry{}
			b, err := encode.Encode(snap, []string{"mixed"}, tile, encode.Options{Full: true})
			if err != nil {
				t.Fatal(err)
			}
			for id, g := range decode(t, b) {
				got[id] = g
			}
			for id, g := range features {
				ours, theirs := got[id], want[id]
				if ours == nil && theirs == nil {
					continue
				}
				compared++
				if alike(ours, theirs) {
					continue
				}
				exact := inUnits(tile, g)
				if b := exact.Bound(); !isRight(ours, exact) {
					t.Errorf("tile %v feature %d: ours is wrong\nours   %v\nPostGIS %v\nexact %v", tile, id, ours, theirs, exact)
				} else if theirs == nil && b.Max[0]-b.Min[0] < 3 && b.Max[1]-b.Min[1] < 3 {
					tiny++ // which PostGIS leaves out
				} else {
					postgisWrong++
					if postgisWrong <= 3 {
						t.Logf("tile %v feature %d: PostGIS has\n%v, ours is\n%v", tile, id, theirs, ours)
					}
				}
			}
			if t.Failed() {
				return
			}
		}
	}
	t.Logf("%d features of tiles compared; where PostGIS leaves out what is tiny: %d; differs and ours is right: %d", compared, tiny,
		postgisWrong)
	if compared < 2000 {
		t.Errorf("only %d features of tiles compared", compared)
	}
}

func decode(t fataler, b []byte) map[uint64]orb.Geometry {
	t.Helper()
	decoded, err := mvt.Unmarshal(b)
	if err != nil {
		t.Fatalf("decode: %v", err)
	}
	got := map[uint64]orb.Geometry{}
	for _, l := range decoded {
		for _, f := range l.Features {
			got[uint64(f.ID.(float64))] = f.Geometry
		}
	}
	return got
}

func postgisTile(t fataler, conn *pgx.Conn, tile maptile.Tile) map[uint64]orb.Geometry {
	t.Helper()
	const query = `with
		b as (select st_tileenvelope($1, $2, $3) box, st_tileenvelope($1, $2, $3, margin => 64.0/4096) wide),
		m as (select f.id, st_asmvtgeom(f.geom, b.box, 4096, 64, true) geom from f, b where f.geom && b.wide)
		select st_asmvt(m, 'mixed', 4096, 'geom', 'id') from m where geom is not null`
	var b []byte
	if err := conn.QueryRow(context.Background(), query, tile.Z, tile.X, tile.Y).Scan(&b); err != nil {
		t.Fatalf("query: %v", err)
	}
	return decode(t, b)
}

// alike tells whether every vertex of each lies within a unit of the other.
func alike(a, b orb.Geometry) bool {
	if a == nil || b == nil || kind(a) != kind(b) {
		return false
	}
	return apart(a, b) <= math.Sqrt2 && apart(b, a) <= math.Sqrt2
}

func kind(g orb.Geometry) int { return g.Dimensions() }

// apart is how far the farthest vertex of a lies from the edges of b.
func apart(a, b orb.Geometry) (most float64) {
	for _, line := range linesOf(a) {
		for _, p := range line {
			least := math.Inf(1)
			for _, other := range linesOf(b) {
				least = min(least, planar.DistanceFrom(other, p))
			}
			most = max(most, least)
		}
	}
	return most
}

func linesOf(g orb.Geometry) (lines []orb.LineString) {
	switch g := g.(type) {
	case orb.Point:
		lines = append(lines, orb.LineString{g, g})
	case orb.MultiPoint:
		for _, p := range g {
			lines = append(lines, orb.LineString{p, p})
		}
	case orb.LineString:
		lines = append(lines, g)
	case orb.MultiLineString:
		for _, l := range g {
			lines = append(lines, l)
		}
	case orb.Polygon:
		for _, r := range g {
			lines = append(lines, orb.LineString(r))
		}
	case orb.MultiPolygon:
		for _, p := range g {
			lines = append(lines, linesOf(p)...)
		}
	}
	return lines
}

// inUnits is a geometry in degrees in the units of a tile, not rounded.
func inUnits(tile maptile.Tile, g orb.Geometry) orb.Geometry {
	size := math.Exp2(float64(tile.Z)) * maptile.Extent
	project := func(p orb.Point) orb.Point {
		s := math.Sin(p[1] * math.Pi / 180)
		return orb.Point{
			(p[0]/360+.5)*size - float64(tile.X)*maptile.Extent,
			(.5-math.Atanh(s)/(2*math.Pi))*size - float64(tile.Y)*maptile.Extent,
		}
	}
	switch g := orb.Clone(g).(type) {
	case orb.Point:
		return project(g)
	case orb.LineString:
		for i := range g {
			g[i] = project(g[i])
		}
		return g
	case orb.Polygon:
		for _, r := range g {
			for i := range r {
				r[i] = project(r[i])
			}
		}
		return g
	}
	return g
}

// isRight tells whether a tile's geometry, or its absence, is right for the exact
// one: it lies on it, within rounding, and as much of it is there as the smaller and
// less than the larger of two boxes holds.
func isRight(got, exact orb.Geometry) bool {
	box := orb.Bound{Min: orb.Point{clip.Lo, clip.Lo}, Max: orb.Point{clip.Hi, clip.Hi}}
	least, most := measure(orbclip.Geometry(box.Pad(-1), orb.Clone(exact))), measure(orbclip.Geometry(box.Pad(1), orb.Clone(exact)))
	if p, ok := exact.(orb.Point); ok {
		if got == nil {
			return !box.Pad(-1).Contains(p)
		}
		return apart(got, exact) <= 1 && box.Pad(1).Contains(p)
	}
	if got == nil {
		return least < 4
	}
	for _, line := range linesOf(got) {
		for _, p := range line {
			onBorder := p[0] == clip.Lo || p[0] == clip.Hi || p[1] == clip.Lo || p[1] == clip.Hi
			if apart(orb.Point(p), exact) > 2 && !onBorder {
				return false
			}
		}
	}
	slack := 2.
	if kind(exact) == 2 {
		slack += planar.Length(got) + planar.Length(orbclip.Geometry(box.Pad(1), orb.Clone(exact)))
	} else {
		for _, line := range linesOf(got) { // rounding moves each vertex
			slack += 1.5 * float64(len(line))
		}
	}
	m := measure(got)
	return m >= least-slack && m <= most+slack
}

func measure(g orb.Geometry) float64 {
	if g == nil {
		return 0
	}
	if kind(g) == 2 {
		return planar.Area(g)
	}
	return planar.Length(g)
}
