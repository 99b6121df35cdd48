package signin

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
)

// Codes are of RFC 6238 with its defaults, which all apps know.
const (
	codeSeconds   = 30
	codeDigits    = otp.DigitsSix
	secretLength  = 20 // bytes, as RFC 4226 advises
	recoveryCodes = 10
)

// step is the step of time of a code, at or right beside that of a moment and after the last that was accepted; 0 of a code
// that is none.
func step(secret []byte, code string, unix, last int64) int64 {
	text := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
	for _, at := range []int64{unix / codeSeconds, unix/codeSeconds - 1, unix/codeSeconds + 1} {
		if at <= last {
			continue
		}
		ok, err := hotp.ValidateCustom(code, uint64(at), text, hotp.ValidateOpts{Digits: codeDigits, Algorithm: otp.AlgorithmSHA1})
		if err == nil && ok {
			return at
		}
	}
	return 0
}

// Enrolment is what a device needs to make codes.
type Enrolment struct {
	Secret string `json:"secret"` // in base 32, to type
	URI    string `json:"uri"`    // otpauth, as a QR code shows it
}

// Enrol begins to give somebody a device that makes codes. It counts once EndEnrol has seen a code of it.
func (d *Desk) Enrol(ctx context.Context, w Who, password, network string) (Enrolment, error) {
	seal, err := d.sealer()
	if err != nil {
		return Enrolment{}, err
	}
	if seal.aead == nil {
		return Enrolment{}, layers.NewFault("password", "no codes can be used: the server was started without --key-file")
	}
	if err := d.confirm(ctx, w, "password", password, network); err != nil {
		return Enrolment{}, err
	}
	secret := make([]byte, secretLength)
	_, _ = rand.Read(secret) // which never fails
	err = d.change(ctx, func(tx data.AccountTx) error {
		s, err := tx.Secrets(w.User.ID)
		if err != nil {
			return err
		}
		s.Enrolling = seal.seal(w.User.ID, secret)
		return tx.PutSecrets(w.User.ID, s)
	})
	text := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
	uri := url.URL{
		Scheme: "otpauth", Host: "totp", Path: "/Cuntu:" + w.User.Login,
		RawQuery: url.Values{"secret": {text}, "issuer": {"Cuntu"}}.Encode(),
	}
	return Enrolment{text, uri.String()}, err
}

// EndEnrol has a device count whose code is right, and returns codes for when it is lost. Other sessions of the user end.
func (d *Desk) EndEnrol(ctx context.Context, w Who, code, network string) (recovery []string, err error) {
	var hashes []string
	for range recoveryCodes {
		text := strings.ToLower(rand.Text()[:16])
		recovery = append(recovery, strings.Join([]string{text[:4], text[4:8], text[8:12], text[12:]}, "-"))
		hashes = append(hashes, hex.EncodeToString(hashOf(text)))
	}
	seal, err := d.sealer()
	if err != nil {
		return nil, err
	}
	good, _, err := d.try(ctx, "confirm:"+w.User.ID, network, func() (good, old bool, err error) {
		err = d.change(ctx, func(tx data.AccountTx) error {
			s, err := tx.Secrets(w.User.ID)
			if err != nil || s.Enrolling == nil {
				return err
			}
			secret, err := seal.open(w.User.ID, s.Enrolling)
			if err != nil {
				return err
			}
			at := step(secret, plainCode(code), d.now().Unix(), 0)
			if at == 0 {
				return nil
			}
			good = true
			s.TOTP, s.Enrolling, s.Step, s.Recovery = s.Enrolling, nil, at, hashes
			if err := tx.PutSecrets(w.User.ID, s); err != nil {
				return err
			}
			if err := tx.DropSessions(w.User.ID, []byte(w.session)); err != nil {
				return err
			}
			return edit(tx, w.User.ID, func(u *data.User) error { u.SecondFactor = true; return nil })
		})
		return good, false, err
	})
	if err == nil && !good {
		err = layers.NewFault("code", "is not the one that the device shows now; see that the clocks of both agree")
	}
	if err != nil {
		return nil, err
	}
	return recovery, nil
}

// plainCode is a code as it was shown, without what people put between its parts.
func plainCode(code string) string {
	return strings.ToLower(strings.NewReplacer(" ", "", "-", "").Replace(code))
}

// SecondFactor takes the code that follows a password: that of the device, or one for when it is lost, each once.
func (d *Desk) SecondFactor(ctx context.Context, w Who, code, network string) (text string, who Who, err error) {
	if !w.Pending {
		return "", Who{}, data.ErrNoSession
	}
	code = plainCode(code)
	good, _, err := d.try(ctx, "code:"+w.User.ID, network, func() (good, old bool, err error) {
		err = d.store.ChangeAccounts(ctx, func(tx data.AccountTx) error {
			s, err := tx.Secrets(w.User.ID)
			if err != nil {
				return err
			}
			if good, err = d.accept(&s, w.User.ID, code); err != nil || !good {
				return err
			}
			return tx.PutSecrets(w.User.ID, s)
		})
		return good, false, err
	})
	if err != nil {
		return "", Who{}, err
	}
	if !good {
		return "", Who{}, layers.NewFault("code", "is wrong or was used before")
	}
	return d.begin(ctx, w.User.ID, false, w)
}

// accept takes a code out of those that are good.
func (d *Desk) accept(s *data.Secrets, user, code string) (bool, error) {
	if i := slices.Index(s.Recovery, hex.EncodeToString(hashOf(code))); i >= 0 {
		s.Recovery = slices.Delete(s.Recovery, i, i+1)
		return true, nil
	}
	if s.TOTP == nil {
		return false, nil
	}
	seal, err := d.sealer()
	if err != nil {
		return false, err
	}
	secret, err := seal.open(user, s.TOTP)
	if err != nil {
		return false, fmt.Errorf("user %s: %w", user, err)
	}
	at := step(secret, code, d.now().Unix(), s.Step)
	if at > 0 {
		s.Step = at
	}
	return at > 0, nil
}
