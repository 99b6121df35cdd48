package postgis

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/cuntu/cuntu/data"
)

const (
	// Old receipts that another transaction removes just now are left to it.
	dropOldReceiptsSQL = `
DELETE FROM cuntu.receipt WHERE (actor, key) IN (
    SELECT actor, key FROM cuntu.receipt WHERE at < clock_timestamp() - $1::interval ORDER BY at LIMIT 1000 FOR UPDATE SKIP LOCKED)`
	claimReceiptSQL  = `INSERT INTO cuntu.receipt (actor, key, request) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
	answerReceiptSQL = `UPDATE cuntu.receipt SET answer = $3, at = clock_timestamp() WHERE actor = $1 AND key = $2`
	receiptSQL       = `SELECT request, at, answer FROM cuntu.receipt WHERE actor = $1 AND key = $2`
)

// claim takes the key for this transaction; another one that has it is waited for. Where that one commits, or did before,
// the error is a *data.WrittenError.
func (w *writer) claim(ctx context.Context) error {
	r := w.writing.Receipt
	if r == nil {
		return nil
	}
	if err := data.CheckReceipt(r); err != nil {
		return err
	}
	if _, err := w.tx.Exec(ctx, dropOldReceiptsSQL, data.KeptReceipts); err != nil {
		return err
	}
	for {
		tag, err := w.tx.Exec(ctx, claimReceiptSQL, r.Actor, r.Key, r.Request)
		if err != nil || tag.RowsAffected() > 0 {
			return err
		}
		before, err := findReceipt(ctx, w.tx, r.Actor, r.Key)
		if errors.Is(err, data.ErrNoReceipt) {
			continue // it was old, and has gone just now
		}
		if err != nil {
			return err
		}
		return &data.WrittenError{Receipt: before}
	}
}

// answerReceipt keeps what the writer is told, once all but the commit is done.
func (w *writer) answerReceipt(ctx context.Context) error {
	r := w.writing.Receipt
	if r == nil {
		return nil
	}
	answer, err := data.AnswerOf(w.writing, w.ids)
	if err != nil {
		return err
	}
	_, err = w.tx.Exec(ctx, answerReceiptSQL, r.Actor, r.Key, answer)
	return err
}

func findReceipt(ctx context.Context, db querier, actor, key string) (data.Receipt, error) {
	r := data.Receipt{Actor: actor, Key: key}
	err := db.QueryRow(ctx, receiptSQL, actor, key).Scan(&r.Request, &r.Time, &r.Answer)
	if errors.Is(err, pgx.ErrNoRows) {
		return data.Receipt{}, data.ErrNoReceipt
	}
	r.Time = r.Time.UTC()
	return r, err
}

// Receipt implements data.Receipts.
func (s *Store) Receipt(ctx context.Context, actor, key string) (r data.Receipt, err error) {
	err = s.call(ctx, "read a receipt from PostGIS", func(ctx context.Context) error {
		r, err = findReceipt(ctx, s.pool, actor, key)
		return err
	})
	return r, err
}
