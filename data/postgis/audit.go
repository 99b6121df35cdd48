package postgis

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/cuntu/cuntu/data"
)

const (
	actColumns  = "seq, at, actor, name, origin, address, agent, verb, object, outcome, detail, request"
	sealColumns = "n, at, hashing, acts, root, before, hash"

	putActSQL = `
INSERT INTO cuntu_audit.act (actor, name, origin, address, agent, verb, object, outcome, detail, request)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

	// Writers hold a lock in common, and a sealer waits until he has it alone: then whatever was put before is there to be
	// seen. Both wait no longer than two seconds, since somebody waits to sign in.
	actPatienceSQL = `SET LOCAL lock_timeout = '2s'`
	putLockSQL     = `SELECT pg_advisory_xact_lock_shared(hashtext('cuntu_audit.act'))`
	readyLockSQL   = `SELECT pg_advisory_xact_lock(hashtext('cuntu_audit.act'))`

	actsSQL = `SELECT ` + actColumns + ` FROM cuntu_audit.act
    WHERE ($1::timestamptz IS NULL OR at >= $1) AND ($2::timestamptz IS NULL OR at < $2)
      AND ($3 = '' OR $3 IN (actor, name)) AND $4 IN ('', verb) AND $5 IN ('', outcome)
      AND ($6 = '' OR object ILIKE $6 OR detail ILIKE $6) AND ($7 = 0 OR seq < $7)
    ORDER BY seq DESC LIMIT $8`

	readActsSQL  = `SELECT ` + actColumns + ` FROM cuntu_audit.act ORDER BY seq`
	readSealsSQL = `SELECT ` + sealColumns + ` FROM cuntu_audit.seal ORDER BY n`

	sealLockSQL     = `SELECT pg_try_advisory_xact_lock(hashtext('cuntu_audit.seal'))`
	lastSealSQL     = `SELECT ` + sealColumns + ` FROM cuntu_audit.seal ORDER BY n DESC LIMIT 1`
	takeUnsealedSQL = `
WITH taken AS (
    DELETE FROM cuntu_audit.unsealed WHERE seq IN (SELECT seq FROM cuntu_audit.unsealed ORDER BY seq LIMIT $1) RETURNING seq
)
SELECT ` + actColumns + ` FROM cuntu_audit.act WHERE seq IN (SELECT seq FROM taken) ORDER BY seq`
	putSealSQL = `INSERT INTO cuntu_audit.seal (` + sealColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7)`
)

// mostSealed is how many acts one seal takes.
const mostSealed = 5000

func readAct(row pgx.CollectableRow) (a data.Act, err error) {
	err = row.Scan(
		&a.Seq, &a.At, &a.Actor, &a.Name, &a.Origin, &a.Address, &a.Agent, &a.Verb, &a.Object, &a.Outcome, &a.Detail, &a.Request,
	)
	a.At = a.At.UTC()
	return a, err
}

func readSeal(row pgx.CollectableRow) (s data.Seal, err error) {
	err = row.Scan(&s.N, &s.At, &s.Hashing, &s.Acts, &s.Root, &s.Before, &s.Hash)
	s.At = s.At.UTC()
	return s, err
}

// PutActs implements data.Audit.
func (s *Store) PutActs(ctx context.Context, acts ...data.Act) error {
	return s.call(ctx, "write the audit log in PostGIS", func(ctx context.Context) error {
		return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
			for _, sql := range []string{actPatienceSQL, putLockSQL} {
				if _, err := tx.Exec(ctx, sql); err != nil {
					return err
				}
			}
			for _, a := range acts {
				if err := data.CheckAct(a); err != nil {
					return err
				}
				a = data.CutAct(a)
				_, err := tx.Exec(ctx, putActSQL,
					a.Actor, a.Name, a.Origin, a.Address, a.Agent, a.Verb, a.Object, a.Outcome, a.Detail, a.Request)
				if err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// timeOrNull is a time as an argument, NULL where it is zero.
func timeOrNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}

// likeText is a pattern that matches texts in which s stands.
func likeText(s string) string {
	if s == "" {
		return ""
	}
	return "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(s) + "%"
}

// Acts implements data.Audit.
func (s *Store) Acts(ctx context.Context, q data.ActQuery) (list []data.Act, err error) {
	err = s.call(ctx, "read the audit log in PostGIS", func(ctx context.Context) error {
		rows, err := s.pool.Query(ctx, actsSQL,
			timeOrNull(q.Since), timeOrNull(q.Until), q.Actor, q.Verb, q.Outcome, likeText(q.Text), q.Before, max(1, q.Limit))
		if err == nil {
			list, err = pgx.CollectRows(rows, readAct)
		}
		return err
	})
	return list, err
}

// ReadActs implements data.Audit.
func (s *Store) ReadActs(ctx context.Context, act func(data.Act) error, seal func(data.Seal) error) error {
	return s.call(ctx, "read the audit log in PostGIS", func(ctx context.Context) error {
		return pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
			if err := eachRow(ctx, tx, readActsSQL, readAct, act); err != nil {
				return err
			}
			return eachRow(ctx, tx, readSealsSQL, readSeal, seal)
		})
	})
}

func eachRow[T any](ctx context.Context, tx pgx.Tx, sql string, read func(pgx.CollectableRow) (T, error), yield func(T) error) error {
	rows, err := tx.Query(ctx, sql)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		v, err := read(rows)
		if err == nil {
			err = yield(v)
		}
		if err != nil {
			return err
		}
	}
	return rows.Err()
}

// SealActs implements data.Audit.
func (s *Store) SealActs(
	ctx context.Context, make func(last data.Seal, acts []data.Act) (data.Seal, error),
) (sealed data.Seal, more bool, err error) {
	err = s.call(ctx, "seal the audit log in PostGIS", func(ctx context.Context) error {
		return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
			var mine bool
			if err := tx.QueryRow(ctx, sealLockSQL).Scan(&mine); err != nil || !mine {
				return err
			}
			for _, sql := range []string{actPatienceSQL, readyLockSQL} {
				if _, err := tx.Exec(ctx, sql); err != nil {
					return err
				}
			}
			rows, err := tx.Query(ctx, takeUnsealedSQL, mostSealed)
			if err != nil {
				return err
			}
			acts, err := pgx.CollectRows(rows, readAct)
			if err != nil || len(acts) == 0 {
				return err
			}
			if rows, err = tx.Query(ctx, lastSealSQL); err != nil {
				return err
			}
			last, err := pgx.CollectExactlyOneRow(rows, readSeal)
			if err != nil && !errors.Is(err, pgx.ErrNoRows) {
				return err
			}
			made, err := make(last, acts)
			if err != nil {
				return fmt.Errorf("make a seal: %w", err)
			}
			_, err = tx.Exec(ctx, putSealSQL, made.N, made.At, made.Hashing, made.Acts, made.Root, made.Before, made.Hash)
			sealed, more = made, len(acts) == mostSealed
			return err
		})
	})
	if err != nil {
		return data.Seal{}, false, err
	}
	return sealed, more, nil
}
