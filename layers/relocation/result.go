package relocation

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/cuntu/cuntu/geo/location"
	"github.com/cuntu/cuntu/layers"
)

// Plan is who moves where.
type Plan struct {
	Ask  Ask `json:"ask"`
	Year int `json:"year"` // of the roads
	// Value is the objective: person-minutes with what sites cost, people within the
	// minutes, worst minutes, or the number of sites. Bound is proven: no plan is better.
	Value float64 `json:"value"`
	Bound float64 `json:"bound"`
	Gap   float64 `json:"gap"` // between them, as a part of the value
	// LeftOverMinutes is what each person left over counts in the value of median; 0
	// where everybody must be moved.
	LeftOverMinutes float64 `json:"left_over_minutes"`
	Optimal         bool    `json:"optimal"`
	Cut             bool    `json:"cut"` // the time limit ended the search
	Seconds         float64 `json:"seconds"`

	Households     int     `json:"households"` // moved
	People         int     `json:"people"`
	LeftHouseholds int     `json:"left_households"`
	LeftPeople     int     `json:"left_people"`
	PersonMinutes  float64 `json:"person_minutes"`
	MeanMinutes    float64 `json:"mean_minutes"` // a person
	WorstMinutes   float64 `json:"worst_minutes"`
	OpenSites      int     `json:"open_sites"`
	NewSites       int     `json:"new_sites"` // of them not kept
	CostWan        float64 `json:"cost_wan"`  // of the new ones

	Sites    []Site    `json:"sites"`
	Villages []Village `json:"villages"`
}

// Site is a place that people may move to.
type Site struct {
	ID             int64    `json:"id"`        // in the site layer; for candidates their number from 1
	Candidate      bool     `json:"candidate"` // of the ask, not of the site layer
	Name           string   `json:"name"`
	Town           string   `json:"town"`
	County         string   `json:"county"`
	Status         string   `json:"status"`
	Lon            float64  `json:"lon"`
	Lat            float64  `json:"lat"`
	Kept           bool     `json:"kept"`
	Open           bool     `json:"open"`
	Class          string   `json:"class"` // by the people it is built for
	Households     int      `json:"households"`
	People         int      `json:"people"`
	Occupied       int      `json:"occupied"`
	FreeHouseholds int      `json:"free_households"`
	FreePeople     int      `json:"free_people"`
	LoadHouseholds int      `json:"load_households"` // who moves there
	LoadPeople     int      `json:"load_people"`
	Villages       int      `json:"villages"`
	PersonMinutes  float64  `json:"person_minutes"`
	WorstMinutes   float64  `json:"worst_minutes"`
	Facilities     []string `json:"facilities"`
	Missing        []string `json:"missing_facilities"` // of those its class must have
	CostWan        float64  `json:"cost_wan"`           // of opening it; 0 where it is kept
	Score          float64  `json:"score,omitempty"`
}

// Village is a village with people to move.
type Village struct {
	ID             int64         `json:"id"`
	Code           string        `json:"code"`
	Name           string        `json:"name"`
	Town           string        `json:"town"`
	County         string        `json:"county"`
	Lon            float64       `json:"lon"`
	Lat            float64       `json:"lat"`
	Households     int           `json:"households"` // to move
	People         int           `json:"people"`
	Estimated      bool          `json:"estimated,omitempty"` // one of them is not on record
	Moves          []Move        `json:"moves"`
	LeftHouseholds int           `json:"left_households"`
	LeftPeople     int           `json:"left_people"`
	Reason         *layers.Words `json:"reason,omitempty"` // why somebody is left over

	nowhere bool
}

// Move is how many of a village move to a site; Site is a number in Plan.Sites.
type Move struct {
	Site       int     `json:"site"`
	Households int     `json:"households"`
	People     int     `json:"people"`
	Minutes    float64 `json:"minutes"`
}

func (w *planner) plan(p *location.Problem, sol *location.Solution) *Plan {
	plan := &Plan{
		Ask:      w.ask,
		Value:    sol.Value,
		Bound:    sol.Bound,
		Gap:      sol.Gap(),
		Optimal:  sol.Optimal,
		Cut:      sol.Cut,
		Sites:    w.sites,
		Villages: w.villages,
	}
	for j := range plan.Sites {
		if s := &plan.Sites[j]; s.Candidate {
			s.ID = int64(j - (len(w.sites) - len(w.ask.Candidates)) + 1)
		}
	}
	for _, j := range sol.Open {
		plan.Sites[j].Open = true
	}
	for i := range plan.Villages {
		plan.Villages[i].Moves = []Move{}
	}
	w.move(plan, sol)
	w.leftOver(plan)
	plan.sum()
	plan.LeftOverMinutes = p.LeaveOut
	if math.IsInf(plan.Gap, 0) || math.IsNaN(plan.Gap) {
		plan.Gap = 1
	}
	if math.IsInf(plan.Bound, 0) {
		plan.Bound = 0
	}
	return plan
}

// move makes whole households and people of the flows. Of a split village each part is
// rounded down, and who is left goes where there is room, to the largest part first.
func (w *planner) move(plan *Plan, sol *location.Solution) {
	of := map[int][]location.Flow{}
	for _, f := range sol.Flows {
		v := w.clients[f.Client]
		of[v] = append(of[v], f)
	}
	for i := range plan.Villages {
		v := &plan.Villages[i]
		v.LeftHouseholds, v.LeftPeople = v.Households, v.People
		flows := of[i]
		slices.SortStableFunc(flows, func(a, b location.Flow) int { return cmp.Compare(b.Part, a.Part) })
		total := 0.0
		for _, f := range flows {
			total += f.Part
			h, n := int(f.Part*float64(v.Households)+1e-6), int(f.Part*float64(v.People)+1e-6)
			roomH, roomN := w.room(&plan.Sites[f.Site])
			v.put(plan, f, min(h, v.LeftHouseholds, roomH), min(n, v.LeftPeople, roomN))
		}
		if total < 1-1e-6 && !w.ask.Split {
			continue
		}
		// What the parts promise besides.
		h := min(v.LeftHouseholds, int(math.Round(total*float64(v.Households)))-(v.Households-v.LeftHouseholds))
		n := min(v.LeftPeople, int(math.Round(total*float64(v.People)))-(v.People-v.LeftPeople))
		for _, f := range flows {
			roomH, roomN := w.room(&plan.Sites[f.Site])
			roomH, roomN = max(0, min(h, roomH)), max(0, min(n, roomN))
			v.put(plan, f, roomH, roomN)
			h, n = h-roomH, n-roomN
		}
		v.Moves = slices.DeleteFunc(v.Moves, func(m Move) bool { return m.Households == 0 && m.People == 0 })
		slices.SortFunc(v.Moves, func(a, b Move) int { return cmp.Compare(a.Site, b.Site) })
	}
}

// room is how many households and people a site still takes.
func (w *planner) room(s *Site) (households, people int) {
	if w.ask.Capacities == "none" {
		return math.MaxInt32, math.MaxInt32
	}
	return s.FreeHouseholds - s.LoadHouseholds, s.FreePeople - s.LoadPeople
}

// put moves some of a village to a site.
func (v *Village) put(plan *Plan, f location.Flow, households, people int) {
	v.LeftHouseholds -= households
	v.LeftPeople -= people
	s := &plan.Sites[f.Site]
	s.LoadHouseholds += households
	s.LoadPeople += people
	for n := range v.Moves {
		if m := &v.Moves[n]; m.Site == f.Site {
			m.Households, m.People = m.Households+households, m.People+people
			return
		}
	}
	v.Moves = append(v.Moves, Move{f.Site, households, people, f.Distance})
}

func (plan *Plan) sum() {
	for i := range plan.Villages {
		v := &plan.Villages[i]
		plan.LeftHouseholds += v.LeftHouseholds
		plan.LeftPeople += v.LeftPeople
		for _, m := range v.Moves {
			s := &plan.Sites[m.Site]
			minutes := float64(m.People) * m.Minutes
			plan.Households += m.Households
			plan.People += m.People
			plan.PersonMinutes += minutes
			plan.WorstMinutes = max(plan.WorstMinutes, m.Minutes)
			s.Villages++
			s.PersonMinutes += minutes
			s.WorstMinutes = max(s.WorstMinutes, m.Minutes)
		}
	}
	if plan.People > 0 {
		plan.MeanMinutes = plan.PersonMinutes / float64(plan.People)
	}
	for _, s := range plan.Sites {
		if s.Open {
			plan.OpenSites++
			if !s.Kept {
				plan.NewSites++
				plan.CostWan += s.CostWan
			}
		}
	}
}

// leftOver says of those who are left over for want of room what the nearest sites
// lack.
func (w *planner) leftOver(plan *Plan) {
	for i := range plan.Villages {
		v := &plan.Villages[i]
		if v.LeftHouseholds == 0 && v.LeftPeople == 0 || v.Reason != nil {
			continue
		}
		within, nearest, free, minutes := 0, -1, 0, math.Inf(1)
		for j := range plan.Sites {
			s := &plan.Sites[j]
			m := w.minutes[i][j]
			if math.IsInf(m, 1) || w.ask.MaxMinutes > 0 && m > w.ask.MaxMinutes || !w.sameArea(v, s) {
				continue
			}
			if within++; !s.Open {
				continue
			}
			free += s.FreePeople - s.LoadPeople
			if m < minutes {
				nearest, minutes = j, m
			}
		}
		v.Reason = roomReason(plan, v, within, nearest, free, minutes)
	}
}

func (w *planner) sameArea(v *Village, s *Site) bool {
	switch w.ask.Within {
	case "county":
		return v.County == s.County
	case "town":
		return v.Town == s.Town
	}
	return true
}

// Infeasible is the error of an ask for everybody that cannot be met.
type Infeasible struct {
	Reasons []Reason `json:"reasons"`
	cause   error
}

// Reason is one constraint that cannot be met, and by how much.
type Reason struct {
	Constraint string       `json:"constraint"` // distance, group, site, size, capacity, open, most or packing
	Village    string       `json:"village,omitempty"`
	Code       string       `json:"code,omitempty"`
	Unit       string       `json:"unit,omitempty"` // of By: minutes, households, people or sites
	By         *float64     `json:"by,omitempty"`   // nil where no number would help
	Proven     bool         `json:"proven"`
	Words      layers.Words `json:"words"`
}

func (e *Infeasible) Error() string {
	text := "no plan moves everybody"
	for n, r := range e.Reasons {
		if n == 3 {
			return fmt.Sprintf("%s; and %d more", text, len(e.Reasons)-3)
		}
		text += "; " + r.Words.En
	}
	return text
}

func (e *Infeasible) Unwrap() error { return e.cause }

// explain puts an infeasible problem into the plan's words.
func (w *planner) explain(err error) error {
	var inf *location.Infeasible
	if !errors.As(err, &inf) {
		return err
	}
	e := &Infeasible{cause: err}
	for _, s := range inf.Shortages {
		r := Reason{Constraint: string(s.Constraint), Proven: s.Proven}
		if !math.IsInf(s.By, 0) && !math.IsNaN(s.By) {
			r.By = &s.By
		}
		switch {
		case s.Unit >= 0:
			r.Unit = [...]string{"households", "people"}[s.Unit]
		case s.Constraint == location.OutOfReach:
			r.Unit = "minutes"
		case s.Constraint == location.TooManyOpen || s.Constraint == location.TooFewSites:
			r.Unit = "sites"
		}
		village := -1
		if s.Client >= 0 {
			village = w.clients[s.Client]
			r.Village, r.Code = w.villages[village].Name, w.villages[village].Code
		}
		r.Words = *w.reason(village, s)
		e.Reasons = append(e.Reasons, r)
	}
	return e
}
