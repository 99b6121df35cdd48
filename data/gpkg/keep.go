package gpkg

import (
	"fmt"
	"strings"
)

// The history is kept by triggers of each row, in SQL that every program can run: its only function beyond SQLite's first
// ones is json_quote, which is built in since 3.38. JSON is put together as text, since json_object gives a number 15
// digits, refuses a blob and with it the edit, and cannot leave a field out.

const createHistory = `
CREATE TABLE cuntu_writing (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	at INTEGER NOT NULL,
	actor TEXT NOT NULL,
	actor_name TEXT NOT NULL DEFAULT '',
	origin TEXT NOT NULL,
	reason TEXT NOT NULL DEFAULT '',
	batch TEXT NOT NULL DEFAULT '',
	db_role TEXT NOT NULL DEFAULT '',
	app TEXT NOT NULL DEFAULT '',
	client TEXT NOT NULL DEFAULT '',
	place INTEGER NOT NULL DEFAULT 0);
CREATE INDEX cuntu_writing_at ON cuntu_writing (at);
CREATE INDEX cuntu_writing_batch ON cuntu_writing (batch) WHERE batch <> '';
CREATE TABLE cuntu_history (
	seq INTEGER PRIMARY KEY AUTOINCREMENT,
	writing INTEGER,
	layer TEXT NOT NULL,
	id INTEGER NOT NULL,
	op TEXT NOT NULL,
	areas TEXT NOT NULL,
	before TEXT,
	after TEXT,
	geom_before BLOB,
	geom_after BLOB);
CREATE INDEX cuntu_history_feature ON cuntu_history (layer, id, seq);
CREATE INDEX cuntu_history_writing ON cuntu_history (writing);
CREATE TABLE cuntu_author (one INTEGER PRIMARY KEY CHECK (one = 1), writing INTEGER);
INSERT INTO cuntu_author VALUES (1, NULL);
CREATE TABLE cuntu_replaced (layer TEXT NOT NULL, id INTEGER NOT NULL, areas TEXT NOT NULL, before TEXT, geom_before BLOB);
` + attributeHistory + keepHistory + `
INSERT INTO gpkg_extensions VALUES
	('cuntu_writing', NULL, 'cuntu_history', 'https://github.com/cuntu/cuntu/tree/main/data/gpkg', 'write-only'),
	('cuntu_history', NULL, 'cuntu_history', 'https://github.com/cuntu/cuntu/tree/main/data/gpkg', 'write-only'),
	('cuntu_author', NULL, 'cuntu_history', 'https://github.com/cuntu/cuntu/tree/main/data/gpkg', 'write-only'),
	('cuntu_replaced', NULL, 'cuntu_history', 'https://github.com/cuntu/cuntu/tree/main/data/gpkg', 'write-only');
`

// attributeHistory gives what another program writes its writing, for that program says nothing of itself, nor of where its
// transaction begins and ends: what comes within a second is taken for one.
const attributeHistory = `
CREATE TRIGGER cuntu_history_attribute ` + attributeBody + `;
CREATE TRIGGER cuntu_writing_place AFTER INSERT ON cuntu_writing WHEN NEW.place = 0 BEGIN
	UPDATE cuntu_writing SET place = (SELECT max(place) + 1 FROM cuntu_writing) WHERE id = NEW.id;
END;
`

const attributeBody = `AFTER INSERT ON cuntu_history WHEN NEW.writing IS NULL BEGIN
	INSERT INTO cuntu_writing (at, actor, origin)
		SELECT ` + nowMicros + `, 'file', 'outside'
		WHERE NOT EXISTS (SELECT 1 FROM cuntu_writing WHERE id = (SELECT max(id) FROM cuntu_writing)
			AND app = '' AND actor = 'file' AND origin = 'outside' AND at BETWEEN ` + nowMicros + ` - 1000000 AND ` + nowMicros + `);
	UPDATE cuntu_history SET writing = (SELECT max(id) FROM cuntu_writing) WHERE seq = NEW.seq;
END`

// attribute is the trigger as a batch lays it aside: with it, SQLite keeps a copy of every page that an insert touches.
func attribute() trigger { return trigger{"cuntu_history_attribute", attributeBody} }

// nowMicros is the time in microseconds since 1970; SQLite knows it to the millisecond.
const nowMicros = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000"

// keepHistory refuses to change the record. Whoever may write to the file can take these triggers away: a file promises no more.
const keepHistory = `
CREATE TRIGGER cuntu_history_keep BEFORE UPDATE ON cuntu_history WHEN OLD.writing IS NOT NULL BEGIN
	SELECT RAISE(ABORT, 'cuntu_history is a record: nothing in it is changed or deleted'); END;
CREATE TRIGGER cuntu_history_stay BEFORE DELETE ON cuntu_history BEGIN
	SELECT RAISE(ABORT, 'cuntu_history is a record: nothing in it is changed or deleted'); END;
CREATE TRIGGER cuntu_writing_keep BEFORE UPDATE ON cuntu_writing WHEN OLD.place > 0 BEGIN
	SELECT RAISE(ABORT, 'cuntu_writing is a record: nothing in it is changed or deleted'); END;
CREATE TRIGGER cuntu_writing_stay BEFORE DELETE ON cuntu_writing WHEN EXISTS (SELECT 1 FROM cuntu_history WHERE writing = OLD.id) BEGIN
	SELECT RAISE(ABORT, 'cuntu_writing is a record: nothing in it is changed or deleted'); END;
`

// historyTriggers keep the layer's history. A row that REPLACE pushes out goes without a delete trigger: it is put aside
// before, in cuntu_replaced, and is history once the row that took its place is there. Where that was ignored, or became an
// update of another row, it stays aside until the next one clears it.
func (t *table) historyTriggers() []trigger {
	pushed := fmt.Sprintf("%sSELECT %s, layer, id, 'delete', areas, before, NULL, geom_before, NULL FROM cuntu_replaced WHERE layer = %s;",
		intoHistory, author, literal(t.layer.ID))
	list := append(t.insertTriggers(pushed),
		trigger{t.keepName("update"), fmt.Sprintf("AFTER UPDATE ON %s WHEN OLD.id = NEW.id AND (%s) BEGIN %s END",
			t.name, t.differs(), t.keepUpdate())},
		trigger{t.keepName("recode"), fmt.Sprintf("BEFORE UPDATE OF %s ON %s BEGIN %s END",
			t.keys(), t.name, t.putAside("id <> OLD.id AND ("+t.taken()+")"))},
		trigger{t.keepName("move"), fmt.Sprintf("AFTER UPDATE OF id ON %s WHEN OLD.id <> NEW.id BEGIN %s %s %s END",
			t.name, pushed, t.keepDelete("OLD"), t.keepInsert())},
		trigger{t.keepName("delete"), fmt.Sprintf("AFTER DELETE ON %s BEGIN %s END", t.name, t.keepDelete("OLD"))})
	if t.keys() != idColumn {
		list = append(list, trigger{t.keepName("pushed"), fmt.Sprintf("AFTER UPDATE OF code ON %s WHEN OLD.id = NEW.id BEGIN %s END",
			t.name, pushed)})
	}
	return list
}

// insertTriggers are those of what is inserted, for which a bulk writes the history itself.
func (t *table) insertTriggers(pushed string) []trigger {
	return []trigger{
		{t.keepName("replace"), fmt.Sprintf("BEFORE INSERT ON %s BEGIN %s END", t.name, t.putAside(t.taken()))},
		{t.keepName("insert"), fmt.Sprintf("AFTER INSERT ON %s BEGIN %s %s END", t.name, pushed, t.keepInsert())},
	}
}

func (t *table) keepName(event string) string { return "cuntu_" + t.layer.ID + "_keep_" + event }

const (
	author      = "(SELECT writing FROM cuntu_author)"
	intoHistory = "INSERT INTO cuntu_history (writing, layer, id, op, areas, before, after, geom_before, geom_after) "
)

func (t *table) keepInsert() string {
	return fmt.Sprintf("%sVALUES (%s, %s, NEW.id, 'insert', %s, NULL, %s, NULL, %s);",
		intoHistory, author, literal(t.layer.ID), t.keepAreas("NEW"), t.wholeJSON("NEW"), t.geometryOf("NEW"))
}

func (t *table) keepDelete(row string) string {
	return fmt.Sprintf("%[1]sVALUES (%[2]s, %[3]s, %[4]s.id, 'delete', %[5]s, %[6]s, NULL, %[7]s, NULL);",
		intoHistory, author, literal(t.layer.ID), row, t.keepAreas(row), t.wholeJSON(row), t.geometryOf(row))
}

func (t *table) keepUpdate() string {
	places := "NULL, NULL"
	if t.layer.HasGeometry() {
		places = "CASE WHEN OLD.geom IS NOT NEW.geom THEN OLD.geom END, CASE WHEN OLD.geom IS NOT NEW.geom THEN NEW.geom END"
	}
	return fmt.Sprintf("%sVALUES (%s, %s, NEW.id, 'update', %s, %s, %s, %s);",
		intoHistory, author, literal(t.layer.ID), t.keepAreas("OLD", "NEW"), t.changedJSON("OLD"), t.changedJSON("NEW"), places)
}

func (t *table) geometryOf(row string) string {
	if !t.layer.HasGeometry() {
		return "NULL"
	}
	return row + ".geom"
}

// keys are the columns of which no two rows may have the same value, taken what such a row is found by.
func (t *table) keys() string {
	for i := range t.layer.Fields {
		if isKey(&t.layer.Fields[i]) {
			return idColumn + ", code"
		}
	}
	return idColumn
}

func (t *table) taken() string {
	if t.keys() == idColumn {
		return "id = NEW.id"
	}
	return "id = NEW.id OR code = NEW.code"
}

func (t *table) putAside(which string) string {
	return fmt.Sprintf("DELETE FROM cuntu_replaced; INSERT INTO cuntu_replaced SELECT %s, id, %s, %s, %s FROM %s AS o WHERE %s;",
		literal(t.layer.ID), t.keepAreas("o"), t.wholeJSON("o"), t.geometryOf("o"), t.name, which)
}

// differs tells whether a row is not as it was. Whatever its column says, a value may be of any type.
func (t *table) differs() string {
	all := make([]string, 0, len(t.names))
	for _, n := range t.names[1:] {
		all = append(all, fmt.Sprintf("OLD.%[1]s IS NOT NEW.%[1]s", quote(n)))
	}
	return strings.Join(all, " OR ")
}

// wholeJSON is all of a row's values but nulls, changedJSON one row's side of what differs between two.
func (t *table) wholeJSON(row string) string {
	return t.json(func(id string) string {
		column := row + "." + quote(id)
		return fmt.Sprintf("CASE WHEN %s IS NULL THEN '' ELSE %s || %s END", column, literal(`,"`+id+`":`), jsonValue(column))
	})
}

func (t *table) changedJSON(row string) string {
	return t.json(func(id string) string {
		return fmt.Sprintf("CASE WHEN OLD.%[1]s IS NEW.%[1]s THEN '' ELSE %[2]s || %[3]s END",
			quote(id), literal(`,"`+id+`":`), jsonValue(row+"."+quote(id)))
	})
}

func (t *table) json(part func(id string) string) string {
	parts := make([]string, len(t.layer.Fields))
	for i := range t.layer.Fields {
		parts[i] = part(t.layer.Fields[i].ID)
	}
	return "'{' || substr(" + strings.Join(parts, " || ") + ", 2) || '}'"
}

// jsonValue is a value in JSON: a number with all its digits, a blob in hexadecimal digits.
func jsonValue(column string) string {
	return fmt.Sprintf("CASE typeof(%[1]s) WHEN 'text' THEN json_quote(%[1]s) WHEN 'integer' THEN %[1]s "+
		"WHEN 'real' THEN iif(abs(%[1]s) <= 1.7976931348623157e308, printf('%%!.17g', %[1]s), 'null') "+
		"WHEN 'blob' THEN json_quote(hex(%[1]s)) ELSE 'null' END", column)
}

// keepAreas are the codes of the areas that rows lie in, each between spaces.
func (t *table) keepAreas(rows ...string) string {
	var codes []string
	for _, row := range rows {
		for _, i := range t.layer.AreaFields() {
			codes = append(codes, fmt.Sprintf("ifnull(%s.%s || ' ', '')", row, quote(t.layer.Fields[i].ID)))
		}
	}
	if len(codes) == 0 {
		return "''"
	}
	return "' ' || " + strings.Join(codes, " || ")
}
