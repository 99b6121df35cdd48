package questions

import (
	"math"
	"strings"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/served"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Village is a village in any answer.
type Village struct {
	Layer      string   `json:"layer"`
	ID         int64    `json:"id"`
	Code       string   `json:"code"`
	Name       string   `json:"name"`
	Town       string   `json:"town"`
	TownName   string   `json:"town_name"`
	County     string   `json:"county"`
	CountyName string   `json:"county_name"`
	Population *int32   `json:"population"` // null where not on record
	Lon        *float64 `json:"lon"`
	Lat        *float64 `json:"lat"`
}

// villageOf is the village with an index of a result.
func villageOf(r *coverage.Result, i int) Village {
	t, row := r.Villages.Table, r.Villages.Rows[i]
	v := Village{Layer: t.Layer.ID, ID: t.ID(row), Code: t.Get(row, "code").Text(), Name: t.Get(row, "name").Text()}
	if n := r.Villages.Town[i]; n >= 0 {
		v.Town, v.TownName = r.Towns[n].Code, r.Towns[n].Name
	}
	if n := r.Villages.County[i]; n >= 0 {
		v.County, v.CountyName = r.Counties[n].Code, r.Counties[n].Name
	}
	if people := r.Villages.People[i]; people >= 0 {
		v.Population = &people
	}
	if at, ok := r.Villages.At(i); ok {
		lon, lat := served.Degrees(at[0]), served.Degrees(at[1])
		v.Lon, v.Lat = &lon, &lat
	}
	return v
}

// villageAt is the village of a row, by what it names.
func (w World) villageAt(t *snapshot.Table, row uint32) Village {
	index := w.Areas.Get(w.Snap)
	text := func(field string) string { return t.Get(row, field).Text() }
	v := Village{
		Layer: t.Layer.ID, ID: t.ID(row), Code: text("code"), Name: text("name"),
		Town: text("town"), TownName: index.Name(text("town")), County: text("county"), CountyName: index.Name(text("county")),
	}
	if people := t.Get(row, "population"); !people.IsNull() {
		n := int32(people.Int())
		v.Population = &n
	}
	if shape := t.Shape(row); len(shape.Points) > 0 {
		at := shape.Label().LonLat()
		lon, lat := served.Degrees(at[0]), served.Degrees(at[1])
		v.Lon, v.Lat = &lon, &lat
	}
	return v
}

// place is where the village lies; nil where nobody knows.
func (v *Village) place() orb.Geometry {
	if v.Lon == nil {
		return nil
	}
	return orb.Point{*v.Lon, *v.Lat}
}

// called tells whether a text is in the name of the village with an index of a result, or in that of its town or county.
// The empty text is in all.
func called(r *coverage.Result, i int, text string) bool {
	if text == "" {
		return true
	}
	in := func(list []coverage.Area, n int32) bool { return n >= 0 && strings.Contains(list[n].Name, text) }
	own := r.Villages.Table.Get(r.Villages.Rows[i], "name").Text()
	return strings.Contains(own, text) || in(r.Towns, r.Villages.Town[i]) || in(r.Counties, r.Villages.County[i])
}

func villageNames(r *coverage.Result, villages []int) string {
	var names []string
	for _, v := range villages {
		names = append(names, r.Villages.Table.Get(r.Villages.Rows[v], "name").Text())
	}
	return strings.Join(names, "、")
}

// Criterion is one piece of evidence.
type Criterion struct {
	Code   string        `json:"code"`
	State  service.State `json:"state"`
	Value  layers.Value  `json:"value"`
	UpTo   *float64      `json:"up_to,omitempty"` // of a share of which a part is unknown
	Limit  float64       `json:"limit"`
	Basic  float64       `json:"basic"`
	Source string        `json:"source,omitempty"`
	Year   int           `json:"year,omitempty"`
	Field  string        `json:"field,omitempty"`
	Aside  bool          `json:"aside,omitempty"` // told, but decides nothing
	Text   layers.Words  `json:"text"`
}

// criteria are those that keep says yes to; all where it is nil.
func criteria(list []coverage.Criterion, keep func(coverage.Criterion) bool) []Criterion {
	out := []Criterion{}
	for _, c := range list {
		if keep != nil && !keep(c) {
			continue
		}
		j := Criterion{
			Code: c.Code, State: c.State, Value: c.Value, Limit: c.Limit, Basic: c.Basic, Source: c.Source, Year: c.Year, Field: c.Field,
			Aside: c.Aside, Text: c.Sentence(),
		}
		if c.Value.Kind() == layers.FloatKind {
			j.Value = layers.Float(served.Centi(c.Value.Float()))
			if up := served.Centi(c.UpTo); up > j.Value.Float() {
				j.UpTo = &up
			}
		}
		out = append(out, j)
	}
	return out
}

// unsaid is the text of evidence that whoever asks may not see.
var unsaid = layers.Words{Zh: "依据不对您开放", En: "You may not see what this is judged by"}

// evidence is the criteria of a village that keep says yes to, without the values of fields that are not in the world.
func (w World) evidence(r *coverage.Result, i int, list []coverage.Criterion, keep func(coverage.Criterion) bool) []Criterion {
	out := criteria(list, keep)
	t, row := r.Villages.Table, r.Villages.Rows[i]
	for k := range out {
		if c := &out[k]; c.Field != "" && w.get(t, row, c.Field).IsNull() && !t.Get(row, c.Field).IsNull() {
			c.Value, c.UpTo, c.Text = layers.Null, nil, unsaid
		}
	}
	return out
}

// lacks tells what stands between a village and the service.
func lacks(c coverage.Criterion) bool { return !c.Aside && c.State != service.Reached }

// reasons are the texts of criteria, one behind the other.
func reasons(list []Criterion) layers.Words {
	var zh, en []string
	for _, c := range list {
		zh, en = append(zh, c.Text.Zh), append(en, c.Text.En)
	}
	return layers.Words{Zh: strings.Join(zh, "；"), En: strings.Join(en, "; ")}
}

// Supply is the nearest supply, by straight line or by road: a feature or, of a line, a place on it.
type Supply struct {
	Layer  string   `json:"layer"`
	ID     int64    `json:"id"`
	Name   string   `json:"name"`
	Metres float64  `json:"metres"`
	Lon    *float64 `json:"lon"` // of a line, the place on it that is nearest by straight line
	Lat    *float64 `json:"lat"`
}

// supplyOf is the nearest of the supplies of a village that are in the world.
func (w World) supplyOf(r *coverage.Result, list []*coverage.Supply, i int) *Supply {
	var best *coverage.Supply
	for _, n := range list {
		if n.Table == nil || math.IsNaN(float64(n.Metres[i])) || !w.sees(n.Table, n.Row[i]) {
			continue
		}
		if best == nil || n.Metres[i] < best.Metres[i] {
			best = n
		}
	}
	if best == nil {
		return nil
	}
	s := supplyAt(best.Table, best.Row[i], float64(best.Metres[i]))
	if from, ok := r.Villages.At(i); ok {
		s.place(best.Place(i, from))
	}
	return s
}

func supplyAt(t *snapshot.Table, row uint32, metres float64) *Supply {
	s := &Supply{Layer: t.Layer.ID, ID: t.ID(row), Name: t.Get(row, "name").Text(), Metres: served.Centi(metres)}
	if s.Name == "" {
		s.Name = t.Layer.Title.Zh // as lines that have no name are called
	}
	return s
}

func (s *Supply) place(at orb.Point) {
	lon, lat := served.Degrees(at[0]), served.Degrees(at[1])
	s.Lon, s.Lat = &lon, &lat
}

// supplyByRoad is the nearest supply by road; nil where none is reached.
func (w World) supplyByRoad(r *coverage.Result, id service.ID, i int) *Supply {
	by, err := r.SupplyByRoad(id)
	if err != nil {
		return nil // the straight line must do
	}
	return w.supplyOf(r, by, i)
}

// cells are a supply's name and metres in a sheet.
func (s *Supply) cells() (name, metres any) {
	if s == nil {
		return nil, nil
	}
	return nonEmpty(s.Name), s.Metres
}

// nonEmpty is nil for an empty text.
func nonEmpty(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// Way is what is known of a village's road: distances in metres.
type Way struct {
	NearestM    *float64 `json:"nearest_m"` // straight, to a hardened road
	UnhardenedM *float64 `json:"unhardened_m"`
	WayM        *float64 `json:"way_m"`
	WalkM       *float64 `json:"walk_m"`
	Gaps        []Gap    `json:"gaps"`
}

// Gap is a stretch that is not hardened.
type Gap struct {
	Road   int64      `json:"road"` // id
	Name   string     `json:"name,omitempty"`
	Metres float64    `json:"metres"`
	From   [2]float64 `json:"from"`
	To     [2]float64 `json:"to"`
}

func wayOf(r *coverage.Result, i int) *Way {
	metres := func(v float32) *float64 { return served.OrNull(served.Centi(float64(v))) }
	way := r.Way(i)
	w := &Way{
		NearestM: metres(r.Roads.NearestM[i]), UnhardenedM: metres(way.UnhardenedM), WayM: metres(way.WayM),
		WalkM: metres(way.WalkM), Gaps: []Gap{},
	}
	for _, g := range way.Gaps {
		t := r.Network.Table
		w.Gaps = append(w.Gaps, Gap{
			t.ID(g.Row), t.Get(g.Row, "name").Text(), served.Centi(float64(g.Metres)),
			[2]float64{served.Degrees(g.From[0]), served.Degrees(g.From[1])},
			[2]float64{served.Degrees(g.To[0]), served.Degrees(g.To[1])},
		})
	}
	return w
}
