package postgis

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
)

// Edits are gathered up to one of these limits and then done together. A batch
// that stays below them is done whole once its last edit is known, and can
// therefore be done again when it falls victim to a deadlock.
const (
	mostGathered      = 20_000
	mostGatheredBytes = 16 << 20

	// copyFrom is how many inserts in a run are worth the turn to COPY, which
	// needs ids first; fewer travel with the other statements in one round trip.
	copyFrom = 200

	attempts = 8
)

// Apply implements data.Store.
func (s *Store) Apply(ctx context.Context, edits iter.Seq2[layers.Edit, error]) ([]int64, error) {
	return s.Write(ctx, data.Writing{Edits: edits})
}

// Write implements data.Store.
func (s *Store) Write(ctx context.Context, writing data.Writing) ([]int64, error) {
	var ids []int64
	err := s.call(ctx, "apply edits to PostGIS", func(ctx context.Context) error {
		if err := data.CheckAuthorship(&writing.By); err != nil {
			return err
		}
		w := &writer{store: s, writing: &writing}
		defer w.close(ctx)
		if writing.Since != "" {
			if err := w.unchanged(ctx, writing); err != nil {
				return err
			}
		}
		if writing.Pasts != nil {
			if err := w.carry(ctx, writing.Pasts); err != nil {
				return err
			}
		}
		if writing.Edits != nil {
			for e, err := range writing.Edits {
				if err == nil {
					err = w.add(ctx, e)
				}
				if err != nil {
					return err
				}
			}
		}
		if writing.Documents != nil || writing.OnlyDocuments {
			if err := w.documents(ctx, writing); err != nil {
				return err
			}
		}
		if writing.Accounts != nil {
			if err := w.accounts(ctx, writing); err != nil {
				return err
			}
		}
		if len(writing.Jobs) > 0 || writing.Ends != nil {
			if err := w.jobs(ctx, writing); err != nil {
				return err
			}
		}
		err := w.finish(ctx)
		ids = w.ids
		return err
	})
	if err != nil {
		return nil, err
	}
	return ids, nil
}

// documents puts documents after all that is gathered.
func (w *writer) documents(ctx context.Context, writing data.Writing) error {
	if err := w.begin(ctx); err != nil {
		return err
	}
	if err := w.flush(ctx); err != nil {
		return err
	}
	if writing.OnlyDocuments {
		if _, err := w.tx.Exec(ctx, deleteDocumentsSQL); err != nil {
			return err
		}
	}
	if writing.Documents == nil {
		return nil
	}
	for d, err := range writing.Documents(w.ids) {
		if err == nil {
			err = putDocument(ctx, w.tx, d)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// accounts changes accounts after all that is gathered.
func (w *writer) accounts(ctx context.Context, writing data.Writing) error {
	if err := w.begin(ctx); err != nil {
		return err
	}
	if err := w.flush(ctx); err != nil {
		return err
	}
	return changeAccounts(ctx, w.tx, writing.Accounts)
}

// jobs adds jobs, and ends one, after all that is gathered.
func (w *writer) jobs(ctx context.Context, writing data.Writing) error {
	if err := w.begin(ctx); err != nil {
		return err
	}
	if err := w.flush(ctx); err != nil {
		return err
	}
	for _, j := range writing.Jobs {
		if err := addJob(ctx, w.tx, j); err != nil {
			return err
		}
	}
	if writing.Ends == nil {
		return nil
	}
	end, err := writing.Ends()
	if err != nil {
		return err
	}
	return endJob(ctx, w.tx, end)
}

// writer does one Apply.
type writer struct {
	store   *Store
	writing *data.Writing
	ids     []int64 // of the edits so far

	runs     []*run // gathered
	met      map[int64]bool
	gathered int
	bytes    int

	conn interface{ Release() }
	tx   pgx.Tx // nil until there is more than can be gathered
	copy []byte // reused
}

func (w *writer) add(ctx context.Context, e layers.Edit) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	index := len(w.ids)
	l, err := data.CheckEdit(w.store.catalog, index, &e)
	if err != nil {
		return err
	}
	t := w.store.tables[l.ID]
	var r *run
	if n := len(w.runs); n > 0 && w.runs[n-1].takes(t, &e) && (e.Feature.ID == 0 || !w.met[e.Feature.ID]) {
		r = w.runs[n-1]
	} else {
		r = startRun(t, index, &e)
		w.runs, w.met = append(w.runs, r), map[int64]bool{}
	}
	size, err := r.add(&e)
	if err != nil {
		return &data.EditError{Index: index, Layer: l.ID, ID: e.Feature.ID, Field: "geometry", Err: fmt.Errorf("%w: %w", data.ErrInvalid, err)}
	}
	w.met[e.Feature.ID] = true
	w.ids = append(w.ids, e.Feature.ID)
	w.gathered++
	if w.bytes += size; w.gathered < mostGathered && w.bytes < mostGatheredBytes {
		return nil
	}
	if err := w.begin(ctx); err != nil {
		return err
	}
	return w.flush(ctx)
}

func (w *writer) begin(ctx context.Context) error {
	if w.tx != nil {
		return nil
	}
	conn, err := w.store.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	w.conn = conn
	if w.tx, err = conn.Begin(ctx); err != nil {
		return err
	}
	if err := sign(ctx, w.tx, w.writing.By); err != nil {
		return err
	}
	return w.claim(ctx)
}

// close rolls back what is not committed.
func (w *writer) close(ctx context.Context) {
	if w.tx != nil {
		w.tx.Rollback(ctx) // an ended context closes the connection, which rolls back as well
		w.tx = nil
	}
	if w.conn != nil {
		w.conn.Release()
		w.conn = nil
	}
}

func (w *writer) flush(ctx context.Context) error {
	err := w.do(ctx, w.runs)
	w.runs, w.gathered, w.bytes = nil, 0, 0
	return err
}

// finish does what is gathered and commits.
func (w *writer) finish(ctx context.Context) error {
	if w.tx != nil {
		if err := w.flush(ctx); err != nil {
			return err
		}
		return w.commit(ctx)
	}
	if len(w.runs) == 0 && w.writing.Receipt == nil {
		return nil
	}
	for attempt := 1; ; attempt++ {
		err := w.begin(ctx)
		if err == nil {
			err = w.do(ctx, w.runs)
		}
		if err == nil {
			err = w.commit(ctx)
		}
		if attempt == attempts || !isConflict(err) {
			return err
		}
		w.close(ctx)
	}
}

func (w *writer) commit(ctx context.Context) error {
	if err := w.answerReceipt(ctx); err != nil {
		return err
	}
	err := w.tx.Commit(ctx)
	var pg *pgconn.PgError
	if err != nil && !errors.As(err, &pg) {
		return fmt.Errorf("commit: %w: %w", data.ErrOutcome, err)
	}
	if err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	w.tx = nil
	return nil
}

// do does runs in a savepoint. When a constraint refuses one, it undoes them and
// does half and half again, until the one edit is found that is at fault, or
// nothing is: edits that pass one after the other may clash within a statement,
// whose rows have no order.
func (w *writer) do(ctx context.Context, runs []*run) error {
	err := w.try(ctx, runs)
	pg, ok := errors.AsType[*pgconn.PgError](err)
	if !ok || !isRefusal(pg) {
		return err
	}
	if len(runs) == 1 && runs[0].len() == 1 {
		return editError(pg, runs[0])
	}
	if _, err := w.tx.Exec(ctx, "ROLLBACK TO SAVEPOINT edits"); err != nil {
		return err
	}
	var a, b []*run
	if len(runs) > 1 {
		a, b = runs[:len(runs)/2], runs[len(runs)/2:]
	} else {
		first, second := runs[0].halves()
		a, b = []*run{first}, []*run{second}
	}
	if err := w.do(ctx, a); err != nil {
		return err
	}
	return w.do(ctx, b)
}

func (w *writer) try(ctx context.Context, runs []*run) error {
	if _, err := w.tx.Exec(ctx, "SAVEPOINT edits"); err != nil {
		return err
	}
	for len(runs) > 0 {
		if runs[0].isCopy() {
			if err := w.copyIn(ctx, runs[0]); err != nil {
				return err
			}
			runs = runs[1:]
			continue
		}
		if runs[0].bases != nil {
			if err := w.checkBases(ctx, runs[0]); err != nil {
				return err
			}
		}
		// What comes before a run that has bases must be done when they are looked at.
		n := 1 + slices.IndexFunc(runs[1:], func(r *run) bool { return r.isCopy() || r.bases != nil })
		if n == 0 {
			n = len(runs)
		}
		if err := w.pipeline(ctx, runs[:n]); err != nil {
			return err
		}
		runs = runs[n:]
	}
	return nil
}

// pipeline does runs in one round trip.
func (w *writer) pipeline(ctx context.Context, runs []*run) error {
	var batch pgconn.Batch
	binary := []int16{pgx.BinaryFormatCode}
	for _, r := range runs {
		sql, params := r.statement()
		batch.ExecParams(sql, params, nil, binary, binary)
	}
	results := w.tx.Conn().PgConn().ExecBatch(ctx, &batch)
	var missing error
	for i := 0; results.NextResult() && i < len(runs); i++ {
		var met []int64
		reader := results.ResultReader()
		for reader.NextRow() {
			id, err := readID(reader.Values()[0])
			if err != nil {
				results.Close()
				return err
			}
			met = append(met, id)
		}
		if _, err := reader.Close(); err == nil && missing == nil {
			missing = w.settle(runs[i], met)
		}
	}
	err := results.Close()
	if missing != nil { // an edit before the one that failed, if one did
		return missing
	}
	return err
}

// settle notes the ids of a run that was done.
func (w *writer) settle(r *run, met []int64) error {
	if r.bareInsert() {
		copy(w.ids[r.first:], met)
		return nil
	}
	if len(met) == r.len() {
		return nil
	}
	known := make(map[int64]bool, len(met))
	for _, id := range met {
		known[id] = true
	}
	for i, id := range r.ids {
		if !known[id] {
			return &data.EditError{Index: r.first + i, Layer: r.table.layer.ID, ID: id, Err: data.ErrNotFound}
		}
	}
	return nil
}

const takeIDsSQL = `SELECT cuntu.take_ids($1, $2, 0)`

// copyIn does a run of inserts by COPY.
func (w *writer) copyIn(ctx context.Context, r *run) error {
	ids := r.ids
	if r.bareInsert() {
		rows, err := w.tx.Query(ctx, takeIDsSQL, r.table.layer.ID, r.len())
		if err != nil {
			return err
		}
		if ids, err = pgx.CollectRows(rows, pgx.RowTo[int64]); err != nil {
			return fmt.Errorf("layer %s: take ids: %w", r.table.layer.ID, err)
		}
	}
	names, _, _ := r.columns()
	sql := "COPY " + r.table.name + " (id"
	for _, name := range names {
		sql += ", " + name
	}
	w.copy = r.appendCopy(w.copy[:0], ids)
	if _, err := w.tx.Conn().PgConn().CopyFrom(ctx, bytes.NewReader(w.copy), sql+") FROM STDIN (FORMAT binary)"); err != nil {
		return err
	}
	copy(w.ids[r.first:], ids)
	return nil
}
