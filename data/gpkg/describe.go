package gpkg

import (
	"encoding/json"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/cuntu/cuntu/layers"
)

const (
	describeColumn = `
INSERT INTO gpkg_data_columns (table_name, column_name, name, title, description, constraint_name)
	VALUES (?1, ?2, ?2, ?3, ?4, ?5)
	ON CONFLICT (table_name, column_name) DO UPDATE
	SET title = excluded.title, description = excluded.description, constraint_name = excluded.constraint_name
	WHERE title IS NOT excluded.title OR description IS NOT excluded.description OR constraint_name IS NOT excluded.constraint_name`
	describeChoice = `
INSERT INTO gpkg_data_column_constraints (constraint_name, constraint_type, value, description)
	VALUES (?1, 'enum', ?2, ?3)
	ON CONFLICT (constraint_name, constraint_type, value) DO UPDATE
	SET description = excluded.description WHERE description IS NOT excluded.description`
	forgetChoices = `
DELETE FROM gpkg_data_column_constraints
	WHERE constraint_name = ?1 AND constraint_type = 'enum' AND value NOT IN (SELECT value FROM json_each(?2))`
	describeRange = `
INSERT INTO gpkg_data_column_constraints (constraint_name, constraint_type, min, min_is_inclusive, max, max_is_inclusive)
	SELECT ?1, 'range', ?2, 1, ?3, 1
	WHERE NOT EXISTS (SELECT 1 FROM gpkg_data_column_constraints WHERE constraint_name = ?1)`
)

// describe titles the columns in Chinese and lists what they may hold, so that
// QGIS shows titles and offers the allowed values.
func (t *table) describe(conn *sqlite.Conn) error {
	for i := range t.layer.Fields {
		f := &t.layer.Fields[i]
		about := f.Title.En
		if f.Unit != "" {
			about += ", " + f.Unit
		}
		constraint := any(nil)
		switch {
		case len(f.Values) > 0 && f.Type != layers.TypeList: // which holds several at once
			constraint = t.layer.ID + "_" + f.ID
			if err := describeChoices(conn, t.layer.ID+"_"+f.ID, f.Values); err != nil {
				return err
			}
		case f.Min != nil && f.Max != nil && *f.Min < *f.Max: // the specification knows no open end
			constraint = t.layer.ID + "_" + f.ID
			if err := sqlitex.Execute(conn, describeRange, &sqlitex.ExecOptions{Args: []any{constraint, *f.Min, *f.Max}}); err != nil {
				return err
			}
		}
		err := sqlitex.Execute(conn, describeColumn, &sqlitex.ExecOptions{
			Args: []any{t.layer.ID, f.ID, f.Title.Zh, about, constraint},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func describeChoices(conn *sqlite.Conn, constraint string, choices []layers.Choice) error {
	values := make([]string, len(choices))
	for i, c := range choices {
		values[i] = c.Value
		err := sqlitex.Execute(conn, describeChoice, &sqlitex.ExecOptions{Args: []any{constraint, c.Value, c.Title.Zh}})
		if err != nil {
			return err
		}
	}
	list, err := json.Marshal(values)
	if err != nil {
		return err
	}
	return sqlitex.Execute(conn, forgetChoices, &sqlitex.ExecOptions{Args: []any{constraint, string(list)}})
}
