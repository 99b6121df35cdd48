package guard

import (
	"context"
	"slices"
	"time"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/layers/area"
)

// everywhere tells whether nothing of the layer is hidden.
func (s *Store) everywhere(l *layers.Layer) bool {
	all, _ := access.DecideLayer(s.Rights, access.Read, l, access.Sensitive)
	return all
}

// Load implements data.Store: rows that may not be read are not there, and fields that may not are null.
func (s *Store) Load(ctx context.Context, add func(*layers.Layer, *layers.Feature) error) (data.Cursor, error) {
	return s.Store.Load(ctx, s.seen(add))
}

// LoadLayers implements data.Store as Load does.
func (s *Store) LoadLayers(ctx context.Context, ids []string, add func(*layers.Layer, *layers.Feature) error) (data.Cursor, error) {
	return s.Store.LoadLayers(ctx, ids, s.seen(add))
}

// LoadAt implements data.History as Load does: who may read a row is told what it was then, by where the areas lie now.
func (s *Store) LoadAt(
	ctx context.Context, ids []string, at time.Time, add func(*layers.Layer, *layers.Feature) error,
) error {
	return s.Store.LoadAt(ctx, ids, at, s.seen(add))
}

// seen passes on what may be read.
func (s *Store) seen(add func(*layers.Layer, *layers.Feature) error) func(*layers.Layer, *layers.Feature) error {
	x := s.Areas.Get(s.Snapshot())
	return func(l *layers.Layer, f *layers.Feature) error {
		if s.everywhere(l) {
			return add(l, f)
		}
		shape, err := geo.NewShape(f.Geometry)
		if err != nil {
			return nil //nolint:nilerr // of a row that cannot be placed nobody but who may read everything is told
		}
		what := access.Subject{Layer: l, Value: func(field int) layers.Value { return f.Values[field] }, Shape: shape}
		if !access.Decide(x, s.Rights, access.Read, what, access.Open) {
			return nil
		}
		less := layers.Feature{ID: f.ID, Geometry: f.Geometry, Values: slices.Clone(f.Values)}
		for i := range l.Fields {
			if c := l.Fields[i].Secrecy; c != access.Open && !access.Decide(x, s.Rights, access.Read, what, c) {
				less.Values[i] = layers.Null
			}
		}
		less.Unread = f.Unread
		return add(l, &less)
	}
}

// Pasts implements data.History: of changes of rows that may not be read nothing is told, and no values of fields that may
// not be. Values that are not open are told of who may read them both where the feature was and where it came to lie.
func (s *Store) Pasts(ctx context.Context, q data.PastQuery, fn func(*data.Past) error) error {
	snap := s.Snapshot()
	x, told := s.Areas.Get(snap), 0
	for {
		read := 0
		err := s.Store.Pasts(ctx, q, func(p *data.Past) error {
			if read++; q.OldestFirst {
				q.After = p.Seq
			} else {
				q.Before = p.Seq
			}
			if !s.tell(x, snap.Catalog, p) {
				return nil
			}
			told++
			return fn(p)
		})
		// Where some were passed over, others come in their places.
		if err != nil || q.Most == 0 || read < q.Most || told == q.Most {
			return err
		}
		q.Most -= told
		told = 0
	}
}

// tell tells whether there is anything to tell of a change, from which it takes what may not be told.
func (s *Store) tell(x *area.Index, catalog *layers.Catalog, p *data.Past) bool {
	s.anonymise(p)
	l, ok := catalog.Layer(p.Layer)
	if !ok || !s.mayKnow(x, l, p, access.Open) {
		return false
	}
	for i := range l.Fields {
		f := &l.Fields[i]
		if f.Secrecy != access.Open && !s.mayKnow(x, l, p, f.Secrecy) {
			delete(p.Before, f.ID)
			delete(p.After, f.ID)
		}
	}
	return p.Op != layers.Update || len(p.Before)+len(p.After) > 0 || p.Moved()
}

// mayKnow tells whether fields of a class of a change may be read.
func (s *Store) mayKnow(x *area.Index, l *layers.Layer, p *data.Past, class layers.Secrecy) bool {
	all, some := access.DecideLayer(s.Rights, access.Read, l, class)
	if all || !some {
		return all
	}
	if len(p.Areas) == 0 {
		t, _ := s.Snapshot().Table(l.ID)
		row, ok := t.Find(p.ID)
		return ok && access.Decide(x, s.Rights, access.Read, access.SubjectOf(t, row), class)
	}
	for _, code := range lowest(x, p.Areas) {
		if in := access.DecideArea(x, s.Rights, access.Read, l, code, class); in != (class != access.Open) {
			return in
		}
	}
	return class != access.Open
}

// lowest are the areas in which no other of them lies.
func lowest(x *area.Index, codes []string) (list []string) {
	for _, code := range codes {
		if !slices.ContainsFunc(codes, func(other string) bool {
			return other != code && slices.ContainsFunc(x.Path(other), func(a area.Area) bool { return a.Code == code })
		}) {
			list = append(list, code)
		}
	}
	return list
}

// anonymise takes from a change who made it, where that is not to be told.
func (s *Store) anonymise(p *data.Past) {
	if s.Stranger {
		p.By = data.Authorship{Origin: p.By.Origin}
		p.Role, p.App, p.Client = "", "", ""
	}
}

// Tallies implements data.History: of layers that may be read in part it tells of what may be read alone.
func (s *Store) Tallies(ctx context.Context, q data.PastQuery) ([]data.Tally, error) {
	snap := s.Snapshot()
	x := s.Areas.Get(snap)
	list, err := s.Store.Tallies(ctx, q)
	seen := list[:0]
	for i := range list {
		t := &list[i]
		if l, ok := snap.Catalog.Layer(t.Layer); ok && s.mayKnow(x, l, &t.Past, access.Open) {
			s.anonymise(&t.Past)
			seen = append(seen, *t)
		}
	}
	return seen, err
}
