package postgis

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
)

const (
	listenSQL = `LISTEN cuntu_change`

	// expiredSQL tells whether a snapshot is older than the change record reaches,
	// or of a future that this server has not seen. A horizon in the future came
	// with a dump from another cluster and means nothing here.
	expiredSQL = `
SELECT EXISTS (SELECT FROM cuntu.horizon
                WHERE xid >= pg_snapshot_xmin($1::text::pg_snapshot)
                  AND xid < pg_snapshot_xmax(pg_current_snapshot()))
    OR pg_snapshot_xmax($1::text::pg_snapshot) > pg_snapshot_xmax(pg_current_snapshot())`

	// changedSQL gives the ranges of ids that transactions touched which a snapshot
	// did not see yet. No transaction below its xmin is among them, which is what
	// the index needs to know. Those of the future came with a dump from another
	// cluster; without that condition they would be told again and again.
	changedSQL = `
SELECT layer, lower(span), upper(span)
  FROM (SELECT layer, unnest(range_agg(span)) AS span
          FROM (SELECT layer, unnest(ids) AS span FROM cuntu.change
                 WHERE xid >= pg_snapshot_xmin($1::text::pg_snapshot)
                   AND xid < pg_snapshot_xmax(pg_current_snapshot())
                   AND NOT pg_visible_in_snapshot(xid, $1::text::pg_snapshot)
                   AND layer = ANY ($2)) AS touched
         GROUP BY layer) AS merged
 ORDER BY layer, lower(span)`

	pruneSQL = `SELECT cuntu.prune_changes($1)`

	// pruneEvery is how often a follower has the change record pruned.
	pruneEvery = time.Hour

	// fetchIDs is how many features are fetched by one query.
	fetchIDs = 10_000
)

// span is ids from low up to, not including, high.
type span struct{ low, high int64 }

// Follow implements data.Store. It holds a connection of its own, beside the
// pool's, and is woken by NOTIFY; every so often it looks without being woken,
// which also finds out whether the connection still lives.
func (s *Store) Follow(ctx context.Context, since data.Cursor, fn func(data.Batch) error) error {
	at, ok := parseCursor(since)
	if !ok {
		return fmt.Errorf("follow PostGIS: %w", data.ErrExpired)
	}
	return s.call(ctx, "follow PostGIS", func(ctx context.Context) error {
		conn, err := pgx.ConnectConfig(ctx, s.pool.Config().ConnConfig)
		if err != nil {
			return err
		}
		defer conn.Close(context.WithoutCancel(ctx))
		// Listening comes before the first look, so that nothing falls between them.
		if _, err := conn.Exec(ctx, listenSQL); err != nil {
			return fmt.Errorf("listen: %w", err)
		}
		var pruned time.Time
		first := true // told even when empty: it says that the connection stands
		for {
			if time.Since(pruned) > pruneEvery {
				if _, err := conn.Exec(ctx, pruneSQL, s.options.retention); err != nil {
					return fmt.Errorf("prune the change record: %w", err)
				}
				pruned = time.Now()
			}
			changes, now, err := s.look(ctx, conn, at)
			if err != nil {
				return err
			}
			// Without changes the cursor moves on all the same, so that what a
			// long transaction holds up is not looked at over and over.
			at = now
			if len(changes) > 0 || first {
				first = false
				if err := fn(data.Batch{Cursor: at.cursor(), Changes: changes}); err != nil {
					return err
				}
			}
			if err := s.wait(ctx, conn); err != nil {
				return err
			}
		}
	})
}

// wait returns when the server notifies, or when it is time to look anyway.
func (s *Store) wait(ctx context.Context, conn *pgx.Conn) error {
	return waitUpTo(ctx, conn, s.options.poll)
}

func waitUpTo(ctx context.Context, conn *pgx.Conn, poll time.Duration) error {
	timed, cancel := context.WithTimeout(ctx, poll)
	defer cancel()
	_, err := conn.WaitForNotification(timed)
	if err != nil && ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) && !conn.IsClosed() {
		return nil
	}
	return err
}

// look gives what changed since a moment, and the moment up to which it looked.
func (s *Store) look(ctx context.Context, conn *pgx.Conn, since moment) (changes []layers.Change, now moment, err error) {
	// A server that is gone without a word answers nothing: the questions that
	// take no time have little of it.
	prompt, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	silent := time.AfterFunc(s.options.answer, func() { cancel(errSilent) })
	defer silent.Stop()

	tx, err := conn.BeginTx(prompt, reading)
	if err != nil {
		return nil, now, blame(prompt, err)
	}
	defer tx.Rollback(ctx)
	if now, err = s.now(prompt, tx); err != nil {
		return nil, now, blame(prompt, err)
	}
	if now.history != since.history {
		return nil, now, data.ErrExpired
	}
	var expired bool
	if err := tx.QueryRow(prompt, expiredSQL, since.snapshot).Scan(&expired); err != nil {
		if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == invalidText {
			return nil, now, data.ErrExpired
		}
		return nil, now, blame(prompt, err)
	}
	if expired {
		return nil, now, data.ErrExpired
	}
	silent.Stop()
	spans, err := s.changed(ctx, tx, since)
	if err != nil {
		return nil, now, err
	}
	for _, l := range s.catalog.Layers {
		if changes, err = s.tables[l.ID].fetch(ctx, tx, spans[l.ID], changes); err != nil {
			return nil, now, fmt.Errorf("layer %s: %w", l.ID, err)
		}
	}
	return changes, now, tx.Commit(ctx)
}

var errSilent = errors.New("the server does not answer")

// blame names what ended a context rather than that it ended.
func blame(ctx context.Context, err error) error {
	if context.Cause(ctx) == errSilent {
		return errSilent
	}
	return err
}

// changed gives the ids that were touched since a moment, by layer.
func (s *Store) changed(ctx context.Context, tx pgx.Tx, since moment) (map[string][]span, error) {
	rows, err := tx.Query(ctx, changedSQL, since.snapshot, s.catalog.IDs())
	if err != nil {
		return nil, fmt.Errorf("ask for changes: %w", err)
	}
	spans := map[string][]span{}
	var layer string
	var one span
	n := int64(0)
	_, err = pgx.ForEachRow(rows, []any{&layer, &one.low, &one.high}, func() error {
		if n += one.high - one.low; n > int64(s.options.most) {
			return fmt.Errorf("more than %d features changed: %w", s.options.most, data.ErrExpired)
		}
		spans[layer] = append(spans[layer], one)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the changes: %w", err)
	}
	return spans, nil
}

// fetch appends the present state of features, nil for those that are gone.
func (t *table) fetch(ctx context.Context, tx pgx.Tx, spans []span, changes []layers.Change) ([]layers.Change, error) {
	var ids []int64
	for _, sp := range spans {
		for id := sp.low; id < sp.high; id++ {
			ids = append(ids, id)
		}
	}
	sql := "SELECT " + t.selectList() + " FROM " + t.name + " WHERE id BETWEEN $1 AND $2 AND id = ANY ($3) ORDER BY id"
	reader := newRowReader(t.layer)
	for chunk := range slices.Chunk(ids, fetchIDs) {
		rows, err := tx.Query(ctx, sql, pgx.QueryResultFormats{pgx.BinaryFormatCode}, chunk[0], chunk[len(chunk)-1], chunk)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			f, err := reader.read(rows.RawValues())
			if err != nil {
				rows.Close()
				return nil, err
			}
			for chunk[0] < f.ID {
				changes = append(changes, layers.Change{Layer: t.layer.ID, ID: chunk[0]})
				chunk = chunk[1:]
			}
			kept := &layers.Feature{ID: f.ID, Geometry: f.Geometry, Values: slices.Clone(f.Values), Unread: slices.Clone(f.Unread)}
			reader.geometry.Forget()
			changes = append(changes, layers.Change{Layer: t.layer.ID, ID: f.ID, Feature: kept})
			chunk = chunk[1:]
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
		for _, id := range chunk {
			changes = append(changes, layers.Change{Layer: t.layer.ID, ID: id})
		}
	}
	return changes, nil
}
