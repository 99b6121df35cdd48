package programme

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Part is one thing that is done: of Road, Line and Village one is set.
type Part struct {
	// Road is the id of a road that is hardened, from FromM metres along it to ToM; all
	// of it where ToM is 0. Its lines are laid end to end.
	Road       int64
	FromM, ToM float64
	// Line is a new hardened road.
	Line orb.LineString
	// Village is the id of one that is joined to a waterworks or to the fibre network.
	Village int64
	Service service.ID
}

// Parts are the parts of works.
func (p *Plan) Parts(works []Work) (parts []Part) {
	for _, w := range works {
		if p.Service != service.Road {
			for _, v := range w.Villages {
				parts = append(parts, Part{Village: p.Result.Villages.Table.ID(p.Result.Villages.Rows[v]), Service: p.Service})
			}
			continue
		}
		for _, s := range w.Stretches {
			if s.Kind == Link {
				parts = append(parts, Part{Line: s.Line})
			} else {
				parts = append(parts, Part{Road: p.Result.Network.Table.ID(s.Row), FromM: s.FromM, ToM: s.ToM})
			}
		}
	}
	return parts
}

// Apply is a snapshot in which the parts are done by the year. The one given stays as it
// is. The error is layers.Faults where a part is wrong, such as "works[3]".
func Apply(snap *snapshot.Snapshot, year int, rules *service.Rules, parts []Part) (*snapshot.Snapshot, error) {
	changes, err := Changes(snap, year, rules, parts)
	if err != nil {
		return nil, err
	}
	return snap.WhatIf(changes)
}

// Changes are what the parts make of the layers once they are done by the year: features that are there get what is built,
// and those with ids beyond all that there are are new. The error is that of Apply.
func Changes(snap *snapshot.Snapshot, year int, rules *service.Rules, parts []Part) ([]layers.Change, error) {
	a := applier{snap: snap, year: year, rules: rules, spans: map[int64][]span{}, villages: map[int64]*layers.Feature{}}
	for i, part := range parts {
		if why := a.take(part); why != "" {
			return nil, layers.NewFault(fmt.Sprintf("works[%d]", i), "%s", why)
		}
	}
	if err := a.harden(); err != nil {
		return nil, err
	}
	for _, id := range slices.Sorted(maps.Keys(a.villages)) {
		a.changes = append(a.changes, layers.Change{Layer: "village", ID: id, Feature: a.villages[id]})
	}
	return a.changes, nil
}

// span is a part of a road, in metres along it.
type span struct{ from, to float64 }

type applier struct {
	snap     *snapshot.Snapshot
	year     int
	rules    *service.Rules
	spans    map[int64][]span
	order    []int64 // of the roads
	links    []orb.LineString
	villages map[int64]*layers.Feature
	changes  []layers.Change
}

// take notes a part; why tells what is wrong with it.
func (a *applier) take(p Part) (why string) {
	switch {
	case p.Line != nil:
		if len(p.Line) < 2 || geo.Distance(p.Line[0], p.Line[len(p.Line)-1]) == 0 {
			return "line: must have two places at least"
		}
		a.links = append(a.links, p.Line)
	case p.Village != 0:
		return a.serve(p)
	default:
		t, ok := a.snap.Table("road")
		if !ok {
			return "road: there is no layer of roads"
		}
		row, ok := t.Find(p.Road)
		if !ok {
			return fmt.Sprintf("road: there is none with the id %d", p.Road)
		}
		length := t.Shape(row).Length()
		if p.ToM == 0 {
			p.ToM = length
		}
		if !(p.FromM >= 0 && p.FromM < p.ToM && p.ToM <= length+1) {
			return fmt.Sprintf("from_m, to_m: %.2f to %.2f is no part of a road of %.2f m", p.FromM, p.ToM, length)
		}
		if a.spans[p.Road] == nil {
			a.order = append(a.order, p.Road)
		}
		a.spans[p.Road] = append(a.spans[p.Road], span{p.FromM, p.ToM})
	}
	return ""
}

// serve gives a village all that the rules ask of the service.
func (a *applier) serve(p Part) (why string) {
	t, ok := a.snap.Table("village")
	if !ok {
		return "village: there is no layer of villages"
	}
	f := a.villages[p.Village]
	if f == nil {
		row, ok := t.Find(p.Village)
		if !ok {
			return fmt.Sprintf("village: there is none with the id %d", p.Village)
		}
		own := t.Feature(row)
		f = &own
	}
	set := func(field string, v layers.Value) {
		if i := t.Layer.Field(field); i >= 0 {
			f.Values[i] = v
		}
	}
	atLeast := func(field string, least float64) {
		if i := t.Layer.Field(field); i >= 0 && !(f.Values[i].Float() >= least) {
			f.Values[i] = layers.Float(least)
		}
	}
	switch p.Service {
	case service.Water:
		set("water_year", layers.Null)
		set("water_quality_ok", layers.Bool(true))
		set("water_fetch_min", layers.Float(0))
		atLeast("tap_water_rate", 100)
		atLeast("water_guarantee", a.rules.Limit("water.guarantee").Value)
		atLeast("water_quantity", a.rules.Limit("water.quantity_l").Value)
	case service.Broadband:
		set("broadband_year", layers.Null)
		set("fibre", layers.Bool(true))
		atLeast("mbps", a.rules.Limit("broadband.mbps").Value)
	default:
		return fmt.Sprintf("service: %v cannot be given to a village; water and broadband can, roads are hardened", p.Service)
	}
	a.villages[p.Village] = f
	return ""
}

// harden makes the changes of the road layer: a road hardened in part is cut, and what is
// hardened becomes a road of its own.
func (a *applier) harden() error {
	t, ok := a.snap.Table("road")
	if !ok || len(a.order) == 0 && len(a.links) == 0 {
		return nil
	}
	next := int64(0)
	for row := range t.Rows {
		next = max(next, t.ID(row))
	}
	add := func(f layers.Feature) {
		next++
		f.ID = next
		a.changes = append(a.changes, layers.Change{Layer: "road", ID: f.ID, Feature: &f})
	}
	for _, id := range a.order {
		row, _ := t.Find(id)
		hard, rest := cutShape(t.Shape(row), a.spans[id])
		f := t.Feature(row)
		hardened := f
		hardened.Values = a.hardened(t.Layer, f.Values)
		switch hardened.Geometry = lines(hard); {
		case len(hard) == 0:
			continue
		case len(rest) == 0:
			a.changes = append(a.changes, layers.Change{Layer: "road", ID: id, Feature: &hardened})
		default:
			f.Geometry = lines(rest)
			a.changes = append(a.changes, layers.Change{Layer: "road", ID: id, Feature: &f})
			add(hardened)
		}
	}
	for _, line := range a.links {
		f := layers.Feature{Geometry: line, Values: make([]layers.Value, len(t.Layer.Fields))}
		for field, value := range map[string]string{"class": "村道", "grade": "四级", "kind": "road"} {
			if i := t.Layer.Field(field); i >= 0 {
				f.Values[i] = layers.Text(value)
			}
		}
		f.Values = a.hardened(t.Layer, f.Values)
		add(f)
	}
	return nil
}

func (a *applier) hardened(l *layers.Layer, values []layers.Value) []layers.Value {
	out := append([]layers.Value(nil), values...)
	set := func(field string, v layers.Value) {
		if i := l.Field(field); i >= 0 {
			out[i] = v
		}
	}
	set("surface", layers.Text("水泥"))
	set("status", layers.Text("existing"))
	if i := l.Field("year"); i >= 0 && out[i].Int() > int64(a.year) {
		out[i] = layers.Int(int64(a.year))
	}
	return out
}

func lines(parts []orb.LineString) orb.Geometry {
	if len(parts) == 1 {
		return parts[0]
	}
	return orb.MultiLineString(parts)
}

// cutShape parts a shape's lines, laid end to end, into what lies within the spans and
// the rest. Less than a centimetre is not cut off.
func cutShape(shape geo.Shape, spans []span) (in, out []orb.LineString) {
	const least = 0.01
	way := 0.
	for i := range shape.Ends {
		part := shape.Part(i)
		line := make(orb.LineString, len(part))
		at := make([]float64, len(part)) // metres along the shape
		for k, p := range part {
			if line[k] = p.LonLat(); k > 0 {
				way += geo.Distance(line[k-1], line[k])
			}
			at[k] = way
		}
		from, to := at[0], way
		cuts := []float64{from, to}
		for _, s := range spans {
			for _, m := range [2]float64{s.from, s.to} {
				if m > from+least && m < to-least {
					cuts = append(cuts, m)
				}
			}
		}
		cuts = sortedCuts(cuts, least)
		for k := 1; k < len(cuts); k++ {
			middle := (cuts[k-1] + cuts[k]) / 2
			inside := false
			for _, s := range spans {
				inside = inside || s.from <= middle && middle <= s.to
			}
			piece := cutLine(line, at, cuts[k-1], cuts[k])
			list := &out
			if inside {
				list = &in
			}
			if n := len(*list); n > 0 && (*list)[n-1][len((*list)[n-1])-1] == piece[0] {
				(*list)[n-1] = append((*list)[n-1], piece[1:]...)
			} else {
				*list = append(*list, piece)
			}
		}
	}
	return in, out
}

// cutLine is a line from so many metres to so many.
func cutLine(line orb.LineString, at []float64, from, to float64) (out orb.LineString) {
	place := func(m float64) orb.Point {
		for k := 1; k < len(line); k++ {
			if m <= at[k] && at[k] > at[k-1] {
				t := max(0, (m-at[k-1])/(at[k]-at[k-1]))
				return orb.Point{line[k-1][0] + t*(line[k][0]-line[k-1][0]), line[k-1][1] + t*(line[k][1]-line[k-1][1])}
			}
		}
		return line[len(line)-1]
	}
	out = append(out, place(from))
	for k, p := range line {
		if at[k] > from && at[k] < to {
			out = append(out, p)
		}
	}
	return append(out, place(to))
}

// Outcome is what works change.
type Outcome struct {
	Before, After *coverage.Result
	Changed       []Changed // by village and then by service
}

// Changed is a village whose state changes.
type Changed struct {
	Village       int
	Service       service.ID
	Before, After service.State
}

// WhatIf judges a snapshot with the parts done, beside how it is now.
func WhatIf(ctx context.Context, snap *snapshot.Snapshot, before *coverage.Result, parts []Part) (*Outcome, error) {
	altered, err := Apply(snap, before.Year, before.Rules(), parts)
	if err != nil {
		return nil, err
	}
	after, err := coverage.Compute(ctx, altered, roads.Build(altered, before.Year), before.Services)
	if err != nil {
		return nil, err
	}
	out := &Outcome{Before: before, After: after}
	for i, row := range before.Villages.Rows {
		// Where villages were changed themselves their table is another one.
		now, ok := after.Villages.Table.Find(before.Villages.Table.ID(row))
		n, _ := after.Villages.Index(now)
		if !ok {
			continue
		}
		for _, s := range before.Services.Services {
			if was, is := before.States[s.ID][i], after.States[s.ID][n]; was != is {
				out.Changed = append(out.Changed, Changed{i, s.ID, was, is})
			}
		}
	}
	return out, nil
}

func sortedCuts(cuts []float64, least float64) (out []float64) {
	slices.Sort(cuts)
	for i, c := range cuts {
		if i > 0 && c-out[len(out)-1] < least && i < len(cuts)-1 {
			continue
		}
		out = append(out, c)
	}
	return out
}

// Section is the part of a shape of lines, laid end to end, from so many metres to so many; all of it where to is 0.
func Section(shape geo.Shape, from, to float64) []orb.LineString {
	if to == 0 {
		to = shape.Length()
	}
	in, _ := cutShape(shape, []span{{from, to}})
	return in
}
