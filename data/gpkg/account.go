package gpkg

import (
	"context"
	"encoding/json"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
)

// Accounts bear their times in microseconds since 1970. Whoever may read the file may read all of it, these tables too.
const (
	createAccounts = `
CREATE TABLE cuntu_account (
	id TEXT NOT NULL PRIMARY KEY,
	login TEXT NOT NULL,
	login_key TEXT NOT NULL UNIQUE,
	name TEXT NOT NULL,
	unit TEXT NOT NULL,
	admin INTEGER NOT NULL,
	created INTEGER NOT NULL,
	expires INTEGER,
	disabled BOOLEAN NOT NULL,
	must_change BOOLEAN NOT NULL,
	held BOOLEAN NOT NULL,
	second_factor BOOLEAN NOT NULL,
	issuer TEXT NOT NULL,
	subject TEXT NOT NULL,
	secrets TEXT NOT NULL DEFAULT '');
CREATE UNIQUE INDEX cuntu_account_subject ON cuntu_account (issuer, subject) WHERE subject <> '';
CREATE TABLE cuntu_entitlement (
	account TEXT NOT NULL,
	n INTEGER NOT NULL,
	verb TEXT NOT NULL CHECK (verb IN ('read', 'write', 'submit', 'approve', 'accept', 'export')),
	layer TEXT NOT NULL,
	field_class INTEGER NOT NULL,
	area TEXT NOT NULL,
	until INTEGER,
	PRIMARY KEY (account, n));
CREATE TABLE cuntu_session (
	hash BLOB NOT NULL PRIMARY KEY,
	account TEXT NOT NULL,
	pending BOOLEAN NOT NULL,
	created INTEGER NOT NULL,
	seen INTEGER NOT NULL);
CREATE INDEX cuntu_session_account ON cuntu_session (account);
CREATE TABLE cuntu_token (
	id TEXT NOT NULL PRIMARY KEY,
	account TEXT NOT NULL,
	name TEXT NOT NULL,
	hash BLOB NOT NULL UNIQUE,
	scope TEXT NOT NULL,
	created INTEGER NOT NULL,
	expires INTEGER NOT NULL,
	used INTEGER,
	network TEXT NOT NULL DEFAULT '');
CREATE TABLE cuntu_attempt (key TEXT NOT NULL PRIMARY KEY, n INTEGER NOT NULL, last INTEGER NOT NULL);
CREATE TABLE cuntu_setting (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);
INSERT INTO cuntu_setting VALUES ('version', '0');
INSERT INTO gpkg_extensions
	SELECT column1, NULL, 'cuntu_accounts', 'https://github.com/cuntu/cuntu/tree/main/data/gpkg', 'read-write'
	FROM (VALUES ('cuntu_account'), ('cuntu_entitlement'), ('cuntu_session'), ('cuntu_token'), ('cuntu_attempt'), ('cuntu_setting'));
`
	bumpAccountsSQL = "UPDATE cuntu_setting SET value = CAST(value AS INTEGER) + 1 WHERE key = 'version'"

	usersSQL = `
SELECT id, login, name, unit, admin, created, expires, disabled, must_change, held, second_factor, issuer, subject
	FROM cuntu_account ORDER BY login_key`
	grantsSQL = `
SELECT account, verb, layer, field_class, area, until FROM cuntu_entitlement ORDER BY account, n`
	putUserSQL = `
INSERT INTO cuntu_account (id, login, login_key, name, unit, admin, created, expires, disabled, must_change, held, second_factor,
		issuer, subject)
	VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
	ON CONFLICT (id) DO UPDATE SET login = excluded.login, login_key = excluded.login_key, name = excluded.name,
		unit = excluded.unit, admin = excluded.admin, expires = excluded.expires, disabled = excluded.disabled,
		must_change = excluded.must_change, held = excluded.held, second_factor = excluded.second_factor,
		issuer = excluded.issuer, subject = excluded.subject`
	sameLoginSQL   = "SELECT count(*) FROM cuntu_account WHERE login_key = ? AND id <> ?"
	sameSubjectSQL = "SELECT count(*) FROM cuntu_account WHERE issuer = ? AND subject = ? AND subject <> '' AND id <> ?"
	dropGrantsSQL  = "DELETE FROM cuntu_entitlement WHERE account = ?"
	putGrantSQL    = "INSERT INTO cuntu_entitlement VALUES (?, ?, ?, ?, ?, ?, ?)"

	secretsSQL    = "SELECT secrets FROM cuntu_account WHERE id = ?"
	putSecretsSQL = "UPDATE cuntu_account SET secrets = ?2 WHERE id = ?1"

	settingsSQL   = "SELECT key, value FROM cuntu_setting"
	putSettingSQL = "INSERT INTO cuntu_setting VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"

	tokensSQL = `
SELECT id, account, name, hash, scope, created, expires, used, network FROM cuntu_token ORDER BY created DESC, id`
	putTokenSQL     = "INSERT INTO cuntu_token (id, account, name, hash, scope, created, expires) VALUES (?, ?, ?, ?, ?, ?, ?)"
	dropTokenSQL    = "DELETE FROM cuntu_token WHERE id = ?"
	dropSessionsSQL = "DELETE FROM cuntu_session WHERE account = ?1 AND (?2 IS NULL OR hash <> ?2)"

	// forgetSignInsSQL is what a copy of the file must not have: a session or token that was ended since would go on in it.
	forgetSignInsSQL = "DELETE FROM cuntu_session; DELETE FROM cuntu_token; DELETE FROM cuntu_attempt;"
	clearAccountsSQL = forgetSignInsSQL + " DELETE FROM cuntu_entitlement; DELETE FROM cuntu_account;"
)

// accountTx is a transaction of accounts. It is checked afterwards where it put what CheckAccounts looks at.
type accountTx struct {
	conn  *sqlite.Conn
	write bool
	check bool
}

// ReadAccounts implements data.Accounts.
func (s *Store) ReadAccounts(ctx context.Context, read func(data.AccountTx) error) error {
	return s.fail(ctx, "read accounts from", s.reads(ctx, func(conn *sqlite.Conn) error {
		return passing(read(&accountTx{conn: conn}))
	}))
}

// ChangeAccounts implements data.Accounts.
func (s *Store) ChangeAccounts(ctx context.Context, change func(data.AccountTx) error) error {
	return s.fail(ctx, "change accounts in", s.writes(ctx, func(conn *sqlite.Conn) error { return changeAccounts(conn, change) }))
}

func changeAccounts(conn *sqlite.Conn, change func(data.AccountTx) error) error {
	if err := sqlitex.Execute(conn, bumpAccountsSQL, nil); err != nil {
		return err
	}
	a := &accountTx{conn: conn, write: true}
	if err := change(a); err != nil {
		return passing(err)
	}
	if !a.check {
		return nil
	}
	users, err := a.Users()
	if err != nil {
		return err
	}
	settings, err := a.AccountSettings()
	if err != nil {
		return err
	}
	return passing(data.CheckAccounts(users, settings))
}

// passing is a callee's error, which comes back as it is unless it is SQLite's.
func passing(err error) error {
	if err == nil || isSQLite(err) {
		return err
	}
	return passed{err}
}

func (a *accountTx) exec(sql string, args ...any) error {
	if !a.write {
		return data.ErrReadOnly
	}
	return sqlitex.Execute(a.conn, sql, &sqlitex.ExecOptions{Args: args})
}

func (a *accountTx) each(sql string, args []any, row func(*sqlite.Stmt) error) error {
	return sqlitex.Execute(a.conn, sql, &sqlitex.ExecOptions{Args: args, ResultFunc: row})
}

// moment is a column's time, zero of NULL.
func moment(stmt *sqlite.Stmt, column int) time.Time {
	if stmt.ColumnIsNull(column) {
		return time.Time{}
	}
	return time.UnixMicro(stmt.ColumnInt64(column)).UTC()
}

// microsOrNull is a time as an argument, NULL where it is zero.
func microsOrNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMicro()
}

// Users implements data.AccountTx.
func (a *accountTx) Users() (users []data.User, err error) {
	at := map[string]int{}
	err = a.each(usersSQL, nil, func(stmt *sqlite.Stmt) error {
		at[stmt.ColumnText(0)] = len(users)
		users = append(users, data.User{
			ID: stmt.ColumnText(0), Login: stmt.ColumnText(1), Name: stmt.ColumnText(2), Unit: stmt.ColumnText(3),
			Admin: access.Admin(stmt.ColumnInt(4)), Created: moment(stmt, 5), Expires: moment(stmt, 6),
			Disabled: stmt.ColumnBool(7), MustChange: stmt.ColumnBool(8), Held: stmt.ColumnBool(9), SecondFactor: stmt.ColumnBool(10),
			Issuer: stmt.ColumnText(11), Subject: stmt.ColumnText(12),
		})
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = a.each(grantsSQL, nil, func(stmt *sqlite.Stmt) error {
		if i, ok := at[stmt.ColumnText(0)]; ok {
			users[i].Grants = append(users[i].Grants, access.Grant{
				Verb: access.Verb(stmt.ColumnText(1)), Layer: stmt.ColumnText(2), Class: access.Class(stmt.ColumnInt(3)),
				Area: stmt.ColumnText(4), Until: moment(stmt, 5),
			})
		}
		return nil
	})
	return users, err
}

// PutUser implements data.AccountTx.
func (a *accountTx) PutUser(u data.User) error {
	if err := data.CheckUser(&u).Err(); err != nil {
		return err
	}
	key := data.LoginKey(u.Login)
	if n, err := number(a.conn, sameLoginSQL, key, u.ID); err != nil || n > 0 {
		return orFault(err, layers.NewFault("login", "%s is another user's", u.Login))
	}
	if n, err := number(a.conn, sameSubjectSQL, u.Issuer, u.Subject, u.ID); err != nil || n > 0 {
		return orFault(err, layers.NewFault("subject", "is another user's at this identity provider"))
	}
	a.check = true
	err := a.exec(putUserSQL, u.ID, u.Login, key, u.Name, u.Unit, int(u.Admin), u.Created.UnixMicro(), microsOrNull(u.Expires),
		u.Disabled, u.MustChange, u.Held, u.SecondFactor, u.Issuer, u.Subject)
	if err == nil {
		err = a.exec(dropGrantsSQL, u.ID)
	}
	for i, g := range u.Grants {
		if err == nil {
			err = a.exec(putGrantSQL, u.ID, i, string(g.Verb), g.Layer, int(g.Class), g.Area, microsOrNull(g.Until))
		}
	}
	return err
}

func orFault(err error, fault layers.Faults) error {
	if err != nil {
		return err
	}
	return fault
}

// Secrets implements data.AccountTx.
func (a *accountTx) Secrets(user string) (s data.Secrets, err error) {
	content, err := text(a.conn, secretsSQL, user)
	if err == nil && content != "" {
		err = json.Unmarshal([]byte(content), &s)
	}
	return s, err
}

// PutSecrets implements data.AccountTx.
func (a *accountTx) PutSecrets(user string, s data.Secrets) error {
	content, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return a.exec(putSecretsSQL, user, string(content))
}

// AccountSettings implements data.AccountTx.
func (a *accountTx) AccountSettings() (data.AccountSettings, error) {
	values := map[string]string{}
	err := a.each(settingsSQL, nil, func(stmt *sqlite.Stmt) error {
		values[stmt.ColumnText(0)] = stmt.ColumnText(1)
		return nil
	})
	return data.SettingsOf(values), err
}

// PutAccountSettings implements data.AccountTx.
func (a *accountTx) PutAccountSettings(s data.AccountSettings) error {
	a.check = true
	for key, value := range s.Values() {
		if err := a.exec(putSettingSQL, key, value); err != nil {
			return err
		}
	}
	return nil
}

// Tokens implements data.AccountTx.
func (a *accountTx) Tokens() (list []data.Token, err error) {
	err = a.each(tokensSQL, nil, func(stmt *sqlite.Stmt) error {
		t := data.Token{
			ID: stmt.ColumnText(0), Owner: stmt.ColumnText(1), Name: stmt.ColumnText(2), Hash: blob(stmt, 3),
			Created: moment(stmt, 5), Expires: moment(stmt, 6), Used: moment(stmt, 7), From: stmt.ColumnText(8),
		}
		err := json.Unmarshal([]byte(stmt.ColumnText(4)), &t.Scope)
		list = append(list, t)
		return err
	})
	return list, err
}

// PutToken implements data.AccountTx.
func (a *accountTx) PutToken(t data.Token) error {
	scope, err := json.Marshal(t.Scope)
	if err != nil {
		return err
	}
	return a.exec(putTokenSQL, t.ID, t.Owner, t.Name, t.Hash, string(scope), t.Created.UnixMicro(), t.Expires.UnixMicro())
}

// DropToken implements data.AccountTx.
func (a *accountTx) DropToken(id string) error { return a.exec(dropTokenSQL, id) }

// DropSessions implements data.AccountTx.
func (a *accountTx) DropSessions(user string, but []byte) error {
	return a.exec(dropSessionsSQL, user, orNull(but))
}

// Clear implements data.AccountTx.
func (a *accountTx) Clear() error {
	if !a.write {
		return data.ErrReadOnly
	}
	a.check = true
	return sqlitex.ExecuteScript(a.conn, clearAccountsSQL, nil)
}
