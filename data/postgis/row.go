package postgis

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/cuntu/cuntu/data/postgis/ewkb"
	"github.com/cuntu/cuntu/geo/wkb"
	"github.com/cuntu/cuntu/layers"
)

// selectList is the columns that a rowReader reads, in its order.
func (t *table) selectList() string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = quote(c.name)
	}
	return strings.Join(names, ", ")
}

// rowReader turns rows in PostgreSQL's binary format into features.
type rowReader struct {
	layer    *layers.Layer
	feature  layers.Feature
	geometry wkb.Reader
	texts    []map[string]string // by field: texts seen
}

// mostTexts is how many different texts of a field are kept, so that a column of
// few values makes few strings and one of many does not grow without bound.
const mostTexts = 1024

func newRowReader(l *layers.Layer) *rowReader {
	r := &rowReader{layer: l, texts: make([]map[string]string, len(l.Fields))}
	r.feature.Values = make([]layers.Value, len(l.Fields))
	for i := range l.Fields {
		r.texts[i] = map[string]string{}
	}
	return r
}

// read reads a row's columns, nil for NULL, into the reader's feature. What a
// row alone is to blame for is in its Unread; an error is of the table, whose
// columns are not of their types any more.
func (r *rowReader) read(columns [][]byte) (*layers.Feature, error) {
	f := &r.feature
	if len(columns[0]) != 8 {
		return nil, fmt.Errorf("layer %s: id is not a bigint", r.layer.ID)
	}
	f.ID = int64(binary.BigEndian.Uint64(columns[0]))
	columns = columns[1:]
	f.Geometry, f.Unread = nil, f.Unread[:0]
	if r.layer.HasGeometry() {
		if columns[0] != nil {
			g, err := ewkb.Read(&r.geometry, columns[0])
			if err != nil {
				f.Unread = append(f.Unread, layers.Unread{Part: "geometry", Err: err})
			}
			f.Geometry = g
		}
		columns = columns[1:]
	}
	for i, b := range columns {
		v, err := r.value(i, b)
		if err == errNotFinite {
			f.Unread = append(f.Unread, layers.Unread{Part: r.layer.Fields[i].ID, Err: err})
		} else if err != nil {
			return nil, fmt.Errorf("layer %s: id %d: %s: %w", r.layer.ID, f.ID, r.layer.Fields[i].ID, err)
		}
		f.Values[i] = v
	}
	return f, nil
}

var (
	errSize      = errors.New("value has a size that its type does not have")
	errNotFinite = errors.New("it is no finite number")
)

func (r *rowReader) value(i int, b []byte) (layers.Value, error) {
	if b == nil {
		return layers.Null, nil
	}
	switch r.layer.Fields[i].Type {
	case layers.TypeInt:
		if len(b) == 8 {
			return layers.Int(int64(binary.BigEndian.Uint64(b))), nil
		}
	case layers.TypeYear:
		if len(b) == 2 {
			return layers.Int(int64(int16(binary.BigEndian.Uint16(b)))), nil
		}
	case layers.TypeFloat:
		if len(b) == 8 {
			v := layers.Float(math.Float64frombits(binary.BigEndian.Uint64(b)))
			if v.IsNull() {
				return v, errNotFinite
			}
			return v, nil
		}
	case layers.TypeBool:
		if len(b) == 1 {
			return layers.Bool(b[0] != 0), nil
		}
	default:
		return layers.Text(r.text(i, b)), nil
	}
	return layers.Null, errSize
}

func (r *rowReader) text(i int, b []byte) string {
	seen := r.texts[i]
	s, ok := seen[string(b)]
	if !ok {
		s = string(b)
		if len(seen) < mostTexts {
			seen[s] = s
		}
	}
	return s
}

// PostgreSQL's own numbers for the types of columns.
const (
	boolOID   = 16
	byteaOID  = 17
	int8OID   = 20
	int2OID   = 21
	textOID   = 25
	float8OID = 701
)

func typeOID(t layers.FieldType) uint32 {
	switch t {
	case layers.TypeInt:
		return int8OID
	case layers.TypeYear:
		return int2OID
	case layers.TypeFloat:
		return float8OID
	case layers.TypeBool:
		return boolOID
	}
	return textOID
}

// appendValue writes a value that data.CheckEdit has passed, its length first,
// as in a row of COPY and in an array alike.
func appendValue(b []byte, t layers.FieldType, v layers.Value) []byte {
	if v.IsNull() {
		return binary.BigEndian.AppendUint32(b, math.MaxUint32)
	}
	switch t {
	case layers.TypeInt:
		return appendInt8(b, v.Int())
	case layers.TypeYear:
		return binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint32(b, 2), uint16(v.Int()))
	case layers.TypeFloat:
		return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(b, 8), math.Float64bits(v.Float()))
	case layers.TypeBool:
		b = binary.BigEndian.AppendUint32(b, 1)
		if v.Bool() {
			return append(b, 1)
		}
		return append(b, 0)
	}
	return append(binary.BigEndian.AppendUint32(b, uint32(len(v.Text()))), v.Text()...)
}

func appendInt8(b []byte, v int64) []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(b, 8), uint64(v))
}
