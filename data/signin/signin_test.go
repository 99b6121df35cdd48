package signin

import (
	"context"
	"encoding/base32"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/gpkg"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
)

// patience is for a machine that has much else to do; a desk hears within half a second.
const patience = 5 * time.Second

const (
	home    = "10.1.2.0/24"
	abroad  = "203.0.113.0/24"
	goodOne = "four stones under a bridge"
	another = "seven lanterns above rivers"
)

// office is a store with a desk, or two, at which people sign in.
type office struct {
	t     *testing.T
	store data.Store
	*Desk
	now time.Time
}

func newOffice(t *testing.T) *office {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.gpkg")
	store, err := gpkg.Open(t.Context(), path, layers.Builtin(), gpkg.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	o := &office{t: t, store: store, now: time.Now()}
	o.Desk = o.desk()
	return o
}

// desk is one more server's.
func (o *office) desk() *Desk {
	o.t.Helper()
	d, err := New(Options{
		Store: o.store, Catalog: layers.Builtin(), Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return o.now },
		Key: func() ([]byte, error) { return slices.Repeat([]byte{7}, KeyBytes), nil },
	})
	if err == nil {
		err = d.Load(o.t.Context())
	}
	if err != nil {
		o.t.Fatal(err)
	}
	return d
}

// staff makes three administrators and a checker.
func (o *office) staff() {
	o.t.Helper()
	_, err := o.SetUp(o.t.Context(), Setup{FirstOnTheStore: true, First: NewUser{Login: "liu", Password: goodOne}})
	if err != nil {
		o.t.Fatal(err)
	}
	for _, n := range []NewUser{
		{Login: "zhang", Admin: access.SystemAdmin, Password: goodOne},
		{Login: "wang", Admin: access.AuditAdmin, Password: goodOne},
		{Login: "chen", Grants: access.Checker.Grants("611002"), Unit: "611002", Password: goodOne},
	} {
		if _, _, err := o.AddUser(o.t.Context(), ByMachine(), n); err != nil {
			o.t.Fatal(err)
		}
	}
}

func (o *office) user(login string) data.User {
	o.t.Helper()
	u, err := o.FindUser(login)
	if err != nil {
		o.t.Fatal(err)
	}
	return u
}

func (o *office) by(login string) By {
	u := o.user(login)
	return By{ID: u.ID, Duties: u.Admin}
}

func (o *office) signIn(login, password, network string) (string, Who, error) {
	o.t.Helper()
	return o.SignIn(o.t.Context(), SignIn{Login: login, Password: password, Network: network})
}

func (o *office) must(login, password string) (string, Who) {
	o.t.Helper()
	text, who, err := o.signIn(login, password, home)
	if err != nil {
		o.t.Fatalf("%s: %v", login, err)
	}
	return text, who
}

func TestWhoKnowsThePasswordSignsInAndHasRights(t *testing.T) {
	o := newOffice(t)
	o.staff()
	text, who := o.must("ＣＨＥＮ ", goodOne)
	if who.User.Login != "chen" || who.Pending || len(o.Rights(who.Actor()).Grants) != 3 {
		t.Errorf("%+v", who)
	}
	if again, err := o.BySession(t.Context(), text); err != nil || again.User.ID != who.User.ID {
		t.Errorf("%+v, %v", again, err)
	}
	for name, c := range map[string][2]string{
		"another password": {"chen", another}, "no password": {"chen", ""}, "nobody": {"chan", goodOne}, "no login": {"", goodOne},
	} {
		if _, _, err := o.signIn(c[0], c[1], home); !errors.Is(err, ErrWrong) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := o.SignOut(t.Context(), who); err != nil {
		t.Error(err)
	}
	if _, err := o.BySession(t.Context(), text); !errors.Is(err, data.ErrNoSession) {
		t.Errorf("after signing out: %v", err)
	}
}

func TestAttackLoginTiming(t *testing.T) {
	o := newOffice(t)
	o.staff()
	// While nobody's turn to hash comes, neither a login that is there nor one that is not gets an answer.
	for range cap(o.hasher.working) {
		o.hasher.working <- struct{}{}
	}
	for _, login := range []string{"chen", "nobody"} {
		brief, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		_, _, err := o.SignIn(brief, SignIn{Login: login, Password: another, Network: home})
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s is answered without a hash: %v", login, err)
		}
	}
	for range cap(o.hasher.working) {
		<-o.hasher.working
	}
	// And both hashes cost the same.
	secrets, err := o.secrets(t.Context(), o.user("chen").ID)
	if err != nil {
		t.Fatal(err)
	}
	known, _, _, knownErr := parsePHC(secrets.Password)
	unknown, _, _, unknownErr := parsePHC(o.hasher.dummy)
	if known != unknown || known != usual() || knownErr != nil || unknownErr != nil {
		t.Errorf("a known login costs %+v, an unknown one %+v", known, unknown)
	}
}

func TestAttackLockoutOfAnOffice(t *testing.T) {
	o := newOffice(t)
	o.staff()
	o.must("chen", goodOne) // from home, which is known from then on
	var locked Locked
	for range freeAttempts + 1 {
		_, _, err := o.signIn("chen", another, abroad)
		errors.As(err, &locked)
	}
	if locked.For <= 0 {
		t.Fatal("a stranger may try for ever")
	}
	if _, _, err := o.signIn("chen", goodOne, "198.51.100.0/24"); !errors.As(err, &locked) {
		t.Errorf("from a third network: %v", err)
	}
	o.must("chen", goodOne) // and not from home
	for range freeAttempts + 1 {
		_, _, err := o.signIn("chen", another, home)
		if _, is := errors.AsType[Locked](err); is {
			break
		}
	}
	if _, _, err := o.signIn("chen", goodOne, home); !errors.As(err, &locked) {
		t.Errorf("from home after many attempts there: %v", err)
	}
	// A lock is in the store: another server knows it. A security administrator lifts it.
	if _, _, err := o.desk().SignIn(t.Context(), SignIn{Login: "chen", Password: goodOne, Network: home}); !errors.As(err, &locked) {
		t.Errorf("at another server: %v", err)
	}
	if err := o.ChangeUser(t.Context(), o.by("liu"), o.user("chen").ID, Patch{Unlock: true}); err != nil {
		t.Error(err)
	}
	o.must("chen", goodOne)
}

func TestAttackManyAtOnceGetNoMoreAttempts(t *testing.T) {
	o := newOffice(t)
	o.staff()
	if err := o.SetProfile(t.Context(), "gb22239-l2"); err != nil { // whose first lock is not over before the test is
		t.Fatal(err)
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	tried := 0
	for range 20 {
		all.Go(func() {
			_, _, err := o.signIn("chen", another, abroad)
			mu.Lock()
			defer mu.Unlock()
			if errors.Is(err, ErrWrong) {
				tried++
			}
		})
	}
	all.Wait()
	if tried != freeAttempts {
		t.Errorf("%d passwords were tried", tried)
	}
}

// code is what a device shows at a time.
func code(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	options := hotp.ValidateOpts{Digits: codeDigits, Algorithm: otp.AlgorithmSHA1}
	text, err := hotp.GenerateCodeCustom(secret, uint64(at.Unix()/codeSeconds), options)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestCodesAreThoseOfRFC6238(t *testing.T) {
	secret := []byte("12345678901234567890")
	for unix, want := range map[int64]string{59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"} {
		if at := step(secret, want, unix, 0); at != unix/codeSeconds {
			t.Errorf("at %d the code %s is of step %d", unix, want, at)
		}
		if at := step(secret, want, unix+90, 0); at != 0 {
			t.Errorf("90 s after %d the code is still good", unix)
		}
	}
}

// enrolled gives a user a second factor.
func (o *office) enrolled(login string) (secret string, recovery []string) {
	o.t.Helper()
	_, who := o.must(login, goodOne)
	e, err := o.Enrol(o.t.Context(), who, goodOne, home)
	if err != nil {
		o.t.Fatal(err)
	}
	if _, err := o.EndEnrol(o.t.Context(), who, "000000", home); err == nil {
		o.t.Error("a wrong code enrols")
	}
	recovery, err = o.EndEnrol(o.t.Context(), who, code(o.t, e.Secret, o.now), home)
	if err != nil || len(recovery) != recoveryCodes {
		o.t.Fatalf("%v, %v", recovery, err)
	}
	return e.Secret, recovery
}

func TestAttackTOTPReplay(t *testing.T) {
	o := newOffice(t)
	o.staff()
	secret, recovery := o.enrolled("chen")
	if raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret); err != nil || len(raw) != secretLength {
		t.Fatalf("the secret has %d bytes, %v", len(raw), err)
	}
	second := func(code string) error {
		t.Helper()
		text, who := o.must("chen", goodOne)
		if !who.Pending || who.Actor().Known() {
			t.Fatalf("a password alone signs in: %+v", who)
		}
		next, who, err := o.SecondFactor(t.Context(), who, code, home)
		if err == nil && (who.Pending || next == text) {
			t.Error("the session is the one from before the second factor")
		}
		if _, gone := o.BySession(t.Context(), text); err == nil && gone == nil {
			t.Error("the session from before the second factor goes on")
		}
		return err
	}
	used := code(t, secret, o.now)
	if second(used) == nil {
		t.Error("the code that enrolled is good again")
	}
	o.now = o.now.Add(time.Minute)
	fresh := code(t, secret, o.now)
	if err := second(fresh); err != nil {
		t.Errorf("the code of now: %v", err)
	}
	if second(fresh) == nil {
		t.Error("a code is good twice")
	}
	if second(code(t, secret, o.now.Add(-codeSeconds*time.Second))) == nil {
		t.Error("a code from before the last one is good")
	}
	if err := second(strings.ToUpper(recovery[3])); err != nil {
		t.Errorf("a recovery code: %v", err)
	}
	if second(recovery[3]) == nil {
		t.Error("a recovery code is good twice")
	}
}

func TestAttackRoleRevokedMidUse(t *testing.T) {
	o := newOffice(t)
	o.staff()
	text, who := o.must("chen", goodOne)
	other := o.desk() // another server, which hears by watching
	go func() { _ = other.Run(t.Context()) }()
	if err := o.ChangeUser(t.Context(), o.by("liu"), who.User.ID, Patch{Grants: &[]access.Grant{}}); err != nil {
		t.Fatal(err)
	}
	if left := o.Rights(who.Actor()).Grants; len(left) > 0 {
		t.Errorf("at once %v are left", left)
	}
	within(t, patience, "rights are gone elsewhere", func() bool { return len(other.Rights(who.Actor()).Grants) == 0 })

	yes := true
	if err := o.ChangeUser(t.Context(), o.by("zhang"), who.User.ID, Patch{Disabled: &yes}); err != nil {
		t.Fatal(err)
	}
	if _, err := o.BySession(t.Context(), text); !errors.Is(err, data.ErrNoSession) {
		t.Errorf("the session of who is disabled: %v", err)
	}
	within(t, patience, "the session has ended elsewhere", func() bool {
		_, err := other.BySession(t.Context(), text)
		return errors.Is(err, data.ErrNoSession)
	})
}

func within(t *testing.T, limit time.Duration, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(limit); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Errorf("it is not so within %v that %s", limit, what)
			return
		}
	}
}

func TestAttackPasswordResetBySystemAdministrator(t *testing.T) {
	o := newOffice(t)
	o.staff()
	chen := o.user("chen")
	before, _ := o.must("chen", goodOne)
	password, err := o.ResetPassword(t.Context(), o.by("zhang"), chen.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.BySession(t.Context(), before); err == nil {
		t.Error("a session from before the reset goes on")
	}
	// zhang signs in as chen, and may do nothing, whatever he does about it.
	_, who := o.must("chen", password)
	_, who, err = o.ChangePassword(t.Context(), who, PasswordChange{Old: password, New: another, Network: home})
	if err != nil {
		t.Fatal(err)
	}
	if rights := o.Rights(who.Actor()); len(rights.Grants) > 0 {
		t.Errorf("he approves as another: %v", rights)
	}
	if err := o.ChangeUser(t.Context(), o.by("zhang"), chen.ID, Patch{Confirm: true}); !is[Forbidden](err) {
		t.Errorf("he confirms it himself: %v", err)
	}
	scope := access.Scope{Verbs: []access.Verb{access.Approve}}
	if _, _, err := o.AddToken(t.Context(), who, "later", scope, o.now.Add(time.Hour)); !is[Forbidden](err) {
		t.Errorf("he makes a token for later: %v", err)
	}
	if err := o.ChangeUser(t.Context(), o.by("liu"), chen.ID, Patch{Confirm: true}); err != nil {
		t.Fatal(err)
	}
	if rights := o.Rights(who.Actor()); len(rights.Grants) != 3 {
		t.Errorf("confirmed, and left with %v", rights)
	}
}

func is[T error](err error) bool {
	_, ok := errors.AsType[T](err)
	return ok
}

func TestAResetLeavesTheSecondFactor(t *testing.T) {
	o := newOffice(t)
	o.staff()
	secret, _ := o.enrolled("chen")
	password, err := o.ResetPassword(t.Context(), o.by("zhang"), o.user("chen").ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, who := o.must("chen", password); !who.Pending {
		t.Error("a password that another made signs in alone")
	}
	if err := o.ChangeUser(t.Context(), o.by("zhang"), o.user("chen").ID, Patch{DropFactor: true}); !is[Forbidden](err) {
		t.Errorf("who resets takes the factor away: %v", err)
	}
	if err := o.ChangeUser(t.Context(), o.by("liu"), o.user("chen").ID, Patch{DropFactor: true}); err != nil {
		t.Error(err)
	}
	if _, who := o.must("chen", password); who.Pending {
		t.Error("a factor that was taken away is asked for")
	}
	_ = secret
}

func TestAttackLastAdministratorRemoval(t *testing.T) {
	o := newOffice(t)
	o.staff()
	liu, yes, none, soon := o.user("liu"), true, access.NoAdmin, o.now.Add(time.Hour)
	for name, try := range map[string]func() error{
		"disable": func() error { return o.ChangeUser(t.Context(), o.by("zhang"), liu.ID, Patch{Disabled: &yes}) },
		"expire":  func() error { return o.ChangeUser(t.Context(), o.by("zhang"), liu.ID, Patch{Expires: &soon}) },
		"demote":  func() error { return o.ChangeUser(t.Context(), ByMachine(), liu.ID, Patch{Admin: &none}) },
	} {
		if err := try(); err == nil || !strings.Contains(err.Error(), "a security administrator must be left") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNobodyGivesRightsToHimselfOrDoesAnothersDuty(t *testing.T) {
	o := newOffice(t)
	o.staff()
	liu, zhang, grants, duty := o.user("liu"), o.user("zhang"), access.Viewer.Grants(""), access.SystemAdmin
	for name, err := range map[string]error{
		"grants to himself": o.ChangeUser(t.Context(), o.by("liu"), liu.ID, Patch{Grants: &grants}),
		"a duty to himself": o.ChangeUser(t.Context(), o.by("liu"), liu.ID, Patch{Admin: &duty}),
		"system grants":     o.ChangeUser(t.Context(), o.by("zhang"), o.user("chen").ID, Patch{Grants: &grants}),
		"security disables": o.ChangeUser(t.Context(), o.by("liu"), zhang.ID, Patch{Disabled: new(bool)}),
		"audit renames":     o.ChangeUser(t.Context(), o.by("wang"), zhang.ID, Patch{Name: new(string)}),
		"nobody":            o.ChangeUser(t.Context(), o.by("chen"), zhang.ID, Patch{Name: new(string)}),
	} {
		if !is[Forbidden](err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := o.AddUser(t.Context(), o.by("zhang"), NewUser{Login: "sun", Grants: grants}); !is[Forbidden](err) {
		t.Errorf("system makes a user with grants: %v", err)
	}
	if _, _, err := o.AddUser(t.Context(), o.by("liu"), NewUser{Login: "sun"}); !is[Forbidden](err) {
		t.Errorf("security makes a user: %v", err)
	}
	u, password, err := o.AddUser(t.Context(), o.by("zhang"), NewUser{Login: "sun"})
	if err != nil || password == "" || !u.MustChange {
		t.Errorf("%+v, %v", u, err)
	}
	write := []access.Grant{{Verb: access.Write, Layer: access.AllLayers}}
	err = o.ChangeUser(t.Context(), o.by("liu"), u.ID, Patch{Grants: &write})
	if err == nil || !strings.Contains(err.Error(), "may not read") {
		t.Errorf("to write without reading: %v", err)
	}
}

func TestATokenCanDoNoMoreThanItsOwner(t *testing.T) {
	o := newOffice(t)
	o.staff()
	_, who := o.must("chen", goodOne)
	scope := access.Scope{Verbs: []access.Verb{access.Read, access.Write, access.Approve}, Layers: []string{"road"}, Area: "611002001"}
	token, text, err := o.AddToken(t.Context(), who, "脚本", scope, o.now.Add(time.Hour))
	if err != nil || !isToken(text) {
		t.Fatalf("%+v, %v", token, err)
	}
	by, err := o.ByToken(t.Context(), text, abroad)
	if err != nil || by.User.ID != who.User.ID {
		t.Fatalf("%+v, %v", by, err)
	}
	want := []access.Grant{
		{Verb: access.Read, Layer: "road", Class: access.Internal, Area: "611002", Within: "611002001"},
		{Verb: access.Approve, Layer: "road", Class: access.Internal, Area: "611002", Within: "611002001"},
	}
	if got := o.Rights(by.Actor()).Grants; !slices.Equal(got, want) {
		t.Errorf("the token may %v", got)
	}
	last := text[len(text)-1:]
	for name, bad := range map[string]string{
		"cut": text[:len(text)-1], "mistyped": text[:len(text)-1] + map[bool]string{true: "1", false: "0"}[last == "0"],
		"made up": newToken(), "none": "",
	} {
		if _, err := o.ByToken(t.Context(), bad, home); !errors.Is(err, ErrNoToken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	o.now = o.now.Add(2 * time.Hour)
	if _, err := o.ByToken(t.Context(), text, home); !errors.Is(err, ErrNoToken) || len(o.Rights(by.Actor()).Grants) > 0 {
		t.Errorf("an old token: %v", err)
	}
	if _, _, err := o.AddToken(t.Context(), who, "", access.Scope{}, o.now.Add(400*24*time.Hour)); err == nil {
		t.Error("a token for more than a year, for nothing, without a name")
	}
}

// away is a store that cannot be reached.
type away struct{ data.Store }

func (away) Session(context.Context, []byte, data.SessionLimits) (data.Session, error) {
	return data.Session{}, data.ErrUnreachable
}

func TestWhoIsKnownGoesOnUntilIdleWhileTheStoreIsAway(t *testing.T) {
	o := newOffice(t)
	o.staff()
	text, _ := o.must("chen", goodOne)
	o.Desk.store = away{o.store}
	limits := o.Policy().Limits
	for range 3 {
		o.now = o.now.Add(limits.Idle - time.Second)
		if _, err := o.BySession(t.Context(), text); err != nil {
			t.Errorf("who is known: %v", err)
		}
	}
	if _, err := o.BySession(t.Context(), newSession()); !errors.Is(err, data.ErrUnreachable) {
		t.Errorf("who is not: %v", err)
	}
	o.now = o.now.Add(limits.Idle + time.Second)
	if _, err := o.BySession(t.Context(), text); !errors.Is(err, data.ErrNoSession) {
		t.Errorf("idle: %v", err)
	}
}

func TestASessionEndsThoughItIsUsed(t *testing.T) {
	o := newOffice(t)
	o.staff()
	text, _ := o.must("chen", goodOne)
	o.Desk.store = away{o.store}
	ends := o.now.Add(o.Policy().Limits.Age)
	for o.now.Before(ends) {
		if _, err := o.BySession(t.Context(), text); err != nil {
			t.Fatalf("%v before its end: %v", ends.Sub(o.now), err)
		}
		o.now = o.now.Add(10 * time.Minute)
	}
	if _, err := o.BySession(t.Context(), text); !errors.Is(err, data.ErrNoSession) {
		t.Errorf("after its end: %v", err)
	}
}

func TestProfilesAskMore(t *testing.T) {
	o := newOffice(t)
	o.staff()
	if err := o.SetProfile(t.Context(), "gb22239-l3"); err != nil {
		t.Fatal(err)
	}
	_, who := o.must("chen", goodOne)
	if !o.NeedsFactor(&who.User) || len(o.Rights(who.Actor()).Grants) > 0 {
		t.Error("at level 3 a password alone approves")
	}
	o.now = o.now.Add(91 * 24 * time.Hour)
	if _, who := o.must("chen", goodOne); !who.User.MustChange {
		t.Error("a password of 91 days is good enough")
	}
}

func TestPasswordsThatAreEasyToGuessAreRefused(t *testing.T) {
	u := &data.User{Login: "liuxiaoming", Name: "刘小明"}
	office := PolicyOf("office")
	for _, bad := range []string{
		"short", "Password2026!", "P@ssw0rd!!2026", "qwertyuiop123", "1qaz2wsx3edc4rfv", "aaaaaaaaaaaaaaaa", "liuxiaoming2026",
		"shangluoshi2026", "商洛市商洛市商洛市商洛市", "woaini5201314", "987654321098", "admin888admin888", strings.Repeat("long", 33),
		"xiaoming-LIU-2025", "abcdefgh12345678",
	} {
		if len(office.CheckPassword("password", bad, u, "商洛市")) == 0 {
			t.Errorf("%q is taken", bad)
		}
	}
	for _, good := range []string{goodOne, another, "四块石头在桥下面看月亮升起", "kX9#vT2!mQ7z", "zebra cement ladder 41"} {
		if wrong := office.CheckPassword("password", good, u, "商洛市"); len(wrong) > 0 {
			t.Errorf("%q is refused: %v", good, wrong)
		}
	}
	if len(PolicyOf("gb22239-l2").CheckPassword("password", goodOne, u, "")) == 0 {
		t.Error("level 2 takes a password of two kinds of characters")
	}
}

func TestAHashOfLessIsMadeAnew(t *testing.T) {
	o := newOffice(t)
	o.staff()
	weak := "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2E$"
	good, old, err := o.hasher.verify(t.Context(), weak+"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", goodOne)
	if good || !old || err != nil {
		t.Errorf("%v, %v, %v", good, old, err)
	}
	for _, bad := range []string{
		"$2a$10$x", "$argon2id$v=19$m=8,t=1,p=1$!$!", "$argon2id$v=19$m=8$$",
		"$argon2id$v=19$m=9999999,t=1,p=1$c2Fs$AAAAAAAAAAAAAAAAAAAAAA",
	} {
		if good, _, err := o.hasher.verify(t.Context(), bad, goodOne); good || err == nil {
			t.Errorf("%s: %v, %v", bad, good, err)
		}
	}
}
