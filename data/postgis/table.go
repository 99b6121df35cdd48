package postgis

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/cuntu/cuntu/data/postgis/ewkb"
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
)

// schema holds all that is Cuntu's in a database.
const schema = "cuntu"

// Columns that every layer, or every layer with a place, has before its fields.
const (
	idColumn   = "id"
	geomColumn = "geom"
)

// table is what a layer's table should be.
type table struct {
	layer   *layers.Layer
	name    string // quoted, with schema
	comment string
	columns []column // id, geom where there is one, then the fields
	checks  []check
	unique  bool   // has a unique code
	postgis string // schema of the extension
}

type column struct {
	name     string
	kind     string // as format_type writes it, without schema
	required bool
	comment  string
}

// allowed ends the names of the catalogue's constraints. It is not the "check"
// that PostgreSQL gives to a DBA's own, which Migrate must not touch.
const allowed = "allowed"

// check is a named constraint; field is what it guards, "geometry" for the place.
type check struct{ name, field, condition string }

// literal quotes a text for the statements that take no parameters, which are
// those that define tables. It reads alike whatever standard_conforming_strings
// says.
func literal(s string) string {
	s = strings.ReplaceAll(s, "'", "''")
	if strings.Contains(s, `\`) {
		return "E'" + strings.ReplaceAll(s, `\`, `\\`) + "'"
	}
	return "'" + s + "'"
}

func quote(names ...string) string { return pgx.Identifier(names).Sanitize() }

// tableOf derives a table. postgis is the schema in which the extension is.
func tableOf(l *layers.Layer, postgis string) *table {
	t := &table{layer: l, name: quote(schema, l.ID), comment: l.Title.Zh, postgis: postgis}
	if l.Note.Zh != "" {
		t.comment += "：" + l.Note.Zh
	}
	t.columns = append(t.columns, column{idColumn, "bigint", true, "要素编号"})
	t.checks = append(t.checks, check{constraint(l.ID, idColumn, allowed), idColumn, "id > 0"})
	if l.HasGeometry() {
		t.columns = append(t.columns, column{
			geomColumn, fmt.Sprintf("geometry(Geometry,%d)", ewkb.SRID), false, "位置，经纬度（EPSG:4326）：" + kindsZh(l),
		})
		t.checks = append(t.checks, check{constraint(l.ID, geomColumn, allowed), "geometry", geometryCondition(l, postgis)})
	}
	for i := range l.Fields {
		f := &l.Fields[i]
		t.columns = append(t.columns, column{f.ID, columnType(f.Type), f.Required, commentOf(f)})
		if c := condition(f); c != "" {
			t.checks = append(t.checks, check{constraint(l.ID, f.ID, allowed), f.ID, c})
		}
		t.unique = t.unique || isUnique(f)
	}
	return t
}

func isUnique(f *layers.Field) bool { return f.ID == "code" && f.Type == layers.TypeCode }

// constraint names a constraint or index; checkNames sees to it that it fits
// into PostgreSQL's 63 bytes.
func constraint(parts ...string) string { return strings.Join(parts, "_") }

// fieldColumn quotes the column of the table's i-th field.
func (t *table) fieldColumn(i int) string { return quote(t.layer.Fields[i].ID) }

func columnType(t layers.FieldType) string {
	switch t {
	case layers.TypeInt:
		return "bigint"
	case layers.TypeFloat:
		return "double precision"
	case layers.TypeBool:
		return "boolean"
	case layers.TypeYear:
		return "smallint"
	}
	return "text"
}

// condition says in SQL what layers.Field.Check says in Go, for those who edit
// by psql or QGIS.
func condition(f *layers.Field) string {
	name := quote(f.ID)
	var all []string
	switch f.Type {
	case layers.TypeCode:
		all = append(all, name+` ~ '^([0-9]{6}|[0-9]{9}|[0-9]{12})$'`)
	case layers.TypeYear:
		all = append(all, name+" BETWEEN 1900 AND 2100")
	case layers.TypeDate: // days that no month has are left to Field.Check
		all = append(all, name+` ~ '^(19[0-9]{2}|20[0-9]{2}|2100)-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$'`)
	case layers.TypeFloat:
		// PostgreSQL sorts NaN above infinity.
		all = append(all, name+" > '-Infinity' AND "+name+" < 'Infinity'")
	}
	if len(f.Values) > 0 {
		values := make([]string, len(f.Values))
		for i, v := range f.Values {
			values[i] = literal(v.Value)
		}
		list := strings.Join(values, ", ")
		if f.Type == layers.TypeList {
			all = append(all, fmt.Sprintf("%s <> '' AND string_to_array(%s, %s) <@ ARRAY[%s]", name, name, literal(layers.ListSeparator), list))
		} else {
			all = append(all, fmt.Sprintf("%s IN (%s)", name, list))
		}
	}
	if f.Min != nil {
		all = append(all, name+" >= "+number(*f.Min))
	}
	if f.Max != nil {
		all = append(all, name+" <= "+number(*f.Max))
	}
	if f.Required {
		all = append(all, name+" IS NOT NULL")
	}
	return strings.Join(all, " AND ")
}

func number(v float64) string { return "'" + strconv.FormatFloat(v, 'g', -1, 64) + "'" }

// geometryCondition says in SQL what data.CheckEdit says of geometries in Go: the
// layer's types, not empty, on the Earth.
func geometryCondition(l *layers.Layer, postgis string) string {
	of := func(function, what string) string { return quote(postgis, function) + "(" + what + ")" }
	var kinds, lengths []string
	for _, k := range l.Geometry {
		switch k {
		case geo.Points:
			kinds = append(kinds, "'POINT', 'MULTIPOINT'")
			lengths = append(lengths, fmt.Sprintf("CASE WHEN %s = 'MULTIPOINT' THEN %s < 'Infinity' ELSE true END",
				of("geometrytype", geomColumn), of("st_length", of("st_linefrommultipoint", geomColumn))))
		case geo.Lines:
			kinds = append(kinds, "'LINESTRING', 'MULTILINESTRING'")
			lengths = append(lengths, of("st_length", geomColumn)+" < 'Infinity'")
		case geo.Polygons:
			kinds = append(kinds, "'POLYGON', 'MULTIPOLYGON'")
			lengths = append(lengths, of("st_perimeter", geomColumn)+" < 'Infinity'")
		}
	}
	all := []string{
		fmt.Sprintf("%s IN (%s)", of("geometrytype", geomColumn), strings.Join(kinds, ", ")),
		"NOT " + of("st_isempty", geomColumn),
		of("st_xmin", geomColumn) + " >= -180",
		of("st_xmax", geomColumn) + " <= 180",
		of("st_ymin", geomColumn) + " >= -90",
		of("st_ymax", geomColumn) + " <= 90",
	}
	// A box passes over NaN but in the first vertex, a length does not. PostgreSQL sorts NaN above infinity.
	return strings.Join(append(all, lengths...), " AND ")
}

func kindsZh(l *layers.Layer) string {
	words := map[geo.Kind]string{geo.Points: "点", geo.Lines: "线", geo.Polygons: "面"}
	var all []string
	for _, k := range l.Geometry {
		all = append(all, words[k])
	}
	return strings.Join(all, "或")
}

// commentOf is what a DBA reads beside a column: title, unit, allowed values.
func commentOf(f *layers.Field) string {
	s := f.Title.Zh
	if unit := layers.UnitWords(f.Unit).Zh; unit != "" {
		s += "（" + unit + "）"
	}
	switch {
	case len(f.Values) > 0:
		words := make([]string, len(f.Values))
		for i, v := range f.Values {
			if words[i] = v.Value; v.Title.Zh != v.Value {
				words[i] += " " + v.Title.Zh
			}
		}
		s += "：" + strings.Join(words, "、")
		if f.Type == layers.TypeList {
			s += "，可多项，以“" + layers.ListSeparator + "”分隔"
		}
	case f.Ref != "":
		s += "：" + f.Ref + ".code"
	case f.Min != nil && f.Max != nil:
		s += fmt.Sprintf("：%v 至 %v", *f.Min, *f.Max)
	}
	return s
}
