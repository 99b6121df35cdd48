package data_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/gpkg"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
)

var theGuard = data.User{ID: "g", Login: "guard", Admin: access.SecurityAdmin, Created: time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)}

// people puts accounts with a session and a token.
func people(t *testing.T, s data.Store, users ...data.User) {
	t.Helper()
	err := s.ChangeAccounts(t.Context(), func(tx data.AccountTx) error {
		for _, u := range users {
			if err := tx.PutUser(u); err != nil {
				return err
			}
			if err := tx.PutSecrets(u.ID, data.Secrets{Password: "hash of " + u.ID, Step: 7}); err != nil {
				return err
			}
		}
		return tx.PutToken(data.Token{ID: "t", Owner: "g", Hash: []byte("token"), Expires: time.Now().Add(time.Hour)})
	})
	if err == nil {
		err = s.AddSession(t.Context(), data.Session{Hash: []byte("session"), User: "g"})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// account is what a store tells of a user and of who is signed in.
func account(t *testing.T, s data.Store) (logins []string, password string, tokens int, session bool) {
	t.Helper()
	err := s.ReadAccounts(t.Context(), func(tx data.AccountTx) error {
		users, err := tx.Users()
		if err != nil {
			return err
		}
		for _, u := range users {
			logins = append(logins, u.Login)
		}
		secrets, err := tx.Secrets("g")
		if err != nil {
			return err
		}
		password = secrets.Password
		list, err := tx.Tokens()
		tokens = len(list)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Session(t.Context(), []byte("session"), data.SessionLimits{Idle: time.Hour, Age: time.Hour})
	return logins, password, tokens, err == nil
}

func expectCopied(t *testing.T, s data.Store, want ...string) {
	t.Helper()
	logins, password, tokens, session := account(t, s)
	if diff := cmp.Diff(want, logins); diff != "" || password != "hash of g" {
		t.Errorf("copied with the password %q: %s", password, diff)
	}
	if tokens > 0 || session {
		t.Errorf("the copy has %d tokens; has the session: %v", tokens, session)
	}
}

func TestACopyHasUsersAndNobodySignedIn(t *testing.T) {
	from, to := inFile(t), inFile(t)
	fill(t, from, 1, 1)
	people(t, from, theGuard, data.User{ID: "1", Login: "wang", Grants: access.Viewer.Grants("611002")})
	copied, err := data.Copy(t.Context(), from, to, layers.Builtin(), data.CopyOptions{})
	if err != nil || copied.Users != 2 {
		t.Fatalf("%+v, %v", copied, err)
	}
	expectCopied(t, to, "guard", "wang")

	path := filepath.Join(t.TempDir(), "backup.gpkg")
	if err := from.(*gpkg.Store).Backup(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	backup, err := gpkg.Open(context.Background(), path, layers.Builtin(), gpkg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer backup.Close()
	expectCopied(t, backup, "guard", "wang")
	if _, _, tokens, session := account(t, from); tokens != 1 || !session {
		t.Error("a backup signs people out")
	}
}

func TestACopyWithoutUsersLetsNobodyIn(t *testing.T) {
	from, to := inFile(t), inFile(t)
	fill(t, from, 1, 1)
	people(t, to, theGuard)
	copied, err := data.Copy(t.Context(), from, to, layers.Builtin(), data.CopyOptions{Replace: true})
	if err != nil || copied.Users != 0 {
		t.Fatalf("%+v, %v", copied, err)
	}
	if logins, _, _, _ := account(t, to); len(logins) != 1 {
		t.Errorf("%v are left", logins)
	}
}
