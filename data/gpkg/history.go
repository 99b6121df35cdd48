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
	"github.com/cuntu/cuntu/data/gpkg/geometry"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/history"
)

const (
	pastColumns = `SELECT h.seq, h.layer, h.id, h.op, h.areas, h.before, h.after, w.id, w.place, w.at, w.actor, w.actor_name, w.origin,
	w.reason, w.batch, w.db_role, w.app, w.client, %s, h.geom_before NOTNULL OR h.geom_after NOTNULL
	FROM cuntu_history AS h JOIN cuntu_writing AS w ON w.id = h.writing`

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

const tallySQL = `SELECT min(h.seq), h.layer, h.id, h.op, '', NULL, NULL, w.id, w.place, w.at, w.actor, w.actor_name, w.origin,
	w.reason, w.batch, w.db_role, w.app, w.client, NULL, NULL, 0, count(*)
	FROM cuntu_history AS h JOIN cuntu_writing AS w ON w.id = h.writing`

// Tallies implements data.History. Beside min, SQLite takes what is not grouped from the row that has the least.
func (s *Store) Tallies(ctx context.Context, q data.PastQuery) ([]data.Tally, error) {
	var list []data.Tally
	writings := 0
	err := s.reads(ctx, func(conn *sqlite.Conn) error {
		before := q.Before
		q.Before = 0
		where, args, err := conditions(q)
		if err != nil {
			return err
		}
		having := " GROUP BY w.id, h.layer, h.op"
		if before != 0 {
			args = append(args, before)
			having += fmt.Sprintf(" HAVING w.id < ?%d", len(args))
		}
		return sqlitex.ExecuteTransient(conn, tallySQL+where+having+" ORDER BY w.id DESC, min(h.seq)", &sqlitex.ExecOptions{
			Args: args,
			ResultFunc: func(stmt *sqlite.Stmt) error {
				p, err := s.past(stmt, &geometry.Reader{})
				if err != nil || p == nil {
					return err
				}
				if len(list) == 0 || list[len(list)-1].Writing != p.Writing {
					writings++
				}
				if q.Most == 0 || writings <= q.Most {
					list = append(list, data.Tally{Past: *p, Count: stmt.ColumnInt64(21)})
				}
				return nil
			},
		})
	})
	return list, s.fail(ctx, "count history in", err)
}

// eachPast gives each row's change to fn, those of layers that the catalogue has.
func (s *Store) eachPast(conn *sqlite.Conn, sql string, args []any, fn func(*data.Past) error) error {
	r := geometry.Reader{Keep: true}
	return sqlitex.ExecuteTransient(conn, sql, &sqlitex.ExecOptions{Args: args, ResultFunc: func(stmt *sqlite.Stmt) error {
		p, err := s.past(stmt, &r)
		if err != nil || p == nil {
			return err
		}
		if err := fn(p); err != nil {
			return passed{err}
		}
		return nil
	}})
}

// past reads a row; nil of a layer that the catalogue does not have.
func (s *Store) past(stmt *sqlite.Stmt, r *geometry.Reader) (*data.Past, error) {
	p := &data.Past{}
	p.Seq, p.Layer, p.ID, p.Areas = stmt.ColumnInt64(0), stmt.ColumnText(1), stmt.ColumnInt64(2), strings.Fields(stmt.ColumnText(4))
	p.Writing, p.Place, p.At = stmt.ColumnInt64(7), stmt.ColumnInt64(8), time.UnixMicro(stmt.ColumnInt64(9)).UTC()
	p.By = data.Authorship{
		Actor: stmt.ColumnText(10), Name: stmt.ColumnText(11), Origin: data.Origin(stmt.ColumnText(12)),
		Reason: stmt.ColumnText(13), Batch: stmt.ColumnText(14),
	}
	p.Role, p.App, p.Client, p.Remade = stmt.ColumnText(15), stmt.ColumnText(16), stmt.ColumnText(17), stmt.ColumnBool(20)
	l, ok := s.catalog.Layer(p.Layer)
	if !ok {
		return nil, nil
	}
	if err := data.FillPast(p, l, stmt.ColumnText(3), blob(stmt, 5), blob(stmt, 6)); err != nil {
		return nil, err
	}
	for i, into := range []*orb.Geometry{&p.GeometryBefore, &p.GeometryAfter} {
		if b := blob(stmt, 18+i); b != nil {
			*into, _ = r.Read(b) // one that cannot be read was not served either
		}
	}
	return p, nil
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
