package data

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/cuntu/cuntu/layers"
)

// opNames are how stores write what became of a feature.
func opNames() map[layers.Op]string {
	return map[layers.Op]string{layers.Insert: "insert", layers.Update: "update", layers.Delete: "delete"}
}

// OpName is how stores write what became of a feature.
func OpName(op layers.Op) string { return opNames()[op] }

// FillPast sets what a store has as texts: what became of the feature, and its values before and after.
func FillPast(p *Past, l *layers.Layer, op string, before, after []byte) (err error) {
	for known, name := range opNames() {
		if name == op {
			p.Op = known
		}
	}
	if p.Op == 0 {
		return fmt.Errorf("history %d: no operation is called %q", p.Seq, op)
	}
	slices.Sort(p.Areas)
	p.Areas = slices.Compact(p.Areas)
	if p.Before, err = ReadCells(l, before); err == nil {
		p.After, err = ReadCells(l, after)
	}
	if err != nil {
		return fmt.Errorf("history %d: %w", p.Seq, err)
	}
	return nil
}

// ReadCells reads values by field, as both stores' triggers write them, in JSON. Each has its field's type; fields that the
// layer does not have are left out, as are values that are not of the type, which no program of ours writes. Nil bytes are nil.
func ReadCells(l *layers.Layer, b []byte) (map[string]layers.Value, error) {
	if b == nil {
		return nil, nil
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(b, &raw); err != nil {
		return nil, fmt.Errorf("values of layer %s: %w", l.ID, err)
	}
	cells := make(map[string]layers.Value, len(raw))
	for id, b := range raw {
		i := l.Field(id)
		if i < 0 {
			continue
		}
		if v, ok := readCell(l.Fields[i].Type, b); ok {
			cells[id] = v
		}
	}
	return cells, nil
}

func readCell(t layers.FieldType, b []byte) (layers.Value, bool) {
	s := string(b)
	if s == "null" {
		return layers.Null, true
	}
	switch t {
	case layers.TypeInt, layers.TypeYear:
		n, err := strconv.ParseInt(s, 10, 64)
		return layers.Int(n), err == nil
	case layers.TypeFloat:
		f, err := strconv.ParseFloat(s, 64)
		return layers.Float(f), err == nil
	case layers.TypeBool:
		switch s {
		case "true", "1": // SQLite has no booleans
			return layers.Bool(true), true
		case "false", "0":
			return layers.Bool(false), true
		}
		return layers.Null, false
	}
	var text string
	err := json.Unmarshal(b, &text)
	return layers.Text(text), err == nil
}

// AppendCells writes what ReadCells reads, fields in the layer's order; nothing for nil.
func AppendCells(b []byte, l *layers.Layer, cells map[string]layers.Value) ([]byte, error) {
	if cells == nil {
		return b, nil
	}
	b = append(b, '{')
	first := true
	for i := range l.Fields {
		v, ok := cells[l.Fields[i].ID]
		if !ok {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		var err error
		if b, err = AppendCell(b, l.Fields[i].ID, v); err != nil {
			return nil, err
		}
	}
	return append(b, '}'), nil
}

// AppendCell writes one field's name and value.
func AppendCell(b []byte, id string, v layers.Value) ([]byte, error) {
	b = append(b, '"')
	b = append(b, id...)
	b = append(b, '"', ':')
	switch v.Kind() {
	case layers.IntKind:
		return strconv.AppendInt(b, v.Int(), 10), nil
	case layers.FloatKind:
		return strconv.AppendFloat(b, v.Float(), 'g', -1, 64), nil
	}
	written, err := json.Marshal(v.Any())
	return append(b, written...), err
}
