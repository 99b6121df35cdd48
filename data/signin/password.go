package signin

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// cost is what a hash takes: OWASP's least for argon2id.
type cost struct {
	memoryKiB, passes uint32
	threads           uint8
}

const (
	saltBytes = 16
	hashBytes = 32
	// mostWaiting is how many may wait for a hash. Each takes 19 MiB while it is made, and so many at once as there are cores.
	mostWaiting = 32
)

// usual is what new hashes take. One that took less is made anew when its owner signs in.
func usual() cost { return cost{memoryKiB: 19 << 10, passes: 2, threads: 1} }

// ErrBusy tells that too many are signing in at once.
var ErrBusy = errors.New("too many are signing in")

// hasher makes hashes of passwords, a few at a time.
type hasher struct {
	working chan struct{}
	waiting chan struct{}
	dummy   string // of no password: what is compared where there is no user, at the same cost
}

func newHasher() (*hasher, error) {
	h := &hasher{working: make(chan struct{}, runtime.GOMAXPROCS(0)), waiting: make(chan struct{}, mostWaiting)}
	var err error
	h.dummy, err = h.hash(context.Background(), rand.Text())
	return h, err
}

// turn waits for a turn to hash; done gives it back.
func (h *hasher) turn(ctx context.Context) (done func(), err error) {
	select {
	case h.waiting <- struct{}{}:
	default:
		return nil, ErrBusy
	}
	defer func() { <-h.waiting }()
	select {
	case h.working <- struct{}{}:
		return func() { <-h.working }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// hash makes a PHC string of a password.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	done, err := h.turn(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // which never fails
	c := usual()
	key := argon2.IDKey(plain(password), salt, c.passes, c.memoryKiB, c.threads, hashBytes)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.memoryKiB, c.passes, c.threads,
		b64.EncodeToString(salt), b64.EncodeToString(key)), nil
}

// verify tells whether a PHC string is of a password, and whether it should be made anew.
func (h *hasher) verify(ctx context.Context, phc, password string) (good, old bool, err error) {
	if phc == "" {
		_, _, err := h.verify(ctx, h.dummy, password)
		return false, false, err
	}
	c, salt, want, err := parsePHC(phc)
	if err != nil {
		return false, false, err
	}
	done, err := h.turn(ctx)
	if err != nil {
		return false, false, err
	}
	defer done()
	key := argon2.IDKey(plain(password), salt, c.passes, c.memoryKiB, c.threads, uint32(len(want)))
	return subtle.ConstantTimeCompare(key, want) == 1, c != usual(), nil
}

// plain is a password in the one form that all keyboards agree on.
func plain(password string) []byte { return norm.NFKC.Bytes([]byte(password)) }

var errPHC = errors.New("the store has a hash of a password that is none of argon2id")

func parsePHC(phc string) (c cost, salt, key []byte, err error) {
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, errPHC
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.memoryKiB, &c.passes, &c.threads); err != nil {
		return c, nil, nil, errPHC
	}
	salt, saltErr := base64.RawStdEncoding.DecodeString(parts[4])
	key, keyErr := base64.RawStdEncoding.DecodeString(parts[5])
	if saltErr != nil || keyErr != nil || len(key) < 16 || c.passes < 1 || c.threads < 1 || c.memoryKiB > 1<<20 {
		return c, nil, nil, errPHC
	}
	return c, salt, key, nil
}
