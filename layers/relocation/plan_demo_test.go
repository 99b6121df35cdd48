package relocation_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers/relocation"
)

// checkPlan counts a plan anew from the records and the roads: that no constraint is
// broken, nobody lost, and every sum is what it says. Minutes are asked the other way
// round, from the village; fields keeps what was made for that.
func checkPlan(p *prefecture, plan *relocation.Plan, fields map[int64]*network.Field) error {
	ask := plan.Ask
	villages, _ := p.snap.Table("village")
	sites, _ := p.snap.Table("site")
	people, households := make([]int, len(plan.Sites)), make([]int, len(plan.Sites))
	moved, left, total, minutes, worst := 0, 0, 0, 0.0, 0.0
	seen := map[int64]bool{}
	for _, v := range plan.Villages {
		row, ok := villages.Find(v.ID)
		if !ok || seen[v.ID] {
			return fmt.Errorf("village %d is unknown, or there twice", v.ID)
		}
		seen[v.ID] = true
		if v.People != int(villages.Get(row, "move_population").Int()) || v.Households != int(villages.Get(row, "move_households").Int()) {
			return fmt.Errorf("%s moves %d people of %d households", v.Name, v.People, v.Households)
		}
		if !ask.Split && (len(v.Moves) > 1 || len(v.Moves) == 1 && (v.LeftPeople > 0 || v.LeftHouseholds > 0)) {
			return fmt.Errorf("%s is split", v.Name)
		}
		if (v.LeftPeople > 0 || v.LeftHouseholds > 0) != (v.Reason != nil) {
			return fmt.Errorf("%s leaves over %d people for the reason %v", v.Name, v.LeftPeople, v.Reason)
		}
		restPeople, restHouseholds := v.People, v.Households
		from := fields[v.ID]
		for _, m := range v.Moves {
			s := plan.Sites[m.Site]
			if from == nil {
				var err error
				home := []orb.Point{villages.Shape(row).Label().LonLat()}
				if from, err = p.net.Graph.Reach(context.Background(), home, p.net.Query(network.ByMinutes)); err != nil {
					return err
				}
				fields[v.ID] = from
			}
			way := from.At(orb.Point{s.Lon, s.Lat})
			if way.State != network.Reached || math.Abs(way.Way-m.Minutes) > 1e-6*(1+way.Way) {
				return fmt.Errorf("%s to %s takes %v min, not %v", v.Name, s.Name, way.Way, m.Minutes)
			}
			if !s.Open || ask.MaxMinutes > 0 && m.Minutes > ask.MaxMinutes || m.People < 0 || m.Households < 0 ||
				ask.Within == "county" && v.County != s.County || ask.Within == "town" && v.Town != s.Town {
				return fmt.Errorf("%s may not go to %s: %+v", v.Name, s.Name, m)
			}
			people[m.Site], households[m.Site] = people[m.Site]+m.People, households[m.Site]+m.Households
			restPeople, restHouseholds = restPeople-m.People, restHouseholds-m.Households
			moved += m.People
			minutes += float64(m.People) * m.Minutes
			worst = max(worst, m.Minutes)
		}
		if restPeople != v.LeftPeople || restHouseholds != v.LeftHouseholds {
			return fmt.Errorf("%s: %d people and %d households are lost", v.Name, restPeople-v.LeftPeople, restHouseholds-v.LeftHouseholds)
		}
		left += v.LeftPeople
		total += v.People
	}
	for row := range villages.Rows {
		if !seen[villages.ID(row)] && villages.Get(row, "move_population").Int() > 0 &&
			(ask.County == "" || villages.Get(row, "county").Text() == ask.County) {
			return fmt.Errorf("%s is forgotten", villages.Get(row, "name").Text())
		}
	}
	open := 0
	for j, s := range plan.Sites {
		if s.Open {
			open++
		}
		if people[j] != s.LoadPeople || households[j] != s.LoadHouseholds {
			return fmt.Errorf("%s is said to take %d people, takes %d", s.Name, s.LoadPeople, people[j])
		}
		if s.Candidate {
			continue
		}
		row, _ := sites.Find(s.ID)
		status := sites.Get(row, "status").Text()
		if slices.Contains(ask.Keep, status) && !s.Open || slices.Contains(ask.ShutSites, s.ID) {
			return fmt.Errorf("%s, %s, is open: %v", s.Name, status, s.Open)
		}
		room := int(sites.Get(row, "people").Int())
		if ask.Capacities == "free" && !sites.Get(row, "occupied").IsNull() {
			room -= int(sites.Get(row, "occupied").Int())
		}
		if ask.Capacities != "none" && (people[j] > max(0, room) || households[j] > int(sites.Get(row, "households").Int())) {
			return fmt.Errorf("%s has room for %d people, takes %d", s.Name, room, people[j])
		}
	}
	if ask.MostSites > 0 && open > ask.MostSites {
		return fmt.Errorf("%d sites are open", open)
	}
	if moved != plan.People || left != plan.LeftPeople || moved+left != total || open != plan.OpenSites ||
		math.Abs(minutes-plan.PersonMinutes) > 1e-3 || math.Abs(worst-plan.WorstMinutes) > 1e-6 {
		return fmt.Errorf(
			"the sums are %d moved, %d left, %v minutes, %v at worst; the plan says %+v", moved, left, minutes, worst, plan.Summary(),
		)
	}
	switch value := plan.Value; ask.Objective {
	case "median":
		want := minutes
		for _, s := range plan.Sites {
			if s.Open && !s.Kept && ask.YuanPerPersonMinute > 0 {
				want += s.CostWan * 1e4 / ask.YuanPerPersonMinute
			}
		}
		for _, v := range plan.Villages {
			if len(v.Moves) > 0 || plan.Value > 0 {
				want += float64(v.LeftPeople) * plan.LeftOverMinutes
			}
		}
		// Villages that no site is in reach of are not in the objective; rounding of split
		// ones moves a person or two a site.
		if value > want*(1+1e-9)+1e-3 && !ask.Split || plan.Bound > value*(1+1e-9) {
			return fmt.Errorf("the value is %v, the parts come to %v, the bound is %v", value, want, plan.Bound)
		}
	case "cover":
		if plan.Bound < value || !ask.Split && int(math.Round(value)) != moved {
			return fmt.Errorf("%v people are covered, %d moved, at most %v", value, moved, plan.Bound)
		}
	case "center":
		if math.Abs(value-worst) > 1e-6 || plan.Bound > value+1e-9 {
			return fmt.Errorf("the worst is %v, the value %v, the bound %v", worst, value, plan.Bound)
		}
	case "setcover":
		if int(value) != open || plan.Bound > value {
			return fmt.Errorf("%d sites are open, the value is %v", open, value)
		}
	}
	return nil
}

const danfeng = "611022"

func TestPlansBreakNoConstraint(t *testing.T) {
	p, fields := demoPrefecture(t), map[int64]*network.Field{}
	for name, ask := range map[string]relocation.Ask{
		"everything by default":         {},
		"what has moved in counts":      {Capacities: "all"},
		"villages are split":            {Capacities: "all", Split: true, MaxMinutes: 90},
		"within the town":               {Capacities: "all", Within: "town"},
		"few new sites, cost counts":    {Capacities: "all", Keep: []string{}, MostSites: 9, YuanPerPersonMinute: 500},
		"no capacities":                 {Capacities: "none", Keep: []string{}, MostSites: 5},
		"most people within 45 minutes": {Objective: "cover", MaxMinutes: 45, MostSites: 8, Keep: []string{}},
		"fewest sites in 80 minutes":    {Objective: "setcover", Capacities: "none", MaxMinutes: 80, Keep: []string{}},
		"least worst minutes":           {Objective: "center", Capacities: "none", MostSites: 6, Keep: []string{}},
		"an own candidate": {
			Capacities: "all", ShutSites: []int64{4}, MaxMinutes: 60,
			Candidates: []relocation.Candidate{{Name: "新址", Lon: 110.33, Lat: 33.69, AreaM2: 20_000}},
		},
	} {
		ask.County, ask.Effort = danfeng, 0.01
		plan, err := relocation.Make(context.Background(), p.snap, p.net, relocation.DefaultClasses(), ask, nil)
		if err == nil {
			err = checkPlan(p, plan, fields)
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if plan.People == 0 {
			t.Errorf("%s: nobody moves", name)
		}
		t.Logf(
			"%s: %d people to %d sites, %d left over; %v, bound %v, %.1f s", name, plan.People, plan.OpenSites, plan.LeftPeople,
			plan.Value, plan.Bound, plan.Seconds,
		)
	}
}

func TestOneSeedGivesOnePlan(t *testing.T) {
	p := demoPrefecture(t)
	var first []byte
	for range 2 {
		plan, err := relocation.Make(
			context.Background(), p.snap, p.net, relocation.DefaultClasses(),
			relocation.Ask{County: danfeng, Capacities: "all", Effort: 0.01, Seed: 5}, nil,
		)
		if err != nil {
			t.Fatal(err)
		}
		plan.Seconds = 0
		text, err := json.Marshal(plan)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = text
		} else if string(first) != string(text) {
			t.Error("two runs differ")
		}
	}
}

func sitesOf(p *prefecture, town string) (ids []int64) {
	t, _ := p.snap.Table("site")
	for row := range t.Rows {
		if t.Get(row, "town").Text() == town {
			ids = append(ids, t.ID(row))
		}
	}
	return ids
}

func TestWhatCannotBeMetIsNamedWithItsAmount(t *testing.T) {
	p := demoPrefecture(t)
	for name, c := range map[string]struct {
		ask        relocation.Ask
		constraint string
	}{
		"too far":            {relocation.Ask{MaxMinutes: 5}, "distance"},
		"no site in a town":  {relocation.Ask{Within: "town", Capacities: "none", ShutSites: sitesOf(p, "611022001")}, "group"},
		"too little room":    {relocation.Ask{Keep: []string{}, MostSites: 1, Split: true}, "capacity"},
		"more kept than may": {relocation.Ask{MostSites: 2}, "open"},
		"too few sites":      {relocation.Ask{Capacities: "none", Keep: []string{}, MostSites: 1, MaxMinutes: 115}, "most"},
	} {
		c.ask.County, c.ask.Effort, c.ask.Everybody = danfeng, 0.01, true
		_, err := relocation.Make(context.Background(), p.snap, p.net, relocation.DefaultClasses(), c.ask, nil)
		var inf *relocation.Infeasible
		if !errors.As(err, &inf) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		r := inf.Reasons[0]
		if r.Constraint != c.constraint || !r.Proven || r.Words.Zh == "" || c.constraint != "group" && (r.By == nil || *r.By <= 0) {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

func TestAComparisonTellsWhoIsAffected(t *testing.T) {
	p := demoPrefecture(t)
	make := func(ask relocation.Ask) *relocation.Plan {
		ask.County, ask.Effort, ask.Capacities = danfeng, 0.01, "all"
		plan, err := relocation.Make(context.Background(), p.snap, p.net, relocation.DefaultClasses(), ask, nil)
		if err != nil {
			t.Fatal(err)
		}
		return plan
	}
	a := make(relocation.Ask{})
	b := make(relocation.Ask{ShutSites: []int64{4}})
	if same := relocation.Compare(a, a); same.AffectedPeople != 0 || len(same.Villages) != 0 || len(same.Sites) != 0 {
		t.Errorf("a plan differs from itself: %+v", same)
	}
	c := relocation.Compare(a, b)
	gone := 0
	for _, s := range a.Sites {
		if s.ID == 4 {
			gone = s.LoadPeople
		}
	}
	if gone == 0 || c.AffectedPeople < gone || c.AffectedVillages != len(c.Villages) {
		t.Errorf("%d people lose their site, %d of %d villages are affected", gone, c.AffectedPeople, c.AffectedVillages)
	}
	back := relocation.Compare(b, a)
	if back.AffectedPeople != c.AffectedPeople || back.Before != c.After || back.Sooner != c.Later {
		t.Error("a comparison the other way round tells something else")
	}
}
