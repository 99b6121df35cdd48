package data

import (
	"context"
	"errors"
	"fmt"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/wkb"
	"github.com/cuntu/cuntu/layers"
)

// LeftOut is a row of a store that is not served, since its layer cannot hold it. It never tells the value at fault, which
// may be about a person.
type LeftOut struct {
	Layer  string `json:"layer"`
	ID     int64  `json:"id"`
	Code   string `json:"code,omitempty"` // the division code, where the row has a good one
	Name   string `json:"name,omitempty"` // of places alone
	Field  string `json:"field"`          // the field at fault, the first of several; "geometry" for the place
	Reason Reason `json:"reason"`
	Detail string `json:"detail"` // what is wrong and what is allowed; it follows the field's name
}

func (o LeftOut) Error() string {
	code := ""
	if o.Code != "" {
		code = " (" + o.Code + ")"
	}
	return fmt.Sprintf("layer %s: id %d%s: %s %s", o.Layer, o.ID, code, o.Field, o.Detail)
}

// Reason is the kind of fault for which a row is left out.
type Reason string

// The reasons.
const (
	Unreadable    Reason = "unreadable"     // the stored bytes are no value of the field's type
	WrongGeometry Reason = "wrong_geometry" // a type of geometry that the layer does not have
	OffEarth      Reason = "off_earth"      // beyond longitude 180 or latitude 90, NaN or infinite
	BadGeometry   Reason = "bad_geometry"   // empty, a line of one vertex, a ring that is open
	NotAllowed    Reason = "not_allowed"    // a value that the field may not have
)

// details are what is said of rows whose own words are not kept.
var details = map[Reason]string{
	Unreadable:    "cannot be read",
	WrongGeometry: "is of a type that the layer does not have",
	OffEarth:      "lies outside longitude -180 to 180 and latitude -90 to 90",
	BadGeometry:   "is empty or broken",
	NotAllowed:    "is not allowed",
}

const (
	geometryPart = "geometry" // as the part of a feature that is at fault
	longName     = 60         // characters of a name that are told
)

// judge says why a layer cannot hold a feature that a store gave; ok is true where it can. What an edit may not write is
// not held, but for a missing value: a field that the catalogue requires of late must not take all rows of before away.
// It gives values their fields' types. It costs a step a field and a vertex, and allocates for faults alone.
func judge(l *layers.Layer, f *layers.Feature) (out LeftOut, ok bool) {
	field, reason, detail := fault(l, f)
	if reason == "" {
		return LeftOut{}, true
	}
	out = LeftOut{Layer: l.ID, ID: f.ID, Field: field, Reason: reason, Detail: detail}
	if i := l.Field("code"); i >= 0 && len(f.Values) == len(l.Fields) && field != "code" {
		if v, err := l.Fields[i].Check(f.Values[i]); err == nil {
			out.Code = v.Text()
		}
	}
	if i := l.Field("name"); i >= 0 && len(f.Values) == len(l.Fields) && field != "name" && l.HasGeometry() {
		out.Name = cutText(f.Values[i].Text(), longName)
	}
	return out, false
}

// FindLeftOut tells of every row of a store that its layer cannot hold.
func FindLeftOut(ctx context.Context, store Store, found func(LeftOut)) error {
	_, err := store.Load(ctx, func(l *layers.Layer, f *layers.Feature) error {
		if out, ok := judge(l, f); !ok {
			found(out)
		}
		return nil
	})
	return err
}

func fault(l *layers.Layer, f *layers.Feature) (field string, reason Reason, detail string) {
	if len(f.Unread) > 0 {
		u := f.Unread[0]
		if kind, ok := errors.AsType[wkb.TypeError](u.Err); ok {
			return u.Part, WrongGeometry, fmt.Sprintf("is a %s, not %s", kind.Name(), l.GeometryText())
		}
		return u.Part, Unreadable, "cannot be read: " + u.Err.Error()
	}
	if reason, detail := geometryFault(l, f.Geometry); reason != "" {
		return geometryPart, reason, detail
	}
	if len(f.Values) != len(l.Fields) {
		return "", Unreadable, fmt.Sprintf("has %d values, not %d", len(f.Values), len(l.Fields))
	}
	for i := range l.Fields {
		if f.Values[i].IsNull() {
			continue
		}
		of := &l.Fields[i]
		v, err := of.Check(f.Values[i])
		if err != nil {
			return of.ID, NotAllowed, "is not " + allowed(err)
		}
		if len(of.Values) == 0 && of.Type != layers.TypeCode && of.Type != layers.TypeDate { // whose texts are known by now
			if err := checkText(v.Text()); err != nil {
				return of.ID, Unreadable, "cannot be read: " + err.Error()
			}
		}
		f.Values[i] = v
	}
	return "", "", ""
}

// allowed is what a field allows, without the value that it refuses.
func allowed(err error) string {
	if faults, ok := errors.AsType[layers.Faults](err); ok && faults[0].Allowed != "" {
		return faults[0].Allowed
	}
	return "allowed"
}

func geometryFault(l *layers.Layer, g orb.Geometry) (Reason, string) {
	if g == nil {
		return "", ""
	}
	kind := geo.KindOf(g)
	if kind == geo.None || !l.Allows(kind) {
		return WrongGeometry, fmt.Sprintf("is a %s, not %s", g.GeoJSONType(), l.GeometryText())
	}
	if !onEarth(g) {
		if !geo.Finite(g) {
			return OffEarth, "has a coordinate that is not a finite number"
		}
		return OffEarth, details[OffEarth]
	}
	if wkb.Empty(g) {
		return BadGeometry, "is empty; a place that is not known is null"
	}
	if err := checkVertices(g); err != nil {
		return BadGeometry, "is broken: " + err.Error()
	}
	return "", ""
}

// onEarth tells whether all vertices are, which NaN is not.
func onEarth(g orb.Geometry) bool {
	return geo.EachRun(g, func(vertices []orb.Point) bool {
		for _, p := range vertices {
			if !(p[0] >= -180 && p[0] <= 180 && p[1] >= -90 && p[1] <= 90) {
				return false
			}
		}
		return true
	})
}
