// Package guard lets through to a store, and out of it, what somebody may write and read.
//
// Edits and rights flow in, the edits that the rights allow flow on to the store; features and changes flow out, without what
// the rights hide. Where an edit is not allowed nothing is written, as with any other that a store refuses. Documents, jobs
// and accounts pass: they are their handlers' to guard.
package guard

import (
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/layers/area"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// ErrDenied tells that an edit is not among what the writer may do. An EditError wraps it.
var ErrDenied = errors.New("you may not write this")

// Store is a store as somebody may read and write it. A feature is written where the writer may write both where it was and where
// it comes to lie, and all the fields that are set.
type Store struct {
	data.Store
	Rights access.Rights
	// Snapshot is the latest; what is not in it yet may only be written by who may write everywhere.
	Snapshot func() *snapshot.Snapshot
	// Stranger is told of no change who made it.
	Stranger bool
	// Areas keeps the index of areas from one writing to the next.
	Areas *area.Cache
}

// Apply implements data.Store.
func (s *Store) Apply(ctx context.Context, edits iter.Seq2[layers.Edit, error]) ([]int64, error) {
	return s.Store.Apply(ctx, s.allowed(edits))
}

// Write implements data.Store.
func (s *Store) Write(ctx context.Context, w data.Writing) ([]int64, error) {
	if w.Edits != nil {
		w.Edits = s.allowed(w.Edits)
	}
	return s.Store.Write(ctx, w)
}

// allowed yields the edits until one is not allowed, and then why.
func (s *Store) allowed(edits iter.Seq2[layers.Edit, error]) iter.Seq2[layers.Edit, error] {
	return func(yield func(layers.Edit, error) bool) {
		snap := s.Snapshot()
		index, n := s.Areas.Get(snap), 0
		for e, err := range edits {
			if err == nil {
				err = s.check(snap, index, n, &e)
			}
			if !yield(e, err) || err != nil {
				return
			}
			n++
		}
	}
}

// check is nil where the edit is allowed. What is the matter with an edit otherwise, the store itself says.
func (s *Store) check(snap *snapshot.Snapshot, x *area.Index, n int, e *layers.Edit) error {
	t, ok := snap.Table(e.Layer)
	if !ok {
		return nil
	}
	refuse := func(field string, why error) error {
		return &data.EditError{Index: n, Layer: e.Layer, ID: e.Feature.ID, Field: field, Err: why}
	}
	if all, _ := access.DecideLayer(s.Rights, access.Write, t.Layer, access.Sensitive); all {
		return nil
	}
	row, known := uint32(0), false
	if e.Feature.ID != 0 {
		row, known = t.Find(e.Feature.ID)
	}
	if e.Op != layers.Insert {
		switch {
		case !known:
			return refuse("", data.ErrNotFound)
		case !access.Decide(x, s.Rights, access.Read, access.SubjectOf(t, row), access.Open):
			return refuse("", data.ErrNotFound) // who may not know of it hears what they would of one that is not there
		}
	}
	if known {
		if field, ok := s.may(x, access.SubjectOf(t, row), t.Layer, e, true); !ok {
			return refuse(field, ErrDenied)
		}
	}
	if e.Op == layers.Delete || len(e.Feature.Values) != len(t.Layer.Fields) {
		return nil
	}
	to, err := becomes(t, row, known, e)
	if err != nil {
		return nil //nolint:nilerr // the store says what is the matter with the geometry
	}
	if field, ok := s.may(x, to, t.Layer, e, known); !ok {
		return refuse(field, ErrDenied)
	}
	return nil
}

// may tells whether all that an edit sets may be written where a feature lies, and else which field may not, "" for all. That
// a value is as it was makes no difference, for that would tell what it is.
func (s *Store) may(x *area.Index, where access.Subject, l *layers.Layer, e *layers.Edit, known bool) (field string, ok bool) {
	if !access.Decide(x, s.Rights, access.Write, where, access.Open) {
		return "", false
	}
	if e.Op == layers.Delete {
		return "", true
	}
	for i := range l.Fields {
		f := &l.Fields[i]
		begins := !known && i < len(e.Feature.Values) && e.Feature.Values[i].IsNull()
		if f.Secrecy == access.Open || !data.Sets(e, i) || begins {
			continue
		}
		if !access.Decide(x, s.Rights, access.Write, where, f.Secrecy) {
			return f.ID, false
		}
	}
	return "", true
}

// becomes is the feature as the edit leaves it.
func becomes(t *snapshot.Table, row uint32, known bool, e *layers.Edit) (access.Subject, error) {
	values, shape := e.Feature.Values, geo.Shape{}
	if known && e.Op == layers.Update {
		values = slices.Clone(values)
		for i := range values {
			if !data.Sets(e, i) {
				values[i] = t.Value(row, i)
			}
		}
		shape = t.Shape(row)
	}
	if e.Feature.Geometry != nil {
		var err error
		if shape, err = geo.NewShape(e.Feature.Geometry); err != nil {
			return access.Subject{}, err
		}
	}
	return access.Subject{Layer: t.Layer, Value: func(field int) layers.Value { return values[field] }, Shape: shape}, nil
}
