// Package mbtiles writes tile archives in the MBTiles format, version 1.3
// (https://github.com/mapbox/mbtiles-spec/blob/master/1.3/spec.md): an SQLite
// database that QGIS and GDAL open as it is.
//
// Gzipped vector tiles flow in and a file comes out, in which equal tiles lie once.
// Nothing here makes a tile.
package mbtiles

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/cuntu/cuntu/tiles"
	"github.com/cuntu/cuntu/tiles/maptile"
)

// The application id is "MPBX" (section "Database"), the view the table that the
// specification asks for. The file is new and of no worth until it is finished, so
// SQLite need not be able to undo; Finish has it all on the disk.
var schema = [...]string{
	`PRAGMA application_id = 0x4d504258`,
	`PRAGMA journal_mode = OFF`,
	`PRAGMA synchronous = OFF`,
	`CREATE TABLE metadata (name TEXT NOT NULL PRIMARY KEY, value TEXT)`,
	`CREATE TABLE map (
		zoom_level INTEGER NOT NULL, tile_column INTEGER NOT NULL, tile_row INTEGER NOT NULL, tile_id INTEGER NOT NULL,
		PRIMARY KEY (zoom_level, tile_column, tile_row)
	) WITHOUT ROWID`,
	`CREATE TABLE images (tile_id INTEGER PRIMARY KEY, tile_data BLOB NOT NULL)`,
	`CREATE VIEW tiles AS
		SELECT zoom_level, tile_column, tile_row, tile_data FROM map JOIN images USING (tile_id)`,
	`BEGIN`,
}

// Writer makes an archive. Of a tile only what finds its equals stays in memory, some
// 50 bytes.
type Writer struct {
	path       string
	conn       *sqlite.Conn
	image, row *sqlite.Stmt
	ids        map[hash]int64
}

// hash is half of a SHA-256, which no two tiles will share.
type hash [16]byte

// Create makes the file, which must not exist. Finish or Close must follow.
func Create(path string) (*Writer, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, err
	}
	if err := file.Close(); err != nil {
		return nil, err
	}
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	if err != nil {
		return nil, err
	}
	w := &Writer{path: path, conn: conn, ids: map[hash]int64{}}
	for _, statement := range schema {
		if err == nil {
			err = sqlitex.ExecuteTransient(conn, statement, nil)
		}
	}
	if err == nil {
		w.image, err = conn.Prepare(`INSERT INTO images VALUES (?, ?)`)
	}
	if err == nil {
		w.row, err = conn.Prepare(`INSERT INTO map VALUES (?, ?, ?, ?)`)
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return w, nil
}

// Add writes a tile, compressed by gzip.
func (w *Writer) Add(t maptile.Tile, packed []byte) error {
	sum := sha256.Sum256(packed)
	key := hash(sum[:16])
	id, known := w.ids[key]
	if !known {
		id = int64(len(w.ids) + 1)
		w.ids[key] = id
		w.image.BindInt64(1, id)
		w.image.BindBytes(2, packed)
		if err := step(w.image); err != nil {
			return err
		}
	}
	w.row.BindInt64(1, int64(t.Z))
	w.row.BindInt64(2, int64(t.X))
	w.row.BindInt64(3, int64(1)<<t.Z-1-int64(t.Y)) // rows are counted from the south
	w.row.BindInt64(4, id)
	return step(w.row)
}

func step(s *sqlite.Stmt) error {
	_, err := s.Step()
	return errors.Join(err, s.Reset())
}

// Finish writes what describes the tiles, to the disk itself, and closes the file.
func (w *Writer) Finish(about tiles.TileJSON) error {
	layers, err := json.Marshal(map[string]any{"vector_layers": about.VectorLayers})
	if err != nil {
		return fmt.Errorf("write metadata: %w", err)
	}
	for _, m := range [][2]string{
		{"name", about.Name},
		{"format", "pbf"},
		{"type", "overlay"},
		{"version", "1"},
		{"description", about.Description},
		{"attribution", about.Attribution},
		{"minzoom", strconv.Itoa(about.MinZoom)},
		{"maxzoom", strconv.Itoa(about.MaxZoom)},
		{"bounds", list(about.Bounds[:])},
		{"center", list(about.Center[:])},
		{"json", string(layers)},
	} {
		if m[1] == "" {
			continue
		}
		if err := sqlitex.Execute(w.conn, `INSERT INTO metadata VALUES (?, ?)`, &sqlitex.ExecOptions{Args: []any{m[0], m[1]}}); err != nil {
			return fmt.Errorf("write metadata: %w", err)
		}
	}
	if err := sqlitex.ExecuteTransient(w.conn, `COMMIT`, nil); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return flush(w.path)
}

// flush waits until a file is on the disk.
func flush(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

func list(numbers []float64) string {
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = strconv.FormatFloat(n, 'f', -1, 64)
	}
	return strings.Join(words, ",")
}

// Close closes the file, finished or not; a second Close does nothing.
func (w *Writer) Close() error {
	if w.conn == nil {
		return nil
	}
	err := w.conn.Close() // and its statements
	w.conn = nil
	return err
}

// Contents is how many different tiles there are so far.
func (w *Writer) Contents() int { return len(w.ids) }
