package gpkg

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/geo/wkb"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/history"
)

const (
	pastColumns = `SELECT h.seq, h.layer, h.id, h.op, h.areas, h.before, h.after, w.id, w.place, w.at, w.actor, w.actor_name, w.origin,
	w.reason, w.batch, w.db_role, w.app, w.client, %s FROM cuntu_history AS h JOIN cuntu_writing AS w ON w.id = h.writing`

	// notAtSQL are the changes of writings that a moment does not know: those whose place is after the last one before it.
	notAtSQL = ` WHERE w.place > (SELECT ifnull(max(place), 0) FROM cuntu_writing WHERE at <= ?1)
	AND h.layer IN (SELECT value FROM json_each(?2)) ORDER BY h.seq DESC`
)

// Pasts implements data.History.
func (s *Store) Pasts(ctx context.Context, q data.PastQuery, fn func(*data.Past) error) error {
	return s.fail(ctx, "read history from", s.reads(ctx, func(conn *sqlite.Conn) error {
		where, args, err := conditions(q)
		if err != nil {
			return err
		}
		order := " ORDER BY h.seq DESC"
		if q.OldestFirst {
			order = " ORDER BY h.seq"
		}
		if q.Most > 0 {
			order += " LIMIT " + strconv.Itoa(q.Most)
		}
		return s.eachPast(conn, pastSQL(q.Geometry)+where+order, args, fn)
	}))
}

func pastSQL(geometry bool) string {
	if geometry {
		return fmt.Sprintf(pastColumns, "h.geom_before, h.geom_after")
	}
	return fmt.Sprintf(pastColumns, "NULL, NULL")
}

func conditions(q data.PastQuery) (where string, args []any, err error) {
	var all []string
	add := func(condition string, arg any) {
		if list, ok := arg.([]byte); ok {
			arg = string(list)
		}
		args = append(args, arg)
		all = append(all, fmt.Sprintf(condition, len(args)))
	}
	for _, list := range []struct {
		condition string
		is        bool
		values    any
	}{
		{"h.layer IN (SELECT value FROM json_each(?%d))", q.Layers != nil, q.Layers},
		{"EXISTS (SELECT 1 FROM json_each(?%d) WHERE instr(h.areas, ' ' || value || ' ') > 0)", q.Areas != nil, q.Areas},
		{"h.seq IN (SELECT value FROM json_each(?%d))", q.Seqs != nil, q.Seqs},
	} {
		if !list.is {
			continue
		}
		b, err := json.Marshal(list.values)
		if err != nil {
			return "", nil, err
		}
		add(list.condition, b)
	}
	for _, n := range []struct {
		condition string
		number    int64
	}{{"h.id = ?%d", q.ID}, {"h.writing = ?%d", q.Writing}, {"h.seq > ?%d", q.After}, {"h.seq < ?%d", q.Before}} {
		if n.number != 0 {
			add(n.condition, n.number)
		}
	}
	for _, t := range []struct{ condition, text string }{
		{"w.actor = ?%d", q.Actor}, {"w.origin = ?%d", string(q.Origin)}, {"w.batch = ?%d AND w.batch <> ''", q.Batch},
	} {
		if t.text != "" {
			add(t.condition, t.text)
		}
	}
	if !q.Since.IsZero() {
		add("w.at >= ?%d", q.Since.UnixMicro())
	}
	if !q.Until.IsZero() {
		add("w.at <= ?%d", q.Until.UnixMicro())
	}
	if len(all) == 0 {
		return "", nil, nil
	}
	return " WHERE " + strings.Join(all, " AND "), args, nil
}

// eachPast gives each row's change to fn, those of layers that the catalogue has.
func (s *Store) eachPast(conn *sqlite.Conn, sql string, args []any, fn func(*data.Past) error) error {
	r := parser{keep: true}
	return sqlitex.ExecuteTransient(conn, sql, &sqlitex.ExecOptions{Args: args, ResultFunc: func(stmt *sqlite.Stmt) error {
		p := &data.Past{}
		p.Seq, p.Layer, p.ID, p.Areas = stmt.ColumnInt64(0), stmt.ColumnText(1), stmt.ColumnInt64(2), strings.Fields(stmt.ColumnText(4))
		p.Writing, p.Place, p.At = stmt.ColumnInt64(7), stmt.ColumnInt64(8), time.UnixMicro(stmt.ColumnInt64(9)).UTC()
		p.By = data.Authorship{
			Actor: stmt.ColumnText(10), Name: stmt.ColumnText(11), Origin: data.Origin(stmt.ColumnText(12)),
			Reason: stmt.ColumnText(13), Batch: stmt.ColumnText(14),
		}
		p.Role, p.App, p.Client = stmt.ColumnText(15), stmt.ColumnText(16), stmt.ColumnText(17)
		l, ok := s.catalog.Layer(p.Layer)
		if !ok {
			return nil
		}
		if err := data.FillPast(p, l, stmt.ColumnText(3), blob(stmt, 5), blob(stmt, 6)); err != nil {
			return err
		}
		for i, into := range []*orb.Geometry{&p.GeometryBefore, &p.GeometryAfter} {
			if b := blob(stmt, 18+i); b != nil {
				*into, _ = r.geometry(b) // one that cannot be read was not served either
			}
		}
		if err := fn(p); err != nil {
			return passed{err}
		}
		return nil
	}})
}

// LoadAt implements data.History. Tables and history are read as of one moment.
func (s *Store) LoadAt(ctx context.Context, ids []string, at time.Time, add func(*layers.Layer, *layers.Feature) error) error {
	list, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	return s.fail(ctx, "load an earlier state of", s.reads(ctx, func(conn *sqlite.Conn) error {
		var rewind history.Rewind
		err := s.eachPast(conn, pastSQL(true)+notAtSQL, []any{at.UnixMicro(), string(list)},
			func(p *data.Past) error { rewind.Add(&p.Past); return nil })
		if err != nil {
			return err
		}
		for _, t := range s.tables {
			if !slices.Contains(ids, t.layer.ID) {
				continue
			}
			if err := rewind.Layer(t.layer, func(add func(*layers.Feature) error) error {
				return s.loadTable(conn, t, func(_ *layers.Layer, f *layers.Feature) error { return add(f) })
			}, func(f *layers.Feature) error { return add(t.layer, f) }); err != nil {
				return err
			}
		}
		return nil
	}))
}

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
INSERT INTO cuntu_history (seq, writing, layer, id, op, areas, before, after, geom_before, geom_after) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
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
		written, err := wkb.AppendBlob(nil, srsID, g)
		if err != nil {
			return err
		}
		args = append(args, written)
	}
	return sqlitex.Execute(b.conn, carryPastSQL, &sqlitex.ExecOptions{Args: args})
}
