package postgis

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/cuntu/cuntu/data"
)

// Ages are by the database's clock, so that servers whose clocks differ agree.
const (
	listenAccountsSQL  = `LISTEN cuntu_accounts`
	accountsVersionSQL = `SELECT value FROM cuntu_accounts.setting WHERE key = 'version'`

	// Sessions that ended long ago go when one begins.
	addSessionSQL = `
WITH old AS (DELETE FROM cuntu_accounts.session WHERE seen < now() - interval '7 days')
INSERT INTO cuntu_accounts.session (hash, account, pending) VALUES ($1, $2, $3)`
	sessionSQL = `
WITH found AS (
    SELECT hash, account, pending, now() - created AS age, now() - seen AS idle
    FROM cuntu_accounts.session WHERE hash = $1
), used AS (
    UPDATE cuntu_accounts.session AS s SET seen = now() FROM found
    WHERE s.hash = found.hash AND found.age <= $3 AND found.idle <= $2
)
SELECT account, pending, age, idle FROM found WHERE age <= $3 AND idle <= $2`
	dropSessionSQL = `DELETE FROM cuntu_accounts.session WHERE hash = $1`

	useTokenSQL = `UPDATE cuntu_accounts.token SET used = date_trunc('minute', clock_timestamp()), network = $2 WHERE id = $1`

	// The row is there afterwards, and locked.
	attemptsSQL = `
INSERT INTO cuntu_accounts.attempt AS a VALUES ($1, 0, clock_timestamp())
    ON CONFLICT (key) DO UPDATE SET n = CASE WHEN a.last < clock_timestamp() - $2::interval THEN 0 ELSE a.n END
    RETURNING n, clock_timestamp() - last`
	countAttemptSQL = `UPDATE cuntu_accounts.attempt SET n = n + 1, last = clock_timestamp() WHERE key = $1`
	oldAttemptsSQL  = `DELETE FROM cuntu_accounts.attempt WHERE last < clock_timestamp() - $1::interval AND key <> ALL ($2)`
	forgiveSQL      = `
WITH eased AS (UPDATE cuntu_accounts.attempt SET n = greatest(n - 1, 0) WHERE key = ANY ($1))
DELETE FROM cuntu_accounts.attempt WHERE key = ANY ($2)`

	// accountsPoll is how often the version of accounts is looked at without being told.
	accountsPoll = 500 * time.Millisecond
)

// WatchAccounts implements data.Accounts. It holds a connection of its own, beside the pool's.
func (s *Store) WatchAccounts(ctx context.Context, changed func() error) error {
	return s.call(ctx, "watch accounts in PostGIS", func(ctx context.Context) error {
		conn, err := pgx.ConnectConfig(ctx, s.pool.Config().ConnConfig)
		if err != nil {
			return err
		}
		defer conn.Close(context.WithoutCancel(ctx))
		if _, err := conn.Exec(ctx, listenAccountsSQL); err != nil {
			return fmt.Errorf("listen: %w", err)
		}
		for last := ""; ; {
			version, err := s.accountsVersion(ctx, conn)
			if err != nil {
				return err
			}
			if version != last {
				last = version
				if err := changed(); err != nil {
					return err
				}
			}
			if err := waitUpTo(ctx, conn, accountsPoll); err != nil {
				return err
			}
		}
	})
}

// accountsVersion asks a server that may be gone without a word.
func (s *Store) accountsVersion(ctx context.Context, conn *pgx.Conn) (version string, err error) {
	prompt, cancel := context.WithTimeoutCause(ctx, s.options.answer, errSilent)
	defer cancel()
	return version, blame(prompt, conn.QueryRow(prompt, accountsVersionSQL).Scan(&version))
}

// AddSession implements data.Accounts.
func (s *Store) AddSession(ctx context.Context, session data.Session) error {
	return s.call(ctx, "add a session to PostGIS", func(ctx context.Context) error {
		_, err := s.pool.Exec(ctx, addSessionSQL, session.Hash, session.User, session.Pending)
		return err
	})
}

// Session implements data.Accounts.
func (s *Store) Session(ctx context.Context, hash []byte, limits data.SessionLimits) (found data.Session, err error) {
	err = s.call(ctx, "find a session in PostGIS", func(ctx context.Context) error {
		found.Hash = hash
		err := s.pool.QueryRow(ctx, sessionSQL, hash, limits.Idle, limits.Age).
			Scan(&found.User, &found.Pending, &found.Age, &found.Idle)
		if errors.Is(err, pgx.ErrNoRows) {
			return data.ErrNoSession
		}
		return err
	})
	return found, err
}

// DropSession implements data.Accounts.
func (s *Store) DropSession(ctx context.Context, hash []byte) error {
	return s.call(ctx, "end a session in PostGIS", func(ctx context.Context) error {
		return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, bumpAccountsSQL); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, dropSessionSQL, hash)
			return err
		})
	})
}

// UseToken implements data.Accounts.
func (s *Store) UseToken(ctx context.Context, id, network string) error {
	return s.call(ctx, "note the use of a token in PostGIS", func(ctx context.Context) error {
		_, err := s.pool.Exec(ctx, useTokenSQL, id, network)
		return err
	})
}

// Attempt implements data.Accounts.
func (s *Store) Attempt(ctx context.Context, keys []data.AttemptKey) (locked time.Duration, err error) {
	// In one order everywhere, so that two attempts wait for each other and never both.
	keys = slices.SortedFunc(slices.Values(keys), func(a, b data.AttemptKey) int { return strings.Compare(a.Key, b.Key) })
	err = s.call(ctx, "count an attempt in PostGIS", func(ctx context.Context) error {
		return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
			locked = 0
			for _, k := range keys {
				var n int
				var ago time.Duration
				if err := tx.QueryRow(ctx, attemptsSQL, k.Key, data.AttemptsKept).Scan(&n, &ago); err != nil {
					return err
				}
				locked = max(locked, k.Lock(n)-ago)
			}
			if locked > 0 {
				return nil
			}
			names := make([]string, len(keys))
			for i, k := range keys {
				names[i] = k.Key
				if _, err := tx.Exec(ctx, countAttemptSQL, k.Key); err != nil {
					return err
				}
			}
			_, err := tx.Exec(ctx, oldAttemptsSQL, data.AttemptsKept, names)
			return err
		})
	})
	return locked, err
}

// Forgive implements data.Accounts.
func (s *Store) Forgive(ctx context.Context, last, all []string) error {
	return s.call(ctx, "forgive attempts in PostGIS", func(ctx context.Context) error {
		_, err := s.pool.Exec(ctx, forgiveSQL, last, all)
		return err
	})
}
