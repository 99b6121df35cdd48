package fgb

import (
	"errors"
	"fmt"
	"math"

	flatbuffers "github.com/google/flatbuffers/go"
	"github.com/paulmach/orb"
)

// Magic begins a file of version 3; a byte for the patch follows.
const Magic = "fgb\x03fgb"

const (
	magicSize = len(Magic) + 1
	nodeSize  = 40 // bytes of a node of the index
)

// Kind is a type of geometry.
type Kind uint8

// The kinds that are read and written. Unknown in a header tells that each feature has
// its own.
const (
	Unknown Kind = iota
	Point
	LineString
	Polygon
	MultiPoint
	MultiLineString
	MultiPolygon
	Collection
)

// Type is the type of a column.
type Type uint8

// The types of columns.
const (
	Byte Type = iota
	UByte
	Bool
	Short
	UShort
	Int
	UInt
	Long
	ULong
	Float
	Double
	String
	JSON
	DateTime
	Binary
)

// Column is a column of the features' properties.
type Column struct {
	Name string
	Type Type
}

// System is what a file says of its coordinate system.
type System struct {
	Org  string // that gave the code; EPSG where it is ""
	Code int    // 0 for none
	Text string // the code where it is no number
	Name string
	WKT  string
}

// Header is what a file says of all its features.
type Header struct {
	Name    string
	About   string // a description for people
	Kind    Kind
	Columns []Column
	System  *System // nil for none
	Count   uint64  // of the features, 0 where it is not known
	Box     orb.Bound

	branching uint16 // children of a node of the index, 0 for no index
}

// Fields of the tables in FlatGeobuf's schema.
const (
	headerName = iota
	headerBox
	headerKind
	headerZ
	headerM
	headerT
	headerTM
	headerColumns
	headerCount
	headerBranching
	headerSystem
	headerTitle
	headerAbout
	headerFields
)

const (
	columnName = iota
	columnType
	columnFields
)

const (
	systemOrg = iota
	systemCode
	systemName
	systemAbout
	systemWKT
	systemText
	systemFields
)

// slot is the place of a field in a FlatBuffers table's list of fields.
func slot(field int) flatbuffers.VOffsetT { return flatbuffers.VOffsetT(4 + 2*field) }

// textOf is a field's text, "" where it has none.
func textOf(t *flatbuffers.Table, field int) string {
	at := t.Offset(slot(field))
	if at == 0 {
		return ""
	}
	return string(t.ByteVector(t.Pos + flatbuffers.UOffsetT(at))) // a copy
}

// vectorOf is where a field's list begins and how many members it has.
func vectorOf(t *flatbuffers.Table, field int) (start flatbuffers.UOffsetT, n int) {
	at := t.Offset(slot(field))
	if at == 0 {
		return 0, 0
	}
	return t.Vector(flatbuffers.UOffsetT(at)), t.VectorLen(flatbuffers.UOffsetT(at))
}

// tableOf is the table that an offset in the buffer points to.
func tableOf(t *flatbuffers.Table, at flatbuffers.UOffsetT) *flatbuffers.Table {
	return &flatbuffers.Table{Bytes: t.Bytes, Pos: t.Indirect(at)}
}

// root is the table of a whole buffer.
func root(b []byte) *flatbuffers.Table {
	return &flatbuffers.Table{Bytes: b, Pos: flatbuffers.GetUOffsetT(b)}
}

var errDamaged = errors.New("is damaged: it points to what is not there")

// astray turns the panic of an offset that leads out of the buffer into an error.
func astray(err *error) {
	if recover() != nil {
		*err = errDamaged
	}
}

// mostName is in bytes.
const mostName = 4096

func parseHeader(b []byte, limits Limits) (h Header, err error) {
	defer astray(&err)
	t := root(b)
	h = Header{
		Name:      textOf(t, headerName),
		About:     textOf(t, headerAbout),
		Kind:      Kind(t.GetByteSlot(slot(headerKind), 0)),
		Count:     t.GetUint64Slot(slot(headerCount), 0),
		branching: t.GetUint16Slot(slot(headerBranching), 16),
	}
	start, n := vectorOf(t, headerColumns)
	if n > limits.Columns {
		return h, fmt.Errorf("the file has %d columns; allowed are %d", n, limits.Columns)
	}
	for i := range n {
		c := tableOf(t, start+flatbuffers.UOffsetT(4*i))
		name := textOf(c, columnName)
		if len(name) > mostName {
			return h, fmt.Errorf("the name of column %d has %d bytes; allowed are %d", i+1, len(name), mostName)
		}
		h.Columns = append(h.Columns, Column{name, Type(c.GetByteSlot(slot(columnType), 0))})
	}
	if at := t.Offset(slot(headerSystem)); at != 0 {
		s := tableOf(t, t.Pos+flatbuffers.UOffsetT(at))
		h.System = &System{
			Org:  textOf(s, systemOrg),
			Code: int(s.GetInt32Slot(slot(systemCode), 0)),
			Text: textOf(s, systemText),
			Name: textOf(s, systemName),
			WKT:  textOf(s, systemWKT),
		}
	}
	return h, nil
}

// bytes is the header as a file has it, with its size before it.
func (h Header) bytes() []byte {
	b := flatbuffers.NewBuilder(1024)
	columns := make([]flatbuffers.UOffsetT, len(h.Columns))
	for i, c := range h.Columns {
		name := b.CreateString(c.Name)
		b.StartObject(columnFields)
		b.PrependUOffsetTSlot(columnName, name, 0)
		b.PrependByteSlot(columnType, byte(c.Type), 0)
		columns[i] = b.EndObject()
	}
	list := b.CreateVectorOfTables(columns)
	name := b.CreateString(h.Name)
	var about, system, box flatbuffers.UOffsetT
	if h.About != "" {
		about = b.CreateString(h.About)
	}
	if h.System != nil {
		system = h.System.append(b)
	}
	if h.Count > 0 && !h.Box.IsEmpty() {
		box = appendFloats(b, []orb.Point{h.Box.Min, h.Box.Max})
	}
	b.StartObject(headerFields)
	b.PrependUOffsetTSlot(headerName, name, 0)
	b.PrependUOffsetTSlot(headerBox, box, 0)
	b.PrependByteSlot(headerKind, byte(h.Kind), 0)
	b.PrependUOffsetTSlot(headerColumns, list, 0)
	b.PrependUint64Slot(headerCount, h.Count, 0)
	b.PrependUint16Slot(headerBranching, h.branching, 16)
	b.PrependUOffsetTSlot(headerSystem, system, 0)
	b.PrependUOffsetTSlot(headerAbout, about, 0)
	b.FinishSizePrefixed(b.EndObject())
	return b.FinishedBytes()
}

func (s *System) append(b *flatbuffers.Builder) flatbuffers.UOffsetT {
	text := func(s string) flatbuffers.UOffsetT {
		if s == "" {
			return 0
		}
		return b.CreateString(s)
	}
	org, name, wkt, code := text(s.Org), text(s.Name), text(s.WKT), text(s.Text)
	b.StartObject(systemFields)
	b.PrependUOffsetTSlot(systemOrg, org, 0)
	b.PrependInt32Slot(systemCode, int32(s.Code), 0)
	b.PrependUOffsetTSlot(systemName, name, 0)
	b.PrependUOffsetTSlot(systemWKT, wkt, 0)
	b.PrependUOffsetTSlot(systemText, code, 0)
	return b.EndObject()
}

// appendFloats writes a list of coordinates, x before y.
func appendFloats(b *flatbuffers.Builder, points []orb.Point) flatbuffers.UOffsetT {
	b.StartVector(8, 2*len(points), 8)
	for i := len(points) - 1; i >= 0; i-- {
		b.PrependFloat64(points[i][1])
		b.PrependFloat64(points[i][0])
	}
	return b.EndVector(2 * len(points))
}

// indexSize is how many bytes the index of so many features takes.
func indexSize(count uint64, branching uint16) (int64, error) {
	if count == 0 || branching == 0 {
		return 0, nil
	}
	if count > math.MaxInt64/nodeSize/4 {
		return 0, fmt.Errorf("the file is said to have %d features", count)
	}
	per := uint64(max(branching, 2))
	nodes := count
	for n := count; ; {
		n = (n + per - 1) / per
		nodes += n
		if n <= 1 {
			return int64(nodes) * nodeSize, nil
		}
	}
}
