package web

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/progress"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// ProgressTables are what a ProgressAnswer has rows of, beside JSON, which has all.
var ProgressTables = []string{"areas", "villages", "contradictions"}

// ProgressFormats are the formats in which a ProgressAnswer can be had.
var ProgressFormats = []string{"json", "csv", "xlsx"}

// showProgress answers /api/progress?year=&county=&state=&q=&table=: how far the plan has
// come. year is the last one that the records tell of unless given; state lists the
// villages, late and due ones unless given, and q those so called; table is what csv and xlsx hold.
func (s *server) showProgress(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	q := newQuery(r)
	ask := progress.Ask{Year: q.whole("year", firstYear, lastYear, 0), Today: time.Now()}
	format, table := q.choice("f", ProgressFormats...), q.choice("table", ProgressTables...)
	states, _ := q.text("state")
	shown, err := NewVillageStates(states)
	if err != nil {
		q.refuse("state", err.Error())
	}
	called, _ := q.text("q")
	ask.County, _ = q.text("county")
	_, err = NewCoverageFilter(snap, "", ask.County, "")
	for _, m := range filterMisuses(err) {
		q.refuse(m.Parameter, m.Detail)
	}
	if err := q.done(); err != nil {
		return err
	}
	report, err := s.progressOf(r, snap, ask)
	if err != nil {
		return err
	}
	return send(w, ProgressAnswer{Report: report, Table: table, States: shown, Called: called}, format, fmt.Sprintf("progress-%s-%d", table, report.Year))
}

// NewVillageStates reads names of states of villages, separated by commas; late and
// due where there are none.
func NewVillageStates(names string) ([]progress.VillageState, error) {
	if names == "" {
		return []progress.VillageState{progress.Overdue, progress.Due}, nil
	}
	var list []progress.VillageState
	for _, name := range strings.Split(names, ",") {
		s, err := progress.ParseVillageState(name)
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, nil
}

// progressOf makes a report. The years that it compares with are not what people look
// at otherwise, and are kept as sums alone.
func (s *server) progressOf(r *http.Request, snap *snapshot.Snapshot, ask progress.Ask) (*progress.Report, error) {
	cover := progress.Cover{
		Whole: func(year int) (*coverage.Result, error) { return s.coverage.Get(snap, s.roads, year) },
		States: func(year int) (*coverage.Result, error) {
			// Kept for the next who asks, even where this one does not wait.
			return coverage.Judge(context.WithoutCancel(r.Context()), snap, s.roads.Get(snap, year), s.services)
		},
	}
	return progress.Compute(r.Context(), snap, cover, &s.progress, ask)
}

// villageProgress answers /api/progress/{village}: the record of a village's exit.
func (s *server) villageProgress(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	if err := newQuery(r).done(); err != nil {
		return err
	}
	t, ok := snap.Table("village")
	if !ok {
		return notFound("there is no layer of villages")
	}
	asked := mux.Vars(r)["village"]
	row, ok := t.FindCode(asked)
	if id, err := strconv.ParseInt(asked, 10, 64); !ok && err == nil {
		row, ok = t.Find(id)
	}
	if !ok {
		return notFound("there is no village with the code or id " + strconv.Quote(asked))
	}
	return writeJSON(w, newExitJSON(t, row, progress.HistoryOf(snap, t.Get(row, "code").Text())))
}

// exitJSON is the record of a village's exit.
type exitJSON struct {
	Code           string              `json:"code"`
	Name           string              `json:"name"`
	Poverty        layers.Value        `json:"poverty"`
	ExitYear       layers.Value        `json:"exit_year"`
	ExitStatus     layers.Value        `json:"exit_status"`
	Stage          progress.Stage      `json:"stage"`
	Since          string              `json:"since,omitempty"`
	Steps          []exitStepJSON      `json:"steps"` // by ascending date
	Contradictions []contradictionJSON `json:"contradictions"`
}

type exitStepJSON struct {
	ID       int64  `json:"id"`
	Step     string `json:"step"`
	Date     string `json:"date"`
	By       string `json:"by"`
	Result   string `json:"result,omitempty"`
	ExitYear int    `json:"exit_year,omitempty"`
	Note     string `json:"note,omitempty"`
}

func newExitJSON(t *snapshot.Table, row uint32, h *progress.History) exitJSON {
	get := func(field string) layers.Value { return t.Get(row, field) }
	e := exitJSON{
		Code: get("code").Text(), Name: get("name").Text(), Poverty: get("poverty"), ExitYear: get("exit_year"), ExitStatus: get("exit_status"),
		Stage: h.Stage, Since: h.Since, Steps: []exitStepJSON{}, Contradictions: []contradictionJSON{},
	}
	for _, c := range h.Contradictions(e.Poverty.Bool(), e.ExitStatus.Text(), int(e.ExitYear.Int())) {
		e.Contradictions = append(e.Contradictions, newContradictionJSON(progress.AreaContradiction{Code: e.Code, Contradiction: c}, e.Name))
	}
	for _, s := range h.Steps {
		e.Steps = append(e.Steps, exitStepJSON(s))
	}
	return e
}
