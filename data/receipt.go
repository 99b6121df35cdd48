package data

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Receipt is what a store keeps of a writing whose writer gave it a key: who does not know how the writing ended asks by the
// key, and the same one sent twice happens once.
type Receipt struct {
	Actor   string // whose key it is: other actors may have the same one; "" is nobody who signed in
	Key     string // that the writer chose
	Request string // a digest of what was asked for, so that another wish under the same key is noticed
	Time    time.Time
	Answer  []byte // what the writer is told; what its bytes mean is known to who wrote them
}

// Receipts are the receipts of a Store. Each is kept for KeptReceipts.
type Receipts interface {
	// Receipt finds a receipt; the error wraps ErrNoReceipt where there is none, as where the writing came to nothing.
	Receipt(ctx context.Context, actor, key string) (Receipt, error)
}

// KeptReceipts is for how long a receipt is kept.
const KeptReceipts = 7 * 24 * time.Hour

// MostKey is how long a key may be, in bytes.
const MostKey = 200

// ErrNoReceipt tells that no writing with the key came to pass, or that it was too long ago.
var ErrNoReceipt = errors.New("no writing has this key")

// WrittenError tells that a writing with the same key came to pass before; this one did nothing.
type WrittenError struct{ Receipt }

func (e *WrittenError) Error() string {
	return fmt.Sprintf("a writing with the key %q was done before", e.Key)
}

// CheckReceipt is what every store asks of a receipt before it writes. The error wraps ErrInvalid.
func CheckReceipt(r *Receipt) error {
	if r.Key == "" || len(r.Key) > MostKey || len(r.Actor) > MostKey || len(r.Request) > MostKey {
		return fmt.Errorf("%w: a key has from 1 to %d bytes", ErrInvalid, MostKey)
	}
	for _, s := range []string{r.Actor, r.Key, r.Request} {
		if err := checkText(s); err != nil {
			return fmt.Errorf("%w: key: %w", ErrInvalid, err)
		}
	}
	return nil
}

// AnswerOf is what a writing's receipt keeps as its answer.
func AnswerOf(w *Writing, ids []int64) ([]byte, error) {
	if w.Answer == nil {
		return []byte{}, nil
	}
	answer, err := w.Answer(ids)
	if err == nil && len(answer) > MostDocumentBytes {
		err = fmt.Errorf("%w: the answer has %d bytes; %d are kept", ErrInvalid, len(answer), MostDocumentBytes)
	}
	if answer == nil {
		answer = []byte{}
	}
	return answer, err
}
