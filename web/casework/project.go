package casework

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/gorilla/mux"
	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/area"
	"github.com/cuntu/cuntu/layers/procedure"
	"github.com/cuntu/cuntu/layers/project"
	"github.com/cuntu/cuntu/layers/questions"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/web/editing"
	"github.com/cuntu/cuntu/web/problem"
	"github.com/cuntu/cuntu/web/query"
)

// mostDrafts is how many projects may be drafted at once.
const mostDrafts = 500

// Drafts are projects that are to be drafted.
type Drafts struct {
	Year   int     `json:"year"` // of the plan
	Batch  string  `json:"batch,omitempty"`
	Drafts []Draft `json:"drafts"`
}

// Draft is one of them: works as a programme has them in its parts.
type Draft struct {
	Name  string           `json:"name,omitempty"`
	Wan   float64          `json:"wan,omitempty"` // 10,000 yuan; by the roads' records and the rules where it is not given
	Parts []questions.Part `json:"parts"`
	// Routes are the pipes or cables of parts that join villages.
	Routes []orb.LineString `json:"routes,omitempty"`
}

// Drafted are the projects that were.
type Drafted struct {
	Projects []DraftedProject `json:"projects"`
	Seen     bool             `json:"seen"`
}

// DraftedProject is a new project.
type DraftedProject struct {
	ID      int64            `json:"id"`
	Number  string           `json:"number"`
	Name    string           `json:"name"`
	Repeats []layers.Words   `json:"repeats"` // other projects that build the same
	Lacks   []questions.Lack `json:"lacks"`   // what must be filled in before it is proposed
}

// Draft answers POST /api/projects: it makes projects out of works, all or none.
func (a *API) Draft(w http.ResponseWriter, r *http.Request) error {
	var asked Drafts
	if err := read(r, &asked); err != nil {
		return err
	}
	if err := asked.check(); err != nil {
		return bad(err)
	}
	for range attempts {
		drafted, err := a.draft(r, asked)
		if errors.Is(err, data.ErrChanged) {
			continue // others have drafted meanwhile: their numbers are taken
		}
		if err != nil {
			return bad(err)
		}
		w.WriteHeader(http.StatusCreated)
		return send(w, drafted)
	}
	return &problem.Problem{Title: "Conflict", Status: http.StatusConflict, Detail: "others are drafting projects: try again"}
}

func (d *Drafts) check() error {
	var wrong layers.Faults
	if d.Year < 1900 || d.Year > 2100 {
		wrong.Add("year", "must be a year from 1900 to 2100")
	}
	if n := len(d.Drafts); n == 0 || n > mostDrafts {
		wrong.Add("drafts", "must hold 1 to %d", mostDrafts)
	}
	for i := range d.Drafts {
		one := &d.Drafts[i]
		part := fmt.Sprintf("drafts[%d]", i)
		if len(one.Parts) == 0 {
			wrong.Add(part+".parts", "must hold at least one")
		}
		if utf8.RuneCountInString(one.Name) > 200 {
			wrong.Add(part+".name", "has more than 200 characters")
		}
		if one.Wan < 0 {
			wrong.Add(part+".wan", "must be 0 or more")
		}
	}
	return wrong.Err()
}

func (a *API) draft(r *http.Request, asked Drafts) (*Drafted, error) {
	snap, world := a.Snapshot(), a.World(r)
	t, ok := snap.Table(project.Layer)
	if !ok {
		return nil, notFound("there is no layer " + project.Layer)
	}
	now, err := world.Casework().Covered()
	if err != nil {
		return nil, err
	}
	// The numbers that are taken are asked of the store, which may have more than the snapshot.
	taken := map[string]bool{}
	cursor, err := a.Store.LoadLayers(r.Context(), []string{project.Layer}, func(l *layers.Layer, f *layers.Feature) error {
		taken[f.Values[l.Field("number")].Text()] = true
		return nil
	})
	if err != nil {
		return nil, err
	}
	var edits []layers.Edit
	for i, d := range asked.Drafts {
		parts, err := questions.PartsOf(d.Parts)
		if err != nil {
			return nil, within(fmt.Sprintf("drafts[%d].", i), err)
		}
		f, err := project.Draft(r.Context(), snap, now, project.Wish{
			Name: d.Name, Year: asked.Year, Batch: asked.Batch, Parts: parts, Routes: d.Routes, Wan: d.Wan,
			County: func(shape geo.Shape) string { return countyOf(world, t.Layer, shape) },
		})
		if err != nil {
			return nil, within(fmt.Sprintf("drafts[%d].", i), err)
		}
		number := project.Number(t, f.Values[t.Layer.Field("county")].Text(), asked.Year, taken)
		taken[number] = true
		f.Values[t.Layer.Field("number")] = layers.Text(number)
		edits = append(edits, layers.Edit{Op: layers.Insert, Layer: project.Layer, Feature: f})
	}
	author, err := editing.Authorship(r)
	if err != nil {
		return nil, err
	}
	ids, seen, err := a.Editor(r).Write(r.Context(), editing.Wish{
		Edits: edits, Mine: make([]json.RawMessage, len(edits)), By: author, Since: cursor, Layers: []string{project.Layer},
	})
	if err != nil {
		return nil, err
	}
	return a.drafted(world, ids, seen), nil
}

// countyOf is the county in which a shape lies; "" where nobody knows.
func countyOf(world questions.World, l *layers.Layer, shape geo.Shape) string {
	areas := world.Casework().Areas
	for _, code := range areas.Whereabouts(l, func(int) layers.Value { return layers.Null }, shape) {
		if areas.LevelOf(code) == area.County {
			return code
		}
	}
	return ""
}

// within is a fault with the part that it is in.
func within(prefix string, err error) error {
	if wrong, ok := errors.AsType[layers.Faults](err); ok {
		for i := range wrong {
			wrong[i].Part = prefix + wrong[i].Part
		}
	}
	return err
}

// drafted tells of the new projects what is to be done with them.
func (a *API) drafted(world questions.World, ids []int64, seen bool) *Drafted {
	snap := a.Snapshot()
	d := &Drafted{Projects: []DraftedProject{}, Seen: seen}
	t, _ := snap.Table(project.Layer)
	sections := project.NewSections(snap)
	for _, id := range ids {
		one := DraftedProject{ID: id, Repeats: []layers.Words{}, Lacks: []questions.Lack{}}
		if row, ok := t.Find(id); ok {
			one.Number, one.Name = t.Get(row, "number").Text(), t.Get(row, "name").Text()
			for _, o := range sections.Of(row) {
				one.Repeats = append(one.Repeats, o.Sentence())
			}
			if p, ok := world.Procedures.Of(project.Layer); ok {
				one.Lacks = world.Lacks(p, t, row)
			}
		}
		d.Projects = append(d.Projects, one)
	}
	return d
}

// Results are what an accepted project makes true of other layers.
type Results struct {
	Number string `json:"number"`
	// Accepted tells whether it is; nothing is proposed before.
	Accepted bool     `json:"accepted"`
	Year     int      `json:"year,omitempty"`
	Edits    []Result `json:"edits"` // those that are not on record already
	Note     string   `json:"note,omitempty"`
	// Written tells that they were written just now.
	Written bool `json:"written"`
}

// Result is one feature that changes.
type Result struct {
	Layer  string                  `json:"layer"`
	ID     int64                   `json:"id,omitempty"` // none of a new one
	Name   string                  `json:"name,omitempty"`
	New    bool                    `json:"new"`
	Redraw bool                    `json:"redraw"` // its line changes: it is cut where the work begins and ends
	Metres float64                 `json:"metres,omitempty"`
	Before map[string]layers.Value `json:"before"`
	After  map[string]layers.Value `json:"after"`
}

// ShowResults answers GET /api/projects/{number}/results.
func (a *API) ShowResults(w http.ResponseWriter, r *http.Request) error {
	if err := query.New(r).Done(); err != nil {
		return err
	}
	found, _, err := a.results(r)
	if err != nil {
		return bad(err)
	}
	return send(w, found)
}

// WriteResults answers POST /api/projects/{number}/results: it writes them, with the project as their reason.
func (a *API) WriteResults(w http.ResponseWriter, r *http.Request) error {
	found, edits, err := a.results(r)
	if err != nil {
		return bad(err)
	}
	if !found.Accepted {
		return &problem.Problem{
			Title: "Conflict", Status: http.StatusConflict, Detail: "the project is not accepted: nothing is proposed before",
		}
	}
	if len(edits) == 0 {
		return send(w, found)
	}
	author, err := editing.Authorship(r)
	if err != nil {
		return err
	}
	author.Reason = "项目 " + found.Number + " 验收"
	wish := editing.Wish{Edits: edits, Mine: make([]json.RawMessage, len(edits)), By: author}
	if _, _, err := a.Editor(r).Write(r.Context(), wish); err != nil {
		return err
	}
	found.Written = true
	return send(w, found)
}

// results are a project's, where it is accepted.
func (a *API) results(r *http.Request) (*Results, []layers.Edit, error) {
	world, snap, number := a.World(r), a.Snapshot(), mux.Vars(r)["number"]
	p, ok := world.Procedures.Of(project.Layer)
	if !ok {
		return nil, nil, notFound("projects go through no procedure")
	}
	c, ok := world.Casework().Open(p, number)
	if ok {
		ok = sees(world.Snap, c.Table, c.Row)
	}
	if !ok {
		return nil, nil, notFound("there is no project with the number " + number)
	}
	accepted := (*procedure.Act)(nil)
	if step, ok := p.Proposing(); ok && p.Brings(c.State.Stage) {
		accepted = c.State.Latest(step.ID)
	}
	if accepted == nil {
		return &Results{Number: number, Edits: []Result{}}, nil, nil
	}
	year := 0
	_, _ = fmt.Sscan(accepted.Date[:min(4, len(accepted.Date))], &year)
	found := &Results{Number: number, Accepted: true, Year: year, Edits: []Result{}}
	edits, err := project.Result(snap, c.Row, year, world.Services.Rules)
	if errors.Is(err, project.ErrNoParts) {
		found.Note = "项目没有填写工程构成，无法提出更新建议"
		return found, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	for i := range edits {
		found.Edits = append(found.Edits, resultOf(snap, &edits[i]))
	}
	return found, edits, nil
}

func sees(snap *snapshot.Snapshot, t *snapshot.Table, row uint32) bool {
	seen, ok := snap.Table(t.Layer.ID)
	if !ok {
		return false
	}
	_, ok = seen.Find(t.ID(row))
	return ok
}

func resultOf(snap *snapshot.Snapshot, e *layers.Edit) Result {
	t, _ := snap.Table(e.Layer)
	out := Result{
		Layer: e.Layer, ID: e.Feature.ID, New: e.Op == layers.Insert, Redraw: e.Op == layers.Update && e.Feature.Geometry != nil,
		Before: map[string]layers.Value{}, After: map[string]layers.Value{},
	}
	row, known := t.Find(e.Feature.ID)
	for i := range t.Layer.Fields {
		id := t.Layer.Fields[i].ID
		if i >= len(e.Feature.Values) || !data.Sets(e, i) || t.Layer.Fields[i].Derived || e.Feature.Values[i].IsNull() && !known {
			continue
		}
		out.After[id] = e.Feature.Values[i]
		if known {
			out.Before[id] = t.Value(row, i)
		}
	}
	if known {
		out.Name = strings.TrimSpace(t.Get(row, "number").Text() + " " + t.Get(row, "name").Text())
	} else if name := t.Layer.Field("name"); name >= 0 {
		out.Name = e.Feature.Values[name].Text()
	}
	if e.Feature.Geometry != nil {
		out.Metres = length(e.Feature.Geometry)
	}
	return out
}

func length(g orb.Geometry) float64 { return math.Round(geo.Length(g)*100) / 100 }
