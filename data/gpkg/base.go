package gpkg

import (
	"fmt"

	"zombiezen.com/go/sqlite"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/gpkg/geometry"
	"github.com/cuntu/cuntu/layers"
)

const changedSince = "SELECT count(*) FROM (SELECT 1 FROM cuntu_change WHERE seq > ? AND layer = ? LIMIT 1)"

// unchanged is an error where a layer has changed since the writing's cursor. The
// one writer's lock keeps others out from then on.
func unchanged(conn *sqlite.Conn, w data.Writing) error {
	if w.Since == "" {
		return nil
	}
	since, ok := parseCursor(w.Since)
	if !ok {
		return data.ErrExpired
	}
	at, err := now(conn)
	if err != nil {
		return err
	}
	from, err := horizon(conn)
	if err != nil {
		return err
	}
	if at.file != since.file || since.seq < from || since.seq > at.seq {
		return data.ErrExpired
	}
	for _, l := range w.Layers {
		n, err := number(conn, changedSince, since.seq, l)
		if err != nil {
			return err
		}
		if n > 0 {
			return passed{fmt.Errorf("layer %s: %w", l, data.ErrChanged)}
		}
	}
	return nil
}

// checkBase holds an edit's base against the feature as the transaction, which is the only one that writes, sees it.
func (b *batch) checkBase(t *tableBatch, e *layers.Edit) error {
	stmt, err := b.conn.Prepare(t.find)
	if err != nil {
		return err
	}
	defer stmt.Reset()
	stmt.BindInt64(1, e.Feature.ID)
	there, err := stmt.Step()
	if err != nil {
		return err
	}
	var current *layers.Feature
	if there {
		current = &layers.Feature{Values: make([]layers.Value, len(t.layer.Fields))}
		r := reader{table: t.table, parser: geometry.Reader{Keep: true}}
		r.read(stmt, 0, current)
	}
	return data.CheckBase(t.layer, b.index, e.Feature.ID, e.Base, current)
}
