package gpkg

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
)

// places is a catalogue of one layer that takes every geometry.
func places() *layers.Catalog {
	return &layers.Catalog{Layers: []*layers.Layer{{
		ID: "place", Title: layers.Words{Zh: "地点", En: "Place"},
		Geometry: []geo.Kind{geo.Points, geo.Lines, geo.Polygons},
		Fields:   []layers.Field{{ID: "name", Type: layers.TypeText, Title: layers.Words{Zh: "名称", En: "Name"}}},
	}}}
}

func openPlaces(tb testing.TB) *Store {
	tb.Helper()
	s, err := Open(tb.Context(), filepath.Join(tb.TempDir(), "places.gpkg"), places(), Options{Create: true})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

func edit(tb testing.TB, s *Store, edits ...layers.Edit) {
	tb.Helper()
	if _, err := s.Apply(tb.Context(), data.Edits(edits...)); err != nil {
		tb.Fatal(err)
	}
}

func place(op layers.Op, id int64, g orb.Geometry) layers.Edit {
	return layers.Edit{Op: op, Layer: "place", Feature: layers.Feature{ID: id, Geometry: g, Values: []layers.Value{layers.Null}}}
}

func somewhere(r *rand.Rand) orb.Geometry {
	p := orb.Point{108 + 4*r.Float64(), 32 + 3*r.Float64()}
	switch r.IntN(4) {
	case 0:
		return nil
	case 1:
		return orb.LineString{p, {p[0] + r.Float64()/10, p[1] - r.Float64()/10}}
	}
	return p
}

// TestRtree edits at random, by one and by thousands, and asks the R-tree in the
// file what lies in a box. Brute force knows better, to a float32.
func TestRtreeFollowsEdits(t *testing.T) {
	for _, c := range []struct{ batches, size int }{{60, 5}, {1, 100}, {2, bulkFrom + 100}, {1, 5000}} {
		t.Run(fmt.Sprintf("%d batches of %d", c.batches, c.size), func(t *testing.T) {
			s, r := openPlaces(t), rand.New(rand.NewPCG(uint64(c.size), 1))
			for range c.batches {
				var edits []layers.Edit
				for range c.size {
					id := r.Int64N(int64(c.size)*2) + 1
					edits = append(edits, place(layers.Put, id, somewhere(r)))
					if r.IntN(4) == 0 {
						edits = append(edits, place(layers.Delete, id, nil))
					}
				}
				edit(t, s, edits...)
				checkRtree(t, s)
			}
		})
	}
}

func TestSmallChangesToALargeLayerKeepItsRtree(t *testing.T) {
	s, r := openPlaces(t), rand.New(rand.NewPCG(1, 1))
	var edits []layers.Edit
	for range 18_000 { // more than eight times the batch that follows
		edits = append(edits, place(layers.Insert, 0, somewhere(r)))
	}
	edit(t, s, edits...)
	checkRtree(t, s)
	edits = edits[:0]
	for i := range int64(bulkFrom + 100) { // past bulkFrom, but few of all: rows, not the whole tree
		edits = append(edits, place(layers.Put, i*3+1, somewhere(r)))
	}
	edit(t, s, edits...)
	checkRtree(t, s)
	for range 300 { // a packed tree goes on as any other
		edit(t, s, place(layers.Put, r.Int64N(20_000)+1, somewhere(r)))
	}
	checkRtree(t, s)
	edits = edits[:0]
	if _, err := s.Load(t.Context(), func(_ *layers.Layer, f *layers.Feature) error {
		edits = append(edits, place(layers.Delete, f.ID, nil))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	edit(t, s, edits...)
	checkRtree(t, s)
}

func checkRtree(t *testing.T, s *Store) {
	t.Helper()
	bounds, whole := map[int64]orb.Bound{}, orb.Bound{Min: orb.Point{200, 200}, Max: orb.Point{-200, -200}}
	if _, err := s.Load(t.Context(), func(_ *layers.Layer, f *layers.Feature) error {
		if f.Geometry != nil {
			bounds[f.ID] = f.Geometry.Bound()
			whole = whole.Union(f.Geometry.Bound())
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	err := s.reads(t.Context(), func(conn *sqlite.Conn) error {
		if verdict, err := text(conn, "SELECT rtreecheck('rtree_place_geom')"); err != nil || verdict != "ok" {
			return fmt.Errorf("SQLite says of the R-tree: %s, %w", verdict, err)
		}
		if n, err := number(conn, "SELECT count(*) FROM rtree_place_geom"); err != nil || int(n) != len(bounds) {
			return fmt.Errorf("the R-tree holds %d boxes, not %d, %w", n, len(bounds), err)
		}
		for i := range 20 {
			p := orb.Point{108 + 4*float64(i)/20, 32 + 3*float64(i*7%20)/20}
			box := orb.Bound{Min: p, Max: orb.Point{p[0] + 0.2, p[1] + 0.2}}
			var got []int64
			err := sqlitex.Execute(conn, "SELECT id FROM rtree_place_geom WHERE maxx >= ? AND minx <= ? AND maxy >= ? AND miny <= ? ORDER BY id",
				&sqlitex.ExecOptions{
					Args:       []any{box.Min[0], box.Max[0], box.Min[1], box.Max[1]},
					ResultFunc: func(stmt *sqlite.Stmt) error { got = append(got, stmt.ColumnInt64(0)); return nil },
				})
			if err != nil {
				return err
			}
			for id, b := range bounds {
				_, found := slices.BinarySearch(got, id)
				if b.Intersects(box) && !found || found && !b.Intersects(box.Pad(1e-4)) {
					return fmt.Errorf("box %v, feature %d in %v: found is %v", box, id, b, found)
				}
			}
		}
		b, ok, err := s.tables[0].tree().Extent(conn)
		if err != nil || ok != (len(bounds) > 0) {
			return fmt.Errorf("extent: %v, %w", ok, err)
		}
		if ok && (b.Union(whole) != b || whole.Pad(2e-5).Union(b) != whole.Pad(2e-5)) {
			return fmt.Errorf("the extent is %v, not %v", b, whole)
		}
		return sqlitex.Execute(conn, "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents",
			&sqlitex.ExecOptions{ResultFunc: func(stmt *sqlite.Stmt) error {
				on := orb.Bound{Min: orb.Point{stmt.ColumnFloat(0), stmt.ColumnFloat(1)}, Max: orb.Point{stmt.ColumnFloat(2), stmt.ColumnFloat(3)}}
				if ok && on != b || !ok && stmt.ColumnType(0) != sqlite.TypeNull {
					return fmt.Errorf("the extent on record is %v, not %v", on, b)
				}
				return nil
			}})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// BenchmarkRtree fills the R-tree of 100,000 points packed and, as the baseline,
// row by row.
func BenchmarkRtree(b *testing.B) {
	s, r := openPlaces(b), rand.New(rand.NewPCG(1, 1))
	var edits []layers.Edit
	for range 100_000 {
		edits = append(edits, place(layers.Insert, 0, orb.Point{108 + 4*r.Float64(), 32 + 3*r.Float64()}))
	}
	edit(b, s, edits...)
	t := s.tables[0]
	for name, fill := range map[string]func(*sqlite.Conn) error{
		"packed": t.tree().Fill,
		"row by row": func(conn *sqlite.Conn) error {
			if err := t.tree().Empty(conn); err != nil {
				return err
			}
			root := fmt.Sprintf("INSERT INTO %s VALUES (1, zeroblob(1228));", t.tree().Nodes)
			return sqlitex.ExecuteScript(conn, root+t.indexRows(""), nil)
		},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := s.writes(b.Context(), fill); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkPoll is what a feed does each 200 ms while nothing happens.
func BenchmarkPoll(b *testing.B) {
	s := openPlaces(b)
	if err := s.readers.Close(); err != nil {
		b.Fatal(err)
	}
	s.readers = nil
	conn, err := sqlite.OpenConn(s.path, sqlite.OpenReadOnly)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	for b.Loop() {
		if err := s.present(); err != nil {
			b.Fatal(err)
		}
		if _, err := number(conn, "PRAGMA data_version"); err != nil {
			b.Fatal(err)
		}
	}
}
