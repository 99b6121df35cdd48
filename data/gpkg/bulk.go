package gpkg

import (
	"fmt"
	"slices"
	"strconv"

	"zombiezen.com/go/sqlite"
)

// bulkFrom is the edit of a table in one batch from which on its triggers are
// laid aside. Making them again costs about as much as some hundred edits.
const bulkFrom = 2000

// bulk is a table whose triggers are laid aside: within the transaction, so that
// no other program ever sees the table without them and a crash brings them
// back. What they would have done is done at the end, in one go.
type bulk struct{ ids []int64 }

func (t *tableBatch) startBulk(conn *sqlite.Conn) error {
	t.bulk = &bulk{}
	return dropTriggers(conn, append(t.triggers(), attribute()))
}

// bulkNotes tells whether what is inserted is put into the history by noteInsert.
func (t *tableBatch) bulkNotes() bool { return t.bulk != nil && !t.carried }

func (t *table) triggers() []trigger {
	list := append(t.changeTriggers(), t.insertTriggers("")...)
	if t.layer.HasGeometry() {
		list = append(list, t.rtreeTriggers()...)
	}
	return list
}

func (t *tableBatch) endBulk(conn *sqlite.Conn, keep int64) error {
	ids := t.bulk.ids
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if err := t.noteAll(conn, ids, keep); err != nil {
		return err
	}
	if t.layer.HasGeometry() {
		if err := t.reindex(conn, ids); err != nil {
			return err
		}
	}
	triggers := t.changeTriggers()
	if t.layer.HasGeometry() {
		triggers = append(triggers, t.rtreeTriggers()...)
	}
	if !t.carried { // else the batch does so at its end
		triggers = append(triggers, t.historyTriggers()...)
	}
	return t.addTriggers(conn, triggers)
}

const noteChange = "INSERT INTO cuntu_change (layer, id) VALUES (?, ?)"

// noteAll puts the changed ids on record. More than the record keeps would be
// pruned at once: then a number behind them all is enough, and the record begins
// anew after it.
func (t *tableBatch) noteAll(conn *sqlite.Conn, ids []int64, keep int64) error {
	stmt, err := conn.Prepare(noteChange)
	if err != nil {
		return err
	}
	expire := int64(len(ids)) > 2*keep
	if expire {
		ids = ids[len(ids)-1:]
	}
	for _, id := range ids {
		stmt.BindText(1, t.layer.ID)
		stmt.BindInt64(2, id)
		if err := run(stmt); err != nil {
			return err
		}
	}
	if !expire {
		return nil
	}
	last, err := now(conn)
	if err != nil {
		return err
	}
	return setMeta(conn, "horizon", strconv.FormatInt(last.seq, 10))
}

// reindex brings the R-tree in line with the rows that have changed.
func (t *tableBatch) reindex(conn *sqlite.Conn, ids []int64) error {
	rows, err := number(conn, fmt.Sprintf("SELECT count(*) FROM %s", t.name))
	if err != nil {
		return err
	}
	if int64(len(ids)) > rows/8 {
		return t.tree().Fill(conn)
	}
	remove, err := conn.Prepare(fmt.Sprintf("DELETE FROM %s WHERE id = ?", t.rtree))
	if err != nil {
		return err
	}
	add, err := conn.Prepare(t.indexRows("AND id = ?"))
	if err != nil {
		return err
	}
	for _, id := range ids {
		for _, stmt := range []*sqlite.Stmt{remove, add} {
			stmt.BindInt64(1, id)
			if err := run(stmt); err != nil {
				return err
			}
		}
	}
	return nil
}
