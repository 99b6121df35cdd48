package casework

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/layers/casework"
	"github.com/cuntu/cuntu/layers/procedure"
	"github.com/cuntu/cuntu/layers/project"
	"github.com/cuntu/cuntu/layers/questions"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/web/editing"
	"github.com/cuntu/cuntu/web/problem"
)

// API answers requests.
type API struct {
	Store data.Store
	// Snapshot is the latest, as it came from the store.
	Snapshot func() *snapshot.Snapshot
	// World is what who asks may see of the latest.
	World func(*http.Request) questions.World
	// Rights are those of who asks.
	Rights func(*http.Request) access.Rights
	// Editor writes for who asks, and Own for the program, which has decided itself that it may.
	Editor func(*http.Request) *editing.Editor
	Own    func() *editing.Editor
}

// MostBody is how many bytes a request may have.
const MostBody = 1 << 20

// mostNote is how long what is said with a step may be, in characters.
const mostNote = 2000

// Step is a step that is to be taken.
type Step struct {
	Step   string  `json:"step"`
	Result string  `json:"result,omitempty"`
	About  string  `json:"about,omitempty"`
	Wan    float64 `json:"wan,omitempty"`
	Note   string  `json:"note,omitempty"`
	// By is who takes it, as people read it; the account's name and unit where it is not given.
	By string `json:"by,omitempty"`
	// Stage is what the case was at when it was looked at: where it has moved since, nothing is done.
	Stage string `json:"stage"`
}

// Taken is a case after a step.
type Taken struct {
	Case questions.Case `json:"case"`
	// Seen tells whether the map has it already.
	Seen bool `json:"seen"`
}

// attempts is how often an act is tried again where others have written to the record meanwhile.
const attempts = 5

// Act answers POST /api/procedures/{procedure}/{subject}.
func (a *API) Act(w http.ResponseWriter, r *http.Request) error {
	var asked Step
	if err := read(r, &asked); err != nil {
		return err
	}
	world := a.World(r)
	p, ok := world.Procedures.Procedure(mux.Vars(r)["procedure"])
	if !ok {
		return notFound("there is no procedure " + mux.Vars(r)["procedure"])
	}
	for range attempts {
		seen, err := a.act(r, world, p, mux.Vars(r)["subject"], asked)
		if errors.Is(err, data.ErrChanged) || errors.Is(err, data.ErrExpired) {
			continue // another case of the record, or this one: look again
		}
		if err != nil {
			return err
		}
		ctx := access.WithRights(r.Context(), a.Rights(r))
		after, err := a.World(r).CaseOf(ctx, p, mux.Vars(r)["subject"])
		if err != nil {
			return err
		}
		return send(w, Taken{after, seen})
	}
	return &problem.Problem{Title: "Conflict", Status: http.StatusConflict, Detail: "others are writing to this record: try again"}
}

// act takes the step once.
func (a *API) act(r *http.Request, world questions.World, p *procedure.Procedure, key string, asked Step) (seen bool, err error) {
	acts, cursor, err := a.acts(r.Context(), p, key)
	if err != nil {
		return false, err
	}
	work := world.Casework()
	work.Acts = acts
	c, ok := work.Open(p, key)
	if ok {
		var t *snapshot.Table
		if t, ok = world.Snap.Table(p.Layer); ok {
			_, ok = t.Find(c.Table.ID(c.Row))
		}
	}
	if !ok {
		return false, notFound(fmt.Sprintf("there is no %s with the %s %q", p.Layer, p.Key, key))
	}
	title := p.Titles(work.Snap.Catalog)
	if asked.Stage != c.State.Stage {
		return false, &problem.Problem{
			Title: "Conflict", Status: http.StatusConflict,
			Detail: fmt.Sprintf("it stands at %q now, not at %q: look again before you act", c.State.Stage, asked.Stage),
			Errors: layers.NewFault("stage", "%s", title(c.State.Stage).Zh),
		}
	}
	actor := access.From(r.Context())
	now := world.Now()
	wish := procedure.Wish{
		Step: asked.Step, Result: asked.Result, About: asked.About, Wan: asked.Wan, Reason: asked.Note, Date: casework.Day(now),
	}
	against := c.State.Weigh(wish, work.Who(c, actor, a.Rights(r)), work.Subject(c), title)
	if len(against) > 0 {
		return false, refusal(against)
	}
	act := c.State.Act(wish, by(work, actor, asked.By), actor.ID, actor.Unit)
	evidence, err := a.evidence(r.Context(), work, c, &act, now)
	if err != nil {
		return false, err
	}
	edits, err := a.edits(r.Context(), work, c, &act)
	if err != nil {
		return false, err
	}
	author, err := editing.Authorship(r)
	if err != nil {
		return false, err
	}
	if author.Reason == "" {
		author.Reason = p.Title.Zh + "：" + title(act.Step).Zh
	}
	_, seen, err = a.Own().Write(r.Context(), editing.Wish{
		Edits: edits, Mine: make([]json.RawMessage, len(edits)), By: author, Since: cursor, Layers: []string{p.Record}, Documents: evidence,
	})
	return seen, err
}

// acts are those of a subject as the store has them, and the moment of that.
func (a *API) acts(ctx context.Context, p *procedure.Procedure, key string) (acts []procedure.Act, cursor data.Cursor, err error) {
	acts = []procedure.Act{}
	cursor, err = a.Store.LoadLayers(ctx, []string{p.Record}, func(l *layers.Layer, f *layers.Feature) error {
		get := func(field string) layers.Value {
			if i := l.Field(field); i >= 0 {
				return f.Values[i]
			}
			return layers.Null
		}
		if get(p.Of).Text() == key {
			acts = append(acts, procedure.ActOf(f.ID, get))
		}
		return nil
	})
	return acts, cursor, err
}

// by is who takes a step, as people read it.
func by(work *casework.World, actor access.Actor, said string) string {
	if said = strings.TrimSpace(said); said != "" {
		return said
	}
	if name := strings.TrimSpace(work.Areas.Name(actor.Unit) + " " + actor.Login); name != "" {
		return name
	}
	return "未登记"
}

// evidence is kept of steps that ask for conditions, and named in the act.
func (a *API) evidence(
	ctx context.Context, work *casework.World, c *casework.Case, act *procedure.Act, now time.Time,
) (func([]int64) iter.Seq2[data.Document, error], error) {
	step, ok := c.Step(act.Step)
	if !ok || len(step.Conditions) == 0 {
		return nil, nil
	}
	e, err := work.Freeze(ctx, c, act.Step, now)
	if err != nil {
		return nil, err
	}
	content, digest, err := e.Encode()
	if err != nil {
		return nil, err
	}
	act.Evidence = digest
	return data.Keep(data.Document{Kind: EvidenceKind, ID: digest, Author: act.Actor, Time: now, Content: content}), nil
}

// edits are the act's row, and the fields of the subject that follow from it.
func (a *API) edits(ctx context.Context, work *casework.World, c *casework.Case, act *procedure.Act) ([]layers.Edit, error) {
	record, _ := work.Snap.Catalog.Layer(c.Record)
	row := layers.Edit{Op: layers.Insert, Layer: c.Record, Feature: layers.Feature{Values: make([]layers.Value, len(record.Fields))}}
	values := act.Values()
	values[c.Of] = layers.Text(c.Key)
	for field, v := range values {
		if i := record.Field(field); i >= 0 {
			row.Feature.Values[i] = v
		}
	}
	follows, err := a.follows(ctx, work, c, act)
	if err != nil {
		return nil, err
	}
	l := c.Table.Layer
	e := layers.Edit{
		Op: layers.Update, Layer: c.Layer, Set: []int{},
		Feature: layers.Feature{ID: c.Table.ID(c.Row), Values: make([]layers.Value, len(l.Fields))},
	}
	for i := range l.Fields {
		if v, ok := follows[l.Fields[i].ID]; ok && !l.Fields[i].Derived && v != c.Table.Value(c.Row, i) {
			e.Feature.Values[i] = v
			e.Set = append(e.Set, i)
		}
	}
	if len(e.Set) == 0 {
		return []layers.Edit{row}, nil
	}
	return []layers.Edit{row, e}, nil
}

// follows are the fields of the subject that follow from the record once the act is in it.
func (a *API) follows(
	ctx context.Context, work *casework.World, c *casework.Case, act *procedure.Act,
) (map[string]layers.Value, error) {
	last := *act
	last.ID = math.MaxInt64 // it comes after what was done the same day
	after := c.Replay(append(slices.Clone(c.State.Acts), last))
	fields := map[string]layers.Value{}
	if status := after.Status(); status != "" {
		fields["exit_status"] = layers.Text(status)
	}
	if c.Layer != project.Layer {
		return fields, nil
	}
	fields["stage"] = layers.Null
	if after.Stage != procedure.Start {
		fields["stage"] = layers.Text(after.Stage)
	}
	for field, sum := range map[string]float64{"contract_wan": after.Contracted, "paid_wan": after.Paid} {
		if sum > 0 {
			fields[field] = layers.Float(sum)
		}
	}
	parts, err := project.Parts(work.Snap, c.Table, c.Row)
	if err != nil || len(parts) == 0 || after.Stage == c.State.Stage || settled(c, after.Stage) {
		return fields, nil //nolint:nilerr // parts that are wrong serve nobody that is known
	}
	now, err := work.Covered()
	if err != nil {
		return nil, err
	}
	served, err := project.Serves(ctx, work.Snap, now, parts)
	if err != nil {
		return fields, nil //nolint:nilerr // roads were changed since: whom it serves stays as it was found
	}
	fields["villages_served"] = layers.Int(int64(len(served.Villages)))
	fields["people_served"] = layers.Int(int64(served.People))
	return fields, nil
}

// settled tells whether whom a project serves is no question any more: its results may be on record, or it is not built.
func settled(c *casework.Case, stage string) bool {
	step, ok := c.Step(stage)
	return c.Brings(stage) || ok && step.Out
}

// refusal words what stands against a step: who may not take it is told so first.
func refusal(against []procedure.Obstacle) error {
	p := &problem.Problem{Title: "Conflict", Status: http.StatusConflict}
	for _, o := range against {
		switch o.Code {
		case "right", "unit", "apart":
			p.Title, p.Status = "Forbidden", http.StatusForbidden
		}
		p.Errors.Add(strings.TrimSuffix(o.Code+"."+o.Part, "."), "%s", o.Text.Zh)
	}
	texts := make([]string, len(against))
	for i, o := range against {
		texts[i] = o.Text.En
	}
	p.Detail = strings.Join(texts, "; ")
	return p
}
