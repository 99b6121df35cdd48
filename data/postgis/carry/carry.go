// Package carry puts another store's history into this one's.
//
// Changes flow in, one by one as they were made; rows flow into the tables of the
// history by the functions that alone may write there. It begins and ends no transaction.
package carry

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/postgis/ewkb"
	"github.com/cuntu/cuntu/layers"
)

// hasHistory is PostgreSQL's object_not_in_prerequisite_state, which the functions that carry history raise.
const hasHistory = "55000"

const (
	writingsSQL = `SELECT cuntu.carry_writings($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
	historySQL  = `SELECT cuntu.carry_history($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	mostCarried = 5000
)

// History takes another store's history for this one's, which must have none: else the error is data.ErrHistory. Changes of
// layers that the catalogue lacks are left out.
func History(ctx context.Context, tx pgx.Tx, catalog *layers.Catalog, pasts func(func(*data.Past, error) bool)) error {
	c := carrier{tx: tx, catalog: catalog}
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
	tx      pgx.Tx
	catalog *layers.Catalog

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
	l, ok := c.catalog.Layer(p.Layer)
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
			if b, err = ewkb.Append(nil, g); err != nil {
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
	_, err := c.tx.Exec(ctx, historySQL, c.seqs, c.in, c.layers, c.ids, c.ops, c.areas,
		c.values[0], c.values[1], c.places[0], c.places[1])
	*c = carrier{tx: c.tx, catalog: c.catalog, known: c.known}
	return wordError(err)
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
	_, err := c.tx.Exec(ctx, writingsSQL, args...)
	return wordError(err)
}

func wordError(err error) error {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == hasHistory {
		return data.ErrHistory
	}
	return err
}
