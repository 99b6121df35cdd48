package mbtiles

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/paulmach/orb"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/tiles"
	"github.com/cuntu/cuntu/tiles/encode"
	"github.com/cuntu/cuntu/tiles/maptile"
)

// counties are a snapshot with two, of which one fills many tiles.
func counties(t *testing.T) *snapshot.Snapshot {
	t.Helper()
	c := layers.Builtin()
	b := snapshot.NewBuilder(c)
	l, _ := c.Layer("county")
	for i, box := range []orb.Bound{
		{Min: orb.Point{108, 32}, Max: orb.Point{111, 35}},
		{Min: orb.Point{112, 32}, Max: orb.Point{112.1, 32.1}},
	} {
		f := &layers.Feature{ID: int64(i + 1), Geometry: box.ToPolygon(), Values: make([]layers.Value, len(l.Fields))}
		f.Values[l.Field("name")] = layers.Text([]string{"大县", "小县"}[i])
		if err := b.Add(l, f); err != nil {
			t.Fatal(err)
		}
	}
	return b.Snapshot()
}

func archive(t *testing.T, snap *snapshot.Snapshot, o tiles.BulkOptions) (path string, n int) {
	t.Helper()
	ids := []string{"county"}
	path = filepath.Join(t.TempDir(), "counties.mbtiles")
	w, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	stats, err := tiles.Bulk(t.Context(), snap, ids, o, w.Add, nil)
	if err != nil {
		t.Fatal(err)
	}
	about, err := o.JSON(snap, ids, "某局")
	about.Description = "内部使用"
	if err != nil {
		t.Fatal(err)
	}
	if o.MaxZoom > 10 && w.Contents() > stats.Tiles/2 {
		t.Errorf("%d tiles are %d different ones: few are stored once for many", stats.Tiles, w.Contents())
	}
	if err := w.Finish(about); err != nil {
		t.Fatal(err)
	}
	return path, stats.Tiles
}

func TestEveryTileIsWhereTheSpecificationHasIt(t *testing.T) {
	snap := counties(t)
	path, n := archive(t, snap, tiles.BulkOptions{MinZoom: 4, MaxZoom: 11, Bound: geo.World})
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadOnly)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	rows := 0
	err = sqlitex.Execute(conn, `SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles`, &sqlitex.ExecOptions{
		ResultFunc: func(s *sqlite.Stmt) error {
			rows++
			z := uint8(s.ColumnInt64(0))
			tile := maptile.Tile{Z: z, X: uint32(s.ColumnInt64(1)), Y: uint32(1)<<z - 1 - uint32(s.ColumnInt64(2))}
			want, err := encode.Encode(snap, []string{"county"}, tile, encode.Options{})
			if err != nil {
				return err
			}
			r, err := gzip.NewReader(s.ColumnReader(3))
			if err != nil {
				return err
			}
			var got bytes.Buffer
			if _, err := got.ReadFrom(r); err != nil {
				return err
			}
			if !bytes.Equal(got.Bytes(), want) {
				t.Errorf("tile %v differs from the encoder's", tile)
			}
			return nil
		},
	})
	if err != nil || rows != n {
		t.Errorf("%d tiles, not %d (%v)", rows, n, err)
	}
	meta := map[string]string{}
	err = sqlitex.Execute(conn, `SELECT name, value FROM metadata`, &sqlitex.ExecOptions{ResultFunc: func(s *sqlite.Stmt) error {
		meta[s.ColumnText(0)] = s.ColumnText(1)
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"format": "pbf", "minzoom": "4", "maxzoom": "11", "attribution": "某局", "description": "内部使用"} {
		if meta[name] != want {
			t.Errorf("metadata %s is %q, not %q", name, meta[name], want)
		}
	}
	if !strings.HasPrefix(meta["bounds"], "108,") && !strings.HasPrefix(meta["bounds"], "107.99") ||
		!strings.Contains(meta["json"], `"vector_layers"`) {
		t.Errorf("metadata %v", meta)
	}
}

func TestGDALReadsTheArchive(t *testing.T) {
	path, _ := archive(t, counties(t), tiles.BulkOptions{MinZoom: 0, MaxZoom: 8, Bound: geo.World})
	cmd := exec.Command("ogrinfo", "-al", "-geom=NO", path)
	var out, warnings bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &warnings
	if err := cmd.Run(); err != nil {
		t.Fatalf("ogrinfo (package gdal-bin; `make test` installs it): %v: %s", err, warnings.String())
	}
	if warnings.Len() > 0 {
		t.Errorf("ogrinfo warns: %s", warnings.String())
	}
	for _, want := range []string{"Layer name: county", "大县", "小县"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("ogrinfo does not say %q: %.2000s", want, out.String())
		}
	}
}
