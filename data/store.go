// Package data holds the system of record behind one small interface, and the
// live snapshot that follows it.
//
// Edits flow in; features, ids and changes flow out. A Store answers no
// spatial question: those are the snapshot's. data/postgis and data/gpkg are
// the stores, data/storetest the suite both pass, data/demo a made-up
// prefecture to fill one with.
package data

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/cuntu/cuntu/layers"
)

// Store keeps every feature of a catalogue's layers. It is safe for use by many
// goroutines and many processes at once.
type Store interface {
	// Load gives every feature to add, layer by layer in the catalogue's order
	// and by ascending id within a layer, all as of one moment. It returns that
	// moment, from which Follow goes on. The feature and its geometry belong to
	// the callee only until add returns; texts may be kept. An error of add ends
	// the load and is returned.
	//
	// A row is never an error: what cannot be read of it is null and stands in the
	// feature's Unread, and what can is given as it is stored, allowed or not. Who
	// serves features leaves such rows out, as Live does. So it is in Follow.
	Load(ctx context.Context, add func(*layers.Layer, *layers.Feature) error) (Cursor, error)

	// LoadLayers is Load of the layers with these ids alone; others are left out,
	// also where the catalogue has none such.
	LoadLayers(ctx context.Context, ids []string, add func(*layers.Layer, *layers.Feature) error) (Cursor, error)

	// Apply does all edits in one transaction, or none, and returns the ids of
	// the edited features in the order of the edits. It checks every feature
	// against the catalogue. An error yielded by edits rolls back and is
	// returned. The other errors a caller can mend are *EditError.
	Apply(ctx context.Context, edits iter.Seq2[layers.Edit, error]) ([]int64, error)

	// Write is Apply with conditions, documents and jobs, all in one transaction.
	Write(ctx context.Context, w Writing) ([]int64, error)

	Documents
	Jobs
	Audit
	Accounts
	History
	Receipts

	// Follow calls fn with what changed after the cursor, whoever changed it, in
	// an order in which no change is lost or seen before it is committed, until
	// ctx ends, fn fails or the connection does. Each Batch carries the cursor to
	// go on from; the first, perhaps empty, comes as soon as the connection stands,
	// so that the caller knows it is in step. A cursor that the store no longer remembers is ErrExpired: load
	// again.
	Follow(ctx context.Context, since Cursor, fn func(Batch) error) error

	// Close frees what the store holds; calls under way end with an error.
	Close() error
}

// Writing is edits and what must come to pass with them, or not at all.
type Writing struct {
	Edits iter.Seq2[layers.Edit, error] // nil for none
	By    Authorship

	// Since, unless it is "", lets the writing happen only if nothing has changed
	// in Layers since that cursor, and keeps others from changing them until it is
	// done. The error wraps ErrChanged, or ErrExpired where the store does not
	// remember.
	Since  Cursor
	Layers []string

	// Documents is called once with the ids that Apply would return, after the last
	// edit. What it yields is put as by PutDocument; an error of its own rolls back.
	Documents func(ids []int64) iter.Seq2[Document, error]

	// Pasts, unless it is nil, are the history of the store that the edits copy, the oldest change first. The store takes them
	// for its own, and does not record the edits, which they explain. Where it has a history, the error wraps ErrHistory.
	Pasts iter.Seq2[*Past, error]

	// OnlyDocuments deletes all documents but those that Documents yields.
	OnlyDocuments bool

	// Accounts, unless it is nil, changes accounts as ChangeAccounts does.
	Accounts func(AccountTx) error

	// Jobs are added as by AddJob.
	Jobs []Job

	// Receipt, unless it is nil, is kept of the writing, its answer made by Answer of the ids that Apply would return. Where
	// there is a receipt of the actor and key already, nothing comes to pass: the error is a *WrittenError. Answer may be
	// called more than once, as where a deadlock has the store write anew.
	Receipt *Receipt
	Answer  func(ids []int64) ([]byte, error)

	// Ends, unless it is nil, is called once, last of all, and says how the job ends that the writing is the effect of. Where
	// the job is not the holder's any more, nothing comes to pass: the error wraps ErrJobLost.
	Ends func() (JobEnd, error)
}

// Cursor is a position in a store's history, opaque to all but the store.
type Cursor string

// Batch is what became of features between two cursors: each feature once, in
// its state at Cursor.
type Batch struct {
	Cursor  Cursor
	Changes []layers.Change
}

// ErrUnreachable tells that a store cannot be reached for now, which is no fault of what is in it.
var ErrUnreachable = errors.New("the store is out of reach")

// ErrOutcome tells that the store went out of reach while it committed: the writing may have come to pass, or not.
var ErrOutcome = errors.New("it is not known whether it came to pass")

// ErrExpired tells that changes since a cursor are no longer on record.
var ErrExpired = errors.New("the change record no longer reaches back to the cursor")

// ErrChanged tells that somebody has changed a layer since a cursor, or a feature since an editor saw it.
var ErrChanged = errors.New("changed in the meantime")

// Why an edit is refused, for errors.Is on an *EditError.
var (
	ErrNotFound  = errors.New("no such feature")
	ErrDuplicate = errors.New("already taken")
	ErrInvalid   = errors.New("not allowed")
)

// EditError says which edit of a batch was refused and why. Nothing of the
// batch was applied.
type EditError struct {
	Index int // of the edit in the batch, from 0; -1 where only the layer is known
	Layer string
	ID    int64
	Field string // "" where no one field is at fault
	Err   error  // wraps ErrNotFound, ErrDuplicate, ErrInvalid or ErrChanged

	// Current is the feature as it is, where the edit was made of another state.
	Current *layers.Feature
}

func (e *EditError) Error() string {
	at := "edit"
	if e.Index >= 0 {
		at = fmt.Sprintf("edit %d", e.Index)
	}
	s := fmt.Sprintf("%s: layer %s", at, e.Layer)
	if e.ID != 0 {
		s += fmt.Sprintf(": id %d", e.ID)
	}
	if e.Field != "" {
		s += ": " + e.Field
	}
	return s + ": " + e.Err.Error()
}

func (e *EditError) Unwrap() error { return e.Err }

// Edits makes the sequence that Apply takes out of a list.
func Edits(list ...layers.Edit) iter.Seq2[layers.Edit, error] {
	return func(yield func(layers.Edit, error) bool) {
		for _, e := range list {
			if !yield(e, nil) {
				return
			}
		}
	}
}
