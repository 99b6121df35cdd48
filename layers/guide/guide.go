package guide

import (
	"slices"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/service"
)

// Guide is how far a store is.
type Guide struct {
	// Empty tells that no village is there, so that the map has nothing to show.
	Empty     bool       `json:"empty"`
	Steps     []Step     `json:"steps"`
	Questions []Question `json:"questions"`
}

// Progress is how far a step is.
type Progress string

// The values of Progress.
const (
	None Progress = "none"
	Some Progress = "some"
	Done Progress = "done" // there is something of all that belongs to the step
)

// Step is a kind of data to bring in.
type Step struct {
	ID    string       `json:"id"`
	Title layers.Words `json:"title"`
	Asks  layers.Words `json:"asks"`  // for what, in which form
	Gives layers.Words `json:"gives"` // what the map can answer then
	Done  Progress     `json:"done"`
	Data  []Data       `json:"data"`
}

// Question is something that the map can answer.
type Question struct {
	ID      string       `json:"id"`
	Title   layers.Words `json:"title"`
	View    string       `json:"view"`    // of the page, where it is asked
	Missing []Data       `json:"missing"` // of which there is nothing
}

// Of is the guide of a world with some services.
func Of(w *World, services *service.Catalog) *Guide {
	g := &Guide{Empty: true, Steps: []Step{}, Questions: []Question{}}
	if t, ok := w.Snap.Table(service.MarkedLayer); ok {
		g.Empty = t.Len() == 0
	}
	for _, d := range steps(services) {
		if s := w.step(d); len(s.Data) > 0 {
			g.Steps = append(g.Steps, s)
		}
	}
	for _, d := range questions(services) {
		g.Questions = append(g.Questions, w.question(d))
	}
	return g
}

func (w *World) step(d step) Step {
	s := Step{ID: d.id, Title: d.title, Asks: d.asks, Gives: d.gives, Done: None, Data: w.find(d.brings)}
	there := func(d Data) bool { return d.Count > 0 }
	switch {
	case !slices.ContainsFunc(s.Data, there):
	case slices.ContainsFunc(s.Data, func(d Data) bool { return !there(d) }):
		s.Done = Some
	default:
		s.Done = Done
	}
	return s
}

func (w *World) question(d question) Question {
	q := Question{ID: d.id, Title: d.title, View: d.view, Missing: []Data{}}
	for _, found := range w.find(d.asks) {
		if found.Count == 0 {
			q.Missing = append(q.Missing, found)
		}
	}
	return q
}

// find looks at needs, at each once.
func (w *World) find(needs []need) []Data {
	list := []Data{}
	for _, n := range needs {
		d, ok := w.look(n)
		if ok && !slices.ContainsFunc(list, func(o Data) bool { return o.Title == d.Title }) {
			list = append(list, d)
		}
	}
	return list
}
