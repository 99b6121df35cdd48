package coverage

import (
	"maps"
	"slices"

	"github.com/cuntu/cuntu/layers/snapshot"
)

// ground is what results of any year rest on besides roads and works: the places and the areas that they lie in.
type ground struct {
	key                           groundKey
	villages, hamlets, townPlaces *Places
	towns, counties               *areas
	declared                      bool // whether the areas' layers hold all areas that places name
	seats                         []Seat
	seated                        []bool  // by county: whether it has a seat
	hamletPeople                  []int32 // by village: who live in its hamlets, as far as known
}

// groundKey are the tables that a ground is made of; nil where there is no such layer.
type groundKey struct{ county, town, village, hamlet *snapshot.Table }

func groundKeyOf(snap *snapshot.Snapshot) (k groundKey) {
	for id, t := range map[string]**snapshot.Table{"county": &k.county, "town": &k.town, "village": &k.village, "hamlet": &k.hamlet} {
		*t, _ = snap.Table(id)
	}
	return k
}

// newGround makes the ground of a snapshot, from that of an earlier state where there is one: what did not change is taken
// over.
func newGround(snap *snapshot.Snapshot, before *ground) *ground {
	g := &ground{key: groundKeyOf(snap)}
	if before != nil && before.declared && g.key.county == before.key.county && g.key.town == before.key.town {
		g.towns, g.counties = before.towns.clone(), before.counties.clone()
	} else {
		g.towns, g.counties = newAreas(snap, "town"), newAreas(snap, "county")
		g.towns.within(snap, g.counties)
		if before != nil && !(before.declared && g.towns.same(before.towns) && g.counties.same(before.counties)) {
			before = nil
		}
	}
	towns, counties := len(g.towns.list), len(g.counties.list)
	place := func(t *snapshot.Table, old func(*ground) *Places) *Places {
		if t == nil {
			return &Places{}
		}
		if before != nil {
			return old(before).after(t, g.towns, g.counties)
		}
		return newPlaces(t, g.towns, g.counties)
	}
	g.villages = place(g.key.village, func(g *ground) *Places { return g.villages })
	g.hamlets = place(g.key.hamlet, func(g *ground) *Places { return g.hamlets })
	g.townPlaces = place(g.key.town, func(g *ground) *Places { return g.townPlaces })
	g.declared = towns == len(g.towns.list) && counties == len(g.counties.list)
	if !g.declared && before != nil { // a place names an area that is new: all are numbered anew
		return newGround(snap, nil)
	}
	g.seats, g.seated = findSeats(g.townPlaces), make([]bool, len(g.counties.list))
	for _, s := range g.seats {
		g.seated[s.County] = true
	}
	g.hamletPeople = g.countHamlets(before)
	return g
}

func (a *areas) clone() *areas {
	return &areas{slices.Clone(a.list), maps.Clone(a.code), slices.Clone(a.parent)}
}

// same tells whether areas have the same codes, parents and order.
func (a *areas) same(b *areas) bool {
	return slices.Equal(a.parent, b.parent) && slices.EqualFunc(a.list, b.list, func(x, y Area) bool { return x.Code == y.Code })
}

// countHamlets finds how many people live in each village's hamlets.
func (g *ground) countHamlets(before *ground) []int32 {
	people := make([]int32, g.villages.Len())
	if g.hamlets.Len() == 0 || g.villages.Len() == 0 {
		return people
	}
	f := g.hamlets.Table.Layer.Field("village")
	count := func(p *Places, h int, sign int32) {
		if p.People[h] <= 0 {
			return
		}
		if row, ok := g.villages.Table.FindCode(value(p.Table, p.Rows[h], f).Text()); ok {
			if i, ok := g.villages.Index(row); ok {
				people[i] += sign * p.People[h]
			}
		}
	}
	if before != nil && g.villages == before.villages {
		if from, ok := g.hamlets.From(before.hamlets); ok {
			copy(people, before.hamletPeople)
			stay := make([]bool, before.hamlets.Len())
			for h, old := range from {
				if old >= 0 {
					stay[old] = true
				} else {
					count(g.hamlets, h, 1)
				}
			}
			for h, stays := range stay {
				if !stays {
					count(before.hamlets, h, -1)
				}
			}
			return people
		}
	}
	for h := range g.hamlets.Rows {
		count(g.hamlets, h, 1)
	}
	return people
}
