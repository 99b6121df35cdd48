package postgis

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
)

const anyChangedSQL = "SELECT layer FROM (" + changedSQL + ") AS changed LIMIT 1"

// unchanged is an error where a layer has changed since a cursor. The lock lets
// others read but not write until the transaction ends, and waits for those who
// are writing, so that what they commit is seen.
func (w *writer) unchanged(ctx context.Context, writing data.Writing) error {
	since, ok := parseCursor(writing.Since)
	if !ok {
		return data.ErrExpired
	}
	if err := w.begin(ctx); err != nil {
		return err
	}
	for _, l := range writing.Layers {
		t, ok := w.store.tables[l]
		if !ok {
			return fmt.Errorf("%w: no layer %q", data.ErrInvalid, l)
		}
		if _, err := w.tx.Exec(ctx, "LOCK TABLE "+t.name+" IN SHARE ROW EXCLUSIVE MODE"); err != nil {
			return fmt.Errorf("layer %s: lock: %w", l, err)
		}
	}
	now, err := w.store.now(ctx, w.tx)
	if err != nil {
		return err
	}
	if now.history != since.history {
		return data.ErrExpired
	}
	var expired bool
	if err := w.tx.QueryRow(ctx, expiredSQL, since.snapshot).Scan(&expired); err != nil {
		if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == invalidText {
			return data.ErrExpired
		}
		return err
	}
	if expired {
		return data.ErrExpired
	}
	var layer string
	switch err := w.tx.QueryRow(ctx, anyChangedSQL, since.snapshot, writing.Layers).Scan(&layer); {
	case errors.Is(err, pgx.ErrNoRows):
		return nil
	case err != nil:
		return err
	}
	return fmt.Errorf("layer %s: %w", layer, data.ErrChanged)
}

// checkBases holds the bases of a run against the features, which nobody else can change from then on until the transaction
// ends. Rows are locked by ascending id, as statements of runs go.
func (w *writer) checkBases(ctx context.Context, r *run) error {
	t := r.table
	sql := "SELECT " + t.selectList() + " FROM " + t.name + " WHERE id = ANY ($1) ORDER BY id FOR UPDATE"
	rows, err := w.tx.Query(ctx, sql, pgx.QueryResultFormats{pgx.BinaryFormatCode}, r.ids)
	if err != nil {
		return fmt.Errorf("layer %s: lock: %w", t.layer.ID, err)
	}
	defer rows.Close()
	current := make(map[int64]*layers.Feature, r.len())
	reader := newRowReader(t.layer)
	for rows.Next() {
		f, err := reader.read(rows.RawValues())
		if err != nil {
			return err
		}
		current[f.ID] = &layers.Feature{
			ID: f.ID, Geometry: f.Geometry, Values: slices.Clone(f.Values), Unread: slices.Clone(f.Unread),
		}
		reader.geometry.Forget()
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("layer %s: lock: %w", t.layer.ID, err)
	}
	for i, id := range r.ids {
		if err := data.CheckBase(t.layer, r.first+i, id, r.bases[i], current[id]); err != nil {
			return err
		}
	}
	return nil
}
