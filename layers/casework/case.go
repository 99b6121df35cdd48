package casework

import (
	"time"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/layers/area"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/procedure"
	"github.com/cuntu/cuntu/layers/project"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// China is the time by which days begin and end: notices hang until a day is over there.
var china = time.FixedZone("UTC+8", 8*60*60)

// Day is the day of a moment.
func Day(t time.Time) string { return t.In(china).Format(time.DateOnly) }

// World is what cases are looked at in.
type World struct {
	Snap  *snapshot.Snapshot // all of it, whoever looks
	Areas *area.Index
	// Covered is what coverage finds as of the present year.
	Covered func() (*coverage.Result, error)
	// Acts, unless it is nil, takes the place of the record in the snapshot: what the store has now.
	Acts []procedure.Act

	sections *project.Sections
}

// Case is one subject of a procedure.
type Case struct {
	*procedure.Procedure
	Table *snapshot.Table
	Row   uint32
	Key   string
	Name  string
	Area  string // the lowest area that it lies in
	State *procedure.State
}

// Open finds a subject by its key; ok is false where there is none.
func (w *World) Open(p *procedure.Procedure, key string) (c *Case, ok bool) {
	t, ok := w.Snap.Table(p.Layer)
	if !ok {
		return nil, false
	}
	row, ok := find(t, p.Key, key)
	if !ok {
		return nil, false
	}
	acts := w.Acts
	if acts == nil {
		acts = ActsOf(w.Snap, p, func(of string) bool { return of == key })[key]
	}
	return w.caseAt(p, t, row, acts), true
}

func (w *World) caseAt(p *procedure.Procedure, t *snapshot.Table, row uint32, acts []procedure.Act) *Case {
	return &Case{
		Procedure: p, Table: t, Row: row, Key: t.Get(row, p.Key).Text(), Name: t.Get(row, "name").Text(), Area: w.Areas.Of(t, row),
		State: p.Replay(acts),
	}
}

// All are the cases that rows of the layer come to, those of which keep is true.
func (w *World) All(p *procedure.Procedure, keep func(t *snapshot.Table, row uint32) bool) (list []*Case) {
	t, ok := w.Snap.Table(p.Layer)
	if !ok {
		return nil
	}
	acts := ActsOf(w.Snap, p, func(string) bool { return true })
	for row := range t.ByID {
		if keep == nil || keep(t, row) {
			list = append(list, w.caseAt(p, t, row, acts[t.Get(row, p.Key).Text()]))
		}
	}
	return list
}

func find(t *snapshot.Table, field, key string) (uint32, bool) {
	if field == "code" {
		return t.FindCode(key)
	}
	for row := range t.Rows {
		if t.Get(row, field).Text() == key {
			return row, true
		}
	}
	return 0, false
}

// ActsOf are the acts of subjects in a snapshot, by their keys.
func ActsOf(snap *snapshot.Snapshot, p *procedure.Procedure, keep func(key string) bool) map[string][]procedure.Act {
	acts := map[string][]procedure.Act{}
	t, ok := snap.Table(p.Record)
	if !ok {
		return acts
	}
	for row := range t.Rows {
		if key := t.Get(row, p.Of).Text(); keep(key) {
			get := func(field string) layers.Value { return t.Get(row, field) }
			acts[key] = append(acts[key], procedure.ActOf(t.ID(row), get))
		}
	}
	return acts
}

// Who is somebody before a case.
func (w *World) Who(c *Case, actor access.Actor, rights access.Rights) procedure.Who {
	who := procedure.Who{Actor: actor.ID, Levels: []area.Level{area.Prefecture, area.Province}}
	if actor.Unit != "" {
		who.Levels = []area.Level{w.Areas.LevelOf(actor.Unit)}
	}
	record, ok := w.Snap.Catalog.Layer(c.Record)
	who.May = func(verb access.Verb) bool {
		return ok && access.DecideArea(w.Areas, rights, verb, record, c.Area, access.Open)
	}
	return who
}

// Subject is what is known of a case's subject. A condition that cannot be asked now is one that is not met.
func (w *World) Subject(c *Case) procedure.Subject {
	get := func(field string) layers.Value { return c.Table.Get(c.Row, field) }
	return procedure.Subject{
		Value: get,
		Title: func(field string) layers.Words { return c.Table.Layer.Fields[c.Table.Layer.Field(field)].Title },
		Condition: func(name string) []layers.Words {
			switch name {
			case procedure.Poverty:
				if !get("poverty").Bool() {
					return []layers.Words{{Zh: "不是贫困村", En: "it is no poverty village"}}
				}
			case procedure.ExitRules, procedure.EvidenceHolds:
				return w.exitRules(c)
			case procedure.Money:
				return project.Money(get)
			case procedure.Km:
				return project.Km(get, c.Table.Shape(c.Row))
			case procedure.Section:
				return w.sectionsOf(c)
			}
			return nil
		},
		Money: func(kind string, wan float64) []layers.Words {
			contract, paid := c.State.Contracted, c.State.Paid
			if kind == procedure.Contract {
				contract = wan
			} else {
				paid += wan
			}
			return project.Spending(get, contract, paid)
		},
	}
}

func (w *World) sectionsOf(c *Case) (wrong []layers.Words) {
	if w.sections == nil {
		w.sections = project.NewSections(w.Snap)
	}
	for _, o := range w.sections.Of(c.Row) {
		wrong = append(wrong, o.Sentence())
	}
	return wrong
}

// exitRules is what a village or county lacks of the rules of exit.
func (w *World) exitRules(c *Case) (lacks []layers.Words) {
	criteria, err := w.criteria(c)
	if err != nil {
		return []layers.Words{{Zh: "现在无法评价退出标准", En: "the rules of exit cannot be judged now"}}
	}
	for _, k := range criteria {
		if !k.Aside && !k.State.Passes() {
			lacks = append(lacks, k.Sentence())
		}
	}
	return lacks
}

// criteria is the checklist of exit of a village or county.
func (w *World) criteria(c *Case) ([]coverage.Criterion, error) {
	if c.Layer != service.MarkedLayer && c.Layer != string(area.County) {
		return nil, nil
	}
	r, err := w.Covered()
	if err != nil {
		return nil, err
	}
	if c.Layer == service.MarkedLayer {
		row, ok := r.Villages.Table.Find(c.Table.ID(c.Row))
		if !ok {
			return nil, nil
		}
		i, ok := r.Villages.Index(row)
		if !ok {
			return nil, nil
		}
		return r.Why(service.Exit, i), nil
	}
	list := r.CountyExit()
	for n, county := range r.Counties {
		if county.Code == c.Key {
			return list[n], nil
		}
	}
	return nil, nil
}
