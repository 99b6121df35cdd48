package editing

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/layers/features"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/web/problem"
	"github.com/cuntu/cuntu/web/query"
)

// Limits of a batch.
const (
	MostBatchBytes = 32 << 20
	mostEdits      = 5000
	mostRefused    = 100 // of a partial batch, each of which has the store begin anew
)

// Batch is what is sent to edit features of several layers at once.
type Batch struct {
	Policy string      `json:"policy,omitempty" enum:"atomic,partial" doc:"Atomic, the default: all or none. Partial leaves out what is refused"`
	Reason string      `json:"reason,omitempty" doc:"Why, for the history"`
	Edits  []BatchEdit `json:"edits"`
}

// BatchEdit is one edit of a batch.
type BatchEdit struct {
	Op       string                     `json:"op" enum:"insert,update,delete"`
	Layer    string                     `json:"layer"`
	ID       int64                      `json:"id,omitempty" doc:"Of the feature; the server gives that of a new one"`
	Base     string                     `json:"base,omitempty" doc:"The ETag that the feature was read with, or *"`
	Values   map[string]json.RawMessage `json:"values,omitempty" doc:"The fields to set; null unsets one"`
	Geometry json.RawMessage            `json:"geometry,omitempty" doc:"GeoJSON in WGS 84; null takes it away"`
}

// BatchAnswer says what became of a batch.
type BatchAnswer struct {
	Edits []EditAnswer `json:"edits"` // in the order in which they were sent
	Seen  bool         `json:"seen" doc:"Whether the map has the edits already; false where they were done before"`
	At    *time.Time   `json:"at,omitempty" doc:"When they were done, where that was before"`
}

// EditAnswer says what became of one edit.
type EditAnswer struct {
	Op      string           `json:"op"`
	Layer   string           `json:"layer"`
	ID      int64            `json:"id,omitempty"`
	ETag    string           `json:"etag,omitempty" doc:"Of the feature as it is now; not of one that is deleted or not seen yet"`
	Problem *problem.Problem `json:"problem,omitempty" doc:"Why it was left out"`
}

const partial = "partial"

// Post answers POST /api/edits.
func (e *Editor) Post(w http.ResponseWriter, r *http.Request) error {
	if err := query.New(r).Done(); err != nil {
		return err
	}
	by, err := Authorship(r)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	sent, err := readBatch(body)
	if err != nil {
		return err
	}
	if sent.Reason != "" {
		by.Reason = sent.Reason
		if err := CheckReason("reason", by.Reason); err != nil {
			return err
		}
	}
	b := &batch{Batch: sent, editor: e, answer: BatchAnswer{Edits: make([]EditAnswer, len(sent.Edits))}, wish: Wish{By: by}}
	if key := readKey(r); key != "" {
		sum := sha256.Sum256(body)
		b.wish.Receipt = &data.Receipt{Actor: by.Actor, Key: key, Request: hex.EncodeToString(sum[:])}
		if err := data.CheckReceipt(b.wish.Receipt); err != nil {
			return layers.NewFault(KeyHeader, "must have from 1 to %d bytes", data.MostKey)
		}
	}
	if err := b.read(e.Served()); err != nil {
		return err
	}
	if err := b.write(r); err != nil {
		return b.replay(w, err)
	}
	return writeJSON(w, b.answer)
}

// readKey is the key that the request gives; the header may have it in quotes, as structured fields do.
func readKey(r *http.Request) string {
	return strings.Trim(strings.TrimSpace(r.Header.Get(KeyHeader)), `"`)
}

func readBatch(body []byte) (b Batch, err error) {
	in := json.NewDecoder(bytes.NewReader(body))
	in.DisallowUnknownFields()
	if err := in.Decode(&b); err != nil {
		return b, layers.NewFault("body", "is no batch of edits: %s", strings.TrimPrefix(err.Error(), "json: "))
	}
	var wrong layers.Faults
	if b.Policy != "" && b.Policy != "atomic" && b.Policy != partial {
		wrong.Add("policy", "%q is not one of atomic, partial", b.Policy)
	}
	if n := len(b.Edits); n == 0 || n > mostEdits {
		wrong.Add("edits", "has %d; from 1 to %d are allowed", n, mostEdits)
	}
	return b, wrong.Err()
}

// batch is a batch under way.
type batch struct {
	Batch
	editor *Editor
	answer BatchAnswer
	wish   Wish
	known  map[string]*layers.Recorded
	at     []int // the index in the batch of each edit of the wish
}

// read reads all edits. What is wrong with one of a partial batch is its own matter.
func (b *batch) read(snap *snapshot.Snapshot) error {
	var wrong layers.Faults
	for i := range b.Edits {
		sent := &b.Edits[i]
		b.answer.Edits[i] = EditAnswer{Op: sent.Op, Layer: sent.Layer, ID: sent.ID}
		edit, err := b.readEdit(snap, i)
		faults, isFaults := errors.AsType[layers.Faults](err)
		refused, isRefusal := errors.AsType[*problem.Problem](err)
		switch {
		case err == nil:
			mine, _ := json.Marshal(sent) // was read from JSON
			b.wish.Edits, b.wish.Mine, b.at = append(b.wish.Edits, edit), append(b.wish.Mine, mine), append(b.at, i)
		case b.Policy == partial && isFaults:
			b.answer.Edits[i].Problem = &problem.Problem{
				Title: "Bad request", Status: http.StatusBadRequest, Detail: faults.Error(), Errors: faults,
			}
		case b.Policy == partial && isRefusal:
			b.answer.Edits[i].Problem = refused
		case isFaults:
			wrong = append(wrong, faults...)
		case isRefusal:
			refused.Edit = &i
			return refused
		default:
			return err
		}
	}
	return wrong.Err()
}

// recorded gathers, once a layer, the features whose fields follow from steps.
func (b *batch) recorded(l *layers.Layer) *layers.Recorded {
	if b.known == nil {
		b.known = map[string]*layers.Recorded{}
	}
	if b.known[l.ID] == nil {
		b.known[l.ID] = b.editor.Recorded(l)
	}
	return b.known[l.ID]
}

func (b *batch) readEdit(snap *snapshot.Snapshot, i int) (layers.Edit, error) {
	sent, prefix := &b.Edits[i], fmt.Sprintf("edits[%d].", i)
	ops := []string{"insert", "update", "delete"}
	if !slices.Contains(ops, sent.Op) {
		return layers.Edit{}, layers.NewFault(prefix+"op", "%q is not one of %s", sent.Op, strings.Join(ops, ", "))
	}
	t, ok := snap.Table(sent.Layer)
	if !ok {
		return layers.Edit{}, layers.NewFault(prefix+"layer", "%q is not one of %s", sent.Layer, strings.Join(snap.Catalog.IDs(), ", "))
	}
	l, _ := b.editor.Stored().Catalog.Layer(sent.Layer) // is that of the table
	var faults layers.Faults
	reading := &Reading{
		Layer: l, Table: t, System: features.DefaultSystem(), Prefix: prefix, Faults: &faults, Recorded: b.recorded(l),
	}
	if sent.Op == "insert" {
		reading.Whole = true
		if sent.ID != 0 {
			faults.Add(prefix+"id", "is given by the server")
		}
		edit := reading.Read(Sent{sent.Values, sent.Geometry})
		return edit, faults.Err()
	}
	if l.AppendOnly {
		return layers.Edit{}, layers.NewFault(prefix+"op", "must be insert: layer %s is a record, which nothing overwrites", l.ID)
	}
	if sent.Base == "" {
		return layers.Edit{}, Unconditional(prefix + "base")
	}
	row, ok := t.Find(sent.ID)
	if !ok {
		return layers.Edit{}, &problem.Problem{
			Title: "Not found", Status: http.StatusNotFound, Current: json.RawMessage("null"),
			Detail: fmt.Sprintf("layer %s has no feature %d; it may have been deleted", l.ID, sent.ID),
		}
	}
	reading.Row, reading.Hidden = &row, b.editor.Hidden(l.ID, sent.ID)
	edit := layers.Edit{Op: layers.Delete, Layer: l.ID, Feature: layers.Feature{ID: sent.ID}}
	if sent.Op == "update" {
		edit = reading.Read(Sent{sent.Values, sent.Geometry})
	}
	if err := faults.Err(); err != nil {
		return edit, err
	}
	if edit.Base = reading.Base(sent.Base); edit.Base == nil {
		mine, _ := json.Marshal(sent) // was read from JSON
		return edit, reading.Stale(mine)
	}
	return edit, nil
}

// write does the edits. Those of a partial batch that the store refuses are left out, and the others done.
func (b *batch) write(r *http.Request) error {
	b.wish.Answer = func(ids []int64) ([]byte, error) {
		b.put(ids)
		return json.Marshal(b.answer)
	}
	for refusals := 0; ; refusals++ {
		ids, seen, err := b.editor.Write(r.Context(), b.wish)
		refused, ok := errors.AsType[*problem.Problem](err)
		if !ok || refused.Status == http.StatusServiceUnavailable || b.Policy != partial || refusals == mostRefused {
			if ok && refused.Edit != nil {
				refused.Edit = &b.at[*refused.Edit]
			}
			if err != nil {
				return err
			}
			b.put(ids)
			if b.answer.Seen = seen; seen {
				b.tag()
			}
			return nil
		}
		n := 0
		if refused.Edit != nil {
			n = *refused.Edit
		}
		refused.Edit = nil
		b.answer.Edits[b.at[n]].Problem = refused
		b.at = slices.Delete(b.at, n, n+1)
		b.wish.Edits, b.wish.Mine = slices.Delete(b.wish.Edits, n, n+1), slices.Delete(b.wish.Mine, n, n+1)
	}
}

func (b *batch) put(ids []int64) {
	for n, id := range ids {
		b.answer.Edits[b.at[n]].ID = id
	}
}

// tag adds the tags of what is edited, as it is now.
func (b *batch) tag() {
	snap := b.editor.Served()
	for _, i := range b.at {
		e := &b.answer.Edits[i]
		t, ok := snap.Table(e.Layer)
		if !ok {
			continue
		}
		if row, ok := t.Find(e.ID); ok && e.Op != "delete" {
			e.ETag = Tag(t, row)
		}
	}
}

// replay answers a batch that was done before as it was answered then.
func (b *batch) replay(w http.ResponseWriter, err error) error {
	before, ok := errors.AsType[*data.WrittenError](err)
	if !ok {
		return err
	}
	if before.Request != b.wish.Receipt.Request {
		return &problem.Problem{
			Title: "Key used", Status: http.StatusUnprocessableEntity,
			Detail: "this " + KeyHeader + " was sent with another batch of edits; take a new one",
		}
	}
	w.Header().Set("Idempotency-Replayed", "true")
	return answerOf(w, before.Receipt)
}

// Get answers GET /api/edits/{key}: what became of a batch that was sent with the key.
func (e *Editor) Get(w http.ResponseWriter, r *http.Request) error {
	if err := query.New(r).Done(); err != nil {
		return err
	}
	key := mux.Vars(r)["key"]
	receipt, err := e.Store.Receipt(r.Context(), access.From(r.Context()).ID, key)
	if errors.Is(err, data.ErrNoReceipt) {
		return &problem.Problem{
			Title: "Not found", Status: http.StatusNotFound,
			Detail: fmt.Sprintf("no edits with this key came to pass within %d days", data.KeptReceipts/(24*time.Hour)),
		}
	}
	if err != nil {
		return refusalOf(err, nil, nil)
	}
	return answerOf(w, receipt)
}

func answerOf(w http.ResponseWriter, receipt data.Receipt) error {
	var answer BatchAnswer
	if err := json.Unmarshal(receipt.Answer, &answer); err != nil {
		return fmt.Errorf("the receipt %q: %w", receipt.Key, err)
	}
	answer.At = &receipt.Time
	return writeJSON(w, answer)
}

func writeJSON(w http.ResponseWriter, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(b, '\n')) // a caller that is gone needs no answer
	return nil
}
