package cql2

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestStringIsOneFormForAllSpellings(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"a=1", "a = 1"},
		{"  a\n= 1.0 ", "a = 1"},
		{"a = 1e0 and b=2", "a = 1 AND b = 2"},
		{"a = -0.0", "a = 0"},
		{"(a = 1 AND b = 2) AND c = 3", "a = 1 AND b = 2 AND c = 3"},
		{"a = 1 AND (b = 2 AND c = 3)", "a = 1 AND b = 2 AND c = 3"},
		{"a = 1 OR b = 2 AND c = 3", "a = 1 OR b = 2 AND c = 3"},
		{"(a = 1 OR b = 2) AND c = 3", "(a = 1 OR b = 2) AND c = 3"},
		{"not (a = 1)", "NOT a = 1"},
		{"NOT (a = 1 OR b)", "NOT (a = 1 OR b)"},
		{"NOT NOT a", "NOT NOT a"},
		{"NOT a IN (1)", "a NOT IN (1)"},
		{"a not in (1,2)", "a NOT IN (1, 2)"},
		{"NOT a IS NOT NULL", "NOT a IS NOT NULL"},
		{"name like '%店子%'", "name LIKE '%店子%'"},
		{"casei(name) LIKE casei('A%')", "CASEI(name) LIKE CASEI('A%')"},
		{"a between 1 AND 2 and b", "a BETWEEN 1 AND 2 AND b"},
		{"a is null", "a IS NULL"},
		{"退出状态 = '已销号'", "退出状态 = '已销号'"},
		{`"名 称" = 'x'`, `"名 称" = 'x'`},
		{`"plain" = 'x'`, `plain = 'x'`},
		{`"like" = 'x'`, `"like" = 'x'`},
		{`"a""b" = 'x'`, `"a""b" = 'x'`},
		{`a = 'it''s'`, `a = 'it''s'`},
		{`a = 'it\'s'`, `a = 'it''s'`},
		{`a = 'a\\'b'`, `a = 'a\\'b'`},
		{"(a + 1) * 2 > b", "(a + 1) * 2 > b"},
		{"((a * 2) + 1) > b", "a * 2 + 1 > b"},
		{"a - (b - c) = 0", "a - (b - c) = 0"},
		{"(a - b) - c = 0", "a - b - c = 0"},
		{"-a ^ 2 < 1", "-1 * a ^ 2 < 1"},
		{"-2 ^ 2 < 1", "-2 ^ 2 < 1"},
		{"2 ^ -1 < 1", "2 ^ -1 < 1"},
		{"a DIV 2 = 1", "a div 2 = 1"},
		{"a -1 = 0", "a - 1 = 0"},
		{"year <= date('2018-06-30')", "year <= DATE('2018-06-30')"},
		{"year <= TIMESTAMP('2018-06-30T08:00:00+08:00')", "year <= TIMESTAMP('2018-06-30T00:00:00Z')"},
		{"s_intersects(geometry, point( 110  33.50 ))", "S_INTERSECTS(geometry, POINT(110 33.5))"},
		{"S_WITHIN(geometry,BBOX(109,33,110,34))", "S_WITHIN(geometry, POLYGON((109 33,110 33,110 34,109 34,109 33)))"},
		{
			"S_INTERSECTS(geometry, BBOX(179, 1, 0, -179, 2, 9))",
			"S_INTERSECTS(geometry, MULTIPOLYGON(((179 1,180 1,180 2,179 2,179 1)),((-180 1,-179 1,-179 2,-180 2,-180 1))))",
		},
		{"S_INTERSECTS(MULTIPOINT(1 2,(3 4)), geometry)", "S_INTERSECTS(MULTIPOINT((1 2),(3 4)), geometry)"},
		{"true", "TRUE"},
	} {
		e, err := Parse(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if e.String() != c.want {
			t.Errorf("%s: got %s, want %s", c.text, e, c.want)
		}
		if again, err := Parse(e.String()); err != nil || again.String() != e.String() {
			t.Errorf("%s: parsed again, %s is %v, %v", c.text, e, again, err)
		}
	}
}

func TestErrorsNamePlaceAndWhatIsAllowed(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "at character 1: expected a property"},
		{"a", ""},
		{"a = ", "at character 5: expected a property"},
		{"名称 == 'x'", "at character 5: expected a property"},
		{"a 1", `at character 3: expected AND, OR or the end, not "1"`},
		{"a + 1", "at character 6: expected =, <>"},
		{"1 AND a", "at character 1: this is a value, not a condition"},
		{"a = (b = 1)", "at character 6: this is a condition, not a value"},
		{"a = 1 AND", "at character 10: expected a property"},
		{"a = 'x", "at character 5: the closing ' is missing"},
		{`"a = 1`, `at character 1: the closing " is missing`},
		{`"" = 1`, "at character 1: the name between the quotes is missing"},
		{"a ; b", "at character 3: ';' is no part of CQL2"},
		{"a = 1 = 2", `expected AND, OR or the end, not "="`},
		{"a NOT = 1", "at character 7: expected LIKE, IN or BETWEEN"},
		{"a IN ()", "at character 7: expected a property"},
		{"a IN (1", "at character 8: expected , or ), not the end"},
		{"a BETWEEN 1 OR 2", `at character 13: expected AND, not "OR"`},
		{"a IS 1", `at character 6: expected NULL, not "1"`},
		{"foo(a) = 1", `at character 1: "foo" is not a function here: there are CASEI`},
		{"and = 1", "at character 1: expected a property"},
		{"a = 12abc", "at character 7: a number ends where 'a' follows"},
		{"a = 1e999", "at character 5: 1e999 is too large"},
		{"y = DATE('2018-13-01')", "at character 10: expected '2018-06-30'"},
		{"S_WITHIN(geometry)", "expected ,"},
		{"S_WITHIN(geometry, POINT(1))", "at character 27: expected a number"},
		{"S_WITHIN(geometry, POINT(200 1))", "at character 26: 200 is not from -180 to 180"},
		{"S_WITHIN(geometry, POINT(1 2 3))", "at character 30: expected two numbers a place"},
		{"S_WITHIN(geometry, POINT(1 2, 3 4))", "a POINT has one place"},
		{"S_WITHIN(geometry, LINESTRING(1 2))", "at least 2 places"},
		{"S_WITHIN(geometry, POLYGON((1 1, 2 2, 3 1, 1 2)))", "does not end where it begins"},
		{"S_WITHIN(geometry, BBOX(1,2,3))", "BBOX takes 4 numbers"},
		{"S_WITHIN(geometry, BBOX(1,5,3,4))", "at character 27: the south"},
		{"S_WITHIN(geometry, GEOMETRYCOLLECTION(POINT(1 2)))", "not a collection"},
		{
			strings.Repeat("(", 65) + "a" + strings.Repeat(")", 65),
			"at character 65: parentheses, functions and NOTs may stand 64 within each other",
		},
		{strings.Repeat("NOT ", 70) + "a", "within each other"},
		{"a = 1" + strings.Repeat(" + 1", 300), "operators may follow each other"},
		{strings.Repeat(" ", MaxLength+1), "16384 bytes"},
		{"a = '\xff'", "UTF-8"},
	} {
		_, err := Parse(c.text)
		if c.want == "" {
			if err != nil {
				t.Errorf("%s: %v", c.text, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.60s: got %v, want %s", c.text, err, c.want)
		}
	}
}

// drawn writes a condition out of random parts, with random spaces and cases.
type drawn struct{ *rapid.T }

func (d drawn) pick(of ...string) string { return rapid.SampledFrom(of).Draw(d.T, "part") }

func (d drawn) word(w string) string {
	return d.pick(w, strings.ToLower(w)) + d.pick(" ", "  ", "\n\t")
}

func (d drawn) space() string { return d.pick("", " ") }

func (d drawn) condition(depth int) string {
	if depth == 0 {
		return d.pick("fibre", "TRUE", `"name" = 'x'`, "population > 3", "code LIKE '61%'", "CASEI(name) = 'a''b'")
	}
	switch d.pick("or", "and", "not", "paren", "compare", "between", "in", "null", "spatial") {
	case "or":
		return d.condition(depth-1) + " " + d.word("OR") + d.condition(depth-1)
	case "and":
		return d.condition(depth-1) + " " + d.word("AND") + d.condition(depth-1)
	case "not":
		return d.word("NOT") + d.condition(depth-1)
	case "paren":
		return "(" + d.space() + d.condition(depth-1) + d.space() + ")"
	case "between":
		return d.number(depth) + " " + d.pick("", "NOT ") + d.word("BETWEEN") + d.number(1) + " " + d.word("AND") + d.number(0)
	case "in":
		return d.number(depth) + " " + d.pick("", "not ") + d.word("IN") + "(" + d.number(1) + "," + d.number(0) + ")"
	case "null":
		return d.number(depth) + " " + d.word("IS") + d.pick("", "NOT ") + d.word("NULL")
	case "spatial":
		return d.pick("S_WITHIN", "s_intersects") + "(geometry" + d.space() + ", BBOX(109,33,110," + d.pick("34", "34.0") + "))"
	}
	return d.number(depth) + d.space() + d.pick("=", "<>", "<", ">=") + d.space() + d.number(depth)
}

func (d drawn) number(depth int) string {
	if depth == 0 {
		return d.pick("population", "1", "2.50", "-3", "+4", "1e-7", "id", "elevation")
	}
	switch d.pick("sum", "product", "power", "minus", "paren") {
	case "sum":
		return d.number(depth-1) + d.space() + d.pick("+", "-") + " " + d.number(depth-1)
	case "product":
		return d.number(depth-1) + " " + d.pick("*", "/", "%", "div") + " " + d.number(depth-1)
	case "power":
		return "(" + d.number(depth-1) + ")^" + d.pick("2", "-1", "population", "(population)")
	case "minus":
		return "-" + d.pick("population", "(population)", "1", "(elevation + 2)")
	}
	return "(" + d.number(depth-1) + ")"
}

func TestCanonicalTextMeansTheSame(t *testing.T) {
	table := someVillages(t)
	rapid.Check(t, func(t *rapid.T) {
		text := drawn{t}.condition(rapid.IntRange(0, 4).Draw(t, "depth"))
		e, err := Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		again, err := Parse(e.String())
		if err != nil {
			t.Fatalf("%s: its canonical form %s: %v", text, e, err)
		}
		if again.String() != e.String() {
			t.Fatalf("%s: its canonical form %s has the canonical form %s", text, e, again)
		}
		f, err := e.Bind(table)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		g, err := again.Bind(table)
		if err != nil {
			t.Fatalf("%s: %v", e, err)
		}
		for row := range table.Rows {
			if f.root.test(row) != g.root.test(row) {
				t.Fatalf("%s and %s differ on row %d", text, e, row)
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"a = 1 AND NOT (b LIKE '%x_' OR c IN (1, 2))", `"名 称" IS NOT NULL`, "CASEI(a) = ACCENTI('é')",
		"S_INTERSECTS(geometry, MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((2 2,3 2,3 3,2 2))))", "y < DATE('2018-01-01') + 1",
		`a = '\'' AND b = 'a\\'b'`, "-a ^ -2 % 3 div 4 > 5e-3", "S_WITHIN(geometry, BBOX(179, 1, 0, -179, 2, 9))",
	} {
		f.Add(text)
	}
	table := someVillages(f)
	f.Fuzz(func(t *testing.T, text string) {
		e, err := Parse(text)
		if err != nil {
			return
		}
		again, err := Parse(e.String())
		if len(e.String()) > MaxLength {
			return // numbers and quotes may be written longer
		}
		if err != nil || again.String() != e.String() {
			t.Fatalf("%q: %q parses to %v, %v", text, e, again, err)
		}
		bound, err := e.Bind(table)
		if err != nil {
			return
		}
		for row := range table.Rows {
			bound.Match(row)
		}
	})
}
