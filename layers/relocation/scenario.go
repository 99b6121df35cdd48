package relocation

import (
	"cmp"
	"slices"
	"time"
)

// Scenario is a plan that was kept, with what it was made of and by whom.
type Scenario struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Note    string    `json:"note,omitempty"`
	Author  string    `json:"author,omitempty"`
	Created time.Time `json:"created"`
	Changed time.Time `json:"changed"`
	CopyOf  string    `json:"copy_of,omitempty"` // the id of another
	// Summary is of the plan, for lists.
	Summary Summary `json:"summary"`
	Plan    *Plan   `json:"plan,omitempty"`
}

// Summary is a plan in some numbers.
type Summary struct {
	Objective      string  `json:"objective"`
	Value          float64 `json:"value"`
	Gap            float64 `json:"gap"`
	Optimal        bool    `json:"optimal"`
	Households     int     `json:"households"`
	People         int     `json:"people"`
	LeftHouseholds int     `json:"left_households"`
	LeftPeople     int     `json:"left_people"`
	PersonMinutes  float64 `json:"person_minutes"`
	MeanMinutes    float64 `json:"mean_minutes"`
	WorstMinutes   float64 `json:"worst_minutes"`
	OpenSites      int     `json:"open_sites"`
	NewSites       int     `json:"new_sites"`
	CostWan        float64 `json:"cost_wan"`
}

// Summary is the plan in some numbers.
func (p *Plan) Summary() Summary {
	return Summary{
		p.Ask.Objective, p.Value, p.Gap, p.Optimal, p.Households, p.People, p.LeftHouseholds, p.LeftPeople,
		p.PersonMinutes, p.MeanMinutes, p.WorstMinutes, p.OpenSites, p.NewSites, p.CostWan,
	}
}

// Comparison is what another plan changes: for whom, and at which sites.
type Comparison struct {
	Before Summary `json:"before"`
	After  Summary `json:"after"`
	// Affected are people of villages that go elsewhere, or are left over now or no more.
	AffectedVillages int             `json:"affected_villages"`
	AffectedPeople   int             `json:"affected_people"`
	Sooner           int             `json:"people_nearer"`  // people whose mean way gets shorter
	Later            int             `json:"people_farther"` // or longer, among all villages
	Villages         []VillageChange `json:"villages"`       // the affected, most people first
	Sites            []SiteChange    `json:"sites"`          // with another load, or opened or closed
}

// VillageChange is one village before and after.
type VillageChange struct {
	ID            int64       `json:"id"`
	Code          string      `json:"code"`
	Name          string      `json:"name"`
	Lon           float64     `json:"lon"`
	Lat           float64     `json:"lat"`
	People        int         `json:"people"`          // to move
	Affected      int         `json:"affected_people"` // at least, who go elsewhere
	Before        []SiteShare `json:"before"`
	After         []SiteShare `json:"after"`
	LeftBefore    int         `json:"left_before"`    // people
	LeftAfter     int         `json:"left_after"`     // people
	MinutesBefore *float64    `json:"minutes_before"` // mean of those who move; nil for none
	MinutesAfter  *float64    `json:"minutes_after"`
}

// SiteShare is how many people of a village go to a site.
type SiteShare struct {
	ID        int64   `json:"id"`
	Candidate bool    `json:"candidate"`
	Name      string  `json:"name"`
	Lon       float64 `json:"lon"`
	Lat       float64 `json:"lat"`
	People    int     `json:"people"`
	Minutes   float64 `json:"minutes"`
}

// SiteChange is one site before and after.
type SiteChange struct {
	ID           int64   `json:"id"`
	Candidate    bool    `json:"candidate"`
	Name         string  `json:"name"`
	Lon          float64 `json:"lon"`
	Lat          float64 `json:"lat"`
	OpenBefore   bool    `json:"open_before"`
	OpenAfter    bool    `json:"open_after"`
	PeopleBefore int     `json:"people_before"`
	PeopleAfter  int     `json:"people_after"`
	CostBefore   float64 `json:"cost_wan_before"`
	CostAfter    float64 `json:"cost_wan_after"`
}

// siteKey tells sites of different plans apart: those on record by id, candidates by
// where they are.
type siteKey struct {
	id       int64
	lon, lat float64
}

func keyOf(s *Site) siteKey {
	if s.Candidate {
		return siteKey{0, s.Lon, s.Lat}
	}
	return siteKey{id: s.ID}
}

// Compare says what plan b changes of plan a.
func Compare(a, b *Plan) *Comparison {
	c := &Comparison{Before: a.Summary(), After: b.Summary(), Villages: []VillageChange{}, Sites: []SiteChange{}}
	type pair struct{ a, b *Village }
	villages := map[int64]*pair{}
	var order []int64
	for n, p := range [...]*Plan{a, b} {
		for i := range p.Villages {
			v := &p.Villages[i]
			if villages[v.ID] == nil {
				villages[v.ID] = &pair{}
				order = append(order, v.ID)
			}
			if n == 0 {
				villages[v.ID].a = v
			} else {
				villages[v.ID].b = v
			}
		}
	}
	for _, id := range order {
		c.village(a, b, villages[id].a, villages[id].b)
	}
	slices.SortStableFunc(c.Villages, func(x, y VillageChange) int { return cmp.Compare(y.Affected, x.Affected) })
	c.sites(a, b)
	return c
}

func (c *Comparison) village(pa, pb *Plan, a, b *Village) {
	v := VillageChange{Before: []SiteShare{}, After: []SiteShare{}}
	goes := map[siteKey]int{}
	for n, side := range [...]struct {
		plan    *Plan
		village *Village
	}{{pa, a}, {pb, b}} {
		if side.village == nil {
			continue
		}
		w := side.village
		v.ID, v.Code, v.Name, v.Lon, v.Lat, v.People = w.ID, w.Code, w.Name, w.Lon, w.Lat, max(v.People, w.People)
		shares, minutes := side.plan.shares(w)
		for _, m := range w.Moves {
			goes[keyOf(&side.plan.Sites[m.Site])] += m.People * (1 - 2*n)
		}
		if n == 0 {
			v.Before, v.MinutesBefore, v.LeftBefore = shares, minutes, w.LeftPeople
		} else {
			v.After, v.MinutesAfter, v.LeftAfter = shares, minutes, w.LeftPeople
		}
	}
	if v.MinutesBefore != nil && v.MinutesAfter != nil {
		switch {
		case *v.MinutesAfter < *v.MinutesBefore-0.05:
			c.Sooner += v.People
		case *v.MinutesAfter > *v.MinutesBefore+0.05:
			c.Later += v.People
		}
	}
	less, more := 0, 0
	for _, n := range goes {
		less, more = less+max(0, n), more+max(0, -n)
	}
	if v.Affected = max(less, more); v.Affected == 0 {
		return
	}
	c.AffectedVillages++
	c.AffectedPeople += v.Affected
	c.Villages = append(c.Villages, v)
}

// shares are a village's moves with what tells their sites, and the mean minutes.
func (p *Plan) shares(v *Village) ([]SiteShare, *float64) {
	shares, sum, people := []SiteShare{}, 0.0, 0
	for _, m := range v.Moves {
		s := &p.Sites[m.Site]
		shares = append(shares, SiteShare{s.ID, s.Candidate, s.Name, s.Lon, s.Lat, m.People, m.Minutes})
		sum += float64(m.People) * m.Minutes
		people += m.People
	}
	if people == 0 {
		return shares, nil
	}
	mean := sum / float64(people)
	return shares, &mean
}

func (c *Comparison) sites(a, b *Plan) {
	at := map[siteKey]int{}
	for n, p := range [...]*Plan{a, b} {
		for j := range p.Sites {
			s := &p.Sites[j]
			k, ok := at[keyOf(s)]
			if !ok {
				k = len(c.Sites)
				at[keyOf(s)] = k
				c.Sites = append(c.Sites, SiteChange{ID: s.ID, Candidate: s.Candidate, Name: s.Name, Lon: s.Lon, Lat: s.Lat})
			}
			change := &c.Sites[k]
			cost := 0.0
			if s.Open {
				cost = s.CostWan
			}
			if n == 0 {
				change.OpenBefore, change.PeopleBefore, change.CostBefore = s.Open, s.LoadPeople, cost
			} else {
				change.OpenAfter, change.PeopleAfter, change.CostAfter = s.Open, s.LoadPeople, cost
			}
		}
	}
	c.Sites = slices.DeleteFunc(c.Sites, func(s SiteChange) bool {
		return s.OpenBefore == s.OpenAfter && s.PeopleBefore == s.PeopleAfter
	})
}
