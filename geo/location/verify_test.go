package location

import (
	"fmt"
	"math"
	"slices"
)

// verify counts a solution anew from the problem alone: that no constraint is broken
// and that the value is what the flows come to.
func verify(p *Problem, sol *Solution) error {
	if p.Most > 0 && len(sol.Open) > p.Most {
		return fmt.Errorf("%d sites are open, %d may be", len(sol.Open), p.Most)
	}
	for j, s := range p.Sites {
		open := slices.Contains(sol.Open, j)
		if open && s.Fixed == Closed || !open && s.Fixed == Open {
			return fmt.Errorf("site %d is fixed otherwise", j)
		}
	}
	load := make([]Load, len(p.Sites))
	served := make([]float64, len(p.Clients))
	sum, worst := 0.0, 0.0
	for _, f := range sol.Flows {
		c := &p.Clients[f.Client]
		if !slices.Contains(sol.Open, f.Site) {
			return fmt.Errorf("client %d is at site %d, which is closed", f.Client, f.Site)
		}
		if !slices.ContainsFunc(c.Arcs, func(a Arc) bool { return a.Site == f.Site && a.Distance == f.Distance }) {
			return fmt.Errorf("client %d must not be at site %d", f.Client, f.Site)
		}
		if p.MaxDistance > 0 && f.Distance > p.MaxDistance || p.SameGroup && c.Group != p.Sites[f.Site].Group {
			return fmt.Errorf("client %d at site %d: too far, or another group", f.Client, f.Site)
		}
		if !p.Split && f.Part != 1 {
			return fmt.Errorf("client %d is split", f.Client)
		}
		served[f.Client] += f.Part
		for u := range load[f.Site] {
			load[f.Site][u] += f.Part * c.Load[u]
		}
		sum += f.Part * c.Weight * f.Distance
		worst = max(worst, f.Distance)
	}
	for j, l := range load {
		for u := range l {
			if l[u] > p.Sites[j].Capacity[u]*(1+1e-6)+1e-6 {
				return fmt.Errorf("site %d holds %v of %v", j, l, p.Sites[j].Capacity)
			}
		}
	}
	covered, missing := 0.0, 0.0
	for i, part := range served {
		left := part < 1-1e-6
		if part > 1+1e-6 || left != slices.Contains(sol.Left, i) {
			return fmt.Errorf("client %d is served by %v, and left out: %v", i, part, slices.Contains(sol.Left, i))
		}
		if left && p.Kind != Cover && p.LeaveOut == 0 {
			return fmt.Errorf("client %d is left out", i)
		}
		covered += part * p.Clients[i].Weight
		missing += (1 - part) * p.Clients[i].Weight * p.LeaveOut
	}
	cost := 0.0
	for _, j := range sol.Open {
		cost += p.Sites[j].Cost
	}
	value := map[Kind]float64{Median: sum + missing + cost, Cover: covered, Center: worst, SetCover: cost}[p.Kind]
	if p.Kind == SetCover && !pricedSites(p) {
		value = float64(len(sol.Open))
	}
	if math.Abs(value-sol.Value) > 1e-6*(1+math.Abs(value)) {
		return fmt.Errorf("the flows come to %v, the value is %v", value, sol.Value)
	}
	return nil
}
