package gpkg

import (
	"context"
	"fmt"
	"math"
	"slices"

	"zombiezen.com/go/sqlite"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/geo"
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
	r := reader{table: t, warn: s.warn}
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

func (s *Store) warn(l *layers.Layer, id int64, what string, err error) {
	s.options.Warn(fmt.Errorf("%s: layer %s: id %d: %s: %w", s.path, l.ID, id, what, err))
}

// reader makes features of rows that hold a table's columns.
type reader struct {
	table  *table
	parser parser
	blob   []byte
	warn   func(l *layers.Layer, id int64, what string, err error)
}

// read fills f, whose Values are there, from the columns that begin at col.
func (r *reader) read(stmt *sqlite.Stmt, col int, f *layers.Feature) {
	l := r.table.layer
	f.ID, f.Geometry = stmt.ColumnInt64(col), nil
	col++
	if l.HasGeometry() {
		if stmt.ColumnType(col) != sqlite.TypeNull {
			g, err := r.geometry(stmt, col)
			if err != nil {
				r.warn(l, f.ID, "geometry", err)
			}
			f.Geometry = g
		}
		col++
	}
	for i := range l.Fields {
		v, err := readValue(stmt, col+i, l.Fields[i].Type)
		if err != nil {
			r.warn(l, f.ID, l.Fields[i].ID, err)
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
	g, err := r.parser.geometry(r.blob)
	if err != nil {
		return nil, err
	}
	if g != nil && !r.table.layer.Allows(kindOf(g)) {
		return nil, fmt.Errorf("the layer takes no %s", g.GeoJSONType())
	}
	return g, nil
}

func kindOf(g orb.Geometry) geo.Kind {
	switch g.Dimensions() {
	case 0:
		return geo.Points
	case 1:
		return geo.Lines
	}
	return geo.Polygons
}

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
			return layers.Float(stmt.ColumnFloat(col)), nil
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
	return layers.Null, fmt.Errorf("%q is no value of type %s", stmt.ColumnText(col), want)
}
