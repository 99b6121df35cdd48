package history

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/served"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/web/query"
)

// Author is who made a change, as far as it is known.
type Author struct {
	Actor  string      `json:"actor"`
	Name   string      `json:"name,omitempty"`
	Origin data.Origin `json:"origin"`
	Reason string      `json:"reason,omitempty"`
	Batch  string      `json:"batch,omitempty"`
	Role   string      `json:"role,omitempty"`
	App    string      `json:"app,omitempty"`
}

// Cell is a field's value before and after.
type Cell struct {
	Field  string       `json:"field"`
	Before layers.Value `json:"before"`
	After  layers.Value `json:"after"`
}

// Geometries are a geometry before and after; null where there was none.
type Geometries struct {
	Before *served.Geometry `json:"before"`
	After  *served.Geometry `json:"after"`
}

// Change is a change of a feature.
type Change struct {
	Seq      int64       `json:"seq"`
	Writing  int64       `json:"writing"`
	At       time.Time   `json:"at"`
	By       Author      `json:"by"`
	Layer    string      `json:"layer"`
	ID       int64       `json:"id"`
	Name     string      `json:"name,omitempty"` // the feature's now, or what it was when it went
	There    bool        `json:"there"`          // the feature is there now
	Op       string      `json:"op"`
	Cells    []Cell      `json:"cells"`
	Moved    bool        `json:"moved"` // the geometry changed, came or went
	Geometry *Geometries `json:"geometry,omitempty"`
}

// List is changes, the newest first.
type List struct {
	Changes []Change `json:"changes"`
	Next    int64    `json:"next,omitempty"` // where the list goes on, as after=
}

// changes answers /api/history. Geometries are given with the changes of one feature alone, since they may be large.
func (a *API) changes(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	q := query.New(r)
	p := a.question(q, snap)
	p.Writing = int64(q.Whole("writing", 0, 1<<53, 0))
	if text, ok := q.Text("id"); ok {
		if p.ID, ok = featureID(snap, p.Layers, text); !ok {
			q.Refuse("id", "is a feature's id, or its code, with the one layer it is of")
		}
		p.Geometry = true
	}
	if err := q.Done(); err != nil {
		return err
	}
	list := List{Changes: []Change{}}
	most := p.Most
	p.Most++
	err := a.For(r).Pasts(r.Context(), p, func(past *data.Past) error {
		if len(list.Changes) == most {
			list.Next = list.Changes[most-1].Seq
			return nil
		}
		list.Changes = append(list.Changes, change(snap, past))
		return nil
	})
	if err != nil {
		return err
	}
	return write(w, list)
}

func featureID(snap *snapshot.Snapshot, ids []string, text string) (int64, bool) {
	if len(ids) != 1 {
		return 0, false
	}
	t, ok := snap.Table(ids[0])
	if !ok {
		return 0, false
	}
	if row, ok := t.FindCode(text); ok {
		return t.ID(row), true
	}
	var id int64
	err := json.Unmarshal([]byte(text), &id)
	return id, err == nil && id > 0
}

func author(p *data.Past) Author {
	return Author{p.By.Actor, p.By.Name, p.By.Origin, p.By.Reason, p.By.Batch, p.Role, p.App}
}

func change(snap *snapshot.Snapshot, p *data.Past) Change {
	c := Change{
		Seq: p.Seq, Writing: p.Writing, At: p.At, By: author(p), Layer: p.Layer, ID: p.ID, Op: data.OpName(p.Op), Cells: []Cell{},
		Moved: p.Remade,
	}
	c.Name, c.There = nameOf(snap, p)
	l, _ := snap.Catalog.Layer(p.Layer)
	for _, id := range p.Fields(l) {
		c.Cells = append(c.Cells, Cell{id, p.Before[id], p.After[id]})
	}
	if p.Moved() {
		c.Geometry = &Geometries{geometry(p.GeometryBefore), geometry(p.GeometryAfter)}
	}
	return c
}

func geometry(g orb.Geometry) *served.Geometry {
	if g == nil {
		return nil
	}
	s := served.GeometryOf(g)
	return &s
}

// nameOf is what people call the feature of a change, and whether it is there.
func nameOf(snap *snapshot.Snapshot, p *data.Past) (name string, there bool) {
	t, ok := snap.Table(p.Layer)
	if !ok {
		return "", false
	}
	row, there := t.Find(p.ID)
	var parts []string
	for _, id := range []string{"number", "name"} {
		i := t.Layer.Field(id)
		if i < 0 {
			continue
		}
		v := p.After[id]
		if v.IsNull() {
			v = p.Before[id]
		}
		if there {
			v = t.Value(row, i)
		}
		if !v.IsNull() {
			parts = append(parts, v.String())
		}
	}
	return strings.Join(parts, " "), there
}

// Count is how many features of a layer one writing added, changed or removed.
type Count struct {
	Layer string `json:"layer"`
	Op    string `json:"op"`
	Count int64  `json:"count"`
	ID    int64  `json:"id"` // of the first
	Name  string `json:"name,omitempty"`
	There bool   `json:"there"`
}

// Writing is what was changed in one go.
type Writing struct {
	Writing int64     `json:"writing"`
	At      time.Time `json:"at"`
	By      Author    `json:"by"`
	Counts  []Count   `json:"counts"`
}

// Writings is a list, the latest first.
type Writings struct {
	Writings []Writing `json:"writings"`
	Next     int64     `json:"next,omitempty"`
}

// writings answers /api/history/writings: an import of many rows is one line of it.
func (a *API) writings(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	q := query.New(r)
	p := a.question(q, snap)
	if err := q.Done(); err != nil {
		return err
	}
	most := p.Most
	p.Most++
	tallies, err := a.For(r).Tallies(r.Context(), p)
	if err != nil {
		return err
	}
	list := Writings{Writings: []Writing{}}
	for i := range tallies {
		t := &tallies[i]
		n := len(list.Writings)
		if n == 0 || list.Writings[n-1].Writing != t.Writing {
			if n == most {
				list.Next = list.Writings[n-1].Writing
				break
			}
			list.Writings = append(list.Writings, Writing{Writing: t.Writing, At: t.At, By: author(&t.Past)})
			n++
		}
		c := Count{Layer: t.Layer, Op: data.OpName(t.Op), Count: t.Count, ID: t.ID}
		if t.Count == 1 {
			c.Name, c.There = nameOf(snap, &t.Past)
		}
		list.Writings[n-1].Counts = append(list.Writings[n-1].Counts, c)
	}
	return write(w, list)
}

func write(w http.ResponseWriter, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(b) // who has gone away need not be told
	return nil
}
