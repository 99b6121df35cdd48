package layers

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
)

// ValueKind tells what a Value holds.
type ValueKind uint8

// The kinds of value.
const (
	NullKind ValueKind = iota
	BoolKind
	IntKind
	FloatKind
	TextKind
)

// Value is one field of one feature. The zero Value is null.
type Value struct {
	text string
	bits uint64
	kind ValueKind
}

// Null is the absent value.
var Null = Value{}

// Bool, Int, Float and Text make values. A float that is not a number is null.
func Bool(b bool) Value {
	v := Value{kind: BoolKind}
	if b {
		v.bits = 1
	}
	return v
}

// Int makes a whole number.
func Int(i int64) Value { return Value{kind: IntKind, bits: uint64(i)} }

// Float makes a number; NaN and the infinities become null.
func Float(f float64) Value {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return Null
	}
	return Value{kind: FloatKind, bits: math.Float64bits(f)}
}

// Text makes a text, which may be empty.
func Text(s string) Value { return Value{kind: TextKind, text: s} }

// Kind tells what v holds.
func (v Value) Kind() ValueKind { return v.kind }

// IsNull tells whether there is no value.
func (v Value) IsNull() bool { return v.kind == NullKind }

// Bool is the truth of a boolean; false for anything else.
func (v Value) Bool() bool { return v.kind == BoolKind && v.bits == 1 }

// Int is the value as a whole number, a float cut off; 0 for null and text.
func (v Value) Int() int64 {
	if v.kind == FloatKind {
		return int64(math.Float64frombits(v.bits))
	}
	return int64(v.bits)
}

// Float is the value as a number; 0 for null and text.
func (v Value) Float() float64 {
	if v.kind == FloatKind {
		return math.Float64frombits(v.bits)
	}
	return float64(int64(v.bits))
}

// Text is the text of a text value, "" for anything else.
func (v Value) Text() string { return v.text }

// String is the value for a person or a CSV cell: null is "".
func (v Value) String() string {
	switch v.kind {
	case BoolKind:
		return strconv.FormatBool(v.Bool())
	case IntKind:
		return strconv.FormatInt(v.Int(), 10)
	case FloatKind:
		return strconv.FormatFloat(v.Float(), 'f', -1, 64)
	}
	return v.text
}

// Bits are the bits of a whole number or a float, 1 for true; 0 for null and text.
func (v Value) Bits() uint64 { return v.bits }

// Is tells whether the value is what a catalogue writes as s.
func (v Value) Is(s string) bool {
	if v.kind == TextKind {
		return v.text == s
	}
	return v.kind != NullKind && v.String() == s
}

// Any is the value as nil, bool, int64, float64 or string.
func (v Value) Any() any {
	switch v.kind {
	case BoolKind:
		return v.Bool()
	case IntKind:
		return v.Int()
	case FloatKind:
		return v.Float()
	case TextKind:
		return v.text
	}
	return nil
}

// MarshalJSON writes null, true, 1, 1.5 or "text".
func (v Value) MarshalJSON() ([]byte, error) { return json.Marshal(v.Any()) }

// UnmarshalJSON reads a JSON scalar. Numbers without fraction or exponent
// become Int, others Float; Field.Check then gives them the field's type.
func (v *Value) UnmarshalJSON(b []byte) error {
	var a any
	if len(b) > 0 && b[0] != '"' && b[0] != 't' && b[0] != 'f' && b[0] != 'n' {
		if i, err := strconv.ParseInt(string(b), 10, 64); err == nil {
			*v = Int(i)
			return nil
		}
	}
	if err := json.Unmarshal(b, &a); err != nil {
		return err
	}
	switch a := a.(type) {
	case nil:
		*v = Null
	case bool:
		*v = Bool(a)
	case float64:
		*v = Float(a)
	case string:
		*v = Text(a)
	default:
		return fmt.Errorf("a value is null, true, false, a number or a text, not %s", b)
	}
	return nil
}
