package postgis

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/postgis/carry"
	"github.com/cuntu/cuntu/data/postgis/ewkb"
	"github.com/cuntu/cuntu/geo/wkb"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/history"
)

const (
	signSQL = `SELECT set_config('cuntu.by', $1, true)`

	pastColumns = `SELECT h.seq, h.layer, h.id, h.op, h.areas, h.before::text, h.after::text, %s,
       h.geom_before IS NOT NULL OR h.geom_after IS NOT NULL, w.id, coalesce(w.place, 0), w.at, w.actor, w.actor_name, w.origin,
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

const tallySQL = `
SELECT min(h.seq), h.layer, (array_agg(h.id ORDER BY h.seq))[1], h.op, '{}'::text[], NULL::text, NULL::text, NULL::bytea, NULL::bytea,
       false, w.id, coalesce(w.place, 0), w.at, w.actor, w.actor_name, w.origin, w.reason, w.batch, w.db_role, w.app, w.client, count(*)
  FROM cuntu.history AS h JOIN cuntu.writing AS w ON w.id = h.writing`

// Tallies implements data.History.
func (s *Store) Tallies(ctx context.Context, q data.PastQuery) ([]data.Tally, error) {
	var list []data.Tally
	err := s.call(ctx, "count history in PostGIS", func(ctx context.Context) error {
		before := q.Before
		q.Before = 0
		where, args := conditions(q)
		having := " GROUP BY w.id, h.layer, h.op"
		if before != 0 {
			args = append(args, before)
			having += fmt.Sprintf(" HAVING w.id < $%d", len(args))
		}
		rows, err := s.pool.Query(ctx, tallySQL+where+having+" ORDER BY w.id DESC, min(h.seq)", args...)
		if err != nil {
			return err
		}
		list, err = s.tally(rows, q.Most)
		return err
	})
	return list, err
}

// tally reads the counts of so many writings, of all for 0.
func (s *Store) tally(rows pgx.Rows, most int) ([]data.Tally, error) {
	defer rows.Close()
	var list []data.Tally
	writings := 0
	for rows.Next() {
		var count int64
		p, err := s.past(rows, &count)
		if err != nil {
			return nil, err
		}
		if p == nil {
			continue
		}
		if len(list) == 0 || list[len(list)-1].Writing != p.Writing {
			if writings++; most > 0 && writings > most {
				break
			}
		}
		list = append(list, data.Tally{Past: *p, Count: count})
	}
	return list, rows.Err()
}

// eachPast gives each row's change to fn, those of layers that the catalogue has.
func (s *Store) eachPast(rows pgx.Rows, fn func(*data.Past) error) error {
	defer rows.Close()
	for rows.Next() {
		p, err := s.past(rows)
		if err == nil && p != nil {
			err = fn(p)
		}
		if err != nil {
			return err
		}
	}
	return rows.Err()
}

// past reads a row, and what it has besides; nil of a layer that the catalogue does not have.
func (s *Store) past(rows pgx.Rows, besides ...any) (*data.Past, error) {
	var op string
	var before, after *string
	var places [2][]byte
	p := &data.Past{}
	into := []any{
		&p.Seq, &p.Layer, &p.ID, &op, &p.Areas, &before, &after, &places[0], &places[1], &p.Remade,
		&p.Writing, &p.Place, &p.At, &p.By.Actor, &p.By.Name, &p.By.Origin, &p.By.Reason, &p.By.Batch, &p.Role, &p.App, &p.Client,
	}
	if err := rows.Scan(append(into, besides...)...); err != nil {
		return nil, err
	}
	p.At = p.At.UTC()
	l, ok := s.catalog.Layer(p.Layer)
	if !ok {
		return nil, nil
	}
	if err := data.FillPast(p, l, op, bytesOf(before), bytesOf(after)); err != nil {
		return nil, err
	}
	var r wkb.Reader
	for i, into := range []*orb.Geometry{&p.GeometryBefore, &p.GeometryAfter} {
		if places[i] != nil {
			r.Forget()
			*into, _ = ewkb.Read(&r, places[i]) // one that cannot be read was not served either
		}
	}
	return p, nil
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

// carry takes another store's history for this one's.
func (w *writer) carry(ctx context.Context, pasts func(func(*data.Past, error) bool)) error {
	if err := w.begin(ctx); err != nil {
		return err
	}
	return carry.History(ctx, w.tx, w.store.catalog, pasts)
}
