package signin

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"math/big"
	"strings"
)

const (
	sessionBytes = 32
	// TokenPrefix begins the text of every API token, so that people and scanners know one when they see it.
	TokenPrefix = "cuntu_"
	tokenDigits = 43 // of base 62, for 32 bytes
	crcDigits   = 6
)

// hashOf is what the store has of a session or token: without the text nobody makes it.
func hashOf(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

// newSession is what a browser holds of a session.
func newSession() string {
	b := make([]byte, sessionBytes)
	_, _ = rand.Read(b) // which never fails
	return hex.EncodeToString(b)
}

// newToken is the text of an API token: its end tells a text that was cut or mistyped without asking the store.
func newToken() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // which never fails
	text := digits(new(big.Int).SetBytes(b), tokenDigits)
	return TokenPrefix + text + checkDigits(text)
}

func checkDigits(text string) string {
	return digits(big.NewInt(int64(crc32.ChecksumIEEE([]byte(text)))), crcDigits)
}

func digits(n *big.Int, width int) string {
	text := n.Text(62)
	return strings.Repeat("0", width-len(text)) + text
}

// isToken tells whether a text may be that of an API token.
func isToken(text string) bool {
	body, ok := strings.CutPrefix(text, TokenPrefix)
	return ok && len(body) == tokenDigits+crcDigits && checkDigits(body[:tokenDigits]) == body[tokenDigits:]
}

// KeyBytes is how long the key is that seals what must be had in plain again.
const KeyBytes = 32

// sealer seals secrets of users, so that who reads the store alone has nothing of them.
type sealer struct{ aead cipher.AEAD }

// sealer gives what seals.
func (d *Desk) sealer() (sealer, error) {
	d.sealing.Lock()
	defer d.sealing.Unlock()
	if d.sealed.aead != nil || d.key == nil {
		return d.sealed, nil
	}
	key, err := d.key()
	if err != nil {
		return sealer{}, err
	}
	d.sealed, err = newSealer(key)
	return d.sealed, err
}

func newSealer(key []byte) (sealer, error) {
	if len(key) != KeyBytes {
		return sealer{}, fmt.Errorf("the key has %d bytes, not %d", len(key), KeyBytes)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return sealer{}, err
	}
	aead, err := cipher.NewGCM(block)
	return sealer{aead}, err
}

var errSeal = errors.New("a sealed secret cannot be opened: the server has another key than when it was sealed")

// seal seals a secret of a user.
func (s sealer) seal(user string, plain []byte) []byte {
	nonce := make([]byte, s.aead.NonceSize())
	_, _ = rand.Read(nonce) // which never fails
	return s.aead.Seal(nonce, nonce, plain, []byte(user))
}

func (s sealer) open(user string, sealed []byte) ([]byte, error) {
	if s.aead == nil || len(sealed) < s.aead.NonceSize() {
		return nil, errSeal
	}
	plain, err := s.aead.Open(nil, sealed[:s.aead.NonceSize()], sealed[s.aead.NonceSize():], []byte(user))
	if err != nil {
		return nil, errSeal
	}
	return plain, nil
}
