package editing

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"time"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/layers/personal"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Editor writes the edits of one client to the store.
type Editor struct {
	Store data.Store
	// Stored is the latest snapshot as it came from the store, Marked the one with derived fields besides, and Served that one
	// as the editor may see it. None is nil when an edit comes.
	Stored, Marked, Served func() *snapshot.Snapshot
	// Hidden are the fields that the editor sees in the layer, and of which he may not see the values in this feature.
	Hidden func(layer string, id int64) []string
	// Open tells whether there is anybody who may write. Whether it is who asks, its callers ask.
	Open bool
}

// Recorded gathers the features of a layer whose fields follow from steps. It costs a look at the records.
func (e *Editor) Recorded(l *layers.Layer) *layers.Recorded {
	r := layers.NewRecorded(l)
	for _, id := range l.RecordsOf() {
		if t, ok := e.Stored().Table(id); ok {
			for row := range t.Rows {
				r.Add(id, t.Value(row, 0))
			}
		}
	}
	return r
}

// seenPatience is how long an answer waits until the server's own snapshot has what was written: the map follows within a
// second.
const seenPatience = 5 * time.Second

// The headers by which clients say more of an edit. A reason in other letters than ASCII is percent-encoded.
const (
	PageHeader   = "X-Cuntu-Page"
	ReasonHeader = "X-Edit-Reason"
	KeyHeader    = "Idempotency-Key"
	// SeenHeader answers "false" where an edit was written and is not on this server's map yet.
	SeenHeader = "X-Edit-Seen"
)

// Authorship says who writes with a request, whence and why.
func Authorship(r *http.Request) (data.Authorship, error) {
	actor := access.From(r.Context())
	by := data.Authorship{Actor: actor.ID, Name: actor.Login, Origin: data.FromAPI}
	if r.Header.Get(PageHeader) != "" {
		by.Origin = data.FromPage
	}
	reason, err := url.PathUnescape(r.Header.Get(ReasonHeader))
	if err != nil {
		return by, layers.NewFault(ReasonHeader, "must be percent-encoded UTF-8")
	}
	by.Reason = reason
	return by, CheckReason(ReasonHeader, reason)
}

// CheckReason says whether a reason, which a part of the request gives, is short enough.
func CheckReason(part, reason string) error {
	if len(reason) > data.MostReason {
		return layers.NewFault(part, "has %d bytes; %d are allowed", len(reason), data.MostReason)
	}
	if k := personal.Find(reason); k != personal.None {
		return personal.Refusal(part, k)
	}
	return nil
}

// Wish is edits that are to be done together.
type Wish struct {
	Edits []layers.Edit
	Mine  []json.RawMessage // what the client sent of each, to show it beside what is there
	By    data.Authorship
	// Receipt, unless it is nil, is kept of the writing; Answer makes its answer.
	Receipt *data.Receipt
	Answer  func(ids []int64) ([]byte, error)
	// Since, Layers and Documents are as a data.Writing has them.
	Since     data.Cursor
	Layers    []string
	Documents func(ids []int64) iter.Seq2[data.Document, error]
}

// Write does all edits or none, and waits until the snapshots have them; seen tells whether they do. The error is a
// *problem.Problem
// where the editor can mend it, and a *data.WrittenError where it was done before.
func (e *Editor) Write(ctx context.Context, w Wish) (ids []int64, seen bool, err error) {
	ids, err = e.Store.Write(ctx, data.Writing{
		Edits: data.Edits(w.Edits...), By: w.By, Receipt: w.Receipt, Answer: w.Answer, Since: w.Since, Layers: w.Layers, Documents: w.Documents,
	})
	if err != nil {
		return nil, false, refusalOf(err, e.Stored().Catalog, &w)
	}
	return ids, e.await(ctx, expected(w.Edits, ids)), nil
}

// outcome is what a feature must be once the edits of a batch are seen.
type outcome struct {
	layer  string
	id     int64
	gone   bool
	values map[int]layers.Value
	placed bool
	shape  geo.Shape
}

// expected is what becomes of the features that are edited.
func expected(edits []layers.Edit, ids []int64) (list []*outcome) {
	known := map[string]*outcome{}
	for i := range edits {
		e := &edits[i]
		key := fmt.Sprint(e.Layer, "/", ids[i])
		o := known[key]
		if o == nil {
			o = &outcome{layer: e.Layer, id: ids[i], values: map[int]layers.Value{}}
			known[key] = o
			list = append(list, o)
		}
		if o.gone = e.Op == layers.Delete; o.gone {
			continue
		}
		for field, v := range e.Feature.Values {
			if data.Sets(e, field) {
				o.values[field] = v
			}
		}
		if data.Places(e) {
			o.placed = true
			o.shape, _ = geo.NewShape(e.Feature.Geometry) // was checked
		}
	}
	return list
}

// await returns when both snapshots have what is expected, or tells after a while that they do not: somebody else may have
// changed it again since, or the feed is slow.
func (e *Editor) await(ctx context.Context, list []*outcome) bool {
	ctx, cancel := context.WithTimeout(ctx, seenPatience)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		if has(e.Stored(), list) && has(e.Marked(), list) {
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case <-tick.C:
		}
	}
}

func has(snap *snapshot.Snapshot, list []*outcome) bool {
	for _, o := range list {
		t, ok := snap.Table(o.layer)
		if !ok {
			return false
		}
		row, ok := t.Find(o.id)
		if ok == o.gone {
			return false
		}
		if o.gone {
			continue
		}
		for field, v := range o.values {
			if t.Value(row, field) != v {
				return false
			}
		}
		if o.placed && !t.Shape(row).Equal(o.shape) {
			return false
		}
	}
	return true
}
