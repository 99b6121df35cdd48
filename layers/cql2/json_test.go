package cql2

import (
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"
)

func TestJSONIsTheSameAsText(t *testing.T) {
	for _, c := range []struct{ json, want string }{
		{`{"op":"=","args":[{"property":"a"},1]}`, "a = 1"},
		{`{"op":"=","args":[{"property":"like"},"it's"]}`, `"like" = 'it''s'`},
		{`{"op":"and","args":[{"property":"a"},{"op":"not","args":[{"op":"<>","args":[{"property":"b"},true]}]}]}`, "a AND NOT b <> TRUE"},
		{`{"op":"or","args":[true,false,{"property":"a"}]}`, "TRUE OR FALSE OR a"},
		{`{"op":"between","args":[{"property":"a"},-1,2.5e1]}`, "a BETWEEN -1 AND 25"},
		{`{"op":"in","args":[{"property":"a"},["x","y"]]}`, "a IN ('x', 'y')"},
		{`{"op":"isNull","args":[{"property":"a"}]}`, "a IS NULL"},
		{`{"op":"like","args":[{"op":"casei","args":[{"property":"a"}]},{"op":"casei","args":["X%"]}]}`, "CASEI(a) LIKE CASEI('X%')"},
		{`{"op":"=","args":[{"op":"accenti","args":[{"property":"a"}]},"x"]}`, "ACCENTI(a) = 'x'"},
		{
			`{"op":">","args":[{"op":"*","args":[{"op":"+","args":[{"property":"a"},1]},2]},{"op":"div","args":[{"property":"b"},3]}]}`,
			"(a + 1) * 2 > b div 3",
		},
		{`{"op":"<","args":[{"property":"y"},{"date":"2018-06-30"}]}`, "y < DATE('2018-06-30')"},
		{`{"op":"<","args":[{"property":"y"},{"timestamp":"2018-06-30T01:02:03Z"}]}`, "y < TIMESTAMP('2018-06-30T01:02:03Z')"},
		{`{"op":"s_within","args":[{"property":"geom"},{"bbox":[1,2,3,4]}]}`, "S_WITHIN(geom, POLYGON((1 2,3 2,3 4,1 4,1 2)))"},
		{
			`{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Point","coordinates":[1.5,2]}]}`,
			"S_INTERSECTS(geometry, POINT(1.5 2))",
		},
		{`{"op":"a_contains","args":[{"property":"l"},["x"]]}`, "A_CONTAINS(l, ('x'))"},
		{`{"op":"a_equals","args":[[],{"property":"l"}]}`, "A_EQUALS((), l)"},
	} {
		fromJSON, err := ParseJSON(c.json, nil)
		if err != nil || fromJSON.String() != c.want {
			t.Errorf("%s: %v, %v, not %s", c.json, fromJSON, err, c.want)
			continue
		}
		if again, err := Parse(c.want); err != nil || again.String() != c.want {
			t.Errorf("%s: parsed again it is %v, %v", c.want, again, err)
		}
	}
}

func TestWrongJSONIsToldWhatIsAllowed(t *testing.T) {
	for _, c := range []struct{ json, want string }{
		{``, "must be JSON"},
		{`{"op":`, "must be JSON"},
		{`{}`, "none of op, property"},
		{`null`, "isNull"},
		{`{"op":"near","args":[]}`, `"near" is not an operator here: there are and, or`},
		{`{"op":"=","args":[1]}`, "= takes 2 args, not 1"},
		{`{"op":"and","args":[true]}`, "and takes 2 args or more"},
		{`{"op":"isNull","args":[]}`, "isNull takes 1 args, not 0"},
		{`{"op":"=","args":[{"property":"a"},null]}`, "isNull"},
		{`{"op":"s_within","args":[{"property":"geom"},{"type":"GeometryCollection","geometries":[]}]}`, "collection"},
		{`{"op":"s_within","args":[{"property":"geom"},{"type":"Ball"}]}`, "no geometry"},
		{`{"op":"s_within","args":[{"property":"geom"},{"bbox":[1,2,3]}]}`, "of S_WITHIN(geom, BBOX(1, 2, 3)): BBOX takes 4 numbers"},
		{`{"op":3}`, "no part of CQL2 JSON"},
		{`"a"`, "expected ="},
		{strings.Repeat(`{"op":"not","args":[`, 80) + "true" + strings.Repeat("]}", 80), "within each other"},
		{`"` + strings.Repeat("x", MaxLength) + `"`, "16384 bytes"},
	} {
		if e, err := ParseJSON(c.json, nil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.80s: %v, %v, not %s", c.json, e, err, c.want)
		}
	}
}

// Geometries of a filter are moved from the system that they are given in, their coordinates in the order of its axes.
func TestGeometriesAreOfTheSystemAskedFor(t *testing.T) {
	northFirst := &System{ToDegrees: func(p orb.Point) orb.Point { return orb.Point{p[1], p[0]} }, Angles: true, NorthFirst: true}
	tenths := &System{ToDegrees: func(p orb.Point) orb.Point {
		if math.Abs(p[0]) > 1800 {
			return orb.Point{math.NaN(), math.NaN()}
		}
		return orb.Point{p[0] / 10, p[1] / 10}
	}}
	for _, c := range []struct {
		system     *System
		text, want string
	}{
		{northFirst, "S_WITHIN(geom, POINT(33 110))", "S_WITHIN(geom, POINT(110 33))"},
		{northFirst, "S_WITHIN(geom, BBOX(33, 109, 34, 110))", "S_WITHIN(geom, POLYGON((109 33,110 33,110 34,109 34,109 33)))"},
		{northFirst, "S_WITHIN(geom, BBOX(33, 179, 34, -179))", "MULTIPOLYGON(((179 33,180 33,180 34,179 34,179 33)),((-180"},
		{tenths, "S_WITHIN(geom, LINESTRING(1090 330, 1100 340))", "S_WITHIN(geom, LINESTRING(109 33,110 34))"},
		{tenths, "S_WITHIN(geom, BBOX(1090, 330, 1090, 330))", "S_WITHIN(geom, POINT(109 33))"},
		{tenths, "S_WITHIN(geom, POINT(9999 330))", "at character 22: this is no place"},
		{tenths, "S_WITHIN(geom, BBOX(1, 1, 9999, 330))", "reaches beyond"},
		{tenths, "S_WITHIN(geom, BBOX(5, 1, 3, 330))", "the west of a box, 5, is not above its east, 3"},
	} {
		e, err := ParseIn(c.text, c.system)
		got := ""
		if err != nil {
			got = err.Error()
		} else {
			got = e.String()
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%s: %s, not %s", c.text, got, c.want)
		}
	}
}

func TestListsCompareAsSets(t *testing.T) {
	for _, c := range []struct {
		name, list string
		items      []string
		want       bool
	}{
		{"A_CONTAINS", "school,clinic", []string{"clinic"}, true},
		{"A_CONTAINS", "school,clinic", []string{"clinic", "bank"}, false},
		{"A_CONTAINS", "school", nil, true},
		{"A_CONTAINEDBY", "school", []string{"clinic", "school"}, true},
		{"A_CONTAINEDBY", "school,bank", []string{"clinic", "school"}, false},
		{"A_EQUALS", "school,clinic", []string{"clinic", "school"}, true},
		{"A_EQUALS", "school,clinic", []string{"clinic"}, false},
		{"A_EQUALS", "", nil, true},
		{"A_OVERLAPS", "school,clinic", []string{"clinic", "bank"}, true},
		{"A_OVERLAPS", "school", []string{"bank"}, false},
		{"A_OVERLAPS", "schools", []string{"school"}, false},
	} {
		if got := (setTest{c.name, c.items}).of(c.list); got != c.want {
			t.Errorf("%s(%s, %v) is %v", c.name, c.list, c.items, got)
		}
	}
}

func FuzzJSONIsReadOrRefused(f *testing.F) {
	f.Add(`{"op":"=","args":[{"property":"a"},1]}`)
	f.Add(`{"op":"s_within","args":[{"property":"geom"},{"type":"Polygon","coordinates":[[[1,1],[2,1],[2,2],[1,1]]]}]}`)
	f.Add(`{"op":"in","args":[{"property":"名"},["x",{"date":"2018-01-01"}]]}`)
	f.Add(`{"op":"a_contains","args":[["x"],{"property":"l"}]}`)
	f.Fuzz(func(t *testing.T, source string) {
		e, err := ParseJSON(source, nil)
		if err != nil {
			return
		}
		if again, err := Parse(e.String()); err != nil || again.String() != e.String() {
			t.Fatalf("%s is %s, which is %v, %v", source, e, again, err)
		}
	})
}
