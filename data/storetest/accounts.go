package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
)

// guard is a security administrator, without whom no accounts stand.
func guard() data.User {
	return data.User{ID: "guard", Login: "guard", Name: "安全管理员", Admin: access.SecurityAdmin, Created: micro(noon)}
}

func micro(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

func putUsers(users ...data.User) func(data.AccountTx) error {
	return func(tx data.AccountTx) error {
		for _, u := range users {
			if err := tx.PutUser(u); err != nil {
				return err
			}
		}
		return nil
	}
}

func changeAccounts(t *testing.T, store data.Store, change func(data.AccountTx) error) {
	t.Helper()
	if err := store.ChangeAccounts(t.Context(), change); err != nil {
		t.Fatal(err)
	}
}

func expectUsers(t *testing.T, store data.Store, want ...data.User) {
	t.Helper()
	err := store.ReadAccounts(t.Context(), func(tx data.AccountTx) error {
		users, err := tx.Users()
		if diff := cmp.Diff(want, users, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("users: %s", diff)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func testUsers(t *testing.T, s *setting) {
	store, other := s.store(t), s.store(t)
	expectUsers(t, store)
	full := data.User{
		ID: "1", Login: "王小明", Name: "王小明", Unit: "611002", Created: micro(noon), Expires: micro(noon.Add(time.Hour)),
		Disabled: true, MustChange: true, Held: true, SecondFactor: true, Issuer: "https://id.example", Subject: "7",
		Grants: []access.Grant{
			{Verb: access.Write, Layer: "road", Class: access.Sensitive, Area: "611002001", Until: micro(noon)},
			{Verb: access.Read, Layer: access.AllLayers},
		},
	}
	changeAccounts(t, store, putUsers(full, guard()))
	expectUsers(t, other, guard(), full)

	full.Name, full.Grants, full.Expires, full.Disabled = "", full.Grants[1:], time.Time{}, false
	changeAccounts(t, other, putUsers(full))
	expectUsers(t, store, guard(), full)

	secrets := data.Secrets{
		Password: "$argon2id$", Changed: micro(noon), TOTP: []byte{0, 255}, Step: 7, Recovery: []string{"a"},
		Passkeys: []data.Passkey{{ID: "k", Name: "钥匙", Created: micro(noon), Content: []byte("{}")}}, Networks: []string{"10.0.0.0/24"},
	}
	changeAccounts(t, store, func(tx data.AccountTx) error { return tx.PutSecrets("1", secrets) })
	changeAccounts(t, store, putUsers(full)) // which leaves secrets alone
	err := other.ReadAccounts(t.Context(), func(tx data.AccountTx) error {
		for id, want := range map[string]data.Secrets{"1": secrets, "guard": {}, "nobody": {}} {
			got, err := tx.Secrets(id)
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("secrets of %s: %v %s", id, err, diff)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func testAccountRefusals(t *testing.T, s *setting) {
	store := s.store(t)
	changeAccounts(t, store, putUsers(guard(), data.User{ID: "1", Login: "wang", Created: micro(noon), Issuer: "i", Subject: "s"}))
	writer := guard()
	writer.Grants = []access.Grant{{Verb: access.Approve, Layer: access.AllLayers}}
	both, disabled, expiring := guard(), guard(), guard()
	both.Admin |= access.AuditAdmin
	disabled.Disabled = true
	expiring.Expires = noon
	for name, c := range map[string]struct {
		user data.User
		says string
	}{
		"the same login":                      {data.User{ID: "2", Login: "wang"}, "login: wang is another user's"},
		"the same in capitals":                {data.User{ID: "2", Login: "WANG"}, "is another user's"},
		"the same in full width":              {data.User{ID: "2", Login: "ｗａｎｇ"}, "is another user's"},
		"a letter that looks the same":        {data.User{ID: "2", Login: "wаng"}, "login: 'а' is not allowed"}, // Cyrillic
		"a line end in a login":               {data.User{ID: "2", Login: "li\nwang"}, "login: '\\n' is not allowed"},
		"a line end in a name":                {data.User{ID: "2", Login: "li", Name: "李\n"}, "name:"},
		"the same person elsewhere":           {data.User{ID: "2", Login: "li", Issuer: "i", Subject: "s"}, "subject:"},
		"a unit that is none":                 {data.User{ID: "2", Login: "li", Unit: "商州"}, "unit:"},
		"two duties":                          {both, "admin: guard has the duties security, audit"},
		"an administrator who approves":       {writer, "grants: guard is an administrator"},
		"the last security administrator":     {disabled, "admin: a security administrator must be left"},
		"the last one, from some day on":      {expiring, "admin: a security administrator must be left"},
		"the last one, without the duty":      {data.User{ID: "guard", Login: "guard"}, "admin: a security administrator must be left"},
		"the last one, by another duty":       {data.User{ID: "guard", Login: "guard", Admin: access.SystemAdmin}, "must be left"},
		"a login of one character, and blank": {data.User{ID: "2", Login: " x "}, "login: has 1 characters"},
	} {
		err := store.ChangeAccounts(t.Context(), putUsers(c.user))
		if _, ok := errors.AsType[layers.Faults](err); !ok || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, which does not say %q", name, err, c.says)
		}
	}
	expectUsers(t, store, guard(), data.User{ID: "1", Login: "wang", Created: micro(noon), Issuer: "i", Subject: "s"})

	emergency := data.Emergency{
		ID: "e", User: "1", Area: "611002", Reason: "山洪，须通知队长", Began: micro(noon), Until: micro(noon).Add(3 * time.Hour),
	}
	alone := func(tx data.AccountTx) error {
		settings := data.AccountSettings{Profile: "office", SingleAdmin: true, Emergencies: []data.Emergency{emergency}}
		return errors.Join(tx.PutAccountSettings(settings), tx.PutUser(both))
	}
	changeAccounts(t, store, alone)
	err := store.ChangeAccounts(t.Context(), func(tx data.AccountTx) error {
		settings, err := tx.AccountSettings()
		same := slices.Equal(settings.Emergencies, []data.Emergency{emergency})
		if err != nil || settings.Profile != "office" || !settings.SingleAdmin || !same {
			t.Errorf("settings are %+v, %v", settings, err)
		}
		return tx.PutAccountSettings(data.AccountSettings{})
	})
	if err == nil {
		t.Error("duties are apart again, and one user has two")
	}
	broken := errors.New("the power is gone")
	if err := store.ChangeAccounts(t.Context(), func(tx data.AccountTx) error {
		return errors.Join(tx.PutUser(data.User{ID: "3", Login: "zhao"}), broken)
	}); !errors.Is(err, broken) {
		t.Errorf("an error of the change: %v", err)
	}
	if err := store.ReadAccounts(t.Context(), putUsers(data.User{ID: "3", Login: "zhao"})); !errors.Is(err, data.ErrReadOnly) {
		t.Errorf("a write while reading: %v", err)
	}
	expectUsers(t, store, both, data.User{ID: "1", Login: "wang", Created: micro(noon), Issuer: "i", Subject: "s"})
}

// testAccountChanges has two servers change accounts at once: no change is lost, and both servers hear of each.
func testAccountChanges(t *testing.T, s *setting) {
	stores := []data.Store{s.store(t), s.store(t)}
	changeAccounts(t, stores[0], putUsers(guard()))
	ctx, cancel := context.WithCancel(t.Context())
	var watchers sync.WaitGroup
	told := []chan struct{}{make(chan struct{}, 1), make(chan struct{}, 1)}
	for i, store := range stores {
		watchers.Go(func() {
			err := store.WatchAccounts(ctx, func() error {
				select {
				case told[i] <- struct{}{}:
				default:
				}
				return nil
			})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("the watch ends with %v", err)
			}
		})
	}
	for i := range told {
		hear(t, told[i])
	}
	var writers sync.WaitGroup
	const each = 10
	for i, store := range stores {
		writers.Go(func() {
			for n := range each {
				err := store.ChangeAccounts(t.Context(), func(tx data.AccountTx) error {
					users, err := tx.Users()
					if err != nil {
						return err
					}
					u := users[0]
					u.Name += "." // lost where two read the same
					return errors.Join(tx.PutUser(u), tx.PutUser(data.User{ID: fmt.Sprint(i, n), Login: fmt.Sprintf("user.%d.%d", i, n)}))
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	err := stores[0].ReadAccounts(t.Context(), func(tx data.AccountTx) error {
		users, err := tx.Users()
		if len(users) != 1+2*each || users[0].Name != guard().Name+strings.Repeat(".", 2*each) {
			t.Errorf("%d users, the first %q", len(users), users[0].Name)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	for i := range told {
		hear(t, told[i])
	}
	began := time.Now()
	changeAccounts(t, stores[0], func(tx data.AccountTx) error {
		return tx.PutAccountSettings(data.AccountSettings{Profile: "gb22239-l2"})
	})
	hear(t, told[1])
	if took := time.Since(began); took > 3*time.Second { // a second, on a machine with nothing else to do
		t.Errorf("the other server hears of a change after %v", took)
	}
	cancel()
	watchers.Wait()
}

func hear(t *testing.T, told <-chan struct{}) {
	t.Helper()
	select {
	case <-told:
	case <-time.After(patience):
		t.Fatal("nothing is heard of accounts")
	}
}

func testSessions(t *testing.T, s *setting) {
	store, other := s.store(t), s.store(t)
	changeAccounts(t, store, putUsers(guard(), data.User{ID: "1", Login: "wang"}))
	for _, session := range []data.Session{
		{Hash: []byte{1}, User: "1"},
		{Hash: []byte{2}, User: "1", Pending: true},
		{Hash: []byte{3}, User: "1"},
		{Hash: []byte{4}, User: "guard"},
	} {
		if err := store.AddSession(t.Context(), session); err != nil {
			t.Fatal(err)
		}
	}
	long := data.SessionLimits{Idle: time.Hour, Age: time.Hour}
	find := func(n byte, limits data.SessionLimits) string {
		t.Helper()
		found, err := other.Session(t.Context(), []byte{n}, limits)
		if errors.Is(err, data.ErrNoSession) {
			return "none"
		}
		if err != nil || found.Age < 0 || found.Idle < 0 || found.Age > patience || found.Idle > found.Age {
			t.Fatalf("session %d: %+v, %v", n, found, err)
		}
		return fmt.Sprint(found.User, " ", found.Pending)
	}
	for n, want := range map[byte]string{1: "1 false", 2: "1 true", 4: "guard false", 9: "none"} {
		if got := find(n, long); got != want {
			t.Errorf("session %d is %s, not %s", n, got, want)
		}
	}
	for deadline := time.Now().Add(patience); find(1, data.SessionLimits{Idle: time.Hour, Age: time.Millisecond}) != "none"; {
		if time.Now().After(deadline) {
			t.Fatal("a session goes on after its time")
		}
	}
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		if find(3, data.SessionLimits{Idle: 10 * time.Millisecond, Age: time.Hour}) == "none" {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("a session goes on though it is idle")
		}
	}
	changeAccounts(t, store, func(tx data.AccountTx) error { return tx.DropSessions("1", []byte{3}) })
	if err := other.DropSession(t.Context(), []byte{4}); err != nil {
		t.Error(err)
	}
	for n, want := range map[byte]string{1: "none", 2: "none", 3: "1 false", 4: "none"} {
		if got := find(n, long); got != want {
			t.Errorf("afterwards session %d is %s, not %s", n, got, want)
		}
	}
	changeAccounts(t, store, func(tx data.AccountTx) error { return tx.DropSessions("1", nil) })
	if got := find(3, long); got != "none" {
		t.Errorf("of none at all session 3 is %s", got)
	}
}

func testTokens(t *testing.T, s *setting) {
	store, other := s.store(t), s.store(t)
	changeAccounts(t, store, putUsers(guard()))
	token := data.Token{
		ID: "1", Owner: "guard", Name: "QGIS", Hash: []byte{7}, Created: micro(noon), Expires: micro(noon.Add(time.Hour)),
		Scope: access.Scope{Verbs: []access.Verb{access.Read}, Layers: []string{"road"}, Area: "6110"},
	}
	changeAccounts(t, store, func(tx data.AccountTx) error { return tx.PutToken(token) })
	expect := func(want ...data.Token) {
		t.Helper()
		err := other.ReadAccounts(t.Context(), func(tx data.AccountTx) error {
			got, err := tx.Tokens()
			for i := range got {
				if used := got[i].Used; !used.IsZero() && time.Since(used) < patience+time.Minute {
					got[i].Used = micro(noon)
				}
			}
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	expect(token)
	if err := store.UseToken(t.Context(), "1", "10.0.0.0/24"); err != nil {
		t.Error(err)
	}
	token.Used, token.From = micro(noon), "10.0.0.0/24"
	expect(token)
	changeAccounts(t, store, func(tx data.AccountTx) error { return tx.DropToken("1") })
	expect()
}

func testAttempts(t *testing.T, s *setting) {
	stores := []data.Store{s.store(t), s.store(t)}
	keys := []data.AttemptKey{{Key: "login:wang", Free: 3}, {Key: "network:10.0.0.0/24", Free: 100}}
	attempt := func(keys ...data.AttemptKey) time.Duration {
		t.Helper()
		locked, err := stores[0].Attempt(t.Context(), keys)
		if err != nil {
			t.Fatal(err)
		}
		return locked
	}
	// Many at once on two servers: no more get through than are free.
	var all sync.WaitGroup
	var mu sync.Mutex
	through := 0
	for i := range 12 {
		all.Go(func() {
			locked, err := stores[i%2].Attempt(t.Context(), []data.AttemptKey{{Key: "login:wang", Free: 3, Floor: time.Hour}, keys[1]})
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			if locked <= 0 {
				through++
			}
		})
	}
	all.Wait()
	if through != 3 {
		t.Errorf("%d attempts get through, not 3", through)
	}
	if locked := attempt(data.AttemptKey{Key: "login:wang", Free: 3, Floor: 5 * time.Minute}); locked < 4*time.Minute {
		t.Errorf("locked for %v", locked)
	}
	if locked := attempt(data.AttemptKey{Key: "login:li", Free: 3}); locked > 0 {
		t.Errorf("another login is locked for %v", locked)
	}
	if err := stores[1].Forgive(t.Context(), []string{keys[1].Key}, []string{"login:wang"}); err != nil {
		t.Error(err)
	}
	if locked := attempt(keys...); locked > 0 {
		t.Errorf("forgiven, and locked for %v", locked)
	}
	// Of the network two attempts are left, and one that came after.
	if locked := attempt(data.AttemptKey{Key: keys[1].Key, Free: 3, Floor: time.Hour}); locked <= 0 {
		t.Error("forgiving one attempt of a network forgives all")
	}
	if locked := attempt(data.AttemptKey{Key: keys[1].Key, Free: 4, Floor: time.Hour}); locked > 0 {
		t.Errorf("no attempt of a network is forgiven: locked for %v", locked)
	}
}

// testAccountsWithEdits has accounts share the fate of the edits that they come with.
func testAccountsWithEdits(t *testing.T, s *setting) {
	store, want := s.store(t), state{}
	feature := NewMaker(31).Feature(s.layer(t, "village"))
	_, err := store.Write(t.Context(), data.Writing{
		Edits: data.Edits(insert("village", feature)), Accounts: putUsers(data.User{ID: "1", Login: "wang"}),
	})
	if err == nil {
		t.Error("accounts without a security administrator are written")
	}
	want.expect(t, s, store)
	expectUsers(t, store)
	ids, err := store.Write(t.Context(), data.Writing{
		Edits: data.Edits(insert("village", feature)), Accounts: putUsers(guard()),
	})
	if err != nil {
		t.Fatal(err)
	}
	want.do([]layers.Edit{insert("village", feature)}, ids)
	want.expect(t, s, store)
	expectUsers(t, store, guard())
	if err := store.ChangeAccounts(t.Context(), data.AccountTx.Clear); err != nil {
		t.Error(err)
	}
	expectUsers(t, store)
}
