package parquet

import (
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/format"

	"github.com/cuntu/cuntu/data/files/record"
)

// Column is a column that is read.
type Column struct {
	Name     string
	Type     record.Type
	Bytes    bool      // its values are []byte
	Geometry *Geometry // nil where it is not marked as one

	kind     format.Type
	width    int // bytes of a value, 0 where they differ
	optional bool
	leaf     int // its number among all leaves
	read     func(datum) any
}

// Geometry is how Parquet itself marks a column of well-known binary.
type Geometry struct {
	System string // as the file has it; "" for longitude and latitude of WGS 84
	Curved bool   // edges run on the sphere
}

// newColumn is the column of a leaf; one without a way to read it is left out.
func newColumn(e format.SchemaElement) Column {
	c := Column{Name: printable(e.Name), kind: e.Type.V, optional: e.RepetitionType.V == format.Optional}
	if !e.Type.Valid || e.RepetitionType.V == format.Repeated {
		return c
	}
	switch c.kind {
	case format.Int32, format.Float:
		c.width = 4
	case format.Int64, format.Double:
		c.width = 8
	case format.Int96:
		c.width = 12
	case format.FixedLenByteArray:
		const most = 1 << 20
		c.width = int(e.TypeLength.V)
		if c.width < 1 || c.width > most {
			return c
		}
	}
	switch t := logical(e).(type) {
	case nil:
		c.physical()
	case *format.StringType, *format.EnumType, *format.JsonType:
		c.bytes(record.Text, text)
	case *format.UUIDType:
		c.bytes(record.Text, uuid)
	case *format.DecimalType:
		c.decimal(int(t.Scale), int(t.Precision))
	case *format.DateType:
		c.ints(record.Date, day)
	case *format.TimeType:
		c.time(t)
	case *format.TimestampType:
		c.timestamp(t)
	case *format.IntType:
		c.integers(t)
	case *format.NullType:
		c.Type, c.read = record.Any, func(datum) any { return nil }
	case *format.Float16Type:
		if c.width == 2 {
			c.Type, c.read = record.Float, half
		}
	case *format.GeometryType:
		c.geometry(&Geometry{System: t.CRS})
	case *format.GeographyType:
		c.geometry(&Geometry{System: t.CRS, Curved: true})
	}
	return c // Interval, BSON, VARIANT and what is not yet known are left out
}

// leftOut is a type whose values are not read.
type leftOut struct{}

// logical is what the stored values mean: the logical type, or what older files have in
// its place; nil for nothing more than what is stored.
func logical(e format.SchemaElement) any {
	if e.LogicalType.Value != nil {
		return e.LogicalType.Value
	}
	if !e.ConvertedType.Valid {
		return nil
	}
	milli := format.TimeUnit{Value: &format.MilliSeconds{}}
	micro := format.TimeUnit{Value: &format.MicroSeconds{}}
	switch t := e.ConvertedType.V; t {
	case deprecated.UTF8, deprecated.Enum, deprecated.Json:
		return &format.StringType{}
	case deprecated.Decimal:
		return &format.DecimalType{Scale: e.Scale.V, Precision: e.Precision.V}
	case deprecated.Date:
		return &format.DateType{}
	case deprecated.TimeMillis:
		return &format.TimeType{Unit: milli}
	case deprecated.TimeMicros:
		return &format.TimeType{Unit: micro}
	case deprecated.TimestampMillis:
		return &format.TimestampType{IsAdjustedToUTC: true, Unit: milli}
	case deprecated.TimestampMicros:
		return &format.TimestampType{IsAdjustedToUTC: true, Unit: micro}
	case deprecated.Uint8, deprecated.Uint16, deprecated.Uint32, deprecated.Uint64:
		return &format.IntType{BitWidth: int8(8 << (t - deprecated.Uint8))}
	case deprecated.Int8, deprecated.Int16, deprecated.Int32, deprecated.Int64:
		return &format.IntType{BitWidth: int8(8 << (t - deprecated.Int8)), IsSigned: true}
	}
	return leftOut{}
}

// physical reads values that mean what they are.
func (c *Column) physical() {
	switch c.kind {
	case format.Boolean:
		c.Type, c.read = record.Bool, func(d datum) any { return d.bits != 0 }
	case format.Int32, format.Int64:
		c.ints(record.Int, func(n int64) any { return n })
	case format.Float:
		c.Type, c.read = record.Float, single
	case format.Double:
		c.Type, c.read = record.Float, double
	case format.Int96:
		c.Type, c.read = record.Any, julian
	case format.ByteArray, format.FixedLenByteArray:
		c.Bytes = true
		c.bytes(record.Any, func(b []byte) any { return b })
	}
}

func (c *Column) geometry(g *Geometry) {
	if c.kind == format.ByteArray {
		c.Bytes, c.Geometry = true, g
		c.bytes(record.Any, func(b []byte) any { return b })
	}
}

func (c *Column) bytes(t record.Type, read func([]byte) any) {
	if c.kind == format.ByteArray || c.kind == format.FixedLenByteArray {
		c.Type, c.read = t, func(d datum) any { return read(d.bytes) }
	}
}

func (c *Column) ints(t record.Type, read func(int64) any) {
	switch c.kind {
	case format.Int32:
		c.Type, c.read = t, func(d datum) any { return read(int64(int32(uint32(d.bits)))) }
	case format.Int64:
		c.Type, c.read = t, func(d datum) any { return read(int64(d.bits)) }
	}
}

func (c *Column) integers(t *format.IntType) {
	if t.IsSigned {
		c.ints(record.Int, func(n int64) any { return n })
		return
	}
	if t.BitWidth == 64 {
		c.ints(record.Any, func(n int64) any { return unsigned(uint64(n)) })
		return
	}
	c.ints(record.Int, func(n int64) any { return int64(uint32(n)) })
}

func (c *Column) time(t *format.TimeType) {
	if t.Unit.Value != nil {
		unit := t.Unit.Value.Duration()
		c.ints(record.Text, func(n int64) any { return clock(n, unit) })
	}
}

func (c *Column) timestamp(t *format.TimestampType) {
	if t.Unit.Value != nil {
		unit, zone := t.Unit.Value.Duration(), t.IsAdjustedToUTC
		c.ints(record.Any, func(n int64) any { return instant(n, unit, zone) })
	}
}

// exactDigits are those that a float64 holds for sure.
const exactDigits = 15

// decimal reads numbers of fixed point: as numbers where these hold all digits, and else
// as text.
func (c *Column) decimal(scale, precision int) {
	const most = 76 // digits
	if scale < 0 || scale > most || precision > most {
		return
	}
	read, t := fixed, record.Any
	switch {
	case precision <= exactDigits && scale == 0:
		read, t = whole, record.Int
	case precision <= exactDigits:
		read, t = decimal, record.Float
	}
	c.ints(t, func(n int64) any { return read(bigOf(n), scale) })
	c.bytes(t, func(b []byte) any {
		if len(b) > mostDecimal {
			return nil
		}
		return read(bigEndian(b), scale)
	})
}
