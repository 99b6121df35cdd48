package casework

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Evidence is what a step rested on, as it was when the step was taken: it is kept as it is and named by its digest. What
// changes later makes it no other; it only shows.
type Evidence struct {
	Procedure string    `json:"procedure"`
	Subject   string    `json:"subject"`
	Name      string    `json:"name"`
	Step      string    `json:"step"`
	At        time.Time `json:"at"`
	Year      int       `json:"year,omitempty"` // that coverage was judged as of
	// Snapshot is the digest of each layer that was judged by, as it was.
	Snapshot map[string]string       `json:"snapshot"`
	Criteria []Criterion             `json:"criteria"`
	Fields   map[string]layers.Value `json:"fields"` // of the subject; without those that are sensitive
	Rests    []Rest                  `json:"rests"`  // the features that it rests on, the subject among them
}

// Criterion is one criterion as it was judged.
type Criterion struct {
	Code  string       `json:"code"`
	State string       `json:"state"`
	Value layers.Value `json:"value"`
	Text  layers.Words `json:"text"`
}

// Rest is a feature as it was.
type Rest struct {
	Layer  string `json:"layer"`
	ID     int64  `json:"id"`
	Name   string `json:"name,omitempty"`
	Digest string `json:"digest"`
}

// Freeze is the evidence of a step of a case at a moment.
func (w *World) Freeze(ctx context.Context, c *Case, step string, at time.Time) (*Evidence, error) {
	e := &Evidence{
		Procedure: c.ID, Subject: c.Key, Name: c.Name, Step: step, At: at.UTC().Truncate(time.Second),
		Snapshot: map[string]string{}, Criteria: []Criterion{}, Fields: map[string]layers.Value{},
	}
	for i := range c.Table.Layer.Fields {
		f := &c.Table.Layer.Fields[i]
		if v := c.Table.Value(c.Row, i); !f.Derived && f.Secrecy != layers.Sensitive && !v.IsNull() {
			e.Fields[f.ID] = v
		}
	}
	e.Rests = append(e.Rests, rest(c.Table, c.Row))
	criteria, err := w.criteria(c)
	if err != nil {
		return nil, err
	}
	for _, k := range criteria {
		e.Criteria = append(e.Criteria, Criterion{Code: k.Code, State: k.State.String(), Value: k.Value, Text: k.Sentence()})
	}
	if len(criteria) == 0 {
		return e, nil
	}
	r, err := w.Covered()
	if err != nil {
		return nil, err
	}
	e.Year = r.Year
	for _, id := range coverage.MarkReads() {
		if t, ok := w.Snap.Table(id); ok {
			e.Snapshot[id] = DigestOf(t)
		}
	}
	return e, w.addWay(ctx, r, c, e)
}

// addWay adds the roads on which a village reaches its county seat.
func (w *World) addWay(ctx context.Context, r *coverage.Result, c *Case, e *Evidence) error {
	if c.Layer != service.MarkedLayer || r.Network.Table == nil {
		return nil
	}
	row, ok := r.Villages.Table.Find(c.Table.ID(c.Row))
	if !ok {
		return nil
	}
	i, _ := r.Villages.Index(row)
	if _, placed := r.Villages.At(i); !placed || r.Villages.County[i] < 0 {
		return nil
	}
	way, err := r.WayOut(ctx, i)
	if err != nil {
		return err
	}
	var seen []uint32
	for _, s := range way.Steps {
		road := s.Row
		if !slices.Contains(seen, road) {
			seen = append(seen, road)
			e.Rests = append(e.Rests, rest(r.Network.Table, road))
		}
	}
	return nil
}

func rest(t *snapshot.Table, row uint32) Rest {
	return Rest{Layer: t.Layer.ID, ID: t.ID(row), Name: t.Get(row, "name").Text(), Digest: digestOf(t, row).String()}
}

func digestOf(t *snapshot.Table, row uint32) layers.Digest {
	return layers.DigestOf(t.Layer.Fields, func(field int) layers.Value { return t.Value(row, field) }, t.Shape(row))
}

// DigestOf is the digest of all features of a table. It costs about a microsecond a feature.
func DigestOf(t *snapshot.Table) string {
	sum := sha256.New()
	for row := range t.ByID {
		d := digestOf(t, row)
		sum.Write(d[:])
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

// Encode is the evidence as it is kept, and the digest that names it.
func (e *Evidence) Encode() (content []byte, digest string, err error) {
	content, err = json.Marshal(e)
	if err != nil {
		return nil, "", err
	}
	return content, NameOf(content), nil
}

// NameOf is the digest of evidence as it is kept.
func NameOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// Moved is a feature that is not as it was.
type Moved struct {
	Rest
	Gone bool `json:"gone,omitempty"`
}

// Moved are the features that the evidence rests on and that are not as they were. What a following field says of the
// subject is no change of it: the procedure itself writes that.
func (e *Evidence) Moved(snap *snapshot.Snapshot) []Moved {
	list := []Moved{}
	for n, r := range e.Rests {
		t, ok := snap.Table(r.Layer)
		if !ok {
			continue
		}
		row, ok := t.Find(r.ID)
		switch {
		case !ok:
			list = append(list, Moved{r, true})
		case n == 0 && !e.sameFields(t, row):
			list = append(list, Moved{r, false})
		case n > 0 && digestOf(t, row).String() != r.Digest:
			list = append(list, Moved{r, false})
		}
	}
	return list
}

// sameFields tells whether the subject's fields are as they were, but for those that follow from the record.
func (e *Evidence) sameFields(t *snapshot.Table, row uint32) bool {
	for i := range t.Layer.Fields {
		f := &t.Layer.Fields[i]
		if f.Derived || f.Secrecy == layers.Sensitive || f.Follows != "" || f.Signed {
			continue
		}
		v := t.Value(row, i)
		was, known := e.Fields[f.ID]
		if known == v.IsNull() || known && was.String() != v.String() {
			return false
		}
	}
	return true
}
