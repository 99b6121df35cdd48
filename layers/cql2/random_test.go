package cql2_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/cuntu/cuntu/data/demo/demotest"
	"github.com/cuntu/cuntu/data/postgis/pgtest"
	"github.com/cuntu/cuntu/geo/trial"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/cql2"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// said is a condition or value in CQL2 text, in CQL2 JSON, and in SQL over the tables that copyTable makes.
type said struct {
	text string
	json any
	sql  string
}

// sayer makes random conditions about a layer.
type sayer struct {
	*rand.Rand
	table *snapshot.Table
}

type array = []any

func operation(op string, args ...any) map[string]any { return map[string]any{"op": op, "args": args} }

func pick[T any](s *sayer, list ...T) T { return list[s.IntN(len(list))] }

// field is a field of one of the types.
func (s *sayer) field(types ...layers.FieldType) string {
	for {
		f := &s.table.Layer.Fields[s.IntN(len(s.table.Layer.Fields))]
		if slices.Contains(types, f.Type) {
			return f.ID
		}
	}
}

// value is a value that the field has somewhere, mostly.
func (s *sayer) value(field string) layers.Value {
	v := layers.Null
	for row := range s.table.Rows {
		if s.IntN(40) == 0 {
			if v = s.table.Get(row, field); !v.IsNull() {
				return v
			}
		}
	}
	return v
}

func (s *sayer) property(types ...layers.FieldType) said {
	f := s.field(types...)
	return said{f, map[string]any{"property": f}, fmt.Sprintf("%q", f)}
}

// number is a field, a number, or something reckoned from them.
func (s *sayer) number(depth int) said {
	switch {
	case depth > 0 && s.IntN(3) == 0:
		x, y, op := s.number(depth-1), s.number(depth-1), pick(s, "+", "-", "*")
		return said{"(" + x.text + " " + op + " " + y.text + ")", operation(op, x.json, y.json), "(" + x.sql + op + y.sql + ")"}
	case s.IntN(2) == 0:
		p := s.property(layers.TypeInt, layers.TypeFloat, layers.TypeYear)
		p.sql += "::float8"
		return p
	}
	n := fmt.Sprint(s.IntN(4000) - 200)
	return said{n, json.Number(n), "(" + n + ")::float8"}
}

func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// text is a field of texts with a value of it.
func (s *sayer) text() (field said, value string) {
	field = s.property(layers.TypeText, layers.TypeCode)
	return field, s.value(field.text).Text()
}

func (s *sayer) leaf() said {
	switch s.IntN(9) {
	case 0, 1:
		x, y, sign := s.number(2), s.number(1), pick(s, "=", "<>", "<", "<=", ">", ">=")
		if s.IntN(2) == 0 {
			x = s.property(layers.TypeInt, layers.TypeFloat, layers.TypeYear)
			n := fmt.Sprint(s.value(x.text).Float())
			y = said{n, json.Number(n), n + "::float8"}
		}
		return said{x.text + " " + sign + " " + y.text, operation(sign, x.json, y.json), x.sql + sign + y.sql}
	case 2:
		x, low := s.number(1), s.IntN(1000)
		high := low + s.IntN(2000)
		return said{
			fmt.Sprintf("%s BETWEEN %d AND %d", x.text, low, high), operation("between", x.json, low, high),
			fmt.Sprintf("%s BETWEEN %d AND %d", x.sql, low, high),
		}
	case 3:
		f, v := s.text()
		sign := pick(s, "=", "<>", "<", ">=")
		return said{f.text + sign + quoted(v), operation(sign, f.json, v), f.sql + ` COLLATE "C" ` + sign + quoted(v)}
	case 4:
		f, v := s.text()
		_, w := s.text()
		return said{
			f.text + " IN (" + quoted(v) + ", " + quoted(w) + ")", operation("in", f.json, array{v, w}),
			f.sql + " IN (" + quoted(v) + ", " + quoted(w) + ")",
		}
	case 5:
		f, v := s.text()
		pattern := "%" + string([]rune(v + "村路")[1:2]) + "%"
		return said{f.text + " LIKE " + quoted(pattern), operation("like", f.json, pattern), f.sql + " LIKE " + quoted(pattern)}
	case 6:
		f := s.property(layers.TypeInt, layers.TypeText, layers.TypeBool, layers.TypeYear, layers.TypeFloat)
		return said{f.text + " IS NULL", operation("isNull", f.json), f.sql + " IS NULL"}
	case 7:
		if f := s.table.Layer.Fields; slices.ContainsFunc(f, func(f layers.Field) bool { return f.Type == layers.TypeBool }) {
			p := s.property(layers.TypeBool)
			return said{p.text + " = TRUE", operation("=", p.json, true), p.sql}
		}
		return s.leaf()
	}
	return s.spatial()
}

// spatial is a relation to a box or a triangle.
func (s *sayer) spatial() said {
	w, h := 109+1.5*s.Float64(), 33.2+s.Float64()
	e, n := w+.05+.8*s.Float64(), h+.05+.6*s.Float64()
	function := pick(s, "S_INTERSECTS", "S_INTERSECTS", "S_DISJOINT", "S_WITHIN")
	ring := array{array{w, h}, array{e, h}, array{e, n}, array{w, h}}
	triangle := fmt.Sprintf("POLYGON((%v %v,%v %v,%v %v,%v %v))", w, h, e, h, e, n, w, h)
	sql := strings.Replace(function, "S_", "ST_", 1) + "(geom, ST_Transform(%s, 3857))"
	geometry := map[string]any{"property": pick(s, "geometry", "geom")}
	if s.IntN(2) == 0 {
		return said{
			fmt.Sprintf("%s(%s, %s)", function, geometry["property"], triangle),
			operation(strings.ToLower(function), geometry, map[string]any{"type": "Polygon", "coordinates": array{ring}}),
			fmt.Sprintf(sql, "'SRID=4326;"+triangle+"'::geometry"),
		}
	}
	return said{
		fmt.Sprintf("%s(%s, BBOX(%v, %v, %v, %v))", function, geometry["property"], w, h, e, n),
		operation(strings.ToLower(function), geometry, map[string]any{"bbox": array{w, h, e, n}}),
		fmt.Sprintf(sql, fmt.Sprintf("ST_MakeEnvelope(%v, %v, %v, %v, 4326)", w, h, e, n)),
	}
}

func (s *sayer) condition(depth int) said {
	if depth == 0 || s.IntN(3) == 0 {
		return s.leaf()
	}
	if s.IntN(4) == 0 {
		x := s.condition(depth - 1)
		return said{"NOT (" + x.text + ")", operation("not", x.json), "NOT (" + x.sql + ")"}
	}
	x, y, word := s.condition(depth-1), s.condition(depth-1), pick(s, "and", "or")
	return said{
		"(" + x.text + ") " + strings.ToUpper(word) + " (" + y.text + ")", operation(word, x.json, y.json),
		"(" + x.sql + ") " + word + " (" + y.sql + ")",
	}
}

// Random conditions find what PostGIS finds, and are the same in text and in JSON.
func TestRandomFiltersAreWhatPostGISFinds(t *testing.T) {
	ctx := t.Context()
	conn, err := pgx.Connect(ctx, pgtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	snap := demotest.Snapshot(t)
	random := rand.New(rand.NewPCG(19, 2))
	telling := 0
	for _, layer := range []string{"village", "water", "hazard", "river"} {
		table, _ := snap.Table(layer)
		copyTable(t, conn, table)
		s := &sayer{random, table}
		for range trial.Part(500) {
			c := s.condition(3)
			rows, err := conn.Query(ctx, fmt.Sprintf(`SELECT id FROM %q WHERE %s ORDER BY id`, layer, c.sql))
			if err != nil {
				t.Fatal(err)
			}
			want, err := pgx.CollectRows(rows, pgx.RowTo[int64])
			if err != nil {
				t.Fatalf("%s: %v", c.sql, err)
			}
			if got := matching(t, table, c.text); !slices.Equal(got, want) {
				t.Errorf("%s: %s: %d rows, PostGIS finds %d", layer, c.text, len(got), len(want))
			}
			if len(want) > 0 && len(want) < table.Len() {
				telling++
			}
			compareJSON(t, c)
		}
	}
	if telling < trial.Part(2000)/3 {
		t.Errorf("only %d conditions match some and not all", telling)
	}
}

// compareJSON checks that a condition is the same in text and in JSON.
func compareJSON(t *testing.T, c said) {
	t.Helper()
	written, err := json.Marshal(c.json)
	if err != nil {
		t.Fatal(err)
	}
	fromJSON, err := cql2.ParseJSON(string(written), nil)
	if err != nil {
		t.Fatalf("%s: %v", written, err)
	}
	fromText, err := cql2.Parse(c.text)
	if err != nil {
		t.Fatal(err)
	}
	if fromJSON.String() != fromText.String() {
		t.Errorf("%s is %s and %s is %s", written, fromJSON, c.text, fromText)
	}
}
