package gpkg

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/gpkg/geometry"
	"github.com/cuntu/cuntu/geo/wkb"
	"github.com/cuntu/cuntu/layers"
)

const (
	openWritingSQL = `
INSERT INTO cuntu_writing (at, actor, actor_name, origin, reason, batch, app, place) VALUES (?, ?, ?, ?, ?, ?, 'cuntu', -1)`
	endWritingSQL = `
UPDATE cuntu_writing SET at = ?2, place = (SELECT max(0, max(place)) + 1 FROM cuntu_writing)
	WHERE id = ?1 AND EXISTS (SELECT 1 FROM cuntu_history WHERE writing = ?1)`
	dropWritingSQL = "DELETE FROM cuntu_writing WHERE id = ? AND place = -1"
	setAuthorSQL   = "UPDATE cuntu_author SET writing = ?"
	insertPastSQL  = `
INSERT INTO cuntu_history (writing, layer, id, op, areas, after, geom_after) VALUES (?, ?, ?, 'insert', ?, ?, ?)`
	carryPastSQL = `
INSERT INTO cuntu_history (seq, writing, layer, id, op, areas, before, after, geom_before, geom_after)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	carryWritingSQL = `
INSERT INTO cuntu_writing (id, place, at, actor, actor_name, origin, reason, batch, db_role, app, client)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
)

// startHistory tells the triggers, until the end of the batch and within its transaction, who writes.
func (b *batch) startHistory(ctx context.Context, w data.Writing) error {
	if b.carried {
		return b.carry(ctx, w)
	}
	by := w.By
	if by == (data.Authorship{}) {
		by.Actor, by.Origin = data.FileActor, data.FromOutside
	}
	err := sqlitex.Execute(b.conn, openWritingSQL, &sqlitex.ExecOptions{
		Args: []any{time.Now().UnixMicro(), by.Actor, by.Name, string(by.Origin), by.Reason, by.Batch},
	})
	if err != nil {
		return err
	}
	b.writing = b.conn.LastInsertRowID()
	return sqlitex.Execute(b.conn, setAuthorSQL, &sqlitex.ExecOptions{Args: []any{b.writing}})
}

// endHistory takes back what startHistory told. A batch that changed nothing leaves no writing.
func (b *batch) endHistory() error {
	if slices.ContainsFunc(b.order, func(t *tableBatch) bool { return t.bulk != nil }) {
		if err := sqlitex.ExecuteTransient(b.conn, "CREATE TRIGGER "+attribute().name+" "+attribute().body, nil); err != nil {
			return err
		}
	}
	if b.carried {
		for _, t := range b.store.tables {
			if err := t.addTriggers(b.conn, t.historyTriggers()); err != nil {
				return err
			}
		}
		return nil
	}
	for _, step := range []struct {
		sql  string
		args []any
	}{
		{setAuthorSQL, []any{nil}},
		{endWritingSQL, []any{b.writing, time.Now().UnixMicro()}},
		{dropWritingSQL, []any{b.writing}},
	} {
		if err := sqlitex.Execute(b.conn, step.sql, &sqlitex.ExecOptions{Args: step.args}); err != nil {
			return err
		}
	}
	return nil
}

// noteInsert does for one row what the triggers laid aside would have done.
func (b *batch) noteInsert(t *tableBatch, id int64, e *layers.Edit) (err error) {
	stmt, err := b.conn.Prepare(insertPastSQL)
	if err != nil {
		return err
	}
	l := t.layer
	b.json = append(b.json[:0], '{')
	for i, v := range e.Feature.Values {
		if v.IsNull() {
			continue
		}
		if len(b.json) > 1 {
			b.json = append(b.json, ',')
		}
		if b.json, err = data.AppendCell(b.json, l.Fields[i].ID, v); err != nil {
			return err
		}
	}
	b.json = append(b.json, '}')
	areas := ""
	for _, i := range l.AreaFields() {
		if code := e.Feature.Values[i].Text(); code != "" {
			areas += " " + code
		}
	}
	if areas != "" {
		areas += " "
	}
	stmt.BindInt64(1, b.writing)
	stmt.BindText(2, l.ID)
	stmt.BindInt64(3, id)
	stmt.BindText(4, areas)
	stmt.BindText(5, string(b.json))
	if e.Feature.Geometry == nil {
		stmt.BindNull(6)
	} else {
		stmt.BindBytes(6, b.blob) // as it was written just now
	}
	return run(stmt)
}

// carry takes another store's history for this one's, and lays the triggers aside that would record the edits again.
func (b *batch) carry(ctx context.Context, w data.Writing) error {
	n, err := number(b.conn, "SELECT (SELECT count(*) FROM cuntu_writing) + (SELECT count(*) FROM cuntu_history)")
	if err != nil {
		return err
	}
	if n > 0 {
		return passed{data.ErrHistory}
	}
	for _, t := range b.store.tables {
		if err := dropTriggers(b.conn, t.historyTriggers()); err != nil {
			return err
		}
	}
	known := map[int64]bool{}
	for p, err := range w.Pasts {
		if err != nil {
			return passed{err}
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if !known[p.Writing] {
			known[p.Writing] = true
			if err := sqlitex.Execute(b.conn, carryWritingSQL, &sqlitex.ExecOptions{Args: []any{
				p.Writing, p.Place, p.At.UnixMicro(), p.By.Actor, p.By.Name, string(p.By.Origin), p.By.Reason, p.By.Batch, p.Role, p.App, p.Client,
			}}); err != nil {
				return err
			}
		}
		if err := b.carryPast(p); err != nil {
			return err
		}
	}
	return nil
}

func (b *batch) carryPast(p *data.Past) error {
	l, ok := b.store.catalog.Layer(p.Layer)
	if !ok {
		return nil
	}
	areas := ""
	if len(p.Areas) > 0 {
		areas = " " + strings.Join(p.Areas, " ") + " "
	}
	args := []any{p.Seq, p.Writing, p.Layer, p.ID, data.OpName(p.Op), areas}
	for _, cells := range []map[string]layers.Value{p.Before, p.After} {
		written, err := data.AppendCells(nil, l, cells)
		if err != nil {
			return err
		}
		if written == nil {
			args = append(args, nil)
		} else {
			args = append(args, string(written))
		}
	}
	for _, g := range []orb.Geometry{p.GeometryBefore, p.GeometryAfter} {
		if g == nil {
			args = append(args, nil)
			continue
		}
		written, err := wkb.AppendBlob(nil, geometry.SRS, g)
		if err != nil {
			return err
		}
		args = append(args, written)
	}
	return sqlitex.Execute(b.conn, carryPastSQL, &sqlitex.ExecOptions{Args: args})
}
