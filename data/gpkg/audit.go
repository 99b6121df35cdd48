package gpkg

import (
	"context"
	"fmt"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/cuntu/cuntu/data"
)

// Times are in microseconds since 1970. The triggers hold up programs that know no better; who means to can drop them, and
// is found out by the seals.
const (
	createAudit = `
CREATE TABLE cuntu_audit (
	seq INTEGER PRIMARY KEY AUTOINCREMENT,
	at INTEGER NOT NULL,
	actor TEXT NOT NULL,
	name TEXT NOT NULL,
	origin TEXT NOT NULL,
	address TEXT NOT NULL,
	agent TEXT NOT NULL,
	verb TEXT NOT NULL,
	object TEXT NOT NULL,
	outcome TEXT NOT NULL CHECK (outcome IN ('done', 'refused', 'failed')),
	detail TEXT NOT NULL,
	request TEXT NOT NULL);
CREATE INDEX cuntu_audit_at ON cuntu_audit (at);
CREATE TABLE cuntu_audit_unsealed (seq INTEGER PRIMARY KEY);
CREATE TABLE cuntu_audit_seal (
	n INTEGER PRIMARY KEY,
	at INTEGER NOT NULL,
	hashing TEXT NOT NULL,
	acts TEXT NOT NULL,
	root TEXT NOT NULL,
	before TEXT NOT NULL,
	hash TEXT NOT NULL);
CREATE TRIGGER cuntu_audit_note AFTER INSERT ON cuntu_audit
	BEGIN INSERT INTO cuntu_audit_unsealed VALUES (NEW.seq); END;
CREATE TRIGGER cuntu_audit_update BEFORE UPDATE ON cuntu_audit
	BEGIN SELECT RAISE(ABORT, 'nothing in the audit log is changed'); END;
CREATE TRIGGER cuntu_audit_delete BEFORE DELETE ON cuntu_audit
	BEGIN SELECT RAISE(ABORT, 'nothing in the audit log is taken away'); END;
CREATE TRIGGER cuntu_audit_seal_update BEFORE UPDATE ON cuntu_audit_seal
	BEGIN SELECT RAISE(ABORT, 'nothing in the audit log is changed'); END;
CREATE TRIGGER cuntu_audit_seal_delete BEFORE DELETE ON cuntu_audit_seal
	BEGIN SELECT RAISE(ABORT, 'nothing in the audit log is taken away'); END;
INSERT INTO gpkg_extensions SELECT column1, NULL, 'cuntu_audit', 'https://github.com/cuntu/cuntu/tree/main/data/gpkg', 'read-write'
	FROM (VALUES ('cuntu_audit'), ('cuntu_audit_unsealed'), ('cuntu_audit_seal'));
`
	actColumns  = "seq, at, actor, name, origin, address, agent, verb, object, outcome, detail, request"
	sealColumns = "n, at, hashing, acts, root, before, hash"

	putActSQL = `
INSERT INTO cuntu_audit (at, actor, name, origin, address, agent, verb, object, outcome, detail, request)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	actsSQL = "SELECT " + actColumns + ` FROM cuntu_audit
	WHERE at >= ?1 AND at < ?2 AND (?3 = '' OR ?3 IN (actor, name)) AND ?4 IN ('', verb) AND ?5 IN ('', outcome)
		AND (?6 = '' OR instr(lower(object), lower(?6)) OR instr(lower(detail), lower(?6))) AND (?7 = 0 OR seq < ?7)
	ORDER BY seq DESC LIMIT ?8`
	readActsSQL     = "SELECT " + actColumns + " FROM cuntu_audit ORDER BY seq"
	readSealsSQL    = "SELECT " + sealColumns + " FROM cuntu_audit_seal ORDER BY n"
	lastSealSQL     = "SELECT " + sealColumns + " FROM cuntu_audit_seal ORDER BY n DESC LIMIT 1"
	unsealedSQL     = "SELECT EXISTS (SELECT 1 FROM cuntu_audit_unsealed)"
	unsealedActsSQL = "SELECT " + actColumns + ` FROM cuntu_audit
	WHERE seq IN (SELECT seq FROM cuntu_audit_unsealed ORDER BY seq LIMIT ?) ORDER BY seq`
	dropUnsealedSQL = "DELETE FROM cuntu_audit_unsealed WHERE seq = ?"
	putSealSQL      = "INSERT INTO cuntu_audit_seal (" + sealColumns + ") VALUES (?, ?, ?, ?, ?, ?, ?)"
)

// mostSealed is how many acts one seal takes.
const mostSealed = 5000

func readAct(stmt *sqlite.Stmt) data.Act {
	return data.Act{
		Seq: stmt.ColumnInt64(0), At: time.UnixMicro(stmt.ColumnInt64(1)).UTC(), Actor: stmt.ColumnText(2), Name: stmt.ColumnText(3),
		Origin: data.Origin(stmt.ColumnText(4)), Address: stmt.ColumnText(5), Agent: stmt.ColumnText(6),
		Verb: stmt.ColumnText(7), Object: stmt.ColumnText(8), Outcome: data.Outcome(stmt.ColumnText(9)),
		Detail: stmt.ColumnText(10), Request: stmt.ColumnText(11),
	}
}

func readSeal(stmt *sqlite.Stmt) data.Seal {
	return data.Seal{
		N: stmt.ColumnInt64(0), At: time.UnixMicro(stmt.ColumnInt64(1)).UTC(), Hashing: stmt.ColumnText(2), Acts: stmt.ColumnText(3),
		Root: stmt.ColumnText(4), Before: stmt.ColumnText(5), Hash: stmt.ColumnText(6),
	}
}

func eachRow(conn *sqlite.Conn, sql string, args []any, row func(*sqlite.Stmt) error) error {
	return sqlitex.Execute(conn, sql, &sqlitex.ExecOptions{Args: args, ResultFunc: row})
}

// PutActs implements data.Audit.
func (s *Store) PutActs(ctx context.Context, acts ...data.Act) error {
	return s.fail(ctx, "write the audit log of", s.writes(ctx, func(conn *sqlite.Conn) error {
		for _, a := range acts {
			if err := data.CheckAct(a); err != nil {
				return passed{err}
			}
			a = data.CutAct(a)
			err := sqlitex.Execute(conn, putActSQL, &sqlitex.ExecOptions{Args: []any{
				microsAfter(0), a.Actor, a.Name, string(a.Origin), a.Address, a.Agent, a.Verb, a.Object, string(a.Outcome), a.Detail, a.Request,
			}})
			if err != nil {
				return err
			}
		}
		return nil
	}))
}

// Acts implements data.Audit.
func (s *Store) Acts(ctx context.Context, q data.ActQuery) (list []data.Act, err error) {
	since, until := int64(0), int64(1<<62)
	if !q.Since.IsZero() {
		since = q.Since.UnixMicro()
	}
	if !q.Until.IsZero() {
		until = q.Until.UnixMicro()
	}
	args := []any{since, until, q.Actor, q.Verb, string(q.Outcome), q.Text, q.Before, max(1, q.Limit)}
	err = s.reads(ctx, func(conn *sqlite.Conn) error {
		return eachRow(conn, actsSQL, args, func(stmt *sqlite.Stmt) error { list = append(list, readAct(stmt)); return nil })
	})
	return list, s.fail(ctx, "read the audit log of", err)
}

// ReadActs implements data.Audit.
func (s *Store) ReadActs(ctx context.Context, act func(data.Act) error, seal func(data.Seal) error) error {
	return s.fail(ctx, "read the audit log of", s.reads(ctx, func(conn *sqlite.Conn) error {
		err := eachRow(conn, readActsSQL, nil, func(stmt *sqlite.Stmt) error { return wrapPassed(act(readAct(stmt))) })
		if err != nil {
			return err
		}
		return eachRow(conn, readSealsSQL, nil, func(stmt *sqlite.Stmt) error { return wrapPassed(seal(readSeal(stmt))) })
	}))
}

// wrapPassed has an error of the caller's reach the caller as it is.
func wrapPassed(err error) error {
	if err == nil {
		return nil
	}
	return passed{err}
}

// SealActs implements data.Audit. It locks the file only where there is something to seal.
func (s *Store) SealActs(
	ctx context.Context, make func(last data.Seal, acts []data.Act) (data.Seal, error),
) (sealed data.Seal, more bool, err error) {
	some := false
	err = s.reads(ctx, func(conn *sqlite.Conn) error {
		n, err := number(conn, unsealedSQL)
		some = n != 0
		return err
	})
	if err == nil && some {
		err = s.writes(ctx, func(conn *sqlite.Conn) error {
			var err error
			sealed, more, err = sealActs(conn, make)
			return err
		})
	}
	return sealed, more, s.fail(ctx, "seal the audit log of", err)
}

func sealActs(
	conn *sqlite.Conn, make func(last data.Seal, acts []data.Act) (data.Seal, error),
) (sealed data.Seal, more bool, err error) {
	var acts []data.Act
	var last data.Seal
	err = eachRow(conn, unsealedActsSQL, []any{mostSealed}, func(stmt *sqlite.Stmt) error {
		acts = append(acts, readAct(stmt))
		return nil
	})
	if err != nil || len(acts) == 0 {
		return sealed, false, err
	}
	err = eachRow(conn, lastSealSQL, nil, func(stmt *sqlite.Stmt) error { last = readSeal(stmt); return nil })
	if err != nil {
		return sealed, false, err
	}
	if sealed, err = make(last, acts); err != nil {
		return sealed, false, passed{fmt.Errorf("make a seal: %w", err)}
	}
	for _, a := range acts {
		if err := sqlitex.Execute(conn, dropUnsealedSQL, &sqlitex.ExecOptions{Args: []any{a.Seq}}); err != nil {
			return sealed, false, err
		}
	}
	return sealed, len(acts) == mostSealed, sqlitex.Execute(conn, putSealSQL, &sqlitex.ExecOptions{Args: []any{
		sealed.N, sealed.At.UnixMicro(), sealed.Hashing, sealed.Acts, sealed.Root, sealed.Before, sealed.Hash,
	}})
}
