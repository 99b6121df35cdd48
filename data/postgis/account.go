package postgis

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
)

const (
	// bumpAccountsSQL takes the row's lock too, behind which changes come one after another.
	bumpAccountsSQL = `
UPDATE cuntu_accounts.setting SET value = (value::bigint + 1)::text WHERE key = 'version';
NOTIFY cuntu_accounts`

	usersSQL = `
SELECT id, login, name, unit, admin, created, expires, disabled, must_change, held, second_factor, issuer, subject
    FROM cuntu_accounts.account ORDER BY login_key`
	grantsSQL  = `SELECT account, verb, layer, field_class, area, until FROM cuntu_accounts.entitlement ORDER BY account, n`
	putUserSQL = `
INSERT INTO cuntu_accounts.account (id, login, login_key, name, unit, admin, created, expires, disabled, must_change, held,
        second_factor, issuer, subject)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
    ON CONFLICT (id) DO UPDATE SET login = excluded.login, login_key = excluded.login_key, name = excluded.name,
        unit = excluded.unit, admin = excluded.admin, expires = excluded.expires, disabled = excluded.disabled,
        must_change = excluded.must_change, held = excluded.held, second_factor = excluded.second_factor,
        issuer = excluded.issuer, subject = excluded.subject`
	dropGrantsSQL = `DELETE FROM cuntu_accounts.entitlement WHERE account = $1`

	secretsSQL    = `SELECT secrets FROM cuntu_accounts.account WHERE id = $1`
	putSecretsSQL = `UPDATE cuntu_accounts.account SET secrets = $2 WHERE id = $1`

	settingsSQL   = `SELECT key, value FROM cuntu_accounts.setting`
	putSettingSQL = `
INSERT INTO cuntu_accounts.setting VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value`

	tokensSQL = `
SELECT id, account, name, hash, scope, created, expires, used, network FROM cuntu_accounts.token ORDER BY created DESC, id`
	putTokenSQL = `
INSERT INTO cuntu_accounts.token (id, account, name, hash, scope, created, expires) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	dropTokenSQL = `DELETE FROM cuntu_accounts.token WHERE id = $1`

	dropSessionsSQL  = `DELETE FROM cuntu_accounts.session WHERE account = $1 AND ($2::bytea IS NULL OR hash <> $2)`
	clearAccountsSQL = `DELETE FROM cuntu_accounts.account; DELETE FROM cuntu_accounts.attempt`
)

// accountTx is a transaction of accounts. It is checked afterwards where it put what CheckAccounts looks at.
type accountTx struct {
	ctx   context.Context
	tx    pgx.Tx
	write bool
	check bool
}

// ReadAccounts implements data.Accounts.
func (s *Store) ReadAccounts(ctx context.Context, read func(data.AccountTx) error) error {
	return s.call(ctx, "read accounts from PostGIS", func(ctx context.Context) error {
		return pgx.BeginTxFunc(ctx, s.pool, reading, func(tx pgx.Tx) error { return read(&accountTx{ctx: ctx, tx: tx}) })
	})
}

// ChangeAccounts implements data.Accounts.
func (s *Store) ChangeAccounts(ctx context.Context, change func(data.AccountTx) error) error {
	return s.call(ctx, "change accounts in PostGIS", func(ctx context.Context) error {
		return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error { return changeAccounts(ctx, tx, change) })
	})
}

func changeAccounts(ctx context.Context, tx pgx.Tx, change func(data.AccountTx) error) error {
	if _, err := tx.Exec(ctx, bumpAccountsSQL); err != nil {
		return err
	}
	a := &accountTx{ctx: ctx, tx: tx, write: true}
	if err := change(a); err != nil {
		return err
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
	return data.CheckAccounts(users, settings)
}

func (a *accountTx) exec(sql string, args ...any) error {
	if !a.write {
		return data.ErrReadOnly
	}
	_, err := a.tx.Exec(a.ctx, sql, args...)
	return err
}

// Users implements data.AccountTx.
func (a *accountTx) Users() ([]data.User, error) {
	rows, err := a.tx.Query(a.ctx, usersSQL)
	if err != nil {
		return nil, err
	}
	users, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (u data.User, err error) {
		var expires *time.Time
		err = row.Scan(&u.ID, &u.Login, &u.Name, &u.Unit, &u.Admin, &u.Created, &expires, &u.Disabled, &u.MustChange, &u.Held,
			&u.SecondFactor, &u.Issuer, &u.Subject)
		u.Created, u.Expires = u.Created.UTC(), orNever(expires)
		return u, err
	})
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	for i := range users {
		at[users[i].ID] = i
	}
	rows, err = a.tx.Query(a.ctx, grantsSQL)
	if err != nil {
		return nil, err
	}
	var owner string
	var g access.Grant
	var until *time.Time
	_, err = pgx.ForEachRow(rows, []any{&owner, &g.Verb, &g.Layer, &g.Class, &g.Area, &until}, func() error {
		g.Until = orNever(until)
		u := &users[at[owner]]
		u.Grants = append(u.Grants, g)
		return nil
	})
	return users, err
}

// orNever is a time of the database in UTC, zero where there is none.
func orNever(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}

// orNull is a time as an argument, NULL where it is zero.
func orNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// PutUser implements data.AccountTx.
func (a *accountTx) PutUser(u data.User) error {
	if err := data.CheckUser(&u).Err(); err != nil {
		return err
	}
	a.check = true
	err := a.exec(putUserSQL, u.ID, u.Login, data.LoginKey(u.Login), u.Name, u.Unit, u.Admin, u.Created, orNull(u.Expires),
		u.Disabled, u.MustChange, u.Held, u.SecondFactor, u.Issuer, u.Subject)
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == uniqueViolation {
		if pg.ConstraintName == "account_subject_idx" {
			return layers.NewFault("subject", "is another user's at this identity provider")
		}
		return layers.NewFault("login", "%s is another user's", u.Login)
	}
	if err == nil {
		err = a.exec(dropGrantsSQL, u.ID)
	}
	if err != nil {
		return err
	}
	rows := make([][]any, len(u.Grants))
	for i, g := range u.Grants {
		rows[i] = []any{u.ID, int32(i), string(g.Verb), g.Layer, int16(g.Class), g.Area, orNull(g.Until)}
	}
	_, err = a.tx.CopyFrom(a.ctx, pgx.Identifier{"cuntu_accounts", "entitlement"},
		[]string{"account", "n", "verb", "layer", "field_class", "area", "until"}, pgx.CopyFromRows(rows))
	return err
}

// Secrets implements data.AccountTx.
func (a *accountTx) Secrets(user string) (s data.Secrets, err error) {
	var content []byte
	err = a.tx.QueryRow(a.ctx, secretsSQL, user).Scan(&content)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && len(content) == 0 {
		return s, nil
	}
	if err == nil {
		err = json.Unmarshal(content, &s)
	}
	return s, err
}

// PutSecrets implements data.AccountTx.
func (a *accountTx) PutSecrets(user string, s data.Secrets) error {
	content, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return a.exec(putSecretsSQL, user, content)
}

// AccountSettings implements data.AccountTx.
func (a *accountTx) AccountSettings() (data.AccountSettings, error) {
	rows, err := a.tx.Query(a.ctx, settingsSQL)
	if err != nil {
		return data.AccountSettings{}, err
	}
	values := map[string]string{}
	var key, value string
	_, err = pgx.ForEachRow(rows, []any{&key, &value}, func() error {
		values[key] = value
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
func (a *accountTx) Tokens() ([]data.Token, error) {
	rows, err := a.tx.Query(a.ctx, tokensSQL)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (t data.Token, err error) {
		var scope string
		var used *time.Time
		if err = row.Scan(&t.ID, &t.Owner, &t.Name, &t.Hash, &scope, &t.Created, &t.Expires, &used, &t.From); err != nil {
			return t, err
		}
		t.Created, t.Expires, t.Used = t.Created.UTC(), t.Expires.UTC(), orNever(used)
		return t, json.Unmarshal([]byte(scope), &t.Scope)
	})
}

// PutToken implements data.AccountTx.
func (a *accountTx) PutToken(t data.Token) error {
	scope, err := json.Marshal(t.Scope)
	if err != nil {
		return err
	}
	return a.exec(putTokenSQL, t.ID, t.Owner, t.Name, t.Hash, string(scope), t.Created, t.Expires)
}

// DropToken implements data.AccountTx.
func (a *accountTx) DropToken(id string) error { return a.exec(dropTokenSQL, id) }

// DropSessions implements data.AccountTx.
func (a *accountTx) DropSessions(user string, but []byte) error {
	return a.exec(dropSessionsSQL, user, but)
}

// Clear implements data.AccountTx.
func (a *accountTx) Clear() error {
	a.check = true
	return a.exec(clearAccountsSQL)
}
