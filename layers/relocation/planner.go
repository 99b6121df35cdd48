package relocation

import (
	"cmp"
	"context"
	"math"
	"runtime"
	"slices"
	"strings"

	"github.com/paulmach/orb"
	"golang.org/x/sync/errgroup"

	"github.com/cuntu/cuntu/geo/location"
	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/area"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// planner turns villages, sites and roads into a problem of location, and its solution
// into a plan.
type planner struct {
	ask      Ask
	classes  *Classes
	villages []Village
	sites    []Site
	minutes  [][]float64 // village by site; +Inf where there is no way
	off      []bool      // villages that no road is near
	clients  []int       // the problem's, as numbers of villages
}

func newPlanner(snap *snapshot.Snapshot, classes *Classes, ask Ask) *planner {
	w := &planner{ask: ask, classes: classes, villages: []Village{}, sites: []Site{}} // told as lists, empty ones too
	if t, ok := snap.Table("village"); ok {
		w.readVillages(t, w.within(snap, t))
	}
	if t, ok := snap.Table("site"); ok {
		w.readSites(t, w.within(snap, t))
	}
	for _, c := range ask.Candidates {
		w.addCandidate(c)
	}
	return w
}

// within tells which rows of a table lie in the areas asked for; none where the table does not say.
func (w *planner) within(snap *snapshot.Snapshot, t *snapshot.Table) func(row uint32) bool {
	areas := w.ask.areas()
	if areas.None() {
		return func(uint32) bool { return true }
	}
	var wrong layers.Faults
	within := areas.Within(area.New(snap), t, &wrong)
	if wrong != nil {
		return func(uint32) bool { return false }
	}
	return within
}

func (w *planner) readVillages(t *snapshot.Table, within func(row uint32) bool) {
	for row := range t.Rows {
		count := func(field string) int {
			if v := t.Get(row, field); !v.IsNull() {
				return int(max(0, v.Int()))
			}
			return 0
		}
		v := Village{
			ID: t.ID(row), Code: t.Get(row, "code").Text(), Name: t.Get(row, "name").Text(),
			Town: t.Get(row, "town").Text(), County: t.Get(row, "county").Text(),
			Households: count("move_households"), People: count("move_population"),
		}
		if v.Households == 0 && v.People == 0 || !within(row) {
			continue
		}
		// Where one of the two is not on record, it follows from the village's own size of
		// households, or else from the other.
		size := 3.0
		if h, p := count("households"), count("population"); h > 0 && p > 0 {
			size = float64(p) / float64(h)
		}
		if v.People == 0 {
			v.People, v.Estimated = int(math.Round(float64(v.Households)*size)), true
		}
		if v.Households == 0 {
			v.Households, v.Estimated = max(1, int(math.Round(float64(v.People)/size))), true
		}
		p := t.Shape(row).Label().LonLat()
		v.Lon, v.Lat = p[0], p[1]
		v.nowhere = len(t.Shape(row).Points) == 0
		w.villages = append(w.villages, v)
	}
	slices.SortFunc(w.villages, func(a, b Village) int {
		return cmp.Or(strings.Compare(a.Code, b.Code), cmp.Compare(a.ID, b.ID))
	})
}

func (w *planner) readSites(t *snapshot.Table, within func(row uint32) bool) {
	for row := range t.Rows {
		if len(t.Shape(row).Points) == 0 {
			continue
		}
		number := func(field string) float64 {
			if v := t.Get(row, field); !v.IsNull() {
				return max(0, v.Float())
			}
			return math.NaN()
		}
		p := t.Shape(row).Label().LonLat()
		s := Site{
			ID: t.ID(row), Name: t.Get(row, "name").Text(), Town: t.Get(row, "town").Text(), County: t.Get(row, "county").Text(),
			Status: t.Get(row, "status").Text(), Lon: p[0], Lat: p[1],
		}
		if !within(row) || slices.Contains(w.ask.ShutSites, s.ID) {
			continue
		}
		s.Kept = slices.Contains(w.ask.Keep, s.Status) || slices.Contains(w.ask.KeepSites, s.ID)
		if text := t.Get(row, "facilities").Text(); text != "" {
			s.Facilities = strings.Split(text, ",")
		}
		w.capacity(&s, number("households"), number("people"), number("occupied"))
		w.addSite(s)
	}
}

// capacity fills in the room of a site. Where the record does not say how many people
// it is for, its households say it at four each; without either it takes none.
func (w *planner) capacity(s *Site, households, people, occupied float64) {
	if math.IsNaN(occupied) {
		occupied = 0
	}
	if math.IsNaN(people) {
		people = 4 * households
	}
	if math.IsNaN(households) {
		households = math.Inf(1)
	}
	if math.IsNaN(people) {
		people, households = 0, 0
	}
	s.People, s.Occupied = int(people), int(occupied)
	s.FreePeople = int(max(0, people-occupied))
	free := households
	if people > 0 {
		// How many households have moved in is not on record: as many as people.
		free = math.Floor(households * max(0, people-occupied) / people)
	}
	if w.ask.Capacities == "all" {
		s.FreePeople, free = int(people), households
	}
	if math.IsInf(households, 1) {
		free, households = people, people // a household has one person at least
	}
	s.Households, s.FreeHouseholds = int(households), int(max(0, free))
}

func (w *planner) addCandidate(c Candidate) {
	s := Site{
		Candidate: true, Name: c.Name, Lon: c.Lon, Lat: c.Lat, Town: c.Town, County: c.County, Status: "candidate", Score: c.Score,
	}
	people := float64(c.People)
	if c.People == 0 {
		people = math.Floor(c.AreaM2 / w.classes.M2Person.Value)
	}
	households := float64(c.Households)
	if c.Households == 0 {
		households = math.NaN()
	}
	w.capacity(&s, households, people, 0)
	w.addSite(s)
}

// addSite costs a site by the class of what it is built for.
func (w *planner) addSite(s Site) {
	class := w.classes.Of(float64(s.People))
	s.Class = class.ID
	s.Missing = append([]string{}, class.Missing(s.Facilities)...)
	if s.Facilities == nil {
		s.Facilities = []string{}
	}
	if !s.Kept {
		s.CostWan = w.classes.Cost(float64(s.People), s.Missing)
	}
	w.sites = append(w.sites, s)
}

// measure finds the minutes between villages and sites: one pass over the network a
// site, some sites at a time so that their fields fit into memory.
func (w *planner) measure(ctx context.Context, net *roads.Network) error {
	const together = 16
	w.minutes = make([][]float64, len(w.villages))
	w.off = make([]bool, len(w.villages))
	for i := range w.minutes {
		w.minutes[i] = make([]float64, len(w.sites))
	}
	q := net.Query(network.ByMinutes)
	for from := 0; from < len(w.sites); from += together {
		end := min(from+together, len(w.sites))
		fields := make([]*network.Field, end-from)
		workers, inner := errgroup.WithContext(ctx)
		workers.SetLimit(runtime.GOMAXPROCS(0))
		for n := range fields {
			workers.Go(func() (err error) {
				s := &w.sites[from+n]
				fields[n], err = net.Graph.Reach(inner, []orb.Point{{s.Lon, s.Lat}}, q)
				return err
			})
		}
		if err := workers.Wait(); err != nil {
			return err
		}
		if err := w.read(ctx, fields, from); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// read reads the fields of sites at the villages.
func (w *planner) read(ctx context.Context, fields []*network.Field, from int) error {
	workers, inner := errgroup.WithContext(ctx)
	workers.SetLimit(runtime.GOMAXPROCS(0))
	const chunk = 64
	for first := 0; first < len(w.villages); first += chunk {
		workers.Go(func() error {
			var ways []network.Answer
			for i := first; i < min(first+chunk, len(w.villages)) && inner.Err() == nil; i++ {
				v := &w.villages[i]
				ways = network.AtAll(orb.Point{v.Lon, v.Lat}, fields, ways[:0])
				for n, way := range ways {
					w.minutes[i][from+n] = way.Way
					w.off[i] = w.off[i] || way.State == network.OffNetwork
				}
			}
			return inner.Err()
		})
	}
	return workers.Wait()
}

// leftOverCost is what a person left over counts, in minutes.
func (w *planner) leftOverCost() float64 {
	most := 0.0
	for _, row := range w.minutes {
		for _, m := range row {
			if !math.IsInf(m, 1) {
				most = max(most, m)
			}
		}
	}
	return max(leftOverMinutes, math.Ceil(3*most))
}

// group numbers the area that people are to stay in.
func (w *planner) group(county, town string, groups map[string]int) int {
	key := ""
	switch w.ask.Within {
	case "county":
		key = county
	case "town":
		key = town
	default:
		return 0
	}
	if _, ok := groups[key]; !ok {
		groups[key] = len(groups) + 1
	}
	return groups[key]
}

// problem is the problem of location. Villages that cannot be moved at all are not in
// it, unless everybody must be.
func (w *planner) problem() *location.Problem {
	kinds := map[string]location.Kind{
		"median":   location.Median,
		"cover":    location.Cover,
		"center":   location.Center,
		"setcover": location.SetCover,
	}
	p := &location.Problem{
		Kind: kinds[w.ask.Objective], Most: w.ask.MostSites, MaxDistance: w.ask.MaxMinutes,
		SameGroup: w.ask.Within != "any", Split: w.ask.Split,
	}
	if p.Kind == location.Median && !w.ask.Everybody {
		p.LeaveOut = w.leftOverCost()
	}
	groups := map[string]int{}
	for _, s := range w.sites {
		site := location.Site{Capacity: location.Load{float64(s.FreeHouseholds), float64(s.FreePeople)}, Group: w.group(s.County, s.Town, groups)}
		if w.ask.Capacities == "none" {
			site.Capacity = location.Unlimited()
		}
		if s.Kept {
			site.Fixed = location.Open
		} else if p.Kind == location.Median && w.ask.YuanPerPersonMinute > 0 {
			site.Cost = s.CostWan * 10_000 / w.ask.YuanPerPersonMinute
		}
		p.Sites = append(p.Sites, site)
	}
	for i := range w.villages {
		v := &w.villages[i]
		c := location.Client{
			Weight: float64(v.People), Load: location.Load{float64(v.Households), float64(v.People)},
			Group: w.group(v.County, v.Town, groups), Arcs: location.Dense(w.minutes[i]),
		}
		if v.nowhere {
			c.Arcs = nil
		}
		p.Clients = append(p.Clients, c)
	}
	all := p.Clients
	p.Clients = nil
	probe := location.Problem{Kind: p.Kind, Sites: p.Sites, MaxDistance: p.MaxDistance, SameGroup: p.SameGroup, Split: p.Split}
	for i := range all {
		probe.Clients = all[i : i+1]
		if short, bad := probe.Unreached(0); bad && !w.ask.Everybody {
			w.villages[i].Reason = w.reason(i, short)
			continue
		}
		p.Clients, w.clients = append(p.Clients, all[i]), append(w.clients, i)
	}
	return p
}

// nobody is the plan in which nobody moves.
func (w *planner) nobody() *location.Solution {
	sol := &location.Solution{Optimal: true}
	for j, s := range w.sites {
		if s.Kept {
			sol.Open = append(sol.Open, j)
		}
	}
	return sol
}
