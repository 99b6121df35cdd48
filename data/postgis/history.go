package postgis

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/geo/wkb"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/history"
)

const (
	signSQL = `SELECT set_config('cuntu.by', $1, true)`

	pastColumns = `SELECT h.seq, h.layer, h.id, h.op, h.areas, h.before::text, h.after::text, %s, w.id, coalesce(w.place, 0), w.at, w.actor, w.actor_name, w.origin,
       w.reason, w.batch, w.db_role, w.app, w.client
  FROM cuntu.history AS h JOIN cuntu.writing AS w ON w.id = h.writing`

	// notAtSQL are the changes of writings that a moment does not know: those whose place is after the last one before it.
	notAtSQL = ` WHERE h.layer = ANY ($1) AND (w.place IS NULL OR w.place >
    (SELECT coalesce(max(place), 0) FROM cuntu.writing WHERE at <= $2)) ORDER BY h.seq DESC`
)

// signature is an Authorship as cuntu.begin_writing reads it.
type signature struct {
	Actor  string      `json:"actor"`
	Name   string      `json:"name"`
	Origin data.Origin `json:"origin"`
	Reason string      `json:"reason"`
	Batch  string      `json:"batch"`
}

// sign tells the triggers, for this transaction, who writes.
func sign(ctx context.Context, tx pgx.Tx, by data.Authorship) error {
	if by == (data.Authorship{}) {
		return nil
	}
	b, err := json.Marshal(signature(by))
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, signSQL, string(b))
	return err
}

// Pasts implements data.History.
func (s *Store) Pasts(ctx context.Context, q data.PastQuery, fn func(*data.Past) error) error {
	return s.call(ctx, "read history from PostGIS", func(ctx context.Context) error {
		where, args := conditions(q)
		order := " ORDER BY h.seq DESC"
		if q.OldestFirst {
			order = " ORDER BY h.seq"
		}
		if q.Most > 0 {
			order += " LIMIT " + strconv.Itoa(q.Most)
		}
		rows, err := s.pool.Query(ctx, s.pastSQL(q.Geometry)+where+order, args...)
		if err != nil {
			return err
		}
		return s.eachPast(rows, fn)
	})
}

func conditions(q data.PastQuery) (where string, args []any) {
	var all []string
	add := func(condition string, arg any) {
		args = append(args, arg)
		all = append(all, fmt.Sprintf(condition, len(args)))
	}
	if q.Layers != nil {
		add("h.layer = ANY ($%d)", q.Layers)
	}
	if q.Areas != nil {
		add("h.areas && $%d", q.Areas)
	}
	if q.Seqs != nil {
		add("h.seq = ANY ($%d)", q.Seqs)
	}
	for _, n := range []struct {
		condition string
		number    int64
	}{{"h.id = $%d", q.ID}, {"h.writing = $%d", q.Writing}, {"h.seq > $%d", q.After}, {"h.seq < $%d", q.Before}} {
		if n.number != 0 {
			add(n.condition, n.number)
		}
	}
	for _, t := range []struct{ condition, text string }{
		{"w.actor = $%d", q.Actor}, {"w.origin = $%d", string(q.Origin)}, {"w.batch = $%d AND w.batch <> ''", q.Batch},
	} {
		if t.text != "" {
			add(t.condition, t.text)
		}
	}
	if !q.Since.IsZero() {
		add("w.at >= $%d", q.Since)
	}
	if !q.Until.IsZero() {
		add("w.at <= $%d", q.Until)
	}
	if len(all) == 0 {
		return "", nil
	}
	return " WHERE " + strings.Join(all, " AND "), args
}

func (s *Store) pastSQL(geometry bool) string {
	places := "NULL::bytea, NULL::bytea"
	if geometry {
		as := quote(s.postgis, "st_asewkb")
		places = as + "(h.geom_before), " + as + "(h.geom_after)"
	}
	return fmt.Sprintf(pastColumns, places)
}

// eachPast gives each row's change to fn, those of layers that the catalogue has.
func (s *Store) eachPast(rows pgx.Rows, fn func(*data.Past) error) error {
	defer rows.Close()
	for rows.Next() {
		var op string
		var before, after *string
		var places [2][]byte
		p := &data.Past{}
		if err := rows.Scan(
			&p.Seq, &p.Layer, &p.ID, &op, &p.Areas, &before, &after, &places[0], &places[1], &p.Writing, &p.Place, &p.At, &p.By.Actor, &p.By.Name, &p.By.Origin,
			&p.By.Reason, &p.By.Batch, &p.Role, &p.App, &p.Client,
		); err != nil {
			return err
		}
		p.At = p.At.UTC()
		l, ok := s.catalog.Layer(p.Layer)
		if !ok {
			continue
		}
		if err := data.FillPast(p, l, op, bytesOf(before), bytesOf(after)); err != nil {
			return err
		}
		var r wkb.Reader
		for i, into := range []*orb.Geometry{&p.GeometryBefore, &p.GeometryAfter} {
			if places[i] == nil {
				continue
			}
			r.Forget()
			*into, _ = readEWKB(&r, places[i]) // one that cannot be read was not served either
		}
		if err := fn(p); err != nil {
			return err
		}
	}
	return rows.Err()
}

func bytesOf(s *string) []byte {
	if s == nil {
		return nil
	}
	return []byte(*s)
}

// LoadAt implements data.History. Tables and history are read in one snapshot.
func (s *Store) LoadAt(ctx context.Context, ids []string, at time.Time, add func(*layers.Layer, *layers.Feature) error) error {
	return s.call(ctx, "load an earlier state from PostGIS", func(ctx context.Context) error {
		return s.read(ctx, func(tx pgx.Tx) error {
			var rewind history.Rewind
			rows, err := tx.Query(ctx, s.pastSQL(true)+notAtSQL, ids, at)
			if err == nil {
				err = s.eachPast(rows, func(p *data.Past) error { rewind.Add(&p.Past); return nil })
			}
			if err != nil {
				return err
			}
			for _, l := range s.catalog.Layers {
				if !slices.Contains(ids, l.ID) {
					continue
				}
				if err := rewind.Layer(l, func(add func(*layers.Feature) error) error {
					return s.tables[l.ID].load(ctx, tx, func(_ *layers.Layer, f *layers.Feature) error { return add(f) })
				}, func(f *layers.Feature) error { return add(l, f) }); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// hasHistory is PostgreSQL's object_not_in_prerequisite_state, which the functions that carry history raise.
const hasHistory = "55000"

const (
	carryWritingsSQL = `SELECT cuntu.carry_writings($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
	carryHistorySQL  = `SELECT cuntu.carry_history($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	mostCarried      = 5000
)

// carry takes another store's history for this one's.
func (w *writer) carry(ctx context.Context, pasts func(func(*data.Past, error) bool)) error {
	if err := w.begin(ctx); err != nil {
		return err
	}
	c := carrier{writer: w}
	for p, err := range pasts {
		if err == nil {
			err = c.add(ctx, p)
		}
		if err != nil {
			return err
		}
	}
	return c.flush(ctx)
}

// carrier gathers changes, column by column.
type carrier struct {
	*writer
	known  map[int64]bool // the writings that are there
	fresh  []*data.Past   // one of each that is not
	seqs   []int64
	in     []int64
	layers []string
	ids    []int64
	ops    []string
	areas  []string
	values [2][]*string
	places [2][][]byte
}

func (c *carrier) add(ctx context.Context, p *data.Past) error {
	l, ok := c.store.catalog.Layer(p.Layer)
	if !ok {
		return nil
	}
	if c.known == nil {
		c.known = map[int64]bool{}
	}
	if !c.known[p.Writing] {
		c.known[p.Writing] = true
		c.fresh = append(c.fresh, p)
	}
	c.seqs, c.in = append(c.seqs, p.Seq), append(c.in, p.Writing)
	c.layers, c.ids = append(c.layers, p.Layer), append(c.ids, p.ID)
	c.ops, c.areas = append(c.ops, data.OpName(p.Op)), append(c.areas, strings.Join(p.Areas, " "))
	for i, cells := range []map[string]layers.Value{p.Before, p.After} {
		b, err := data.AppendCells(nil, l, cells)
		if err != nil {
			return err
		}
		var value *string
		if b != nil {
			text := string(b)
			value = &text
		}
		c.values[i] = append(c.values[i], value)
	}
	for i, g := range []orb.Geometry{p.GeometryBefore, p.GeometryAfter} {
		var b []byte
		if g != nil {
			var err error
			if b, err = appendEWKB(nil, g); err != nil {
				return err
			}
		}
		c.places[i] = append(c.places[i], b)
	}
	if len(c.seqs) < mostCarried {
		return nil
	}
	return c.flush(ctx)
}

func (c *carrier) flush(ctx context.Context) error {
	if len(c.seqs) == 0 {
		return nil
	}
	if err := c.flushWritings(ctx); err != nil {
		return err
	}
	_, err := c.tx.Exec(ctx, carryHistorySQL, c.seqs, c.in, c.layers, c.ids, c.ops, c.areas, c.values[0], c.values[1], c.places[0], c.places[1])
	*c = carrier{writer: c.writer, known: c.known}
	return carryError(err)
}

func (c *carrier) flushWritings(ctx context.Context) error {
	if len(c.fresh) == 0 {
		return nil
	}
	var ids, places []int64
	var ats []time.Time
	var texts [8][]string
	for _, p := range c.fresh {
		ids, places, ats = append(ids, p.Writing), append(places, p.Place), append(ats, p.At)
		for i, s := range []string{p.By.Actor, p.By.Name, string(p.By.Origin), p.By.Reason, p.By.Batch, p.Role, p.App, p.Client} {
			texts[i] = append(texts[i], s)
		}
	}
	args := []any{ids, places, ats}
	for _, t := range texts {
		args = append(args, t)
	}
	_, err := c.tx.Exec(ctx, carryWritingsSQL, args...)
	return carryError(err)
}

func carryError(err error) error {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == hasHistory {
		return data.ErrHistory
	}
	return err
}
