package gpkg

import (
	"context"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/cuntu/cuntu/data"
)

const (
	accountsVersionSQL = "SELECT value FROM cuntu_setting WHERE key = 'version'"

	oldSessionsSQL = "DELETE FROM cuntu_session WHERE seen < ?"
	addSessionSQL  = "INSERT INTO cuntu_session VALUES (?1, ?2, ?3, ?4, ?4)"
	sessionSQL     = "SELECT account, pending, created, seen FROM cuntu_session WHERE hash = ?"
	useSessionSQL  = "UPDATE cuntu_session SET seen = ?2 WHERE hash = ?1"
	dropSessionSQL = "DELETE FROM cuntu_session WHERE hash = ?"

	useTokenSQL = "UPDATE cuntu_token SET used = ?2, network = ?3 WHERE id = ?1"

	attemptsSQL     = "SELECT n, last FROM cuntu_attempt WHERE key = ?"
	countAttemptSQL = `
INSERT INTO cuntu_attempt VALUES (?1, 1, ?2) ON CONFLICT (key) DO UPDATE SET n = n + 1, last = excluded.last`
	oldAttemptsSQL = "DELETE FROM cuntu_attempt WHERE last < ?"
	easeSQL        = "UPDATE cuntu_attempt SET n = max(n - 1, 0) WHERE key = ?"
	forgiveSQL     = "DELETE FROM cuntu_attempt WHERE key = ?"

	// forgotten is after how long without use a session that ended goes.
	forgotten = 7 * 24 * time.Hour
)

// WatchAccounts implements data.Accounts.
func (s *Store) WatchAccounts(ctx context.Context, changed func() error) error {
	if !s.startFeed() {
		return s.fail(ctx, "watch accounts in", errClosed)
	}
	defer s.feeds.Done()
	either, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.life, cancel)()
	err := s.watchAccounts(either, changed)
	if ctx.Err() == nil && either.Err() != nil {
		err = errClosed
	}
	return s.fail(ctx, "watch accounts in", err)
}

func (s *Store) watchAccounts(ctx context.Context, changed func() error) error {
	tick := time.NewTicker(s.options.Poll)
	defer tick.Stop()
	for last := ""; ; {
		wake := s.nextWrite() // before reading, so that a commit meanwhile causes one more look
		version := ""
		err := s.reads(ctx, func(conn *sqlite.Conn) (err error) {
			version, err = text(conn, accountsVersionSQL)
			return err
		})
		if err != nil {
			return err
		}
		if version != last {
			last = version
			if err := changed(); err != nil {
				return passed{err}
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-wake:
		case <-tick.C:
		}
	}
}

// AddSession implements data.Accounts.
func (s *Store) AddSession(ctx context.Context, session data.Session) error {
	return s.fail(ctx, "add a session to", s.writes(ctx, func(conn *sqlite.Conn) error {
		if err := sqlitex.Execute(conn, oldSessionsSQL, &sqlitex.ExecOptions{Args: []any{microsAfter(-forgotten)}}); err != nil {
			return err
		}
		return sqlitex.Execute(conn, addSessionSQL, &sqlitex.ExecOptions{
			Args: []any{session.Hash, session.User, session.Pending, microsAfter(0)},
		})
	}))
}

// Session implements data.Accounts. While an import holds the file the use is not noted, so that nobody waits for it.
func (s *Store) Session(ctx context.Context, hash []byte, limits data.SessionLimits) (found data.Session, err error) {
	there, now := false, time.Now()
	err = s.reads(ctx, func(conn *sqlite.Conn) error {
		return sqlitex.Execute(conn, sessionSQL, &sqlitex.ExecOptions{
			Args: []any{hash},
			ResultFunc: func(stmt *sqlite.Stmt) error {
				there = true
				found = data.Session{
					Hash: hash, User: stmt.ColumnText(0), Pending: stmt.ColumnBool(1),
					Age: now.Sub(moment(stmt, 2)), Idle: now.Sub(moment(stmt, 3)),
				}
				return nil
			},
		})
	})
	if err == nil && (!there || found.Age > limits.Age || found.Idle > limits.Idle) {
		err = passed{data.ErrNoSession}
	}
	if err != nil {
		return data.Session{}, s.fail(ctx, "find a session in", err)
	}
	brief, cancel := context.WithTimeout(ctx, noteWait)
	defer cancel()
	err = s.writes(brief, func(conn *sqlite.Conn) error {
		return sqlitex.Execute(conn, useSessionSQL, &sqlitex.ExecOptions{Args: []any{hash, microsAfter(0)}})
	})
	if brief.Err() != nil && ctx.Err() == nil {
		err = nil
	}
	return found, s.fail(ctx, "note the use of a session in", err)
}

// noteWait is how long a request waits to note that something was used.
const noteWait = 50 * time.Millisecond

// DropSession implements data.Accounts.
func (s *Store) DropSession(ctx context.Context, hash []byte) error {
	return s.fail(ctx, "end a session in", s.writes(ctx, func(conn *sqlite.Conn) error {
		if err := sqlitex.Execute(conn, bumpAccountsSQL, nil); err != nil {
			return err
		}
		return sqlitex.Execute(conn, dropSessionSQL, &sqlitex.ExecOptions{Args: []any{hash}})
	}))
}

// UseToken implements data.Accounts.
func (s *Store) UseToken(ctx context.Context, id, network string) error {
	return s.fail(ctx, "note the use of a token in", s.writes(ctx, func(conn *sqlite.Conn) error {
		used := time.Now().Truncate(time.Minute).UnixMicro()
		return sqlitex.Execute(conn, useTokenSQL, &sqlitex.ExecOptions{Args: []any{id, used, network}})
	}))
}

// Attempt implements data.Accounts.
func (s *Store) Attempt(ctx context.Context, keys []data.AttemptKey) (locked time.Duration, err error) {
	err = s.writes(ctx, func(conn *sqlite.Conn) error {
		locked = 0
		if err := sqlitex.Execute(conn, oldAttemptsSQL, &sqlitex.ExecOptions{Args: []any{microsAfter(-data.AttemptsKept)}}); err != nil {
			return err
		}
		for _, k := range keys {
			err := sqlitex.Execute(conn, attemptsSQL, &sqlitex.ExecOptions{
				Args: []any{k.Key},
				ResultFunc: func(stmt *sqlite.Stmt) error {
					locked = max(locked, k.Lock(stmt.ColumnInt(0))-time.Since(moment(stmt, 1)))
					return nil
				},
			})
			if err != nil {
				return err
			}
		}
		if locked > 0 {
			return nil
		}
		for _, k := range keys {
			if err := sqlitex.Execute(conn, countAttemptSQL, &sqlitex.ExecOptions{Args: []any{k.Key, microsAfter(0)}}); err != nil {
				return err
			}
		}
		return nil
	})
	return locked, s.fail(ctx, "count an attempt in", err)
}

// Forgive implements data.Accounts.
func (s *Store) Forgive(ctx context.Context, last, all []string) error {
	return s.fail(ctx, "forgive attempts in", s.writes(ctx, func(conn *sqlite.Conn) error {
		for sql, keys := range map[string][]string{easeSQL: last, forgiveSQL: all} {
			for _, key := range keys {
				if err := sqlitex.Execute(conn, sql, &sqlitex.ExecOptions{Args: []any{key}}); err != nil {
					return err
				}
			}
		}
		return nil
	}))
}
