package postgis

import (
	"fmt"
	"strings"

	"github.com/cuntu/cuntu/layers"
)

// Each layer has a function that its history triggers call, made from its fields: with the columns written out, PostgreSQL
// plans its statements once a session, and compares columns rather than JSON.

// keepTriggers write the history.
var keepTriggers = []trigger{
	{"cuntu_history_insert", "AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows"},
	{"cuntu_history_update", "AFTER UPDATE ON %s REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows"},
	{"cuntu_history_delete", "AFTER DELETE ON %s REFERENCING OLD TABLE AS old_rows"},
	{"cuntu_history_truncate", "BEFORE TRUNCATE ON %s"},
}

// keepName is the name of a layer's function, without schema.
func (t *table) keepName() string { return "history_of_" + t.layer.ID }

// keepFunction defines the layer's function. It runs as its owner, since whoever may edit a layer may not write history. A
// plan that was made for a statement of one row serves the session's later ones, of any number: hence no nested loops.
func (t *table) keepFunction() string {
	return fmt.Sprintf(`CREATE OR REPLACE FUNCTION %s() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET extra_float_digits = 3 SET enable_nestloop = off
    AS %s`,
		quote(schema, t.keepName()), literal(t.keepBody()))
}

// keepBody is its text, by which Migrate knows whether it is that of the catalogue. A row that an UPDATE gives another id
// counts as deleted and inserted; a row that it leaves as it was is no change.
func (t *table) keepBody() string {
	inserted := t.keepInsert("new_rows AS n")
	deleted := t.keepDelete("old_rows AS o")
	return `
DECLARE
    written bigint;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (SELECT FROM new_rows) THEN
            RETURN NULL;
        END IF;
        written := cuntu.begin_writing();
        IF written IS NOT NULL THEN
            ` + inserted + `;
        END IF;
    ELSIF TG_OP = 'UPDATE' THEN
        IF NOT EXISTS (SELECT FROM new_rows AS n JOIN old_rows AS o ON o.id = n.id WHERE ` + t.differs() + `)
           AND NOT EXISTS (SELECT id FROM old_rows EXCEPT SELECT id FROM new_rows) THEN
            RETURN NULL;
        END IF;
        written := cuntu.begin_writing();
        IF written IS NULL THEN
            RETURN NULL;
        END IF;
        IF EXISTS (SELECT id FROM old_rows EXCEPT SELECT id FROM new_rows) THEN
            ` + deleted + ` WHERE NOT EXISTS (SELECT FROM new_rows AS n WHERE n.id = o.id);
            ` + inserted + ` WHERE NOT EXISTS (SELECT FROM old_rows AS o WHERE o.id = n.id);
        END IF;
        ` + t.keepUpdate() + `;
    ELSIF TG_OP = 'DELETE' THEN
        IF NOT EXISTS (SELECT FROM old_rows) THEN
            RETURN NULL;
        END IF;
        written := cuntu.begin_writing();
        IF written IS NOT NULL THEN
            ` + deleted + `;
        END IF;
    ELSIF EXISTS (SELECT FROM ` + t.name + `) THEN
        IF current_setting('transaction_isolation') <> 'read committed' THEN
            RAISE EXCEPTION 'TRUNCATE of a layer needs the isolation level READ COMMITTED';
        END IF;
        written := cuntu.begin_writing();
        ` + t.keepDelete(t.name+" AS o") + `;
    END IF;
    RETURN NULL;
END
`
}

const keepColumns = "INSERT INTO cuntu.history (writing, layer, id, op, areas, before, after"

func (t *table) keepInsert(from string) string {
	into, value := "", ""
	if t.layer.HasGeometry() {
		into, value = ", geom_after", ", n.geom"
	}
	return fmt.Sprintf("%s%s) SELECT written, %s, n.id, 'insert', %s, NULL, %s%s FROM %s",
		keepColumns, into, literal(t.layer.ID), t.keepAreas("n"), t.wholeJSON("n"), value, from)
}

func (t *table) keepDelete(from string) string {
	into, value := "", ""
	if t.layer.HasGeometry() {
		into, value = ", geom_before", ", o.geom"
	}
	return fmt.Sprintf("%s%s) SELECT written, %s, o.id, 'delete', %s, %s, NULL%s FROM %s",
		keepColumns, into, literal(t.layer.ID), t.keepAreas("o"), t.wholeJSON("o"), value, from)
}

func (t *table) keepUpdate() string {
	into, value := "", ""
	if t.layer.HasGeometry() {
		into = ", geom_before, geom_after"
		value = fmt.Sprintf(", CASE WHEN %[1]s THEN o.geom END, CASE WHEN %[1]s THEN n.geom END", t.moved())
	}
	return fmt.Sprintf("%s%s) SELECT written, %s, n.id, 'update', %s, %s, %s%s FROM new_rows AS n JOIN old_rows AS o ON o.id = n.id "+
		"WHERE %s ORDER BY n.id",
		keepColumns, into, literal(t.layer.ID), t.keepAreas("o", "n"), t.changedJSON("o"), t.changedJSON("n"), value, t.differs())
}

// moved compares geometries to the last bit, which PostGIS's operators are found for in no search path.
func (t *table) moved() string {
	return fmt.Sprintf("(o.geom IS NULL) <> (n.geom IS NULL) OR NOT o.geom OPERATOR(%s.=) n.geom", quote(t.postgis))
}

// differs tells whether a row is not as it was.
func (t *table) differs() string {
	var all []string
	if t.layer.HasGeometry() {
		all = append(all, t.moved())
	}
	for i := range t.layer.Fields {
		name := t.fieldColumn(i)
		all = append(all, fmt.Sprintf("o.%[1]s IS DISTINCT FROM n.%[1]s", name))
	}
	return "(" + strings.Join(all, " OR ") + ")"
}

// wholeJSON is all of a row's values but nulls.
func (t *table) wholeJSON(alias string) string {
	return t.json(func(f *layers.Field) string {
		return fmt.Sprintf("%s || to_json(%s.%s)", literal(`"`+f.ID+`":`), alias, quote(f.ID)) // null where the value is
	})
}

// changedJSON is one row's side of what differs between two.
func (t *table) changedJSON(alias string) string {
	return t.json(func(f *layers.Field) string {
		return fmt.Sprintf("CASE WHEN o.%[1]s IS DISTINCT FROM n.%[1]s THEN %[2]s || coalesce(to_json(%[3]s.%[1]s)::text, 'null') END",
			quote(f.ID), literal(`"`+f.ID+`":`), alias)
	})
}

func (t *table) json(part func(*layers.Field) string) string {
	var parts []string
	for i := range t.layer.Fields {
		parts = append(parts, part(&t.layer.Fields[i]))
	}
	// concat_ws passes over nulls. A function takes 100 arguments at most.
	for len(parts) > mostArguments {
		var joined []string
		for len(parts) > 0 {
			n := min(mostArguments, len(parts))
			joined = append(joined, "nullif(concat_ws(',', "+strings.Join(parts[:n], ", ")+"), '')")
			parts = parts[n:]
		}
		parts = joined
	}
	return "('{' || concat_ws(',', " + strings.Join(parts, ", ") + ") || '}')::json"
}

const mostArguments = 90

// keepAreas are the codes of the areas that rows lie in.
func (t *table) keepAreas(aliases ...string) string {
	var codes []string
	for _, alias := range aliases {
		for _, i := range t.layer.AreaFields() {
			codes = append(codes, alias+"."+t.fieldColumn(i))
		}
	}
	if len(codes) == 0 {
		return "'{}'::text[]"
	}
	return "array_remove(ARRAY[" + strings.Join(codes, ", ") + "], NULL)"
}
