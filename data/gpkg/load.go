package gpkg

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"zombiezen.com/go/sqlite"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/gpkg/geometry"
	"github.com/cuntu/cuntu/layers"
)

// Load implements data.Store.
func (s *Store) Load(ctx context.Context, add func(*layers.Layer, *layers.Feature) error) (data.Cursor, error) {
	return s.LoadLayers(ctx, s.catalog.IDs(), add)
}

// LoadLayers implements data.Store. Features come straight from the file, one at
// a time, in buffers that are used again.
func (s *Store) LoadLayers(ctx context.Context, ids []string, add func(*layers.Layer, *layers.Feature) error) (data.Cursor, error) {
	var at cursor
	err := s.reads(ctx, func(conn *sqlite.Conn) error {
		var err error
		if at, err = now(conn); err != nil {
			return err
		}
		for _, t := range s.tables {
			if !slices.Contains(ids, t.layer.ID) {
				continue
			}
			if err := s.loadTable(conn, t, add); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return "", s.fail(ctx, "load", err)
	}
	return at.public(), nil
}

func (s *Store) loadTable(conn *sqlite.Conn, t *table, add func(*layers.Layer, *layers.Feature) error) error {
	stmt, err := conn.Prepare(fmt.Sprintf("SELECT %s FROM %s ORDER BY id", t.columns, t.name))
	if err != nil {
		return err
	}
	defer stmt.Reset()
	r := reader{table: t}
	f := layers.Feature{Values: make([]layers.Value, len(t.layer.Fields))}
	for {
		row, err := stmt.Step()
		if err != nil || !row {
			return err
		}
		r.read(stmt, 0, &f)
		if err := add(t.layer, &f); err != nil {
			return passed{err}
		}
	}
}

// reader makes features of rows that hold a table's columns.
type reader struct {
	table  *table
	parser geometry.Reader
	blob   []byte
}

// read fills f, whose Values are there, from the columns that begin at col.
func (r *reader) read(stmt *sqlite.Stmt, col int, f *layers.Feature) {
	l := r.table.layer
	f.ID, f.Geometry, f.Unread = stmt.ColumnInt64(col), nil, f.Unread[:0]
	unread := func(part string, err error) { f.Unread = append(f.Unread, layers.Unread{Part: part, Err: err}) }
	col++
	if l.HasGeometry() {
		if stmt.ColumnType(col) != sqlite.TypeNull {
			g, err := r.geometry(stmt, col)
			if err != nil {
				unread("geometry", err)
			}
			f.Geometry = g
		}
		col++
	}
	for i := range l.Fields {
		v, err := readValue(stmt, col+i, l.Fields[i].Type)
		if err != nil {
			unread(l.Fields[i].ID, err)
		}
		f.Values[i] = v
	}
}

func (r *reader) geometry(stmt *sqlite.Stmt, col int) (orb.Geometry, error) {
	n := stmt.ColumnLen(col)
	if n > cap(r.blob) {
		r.blob = make([]byte, n*3/2)
	}
	r.blob = r.blob[:n]
	stmt.ColumnBytes(col, r.blob)
	g, err := r.parser.Read(r.blob)
	if errors.Is(err, geometry.ErrNotReal) { // which can be read, and is nowhere on Earth
		return g, nil
	}
	return g, err
}

var errNotFinite = errors.New("it is no finite number")

// readValue takes what SQLite, which types values and not columns, has there for
// a field of the type.
func readValue(stmt *sqlite.Stmt, col int, want layers.FieldType) (layers.Value, error) {
	is := stmt.ColumnType(col)
	if is == sqlite.TypeNull {
		return layers.Null, nil
	}
	switch want {
	case layers.TypeInt, layers.TypeYear:
		switch is {
		case sqlite.TypeInteger:
			return layers.Int(stmt.ColumnInt64(col)), nil
		case sqlite.TypeFloat:
			if f := stmt.ColumnFloat(col); f == math.Trunc(f) && math.Abs(f) < 1<<53 {
				return layers.Int(int64(f)), nil
			}
		}
	case layers.TypeFloat:
		if is == sqlite.TypeInteger || is == sqlite.TypeFloat {
			if v := layers.Float(stmt.ColumnFloat(col)); !v.IsNull() {
				return v, nil
			}
			return layers.Null, errNotFinite
		}
	case layers.TypeBool:
		if is == sqlite.TypeInteger {
			return layers.Bool(stmt.ColumnInt64(col) != 0), nil
		}
	default:
		if is != sqlite.TypeBlob {
			return layers.Text(stmt.ColumnText(col)), nil
		}
	}
	return layers.Null, fmt.Errorf("it is a %s and not of type %s", is, want)
}
