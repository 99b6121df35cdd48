package gpkg

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/gpkg/geometry"
	"github.com/cuntu/cuntu/geo/wkb"
	"github.com/cuntu/cuntu/layers"
)

// Apply implements data.Store. The lock on the file is held from the first edit
// to the last, so a sequence that is slow keeps other writers waiting.
func (s *Store) Apply(ctx context.Context, edits iter.Seq2[layers.Edit, error]) ([]int64, error) {
	return s.Write(ctx, data.Writing{Edits: edits})
}

// Write implements data.Store.
func (s *Store) Write(ctx context.Context, w data.Writing) ([]int64, error) {
	var ids []int64
	err := s.writes(ctx, func(conn *sqlite.Conn) (err error) {
		if err := claim(conn, w); err != nil {
			return err
		}
		if err := unchanged(conn, w); err != nil {
			return err
		}
		if w.Edits != nil {
			if ids, err = s.edit(ctx, conn, w); err != nil {
				return err
			}
		}
		if w.OnlyDocuments {
			if err := sqlitex.Execute(conn, "DELETE FROM cuntu_document", nil); err != nil {
				return err
			}
		}
		if err := putDocuments(conn, w, ids); err != nil {
			return err
		}
		if w.Accounts != nil {
			if err := changeAccounts(conn, w.Accounts); err != nil {
				return err
			}
		}
		if err := writeJobs(conn, w); err != nil {
			return err
		}
		return keepReceipt(conn, w, ids)
	})
	if err != nil {
		return nil, s.fail(ctx, "edit", err)
	}
	return ids, nil
}

func putDocuments(conn *sqlite.Conn, w data.Writing, ids []int64) error {
	if w.Documents == nil {
		return nil
	}
	for d, err := range w.Documents(ids) {
		if err != nil {
			return passed{err}
		}
		if err := putDocument(conn, d); err != nil {
			return err
		}
	}
	return nil
}

// writeJobs adds jobs, and ends one.
func writeJobs(conn *sqlite.Conn, w data.Writing) error {
	for _, j := range w.Jobs {
		if err := addJob(conn, j); err != nil {
			return err
		}
	}
	if w.Ends == nil {
		return nil
	}
	end, err := w.Ends()
	if err != nil {
		return passed{err}
	}
	return endJob(conn, end)
}

func (s *Store) edit(ctx context.Context, conn *sqlite.Conn, w data.Writing) (ids []int64, err error) {
	if err := data.CheckAuthorship(&w.By); err != nil {
		return nil, passed{err}
	}
	b := batch{store: s, conn: conn, tables: map[string]*tableBatch{}, carried: w.Pasts != nil}
	if err := b.startHistory(ctx, w); err != nil {
		return nil, err
	}
	for e, err := range w.Edits {
		if err != nil {
			return nil, passed{err}
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if s.isClosed() {
			return nil, errClosed
		}
		id, err := b.edit(&e)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, b.finish()
}

// batch is one Apply under way.
type batch struct {
	store  *Store
	conn   *sqlite.Conn
	index  int // of the edit at hand
	tables map[string]*tableBatch
	order  []*tableBatch
	blob   []byte

	writing int64 // that the edits are recorded under
	carried bool  // the history that came along explains the edits
	json    []byte
}

// tableBatch is what a batch does to one table.
type tableBatch struct {
	*table
	geometry string // the type on record
	edits    int
	bulk     *bulk
	carried  bool
}

func (b *batch) edit(e *layers.Edit) (int64, error) {
	l, err := data.CheckEdit(b.store.catalog, b.index, e)
	if err != nil {
		return 0, err
	}
	t, err := b.table(l)
	if err != nil {
		return 0, err
	}
	if t.edits++; t.edits == bulkFrom {
		if err := t.startBulk(b.conn); err != nil {
			return 0, err
		}
	}
	id := e.Feature.ID
	if e.Base != nil {
		if err := b.checkBase(t, e); err != nil {
			return 0, err
		}
	}
	switch e.Op {
	case layers.Insert:
		id, err = b.add(t, e)
	case layers.Update:
		err = b.update(t, e)
	case layers.Put:
		if _, err = b.write(t, e, t.put); err == nil && b.conn.Changes() == 0 {
			_, err = b.add(t, e)
		}
	case layers.Delete:
		err = b.remove(t, id)
	}
	if err != nil {
		return 0, b.refuse(e, err)
	}
	if t.bulk != nil {
		t.bulk.ids = append(t.bulk.ids, id)
	}
	b.index++
	return id, nil
}

// add inserts a row.
func (b *batch) add(t *tableBatch, e *layers.Edit) (int64, error) {
	id, err := b.write(t, e, t.insert)
	if err == nil && t.bulkNotes() {
		err = b.noteInsert(t, id, e)
	}
	return id, err
}

func (b *batch) table(l *layers.Layer) (*tableBatch, error) {
	if t, ok := b.tables[l.ID]; ok {
		return t, nil
	}
	for _, t := range b.store.tables {
		if t.layer != l {
			continue
		}
		tb := &tableBatch{table: t, carried: b.carried}
		if l.HasGeometry() {
			var err error
			tb.geometry, err = text(b.conn, "SELECT geometry_type_name FROM gpkg_geometry_columns WHERE table_name = ?", l.ID)
			if err != nil {
				return nil, err
			}
		}
		b.tables[l.ID] = tb
		b.order = append(b.order, tb)
		return tb, nil
	}
	return nil, fmt.Errorf("layer %s came to the catalogue after the file was opened", l.ID)
}

// write runs a statement whose parameters are a whole row.
func (b *batch) write(t *tableBatch, e *layers.Edit, sql string) (int64, error) {
	stmt, err := b.conn.Prepare(sql)
	if err != nil {
		return 0, err
	}
	param := 1
	if e.Feature.ID == 0 {
		stmt.BindNull(param)
	} else {
		stmt.BindInt64(param, e.Feature.ID)
	}
	if t.layer.HasGeometry() {
		param++
		if err := b.bindGeometry(t, stmt, param, e); err != nil {
			return 0, err
		}
	}
	for _, v := range e.Feature.Values {
		param++
		bind(stmt, param, v)
	}
	if err := run(stmt); err != nil {
		return 0, err
	}
	if e.Feature.ID == 0 {
		return b.conn.LastInsertRowID(), nil
	}
	return e.Feature.ID, nil
}

func (b *batch) bindGeometry(t *tableBatch, stmt *sqlite.Stmt, param int, e *layers.Edit) (err error) {
	g := e.Feature.Geometry
	if g == nil {
		stmt.BindNull(param)
		return nil
	}
	if t.geometry != "GEOMETRY" && t.geometry != geometry.TypeName(g) {
		if err := t.widen(b.conn); err != nil {
			return err
		}
		t.geometry = "GEOMETRY"
	}
	if b.blob, err = wkb.AppendBlob(b.blob[:0], geometry.SRS, g); err != nil {
		return err
	}
	stmt.BindBytes(param, b.blob)
	return nil
}

// update sets the listed fields, and the geometry where there is one or where it is to go.
func (b *batch) update(t *tableBatch, e *layers.Edit) error {
	sets := []string{"id = ?1"} // so that there is always something to set
	param := func(column string) int {
		sets = append(sets, fmt.Sprintf("%s = ?%d", quote(column), len(sets)+1))
		return len(sets)
	}
	placed := t.layer.HasGeometry() && data.Places(e)
	if placed {
		param(geometryColumn)
	}
	var fields []int
	for i := range t.layer.Fields {
		if data.Sets(e, i) {
			param(t.layer.Fields[i].ID)
			fields = append(fields, i)
		}
	}
	if len(sets) > 1 {
		sets = sets[1:]
	}
	stmt, err := b.conn.Prepare(fmt.Sprintf("UPDATE %s SET %s WHERE id = ?1", t.name, strings.Join(sets, ", ")))
	if err != nil {
		return err
	}
	stmt.BindInt64(1, e.Feature.ID)
	at := 1
	if placed {
		at++
		if err := b.bindGeometry(t, stmt, at, e); err != nil {
			return err
		}
	}
	for _, i := range fields {
		at++
		bind(stmt, at, e.Feature.Values[i])
	}
	return b.runOne(stmt)
}

func (b *batch) remove(t *tableBatch, id int64) error {
	stmt, err := b.conn.Prepare(t.table.remove)
	if err != nil {
		return err
	}
	stmt.BindInt64(1, id)
	return b.runOne(stmt)
}

// runOne runs a statement that must meet one row.
func (b *batch) runOne(stmt *sqlite.Stmt) error {
	if err := run(stmt); err != nil {
		return err
	}
	if b.conn.Changes() == 0 {
		return data.ErrNotFound
	}
	return nil
}

func run(stmt *sqlite.Stmt) error {
	_, err := stmt.Step()
	if resetErr := stmt.Reset(); err == nil {
		err = resetErr
	}
	return err
}

func bind(stmt *sqlite.Stmt, param int, v layers.Value) {
	switch v.Kind() {
	case layers.BoolKind:
		stmt.BindBool(param, v.Bool())
	case layers.IntKind:
		stmt.BindInt64(param, v.Int())
	case layers.FloatKind:
		stmt.BindFloat(param, v.Float())
	case layers.TextKind:
		stmt.BindText(param, v.Text())
	default:
		stmt.BindNull(param)
	}
}

// refuse makes what the caller can mend an *data.EditError.
func (b *batch) refuse(e *layers.Edit, err error) error {
	refusal := &data.EditError{Index: b.index, Layer: e.Layer, ID: e.Feature.ID, Err: err}
	switch sqlite.ErrCode(err) {
	case sqlite.ResultConstraintPrimaryKey, sqlite.ResultConstraintRowID:
		refusal.Err = data.ErrDuplicate
	case sqlite.ResultConstraintUnique:
		refusal.Err, refusal.Field = data.ErrDuplicate, b.columnIn(e, err)
	case sqlite.ResultConstraintNotNull, sqlite.ResultConstraintCheck, sqlite.ResultConstraintTrigger:
		// Such as another program may have added to the table.
		refusal.Err, refusal.Field = fmt.Errorf("%w by a rule that the file itself holds", data.ErrInvalid), b.columnIn(e, err)
	default:
		if err != data.ErrNotFound {
			return err
		}
	}
	return refusal
}

// columnIn finds the field of the layer that SQLite's message ends with, as in
// "UNIQUE constraint failed: village.code".
func (b *batch) columnIn(e *layers.Edit, err error) string {
	message := err.Error()
	column := message[strings.LastIndexByte(message, '.')+1:]
	if b.tables[e.Layer].layer.Field(column) < 0 {
		return ""
	}
	return column
}

func (b *batch) finish() error {
	for _, t := range b.order {
		if t.bulk != nil {
			if err := t.endBulk(b.conn, b.store.options.Keep); err != nil {
				return err
			}
		}
		if err := t.touch(b.conn); err != nil {
			return err
		}
	}
	if err := b.endHistory(); err != nil {
		return err
	}
	return b.store.prune(b.conn)
}
