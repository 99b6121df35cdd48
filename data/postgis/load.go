package postgis

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/postgis/pgcopy"
	"github.com/cuntu/cuntu/layers"
)

// momentSQL is where and when a transaction reads. The first columns name the
// history that a snapshot belongs to: cluster, timeline, database and tables. A
// restored cluster counts transactions anew and a restored table has no change
// record of what was in it before, so a cursor of another history is worthless.
const momentSQL = `
SELECT (SELECT system_identifier FROM pg_control_system())::text || ' ' ||
       (SELECT timeline_id FROM pg_control_checkpoint())::text || ' ' ||
       (SELECT oid FROM pg_database WHERE datname = current_database())::text || ' ' ||
       (SELECT string_agg(relname || ' ' || oid, ' ' ORDER BY relname)
          FROM pg_class WHERE relnamespace = 'cuntu'::regnamespace AND relname = ANY ($1)),
       pg_current_snapshot()::text`

// moment is a cursor in its parts.
type moment struct{ history, snapshot string }

func (m moment) cursor() data.Cursor { return data.Cursor(m.history + "@" + m.snapshot) }

func parseCursor(c data.Cursor) (moment, bool) {
	history, snapshot, ok := strings.Cut(string(c), "@")
	return moment{history, snapshot}, ok && strings.Trim(snapshot, "0123456789:,") == ""
}

// now is the moment that a repeatable-read transaction reads at.
func (s *Store) now(ctx context.Context, tx pgx.Tx) (moment, error) {
	var m moment
	if err := tx.QueryRow(ctx, momentSQL, append(s.catalog.IDs(), "change")).Scan(&m.history, &m.snapshot); err != nil {
		return m, fmt.Errorf("ask for the moment: %w", err)
	}
	sum := sha256.Sum256([]byte(m.history))
	m.history = hex.EncodeToString(sum[:8])
	return m, nil
}

var reading = pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}

// Load implements data.Store.
func (s *Store) Load(ctx context.Context, add func(*layers.Layer, *layers.Feature) error) (data.Cursor, error) {
	return s.LoadLayers(ctx, s.catalog.IDs(), add)
}

// LoadLayers implements data.Store. All are read in one snapshot.
func (s *Store) LoadLayers(ctx context.Context, ids []string, add func(*layers.Layer, *layers.Feature) error) (data.Cursor, error) {
	var m moment
	err := s.call(ctx, "load from PostGIS", func(ctx context.Context) error {
		return s.read(ctx, func(tx pgx.Tx) (err error) {
			if m, err = s.now(ctx, tx); err != nil {
				return err
			}
			for _, l := range s.catalog.Layers {
				if !slices.Contains(ids, l.ID) {
					continue
				}
				if err := s.tables[l.ID].load(ctx, tx, add); err != nil {
					return err
				}
			}
			return nil
		})
	})
	if err != nil {
		return "", err
	}
	return m.cursor(), nil
}

func (s *Store) read(ctx context.Context, do func(pgx.Tx) error) error {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	return pgx.BeginTxFunc(ctx, conn, reading, do)
}

// load gives every feature of the table by ascending id. COPY is the fastest way
// out of PostgreSQL, and the binary format the fastest to read.
func (t *table) load(ctx context.Context, tx pgx.Tx, add func(*layers.Layer, *layers.Feature) error) error {
	rows := newRowReader(t.layer)
	var refused error
	sink := pgcopy.NewSink(len(t.columns), func(columns [][]byte) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		rows.geometry.Reset()
		f, err := rows.read(columns)
		if err != nil {
			return err
		}
		refused = add(t.layer, f)
		return refused
	})
	_, err := tx.Conn().PgConn().CopyTo(ctx, sink,
		fmt.Sprintf("COPY (SELECT %s FROM %s ORDER BY id) TO STDOUT (FORMAT binary)", t.selectList(), t.name))
	if refused != nil {
		return refused
	}
	if err == nil {
		err = sink.End()
	}
	if err != nil {
		return fmt.Errorf("layer %s: %w", t.layer.ID, err)
	}
	return nil
}
