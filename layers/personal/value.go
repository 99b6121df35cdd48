package personal

import (
	"math"
	"strconv"

	"github.com/cuntu/cuntu/layers"
)

// Cell tells which number of a person a cell holds that goes into a field under a heading: nil, bool, int64, float64 or
// string. The field is nil for a cell that goes nowhere.
func Cell(f *layers.Field, heading string, cell any) Kind {
	text := ""
	switch cell := cell.(type) {
	case string:
		text = cell
	case int64:
		if cell > -1e10 && cell < 1e10 {
			return None
		}
		text = strconv.FormatInt(cell, 10)
	case float64:
		if math.Abs(cell) < 1e10 || cell != math.Trunc(cell) {
			return None
		}
		text = strconv.FormatFloat(cell, 'f', -1, 64)
	}
	k := find(text, IsCode(heading) || f != nil && numbersThings(f))
	if f != nil && k == Mobile && large(f) {
		return None
	}
	return k
}

// Value tells which number of a person a field's value holds.
func Value(f *layers.Field, v layers.Value) Kind { return Cell(f, "", v.Any()) }

// numbersThings tells whether a field is of codes of things.
func numbersThings(f *layers.Field) bool {
	return f.Type == layers.TypeText && len(f.Values) == 0 && (IsCode(f.ID) || IsCode(f.Title.Zh))
}

// large tells whether a number of a field may well have eleven digits: a prefecture has so many square metres.
func large(f *layers.Field) bool {
	return (f.Type == layers.TypeInt || f.Type == layers.TypeFloat) && (f.Unit == "m2" || f.Unit == "yuan")
}

// Check refuses values that hold a number of a person, by field; the error is layers.Faults and tells no value. set is which
// fields to look at, by index, and nil for all.
func Check(l *layers.Layer, values []layers.Value, set []int) error {
	var wrong layers.Faults
	look := func(i int) {
		if k := Value(&l.Fields[i], values[i]); k != None {
			wrong = append(wrong, Refusal(l.Fields[i].ID, k)...)
		}
	}
	for _, i := range set {
		look(i)
	}
	for i := range values {
		if set == nil {
			look(i)
		}
	}
	return wrong.Err()
}

// Refusal says of a part that it holds a number of a person.
func Refusal(part string, k Kind) layers.Faults {
	return layers.NewFault(part, "holds %s (%s), which the map must not know: no personal data of residents", k.Words().En, k.Words().Zh)
}
