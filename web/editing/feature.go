package editing

import (
	"encoding/json"
	"errors"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/project"

	"github.com/cuntu/cuntu/data/files/shape"
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/features"
	"github.com/cuntu/cuntu/layers/personal"
	"github.com/cuntu/cuntu/layers/served"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Sent is what a client sent of a feature: the fields that it names, and the geometry, null to take it away and empty where
// nothing is said of it.
type Sent struct {
	Values   map[string]json.RawMessage
	Geometry json.RawMessage
}

// Places tells whether anything is said of the geometry.
func (s Sent) Places() bool { return len(s.Geometry) > 0 }

// Reading is how a feature that was sent is to be read.
type Reading struct {
	Layer    *layers.Layer    // as the store has it
	Table    *snapshot.Table  // that the client sees
	Row      *uint32          // of the feature that is edited; nil of a new one
	Hidden   []string         // fields whose values the client may not see in this feature
	Whole    bool             // what is not named is null
	System   features.System  // of the geometry
	Recorded *layers.Recorded // the features whose fields follow from steps; nil for none
	Prefix   string           // of the parts that faults name, such as "edits[2]."
	Faults   *layers.Faults   // takes all that is wrong
}

// Read makes the edit's feature: its values and which of them are set, its geometry, and whether that goes.
func (r *Reading) Read(sent Sent) (e layers.Edit) {
	e = layers.Edit{Op: layers.Insert, Layer: r.Layer.ID, Set: []int{}}
	e.Feature.Values = make([]layers.Value, len(r.Layer.Fields))
	if r.Row != nil {
		e.Op, e.Feature.ID = layers.Update, r.Table.ID(*r.Row)
	}
	for _, id := range slices.Sorted(maps.Keys(sent.Values)) {
		if at := r.Table.Layer.Field(id); at < 0 || r.Layer.Field(id) < 0 {
			r.readDerived(id, at, sent.Values[id])
		}
	}
	for i := range r.Layer.Fields {
		f := &r.Layer.Fields[i]
		raw, named := sent.Values[f.ID]
		hidden := slices.Contains(r.Hidden, f.ID) && (!named || string(raw) == "null")
		if r.Table.Layer.Field(f.ID) < 0 || !named && !r.Whole || hidden {
			continue
		}
		v, err := readValue(f, raw)
		if err != nil {
			r.fault(f.ID, err)
			continue
		}
		if why := r.kept(i); why != "" {
			if was := r.value(i); v != was {
				r.fault(f.ID, errors.New(why))
			}
			continue
		}
		e.Feature.Values[i] = v
		e.Set = append(e.Set, i)
	}
	r.readGeometry(sent, &e)
	return e
}

// kept says why nobody but the program may write a field of the feature; "" where others may.
func (r *Reading) kept(field int) string {
	switch f := &r.Layer.Fields[field]; {
	case f.Signed:
		return "is written by the program alone, as who did what"
	case r.Row != nil && r.Recorded != nil && r.Recorded.Follows(r.Layer, field, r.value):
		return "follows from the record of steps, layer " + f.Follows + ": take the next step instead"
	}
	return ""
}

// value is what a field of the edited feature is; null of a new one.
func (r *Reading) value(field int) layers.Value {
	if r.Row == nil {
		return layers.Null
	}
	return r.Table.Get(*r.Row, r.Layer.Fields[field].ID)
}

// readDerived takes a name that is no field of the store. What the client has from a derived field it may send back, but
// not set.
func (r *Reading) readDerived(id string, at int, raw json.RawMessage) {
	switch {
	case at < 0:
		r.fault(id, errors.New("is not a field of layer "+r.Layer.ID+": there are "+strings.Join(r.fieldNames(), ", ")))
	case r.Row == nil && string(raw) == "null":
	case r.Row != nil && sameText(raw, r.Table.Value(*r.Row, at)):
	default:
		r.fault(id, errors.New("is found from other data and cannot be set"))
	}
}

func (r *Reading) fieldNames() (names []string) {
	for _, id := range r.Table.Layer.StoredFields() {
		if r.Layer.Field(id) >= 0 {
			names = append(names, id)
		}
	}
	return names
}

func sameText(raw json.RawMessage, v layers.Value) bool {
	written, err := json.Marshal(v)
	return err == nil && string(written) == string(raw)
}

func (r *Reading) fault(part string, err error) {
	if wrong, ok := errors.AsType[layers.Faults](err); ok {
		for _, f := range wrong {
			f.Part = r.Prefix + f.Part
			*r.Faults = append(*r.Faults, f)
		}
		return
	}
	r.Faults.Add(r.Prefix+part, "%s", err.Error())
}

// readValue reads a field's value. A list comes as a list or, as it is stored, as a text.
func readValue(f *layers.Field, raw json.RawMessage) (layers.Value, error) {
	v := layers.Null
	if k := personal.Value(f, textOf(raw)); k != personal.None {
		return v, personal.Refusal(f.ID, k) // before anything is told of the value
	}
	if items := []string{}; f.Type == layers.TypeList && len(raw) > 0 && raw[0] == '[' {
		if err := json.Unmarshal(raw, &items); err != nil {
			return v, layers.NewFault(f.ID, "must be a list of texts")
		}
		v = layers.Text(strings.Join(items, layers.ListSeparator))
	} else if len(raw) > 0 {
		if err := v.UnmarshalJSON(raw); err != nil {
			return v, layers.NewFault(f.ID, "must be null, true, false, a number or a text")
		}
	}
	return f.Check(v)
}

// textOf is a value as it was sent: a text, or what else it is as it is written.
func textOf(raw json.RawMessage) layers.Value {
	s := ""
	if err := json.Unmarshal(raw, &s); err != nil {
		s = string(raw)
	}
	return layers.Text(s)
}

// readGeometry reads the geometry, in the system that it was sent in. One that is as it was served moves nothing.
func (r *Reading) readGeometry(sent Sent, e *layers.Edit) {
	if !sent.Places() && !r.Whole {
		return
	}
	g, err := shape.GeoJSON(sent.Geometry)
	if err == nil {
		g, err = toDegrees(g, r.System)
	}
	if err != nil {
		r.fault("geometry", err)
		return
	}
	if err := r.Layer.CheckGeometry(g); err != nil {
		r.fault("geometry", err)
		return
	}
	if r.Row == nil {
		e.Feature.Geometry = g
		return
	}
	now := r.Table.Shape(*r.Row)
	if g == nil {
		e.Unplace = now.Kind != geo.None
		return
	}
	if s, err := geo.NewShape(g); err == nil && !s.Equal(now) {
		e.Feature.Geometry = g
		r.survey(e)
	}
}

// survey takes away that a place is not surveyed, of one that is moved, unless the edit says so itself.
func (r *Reading) survey(e *layers.Edit) {
	at := r.Layer.Field(layers.PlacedBy)
	if at < 0 || r.Table.Get(*r.Row, layers.PlacedBy).IsNull() {
		return
	}
	if e.Feature.Values[at] = layers.Null; !slices.Contains(e.Set, at) {
		e.Set = append(e.Set, at)
	}
}

// toDegrees is a geometry of a system in degrees.
func toDegrees(g orb.Geometry, system features.System) (orb.Geometry, error) {
	filter := system.Filter()
	if g == nil || filter == nil {
		return g, nil
	}
	reached := true
	g = project.Geometry(g, func(p orb.Point) orb.Point {
		p = filter.ToDegrees(p)
		reached = reached && !math.IsNaN(p[0]+p[1])
		return p
	})
	if !reached {
		return nil, errors.New("lies where its coordinate system does not reach")
	}
	return g, nil
}

// featureJSON is a feature as GeoJSON, with its geometry as it is served, as who saw the base may see it.
func featureJSON(l *layers.Layer, f *layers.Feature, base *layers.Base) json.RawMessage {
	if f == nil {
		return json.RawMessage("null")
	}
	properties := map[string]layers.Value{}
	fields, values := base.Sees(l, f)
	for i := range fields {
		properties[fields[i].ID] = values[i]
	}
	g := f.Geometry
	s, err := geo.NewShape(g)
	if err == nil {
		g = s.Geometry()
	}
	tag := layers.DigestOf(fields, func(i int) layers.Value { return values[i] }, s)
	written, err := json.Marshal(map[string]any{
		"type": "Feature", "id": f.ID, "geometry": served.GeometryOf(g), "properties": properties, "etag": Quote(tag),
	})
	if err != nil {
		return json.RawMessage("null") // a coordinate that is no number
	}
	return written
}
