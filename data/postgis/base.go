package postgis

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
)

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
