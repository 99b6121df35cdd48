package history

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/layers/history"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// MostRestored is how many changes may be put back at once, and MostBody how many bytes may ask for it.
const (
	MostRestored = 100_000
	MostBody     = 1 << 20
)

// Wish says which changes are to be put back: those listed, those of a feature after a moment, those of a batch, or those of
// an area or a person within a span.
type Wish struct {
	Seqs   []int64  `json:"seqs"`
	Fields []string `json:"fields"` // of these changes only these fields; "geometry" is the geometry

	Layer string `json:"layer"`
	ID    int64  `json:"id"`
	At    string `json:"at"` // the moment to which the feature goes back

	Batch string `json:"batch"`

	Since  string   `json:"since"`
	Until  string   `json:"until"`
	Area   string   `json:"area"`
	Actor  string   `json:"actor"`
	Layers []string `json:"layers"`

	DryRun bool   `json:"dry_run"`
	Reason string `json:"reason"`
	Skip   bool   `json:"skip_conflicts"` // put back the rest where some was changed again since
}

// Restored is what is put back, or would be.
type Restored struct {
	Edits     []Edited   `json:"edits"`
	Conflicts []Conflict `json:"conflicts"`
	Written   bool       `json:"written"`
	Batch     string     `json:"batch,omitempty"` // by which this restoring can be taken back in turn
}

// Edited is what becomes of a feature.
type Edited struct {
	Layer    string      `json:"layer"`
	ID       int64       `json:"id"`
	Op       string      `json:"op"`
	Cells    []Cell      `json:"cells"`
	Geometry *Geometries `json:"geometry,omitempty"`
}

// Conflict is a cell that was changed again since: it stays as it is. Field is "" of a feature as a whole.
type Conflict struct {
	Layer  string       `json:"layer"`
	ID     int64        `json:"id"`
	Field  string       `json:"field"`
	Before layers.Value `json:"before"` // to which it would have gone back
	After  layers.Value `json:"after"`  // to which it had been changed
	Now    layers.Value `json:"now"`
}

// Restore answers POST /api/history/restore: it puts changes back, or tells with dry_run what that would change.
func (a *API) Restore(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	var wish Wish
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&wish); err != nil {
		if long := (*http.MaxBytesError)(nil); errors.As(err, &long) {
			return err
		}
		return layers.NewFault("body", "is not JSON of seqs, or layer, id and at, or batch, or since and until: %s",
			strings.TrimPrefix(err.Error(), "json: "))
	}
	q, err := a.wanted(&wish, snap)
	if err != nil {
		return err
	}
	const attempts = 3
	for attempt := 1; ; attempt++ {
		done, err := a.restore(r.Context(), a.For(r), &wish, q)
		if attempt < attempts && (errors.Is(err, data.ErrChanged) || errors.Is(err, data.ErrExpired)) {
			continue // somebody has just written
		}
		if err != nil {
			return refused(err)
		}
		if !done.Written && !wish.DryRun && len(done.Conflicts) > 0 {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusConflict)
		}
		return write(w, done)
	}
}

// wanted is the question for the changes of a wish.
func (a *API) wanted(wish *Wish, snap *snapshot.Snapshot) (data.PastQuery, error) {
	q := data.PastQuery{Geometry: true, Most: MostRestored + 1}
	var faults layers.Faults
	span := func(name, text string, end bool) time.Time {
		if text == "" {
			faults.Add(name, "is required: a time such as 2026-11-24T08:00:00+08:00, or a day")
			return time.Time{}
		}
		t, err := ParseMoment(text, end)
		if err != nil {
			faults.Add(name, "%v", err)
		}
		return t
	}
	if len(wish.Reason) > data.MostReason {
		faults.Add("reason", "has %d bytes; %d are allowed", len(wish.Reason), data.MostReason)
	}
	switch {
	case len(wish.Seqs) > 0:
		q.Seqs = wish.Seqs
	case wish.ID != 0:
		if _, ok := snap.Catalog.Layer(wish.Layer); !ok {
			faults.Add("layer", "%q is none of %s", wish.Layer, strings.Join(snap.Catalog.IDs(), ", "))
		}
		q.Layers, q.ID = []string{wish.Layer}, wish.ID
		q.Since = span("at", wish.At, false).Add(time.Microsecond)
	case wish.Batch != "":
		q.Batch = wish.Batch
	case wish.Since != "" && (wish.Area != "" || wish.Actor != ""):
		q.Since, q.Until = span("since", wish.Since, false), span("until", wish.Until, true)
		q.Actor, q.Layers = wish.Actor, wish.Layers
		if wish.Area != "" {
			if q.Areas = a.under(snap, wish.Area); q.Areas == nil {
				faults.Add("area", "%q is not the code of an area", wish.Area)
			}
		}
	default:
		faults.Add("body", "names nothing to put back: give seqs, or layer, id and at, or batch, or since and until with area or actor")
	}
	return q, faults.Err()
}

func (a *API) restore(ctx context.Context, store data.Store, wish *Wish, q data.PastQuery) (*Restored, error) {
	catalog := a.Catalog()
	var pasts []*history.Past
	var ids []string
	err := store.Pasts(ctx, q, func(p *data.Past) error {
		if len(pasts) == MostRestored {
			return question.TooLarge(fmt.Sprintf("more than %d changes; put back fewer at once", MostRestored))
		}
		pasts = append(pasts, only(&p.Past, wish.Fields))
		if !slices.Contains(ids, p.Layer) {
			ids = append(ids, p.Layer)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(pasts) == 0 {
		return nil, question.NotFound("there is no such change")
	}
	now, cursor, err := readNow(ctx, store, pasts, ids)
	if err != nil {
		return nil, err
	}
	back := history.NewRevert(catalog, pasts, func(l *layers.Layer, id int64) *layers.Feature { return now[place{l.ID, id}] })
	done := told(catalog, back, now)
	if wish.DryRun || len(back.Edits) == 0 || len(back.Conflicts) > 0 && !wish.Skip {
		return done, nil
	}
	actor := access.From(ctx)
	done.Batch = "restore-" + strings.ToLower(rand.Text()[:12])
	_, err = store.Write(ctx, data.Writing{
		Edits: data.Edits(back.Edits...), Since: cursor, Layers: ids,
		By: data.Authorship{Actor: actor.ID, Name: actor.Login, Origin: data.FromRestore, Reason: wish.Reason, Batch: done.Batch},
	})
	done.Written = err == nil
	return done, err
}

// only is a change as far as some fields go; whole where none are named. What came or went does so whole.
func only(p *history.Past, fields []string) *history.Past {
	if len(fields) == 0 || p.Op != layers.Update {
		return p
	}
	less := *p
	less.Before, less.After = map[string]layers.Value{}, map[string]layers.Value{}
	for _, id := range fields {
		if v, ok := p.Before[id]; ok {
			less.Before[id], less.After[id] = v, p.After[id]
		}
	}
	if !slices.Contains(fields, history.GeometryPart) {
		less.GeometryBefore, less.GeometryAfter = nil, nil
	}
	return &less
}

type place struct {
	layer string
	id    int64
}

// readNow reads the features that changes are of out of the store, exactly as they are, and the cursor of that.
func readNow(
	ctx context.Context, store data.Store, pasts []*history.Past, ids []string,
) (map[place]*layers.Feature, data.Cursor, error) {
	asked := map[place]bool{}
	for _, p := range pasts {
		asked[place{p.Layer, p.ID}] = true
	}
	now := map[place]*layers.Feature{}
	cursor, err := store.LoadLayers(ctx, ids, func(l *layers.Layer, f *layers.Feature) error {
		if k := (place{l.ID, f.ID}); asked[k] {
			now[k] = history.Copy(f)
		}
		return nil
	})
	return now, cursor, err
}

// told is what a list of edits and conflicts is to the caller.
func told(catalog *layers.Catalog, back history.Revert, now map[place]*layers.Feature) *Restored {
	done := &Restored{Edits: []Edited{}, Conflicts: []Conflict{}}
	for i := range back.Edits {
		e := &back.Edits[i]
		l, _ := catalog.Layer(e.Layer)
		was := now[place{e.Layer, e.Feature.ID}]
		out := Edited{Layer: e.Layer, ID: e.Feature.ID, Op: data.OpName(e.Op), Cells: []Cell{}}
		if e.Op == layers.Put {
			out.Op = data.OpName(layers.Update)
		}
		for n := range l.Fields {
			if e.Op == layers.Delete || !data.Sets(e, n) {
				continue
			}
			c := Cell{Field: l.Fields[n].ID, After: e.Feature.Values[n]}
			if was != nil {
				c.Before = was.Values[n]
			}
			if c.Before != c.After {
				out.Cells = append(out.Cells, c)
			}
		}
		if e.Op == layers.Put || e.Op != layers.Delete && e.Feature.Geometry != nil {
			out.Geometry = &Geometries{After: geometry(e.Feature.Geometry)}
			if was != nil {
				out.Geometry.Before = geometry(was.Geometry)
			}
		}
		done.Edits = append(done.Edits, out)
	}
	for _, c := range back.Conflicts {
		done.Conflicts = append(done.Conflicts, Conflict{c.Layer, c.ID, c.Field, c.Mine, c.Base, c.Theirs})
	}
	return done
}

// refused makes what the store refuses a fault of the one who asked.
func refused(err error) error {
	if e, ok := errors.AsType[*data.EditError](err); ok {
		part := fmt.Sprintf("%s %d", e.Layer, e.ID)
		if e.Field != "" {
			part += " " + e.Field
		}
		return layers.NewFault(part, "cannot be put back: %v", e.Err)
	}
	return err
}
