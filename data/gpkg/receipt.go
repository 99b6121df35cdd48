package gpkg

import (
	"context"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/cuntu/cuntu/data"
)

// Receipts bear their time in microseconds since 1970.
const (
	createReceipts = `
CREATE TABLE cuntu_receipt (
	actor TEXT NOT NULL,
	key TEXT NOT NULL,
	request TEXT NOT NULL,
	at INTEGER NOT NULL,
	answer BLOB NOT NULL,
	PRIMARY KEY (actor, key));
CREATE INDEX cuntu_receipt_at ON cuntu_receipt (at);
INSERT INTO gpkg_extensions VALUES
	('cuntu_receipt', NULL, 'cuntu_receipts', 'https://github.com/cuntu/cuntu/tree/main/data/gpkg', 'read-write');
`
	dropOldReceiptsSQL = "DELETE FROM cuntu_receipt WHERE at < ?"
	addReceiptSQL      = "INSERT INTO cuntu_receipt (actor, key, request, at, answer) VALUES (?, ?, ?, ?, ?)"
	receiptSQL         = "SELECT request, at, answer FROM cuntu_receipt WHERE actor = ? AND key = ?"
)

// claim is a *data.WrittenError where a writing with the key came to pass before. The one writer's lock keeps another such
// writing out from then on.
func claim(conn *sqlite.Conn, w data.Writing) error {
	if w.Receipt == nil {
		return nil
	}
	if err := data.CheckReceipt(w.Receipt); err != nil {
		return passed{err}
	}
	old := time.Now().Add(-data.KeptReceipts).UnixMicro()
	if err := sqlitex.Execute(conn, dropOldReceiptsSQL, &sqlitex.ExecOptions{Args: []any{old}}); err != nil {
		return err
	}
	before, found, err := findReceipt(conn, w.Receipt.Actor, w.Receipt.Key)
	if err == nil && found {
		return passed{&data.WrittenError{Receipt: before}}
	}
	return err
}

// keepReceipt keeps the receipt of a writing that is done but for its commit.
func keepReceipt(conn *sqlite.Conn, w data.Writing, ids []int64) error {
	if w.Receipt == nil {
		return nil
	}
	answer, err := data.AnswerOf(&w, ids)
	if err != nil {
		return passed{err}
	}
	r := w.Receipt
	return sqlitex.Execute(conn, addReceiptSQL, &sqlitex.ExecOptions{
		Args: []any{r.Actor, r.Key, r.Request, time.Now().UnixMicro(), answer},
	})
}

func findReceipt(conn *sqlite.Conn, actor, key string) (r data.Receipt, found bool, err error) {
	r.Actor, r.Key = actor, key
	err = sqlitex.Execute(conn, receiptSQL, &sqlitex.ExecOptions{
		Args: []any{actor, key},
		ResultFunc: func(stmt *sqlite.Stmt) error {
			found = true
			r.Request, r.Time = stmt.ColumnText(0), time.UnixMicro(stmt.ColumnInt64(1)).UTC()
			r.Answer = blob(stmt, 2)
			return nil
		},
	})
	return r, found, err
}

// Receipt implements data.Receipts.
func (s *Store) Receipt(ctx context.Context, actor, key string) (r data.Receipt, err error) {
	err = s.reads(ctx, func(conn *sqlite.Conn) (err error) {
		var found bool
		if r, found, err = findReceipt(conn, actor, key); err == nil && !found {
			return passed{data.ErrNoReceipt}
		}
		return err
	})
	if err != nil {
		return data.Receipt{}, s.fail(ctx, "read a receipt from", err)
	}
	return r, nil
}
