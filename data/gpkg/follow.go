package gpkg

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/gpkg/geometry"
	"github.com/cuntu/cuntu/layers"
)

// cursor is a place in a file's change record: the file's identity, so that the
// cursor of another file, or of a backup, is not taken for one of this, and the
// last change seen.
type cursor struct {
	file string
	seq  int64
}

func (c cursor) public() data.Cursor { return data.Cursor(fmt.Sprintf("%s:%d", c.file, c.seq)) }

func parseCursor(c data.Cursor) (cursor, bool) {
	file, seq, ok := strings.Cut(string(c), ":")
	n, err := strconv.ParseInt(seq, 10, 64)
	return cursor{file, n}, ok && err == nil && n >= 0
}

// now is the cursor of the moment that a transaction sees. sqlite_sequence knows
// the last number even when the record is pruned empty.
func now(conn *sqlite.Conn) (c cursor, err error) {
	if c.file, err = text(conn, "SELECT value FROM cuntu_meta WHERE key = 'file'"); err != nil {
		return c, err
	}
	c.seq, err = number(conn, "SELECT ifnull(max(seq), 0) FROM sqlite_sequence WHERE name = 'cuntu_change'")
	return c, err
}

func horizon(conn *sqlite.Conn) (int64, error) {
	return number(conn, "SELECT ifnull(max(CAST(value AS INTEGER)), 0) FROM cuntu_meta WHERE key = 'horizon'")
}

// Follow implements data.Store. It has a connection of its own, on which
// PRAGMA data_version changes when anybody else commits, at the price of a look
// at shared memory; commits of this store wake it at once.
func (s *Store) Follow(ctx context.Context, since data.Cursor, fn func(data.Batch) error) error {
	if err := ctx.Err(); err != nil {
		return s.fail(ctx, "follow", err)
	}
	at, ok := parseCursor(since)
	if !ok {
		return s.fail(ctx, "follow", data.ErrExpired)
	}
	if !s.startFeed() {
		return s.fail(ctx, "follow", errClosed)
	}
	defer s.feeds.Done()
	// Close ends a query under way as the caller's context does.
	either, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.life, cancel)()
	err := s.follow(either, at, fn)
	switch {
	case ctx.Err() == nil && either.Err() != nil:
		err = errClosed
	case err == replaced{}:
		err = replaced{feed: true}
	}
	return s.fail(ctx, "follow", err)
}

// startFeed counts a feed that Close waits for, unless the store is closed.
func (s *Store) startFeed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.isClosed() {
		return false
	}
	s.feeds.Add(1)
	return true
}

func (s *Store) follow(ctx context.Context, at cursor, fn func(data.Batch) error) error {
	if err := s.present(); err != nil {
		return err
	}
	conn, err := sqlite.OpenConn(s.path, sqlite.OpenReadOnly)
	if err != nil {
		return err
	}
	defer conn.Close()
	conn.SetInterrupt(ctx.Done())
	tick := time.NewTicker(s.options.Poll)
	defer tick.Stop()
	first := true // told even when empty: it says that the feed stands
	for {
		// Both are taken before reading, so that a commit meanwhile causes one
		// more look rather than none.
		wake := s.nextWrite()
		version, err := number(conn, "PRAGMA data_version")
		if err != nil {
			return err
		}
		next, changes, err := s.changes(conn, at)
		if err != nil {
			return err
		}
		if next != at || first {
			at, first = next, false
			if err := fn(data.Batch{Cursor: at.public(), Changes: changes}); err != nil {
				return passed{err}
			}
		}
		for same := true; same; {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-wake:
				same = false
			case <-tick.C:
				if err := s.present(); err != nil {
					return err
				}
				v, err := number(conn, "PRAGMA data_version")
				if err != nil {
					return err
				}
				same = v == version
			}
		}
	}
}

// changes are what became of every feature changed after a cursor, all as of one
// moment, which is the cursor returned.
func (s *Store) changes(conn *sqlite.Conn, since cursor) (at cursor, list []layers.Change, err error) {
	err = atOneMoment(conn, func(conn *sqlite.Conn) error {
		if at, err = now(conn); err != nil {
			return err
		}
		from, err := horizon(conn)
		if err != nil {
			return err
		}
		if at.file != since.file || since.seq < from || since.seq > at.seq {
			return data.ErrExpired
		}
		if at == since {
			return nil
		}
		for _, t := range s.tables {
			if list, err = s.changesOf(conn, t, since.seq, list); err != nil {
				return err
			}
		}
		return nil
	})
	return at, list, err
}

// changesOf adds one layer's changes after a number in the record.
func (s *Store) changesOf(conn *sqlite.Conn, t *table, after int64, list []layers.Change) ([]layers.Change, error) {
	stmt, err := conn.Prepare(fmt.Sprintf(
		"SELECT c.id, %s FROM (SELECT DISTINCT id FROM cuntu_change WHERE seq > ? AND layer = ?) c LEFT JOIN %s t ON t.id = c.id ORDER BY c.id",
		t.prefixed("t"), t.name))
	if err != nil {
		return nil, err
	}
	defer stmt.Reset()
	stmt.BindInt64(1, after)
	stmt.BindText(2, t.layer.ID)
	r := reader{table: t, parser: geometry.Reader{Keep: true}}
	for {
		row, err := stmt.Step()
		if err != nil || !row {
			return list, err
		}
		c := layers.Change{Layer: t.layer.ID, ID: stmt.ColumnInt64(0)}
		if stmt.ColumnType(1) != sqlite.TypeNull {
			c.Feature = &layers.Feature{Values: make([]layers.Value, len(t.layer.Fields))}
			r.read(stmt, 1, c.Feature)
		}
		list = append(list, c)
	}
}

const pruneChanges = "DELETE FROM cuntu_change WHERE seq <= ?"

// prune forgets the oldest changes, many at a time.
func (s *Store) prune(conn *sqlite.Conn) error {
	from, err := horizon(conn)
	if err != nil {
		return err
	}
	last, err := now(conn)
	if err != nil || last.seq-from <= 2*s.options.Keep {
		return err
	}
	from = last.seq - s.options.Keep
	if err := sqlitex.Execute(conn, pruneChanges, &sqlitex.ExecOptions{Args: []any{from}}); err != nil {
		return err
	}
	return setMeta(conn, "horizon", strconv.FormatInt(from, 10))
}
