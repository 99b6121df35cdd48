package data

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
)

// Copied counts what Copy wrote, and the features that it could not.
type Copied struct{ Features, Documents, Users, Pasts, LeftOut int }

// CopyOptions are the choices of Copy.
type CopyOptions struct {
	// Replace lets the target hold something already, which goes.
	Replace bool
	// Progress, unless nil, is told how many features are copied.
	Progress func(features int)
	// By is who copies, where the target's history records it.
	By Authorship
	// LeftOut, unless nil, is told of each row that no store takes, and why.
	LeftOut func(error)
}

// Why Copy refuses, for errors.Is.
var (
	ErrNotEmpty = errors.New("the target is not empty")
	ErrNothing  = errors.New("there is nothing to copy")
)

// Copy puts all features and documents of one store into another, under the ids
// that they have, in one transaction of the target. Both must have the same
// catalogue. The features are as of one moment; the documents are those of just
// before it, so that no document tells of what is not there. The changes that led
// there, as a cursor counts them, stay behind, since a cursor of one store means nothing in another; so do jobs.
//
// The history goes along where the target has none. Where it has one, that goes on: what Copy does is in it as any other
// change, and the source's history stays in the source.
//
// Users, their grants and what they prove themselves by are copied; sessions and API tokens are not, since one that was
// ended since would go on. Where the copied store has no users, those of the target stay: it is not for a backup to let
// everybody in.
//
// A row of which a part cannot be read, or that no edit may write, is left out: one bad
// row does not keep the others from being copied.
//
// It refuses, with nothing written, when the target changes meanwhile.
func Copy(ctx context.Context, from, to Store, catalog *layers.Catalog, o CopyOptions) (Copied, error) {
	there, since, err := contents(ctx, to, o.Replace)
	if err != nil {
		return Copied{}, err
	}
	documents, err := to.ListDocuments(ctx, "")
	if err != nil {
		return Copied{}, err
	}
	accounts, err := readAccounts(ctx, from)
	if err != nil {
		return Copied{}, err
	}
	if !o.Replace && len(documents) > 0 {
		return Copied{}, ErrNotEmpty
	}
	listed, err := from.ListDocuments(ctx, "")
	if err != nil {
		return Copied{}, err
	}
	c := copier{from: from, catalog: catalog, progress: o.Progress, leftOut: o.LeftOut}
	w := Writing{
		Edits: c.edits(ctx, there), Since: since, Layers: catalog.IDs(), By: o.By,
		Documents: c.documents(ctx, listed), OnlyDocuments: true, Accounts: accounts.put(o.Replace),
	}
	kept, err := hasHistory(ctx, to)
	if err != nil {
		return Copied{}, err
	}
	comes, err := hasHistory(ctx, from)
	if err != nil {
		return Copied{}, err
	}
	if comes && !kept {
		w.Pasts = c.pasts(ctx)
	}
	if _, err = to.Write(ctx, w); err != nil {
		return Copied{}, err
	}
	c.done.Users = len(accounts.users)
	return c.done, nil
}

// hasHistory tells whether a store remembers any change.
func hasHistory(ctx context.Context, s Store) (has bool, err error) {
	err = s.Pasts(ctx, PastQuery{Most: 1}, func(*Past) error { has = true; return nil })
	return has, err
}

// copiedAccounts are users with all that is theirs, and the settings.
type copiedAccounts struct {
	users    []User
	secrets  []Secrets
	settings AccountSettings
}

func readAccounts(ctx context.Context, from Store) (c copiedAccounts, err error) {
	err = from.ReadAccounts(ctx, func(tx AccountTx) (err error) {
		if c.users, err = tx.Users(); err != nil {
			return err
		}
		c.secrets = make([]Secrets, len(c.users))
		for i, u := range c.users {
			if c.secrets[i], err = tx.Secrets(u.ID); err != nil {
				return err
			}
		}
		c.settings, err = tx.AccountSettings()
		return err
	})
	return c, err
}

// put writes the accounts in the place of the target's, or into a target that has none.
func (c *copiedAccounts) put(replace bool) func(AccountTx) error {
	if len(c.users) == 0 {
		return nil
	}
	return func(tx AccountTx) error {
		there, err := tx.Users()
		if err != nil {
			return err
		}
		if len(there) > 0 && !replace {
			return fmt.Errorf("%w: it has accounts", ErrNotEmpty)
		}
		if err := tx.Clear(); err != nil {
			return err
		}
		if err := tx.PutAccountSettings(c.settings); err != nil {
			return err
		}
		for i, u := range c.users {
			if err := tx.PutUser(u); err != nil {
				return err
			}
			if err := tx.PutSecrets(u.ID, c.secrets[i]); err != nil {
				return err
			}
		}
		return nil
	}
}

// place is a feature that is there.
type place struct {
	layer string
	id    int64
}

// contents are the features that will have to go.
func contents(ctx context.Context, s Store, mayGo bool) ([]place, Cursor, error) {
	var all []place
	cursor, err := s.Load(ctx, func(l *layers.Layer, f *layers.Feature) error {
		if !mayGo {
			return ErrNotEmpty
		}
		all = append(all, place{l.ID, f.ID})
		return nil
	})
	return all, cursor, err
}

type copier struct {
	from     Store
	catalog  *layers.Catalog
	progress func(int)
	leftOut  func(error)
	done     Copied
}

// errEnough ends a load whose features nobody takes any more.
var errEnough = errors.New("enough")

// edits delete what is there and insert what is to be.
func (c *copier) edits(ctx context.Context, there []place) iter.Seq2[layers.Edit, error] {
	return func(yield func(layers.Edit, error) bool) {
		for _, p := range there {
			if !yield(layers.Edit{Op: layers.Delete, Layer: p.layer, Feature: layers.Feature{ID: p.id}}, nil) {
				return
			}
		}
		_, err := c.from.Load(ctx, func(l *layers.Layer, f *layers.Feature) error {
			kept := layers.Feature{ID: f.ID, Geometry: orb.Clone(f.Geometry), Values: slices.Clone(f.Values)}
			e := layers.Edit{Op: layers.Insert, Layer: l.ID, Feature: kept}
			if err := c.refusal(l, f, &e); err != nil {
				if c.done.LeftOut++; c.leftOut != nil {
					c.leftOut(err)
				}
				return nil
			}
			if !yield(e, nil) {
				return errEnough
			}
			if c.done.Features++; c.progress != nil {
				c.progress(c.done.Features)
			}
			return nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			yield(layers.Edit{}, err)
		}
	}
}

// pasts are the source's history, the oldest first.
func (c *copier) pasts(ctx context.Context) iter.Seq2[*Past, error] {
	return func(yield func(*Past, error) bool) {
		err := c.from.Pasts(ctx, PastQuery{OldestFirst: true, Geometry: true}, func(p *Past) error {
			if !yield(p, nil) {
				return errEnough
			}
			c.done.Pasts++
			return nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			yield(nil, err)
		}
	}
}

// refusal is why a row cannot be written.
func (c *copier) refusal(l *layers.Layer, f *layers.Feature, e *layers.Edit) error {
	if out, ok := judge(l, f); !ok {
		return out
	}
	_, err := CheckEdit(c.catalog, -1, e) // which asks for required values too
	return err
}

// documents yield the contents of those listed, one at a time; one that is deleted
// meanwhile is passed over.
func (c *copier) documents(ctx context.Context, listed []Document) func([]int64) iter.Seq2[Document, error] {
	return func([]int64) iter.Seq2[Document, error] {
		return func(yield func(Document, error) bool) {
			if c.done.Features == 0 && c.done.LeftOut == 0 && len(listed) == 0 {
				yield(Document{}, ErrNothing)
				return
			}
			for _, about := range listed {
				d, err := c.from.Document(ctx, about.Kind, about.ID)
				if errors.Is(err, ErrNoDocument) {
					continue
				}
				if err != nil {
					yield(d, fmt.Errorf("copy document %s/%s: %w", about.Kind, about.ID, err))
					return
				}
				if !yield(d, nil) {
					return
				}
				c.done.Documents++
			}
		}
	}
}
