package project

import (
	"context"
	"errors"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/programme"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// ErrNoParts tells that a project does not say what it is made of.
var ErrNoParts = errors.New("the project says no parts: what it makes true of roads and villages is not known")

// Served is whom works bring something, as villages that come to be served.
type Served struct {
	Villages []int // by their indexes in the result
	People   int
}

// Serves tells whom parts serve that are not served, by the services that they are about.
func Serves(ctx context.Context, snap *snapshot.Snapshot, now *coverage.Result, parts []programme.Part) (s Served, err error) {
	outcome, err := programme.WhatIf(ctx, snap, now, parts)
	if err != nil {
		return s, err
	}
	about := map[service.ID]bool{}
	for _, p := range parts {
		if p.Village == 0 {
			about[service.Road] = true
		} else {
			about[p.Service] = true
		}
	}
	seen := map[int]bool{}
	for _, c := range outcome.Changed {
		if !about[c.Service] || c.Before.Passes() || !c.After.Passes() || seen[c.Village] {
			continue
		}
		seen[c.Village] = true
		s.Villages = append(s.Villages, c.Village)
		s.People += max(0, int(now.Villages.People[c.Village]))
	}
	return s, nil
}

// Result is what a project in a row makes true once it is accepted in a year: edits of roads and villages. Those that change
// nothing, since it is on record already, are left out.
func Result(snap *snapshot.Snapshot, row uint32, year int, rules *service.Rules) ([]layers.Edit, error) {
	t, _ := snap.Table(Layer)
	parts, err := Parts(snap, t, row)
	if err != nil {
		return nil, err
	}
	if len(parts) == 0 {
		return nil, ErrNoParts
	}
	changes, err := programme.Changes(snap, year, rules, parts)
	if err != nil {
		return nil, err
	}
	name := layers.Text(t.Get(row, "name").Text())
	var edits []layers.Edit
	for _, c := range changes {
		of, _ := snap.Table(c.Layer)
		values := func(field string, v layers.Value) {
			if i := of.Layer.Field(field); i >= 0 {
				c.Feature.Values[i] = v
			}
		}
		at, known := of.Find(c.ID)
		if c.Layer == "road" && (!known || of.Get(at, "surface") != c.Feature.Values[of.Layer.Field("surface")]) {
			values("year", layers.Int(int64(year)))
			if !known && c.Feature.Values[of.Layer.Field("name")].IsNull() {
				values("name", name)
			}
		}
		if e, ok := edit(of, c, at, known); ok {
			edits = append(edits, e)
		}
	}
	return edits, nil
}

// edit is a change as an edit that sets what differs; ok is false where nothing does.
func edit(t *snapshot.Table, c layers.Change, row uint32, known bool) (e layers.Edit, ok bool) {
	if !known {
		f := *c.Feature
		f.ID = 0 // the store's to choose
		return layers.Edit{Op: layers.Insert, Layer: c.Layer, Feature: f}, true
	}
	e = layers.Edit{Op: layers.Update, Layer: c.Layer, Set: []int{}}
	e.Feature = layers.Feature{ID: c.ID, Values: make([]layers.Value, len(t.Layer.Fields))}
	for i := range t.Layer.Fields {
		if !t.Layer.Fields[i].Derived && i < len(c.Feature.Values) && c.Feature.Values[i] != t.Value(row, i) {
			e.Feature.Values[i] = c.Feature.Values[i]
			e.Set = append(e.Set, i)
		}
	}
	if s, err := geo.NewShape(c.Feature.Geometry); err == nil && !s.Equal(t.Shape(row)) {
		e.Feature.Geometry = c.Feature.Geometry
	}
	return e, len(e.Set) > 0 || e.Feature.Geometry != nil
}
