package data

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/history"
)

// History is what a Store remembers of all changes of its layers, by whatever program they were made.
type History interface {
	// Pasts gives fn the changes that a question asks for, one at a time. They are the callee's to keep. An error of fn ends
	// it and is returned.
	Pasts(ctx context.Context, q PastQuery, fn func(*Past) error) error

	// Tallies counts the changes that a question asks for by writing, layer and operation, the latest writing first. Of the
	// question, Before counts writings and Most is of them; OldestFirst and Geometry have no meaning.
	Tallies(ctx context.Context, q PastQuery) ([]Tally, error)

	// LoadAt is LoadLayers as of an earlier moment: features as they were then, of rows that can be read now or stand in the
	// history. Of writings under way at that moment it has all or nothing. A moment to come is now.
	LoadAt(ctx context.Context, ids []string, at time.Time, add func(*layers.Layer, *layers.Feature) error) error
}

// Past is a change of a feature, and who made it.
type Past struct {
	history.Past
	Writing int64     // the transaction that it was made in; a number of the store's own
	Place   int64     // of the writing among all, in the order in which they ended
	At      time.Time // when that ended, by the clock of the database, in UTC
	Areas   []string  // the codes of the areas in which the feature said to lie, before and after
	Remade  bool      // the geometry changed, came or went, also where it is not given
	By      Authorship

	// What the store knows itself. App and Client are what the other side says of itself, and no proof of anything.
	Role   string // the database role that had signed in; "" in a GeoPackage
	App    string // the program
	Client string // the address that it came from
}

// PastQuery asks for changes. What is zero asks for nothing.
type PastQuery struct {
	Layers  []string
	ID      int64 // of the feature
	Areas   []string
	Actor   string // an Authorship's Actor, exactly
	Origin  Origin
	Batch   string
	Writing int64
	Since   time.Time // from this moment on
	Until   time.Time // up to and with it

	After  int64 // only greater Seqs
	Before int64 // only smaller Seqs
	Seqs   []int64
	Most   int // how many at most

	OldestFirst bool // else the newest
	Geometry    bool // give geometries too, which may be large
}

// Tally counts what one writing did to one layer.
type Tally struct {
	Past        // of the first of them; without values
	Count int64 // how many there are
}

// SQLActor is the actor of a change that a database role made without the program.
func SQLActor(role string) string { return "sql:" + role }

// FileActor is the actor of a change that another program made in a file, which does not tell who that was.
const FileActor = "file"

// ErrHistory tells that a store has a history of its own, to which another one's cannot be added.
var ErrHistory = errors.New("the store has a history already")

// CheckAuthorship is what every store asks of who writes. The error wraps ErrInvalid.
func CheckAuthorship(a *Authorship) error {
	if len(a.Reason) > MostReason {
		return fmt.Errorf("%w: a reason has %d bytes; %d are allowed", ErrInvalid, len(a.Reason), MostReason)
	}
	for _, s := range []string{a.Actor, a.Name, string(a.Origin), a.Reason, a.Batch} {
		if err := checkText(s); err != nil {
			return fmt.Errorf("%w: authorship: %w", ErrInvalid, err)
		}
	}
	return nil
}
