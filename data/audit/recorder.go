package audit

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers/access"
)

const (
	sealEvery   = 5 * time.Second
	actPatience = 4 * time.Second // for the store to take an act; who acts waits for it
	mostOwed    = 10_000          // refusals that are kept until the store is back
)

// Options are what a Recorder needs, and its choices.
type Options struct {
	Store   data.Audit
	Log     *slog.Logger
	Hashing Hashing // SHA256 if ""
	// Heads is a file to which the number and hash of each seal are written, out of reach of whoever writes to the store; ""
	// for none.
	Heads string
	// Sealed is told of each seal; nil for nobody.
	Sealed func(data.Seal)
	Every  time.Duration // how often acts are sealed; 5 s if 0
}

// Recorder puts on record what people do through a server.
type Recorder struct {
	Options

	mu   sync.Mutex
	owed []data.Act // refusals that the store has not taken yet
}

// New makes a Recorder.
func New(o Options) *Recorder {
	if o.Hashing == "" {
		o.Hashing = SHA256
	}
	if o.Every == 0 {
		o.Every = sealEvery
	}
	return &Recorder{Options: o}
}

// Scene is where acts come from.
type Scene struct {
	Origin  data.Origin
	Address string
	Agent   string
	Request string
}

type sceneKey struct{}

// With is a context of acts from a scene.
func With(ctx context.Context, s Scene) context.Context { return context.WithValue(ctx, sceneKey{}, s) }

// placed is an act with what its context tells of it.
func placed(ctx context.Context, a data.Act) data.Act {
	s, _ := ctx.Value(sceneKey{}).(Scene)
	by := access.From(ctx)
	if a.Actor == "" {
		a.Actor, a.Name = by.ID, by.Login
	}
	if a.Detail == "" && by.Token != "" {
		a.Detail = "by token " + by.Token
	}
	a.Origin, a.Address, a.Agent, a.Request = cmp.Or(a.Origin, s.Origin), s.Address, s.Agent, s.Request
	return a
}

// Note puts an act on record before it is done. Where that fails, the error wraps data.ErrUnrecorded and the act must not be
// done.
func (r *Recorder) Note(ctx context.Context, a data.Act) error {
	ctx, cancel := context.WithTimeout(ctx, actPatience)
	defer cancel()
	a = placed(ctx, a)
	a.Outcome = data.Done
	if err := r.Store.PutActs(ctx, a); err != nil {
		r.Log.Warn("cannot write the audit log", "verb", a.Verb, "error", err)
		return fmt.Errorf("%w: %w", data.ErrUnrecorded, err)
	}
	return nil
}

// Do does an act that is on record. Where it fails, a second line says so.
func (r *Recorder) Do(ctx context.Context, a data.Act, do func() error) error {
	if err := r.Note(ctx, a); err != nil {
		return err
	}
	err := do()
	if err != nil {
		a.Outcome = data.Failed
		r.put(ctx, a)
	}
	return err
}

// Refuse puts on record that something was refused. The refusal stands whether or not the store can be reached: then it is
// put on record later.
func (r *Recorder) Refuse(ctx context.Context, a data.Act) {
	a.Outcome = data.Refused
	r.put(ctx, a)
}

// put puts on record what has happened already, now or when the store is back.
func (r *Recorder) put(ctx context.Context, a data.Act) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), actPatience)
	defer cancel()
	a = placed(ctx, a)
	if err := r.Store.PutActs(ctx, a); err == nil {
		return
	}
	a.Detail += " (at " + timeText(time.Now()) + ")" // for the store says when it came in
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.owed) < mostOwed {
		r.owed = append(r.owed, a)
	}
}

// pay puts on record what is owed.
func (r *Recorder) pay(ctx context.Context) {
	r.mu.Lock()
	owed := r.owed
	r.owed = nil
	r.mu.Unlock()
	if len(owed) == 0 {
		return
	}
	if err := r.Store.PutActs(ctx, owed...); err != nil {
		r.mu.Lock()
		r.owed = append(owed, r.owed...)
		r.mu.Unlock()
	}
}

// Run seals acts every few seconds until ctx ends; it returns ctx's error. Of several servers on one store one at a time
// seals.
func (r *Recorder) Run(ctx context.Context) error {
	tick := time.NewTicker(r.Every)
	defer tick.Stop()
	said := ""
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		r.pay(ctx)
		err := r.Seal(ctx)
		if err != nil && ctx.Err() == nil && err.Error() != said {
			r.Log.Warn("cannot seal the audit log", "error", err)
			said = err.Error()
		}
		if err == nil {
			said = ""
		}
	}
}

// Seal seals all acts that can be sealed now.
func (r *Recorder) Seal(ctx context.Context) error {
	for more := true; more; {
		sealed, others, err := r.Store.SealActs(ctx, func(last data.Seal, acts []data.Act) (data.Seal, error) {
			return NewSeal(r.Hashing, last, acts, time.Now()), nil
		})
		if err != nil {
			return err
		}
		if more = others; sealed.N == 0 {
			return nil
		}
		if err := r.noteHead(sealed); err != nil {
			return err
		}
		if r.Sealed != nil {
			r.Sealed(sealed)
		}
	}
	return nil
}

// noteHead writes a seal's number and hash behind the others in the file of heads.
func (r *Recorder) noteHead(s data.Seal) error {
	if r.Heads == "" {
		return nil
	}
	text, err := json.Marshal(Head{s.N, s.Hash})
	if err != nil {
		return err
	}
	f, err := os.OpenFile(r.Heads, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("note the head of the audit log: %w", err)
	}
	_, err = f.Write(append(text, '\n'))
	return errors.Join(err, f.Sync(), f.Close())
}

// NotedHeads are those in the file of heads; none where there is no such file.
func (r *Recorder) NotedHeads() ([]Head, error) {
	if r.Heads == "" {
		return nil, nil
	}
	heads, err := ReadHeads(r.Heads)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil // nothing is sealed yet
	}
	return heads, err
}

// ReadHeads reads a file of heads.
func ReadHeads(path string) ([]Head, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var heads []Head
	in := json.NewDecoder(f)
	for in.More() {
		var h Head
		if err := in.Decode(&h); err != nil {
			return nil, fmt.Errorf("%s: line %d: %w", path, len(heads)+1, err)
		}
		heads = append(heads, h)
	}
	return heads, nil
}
