package parquet

import (
	"testing"

	"github.com/parquet-go/parquet-go/format"
)

// FuzzValues reads pages of any bytes in every encoding and of every type.
func FuzzValues(f *testing.F) {
	for _, seed := range []struct {
		encoding format.Encoding
		kind     format.Type
		words, b string
	}{
		{format.Plain, format.ByteArray, "", "\x03\x00\x00\x00abc"},
		{format.RLEDictionary, format.Int32, "abcdefgh", "\x01\x10\x01\x03\xAA"},
		{format.RLE, format.Boolean, "", "\x02\x00\x00\x00\x10\x01"},
		{format.DeltaBinaryPacked, format.Int64, "", "\x80\x01\x04\x05\x02\x02\x01\x00\x00\x00\x01\x02\x03\x04"},
		{format.DeltaByteArray, format.FixedLenByteArray, "", "\x80\x01\x04\x01\x00\x80\x01\x04\x01\x04ab"},
		{format.ByteStreamSplit, format.Double, "", "0123456789abcdef"},
	} {
		f.Add(uint8(seed.encoding), uint8(seed.kind), uint8(2), []byte(seed.words), []byte(seed.b))
	}
	types := []any{
		nil, &format.StringType{}, &format.UUIDType{}, &format.DateType{}, &format.DecimalType{Scale: 2, Precision: 9}, &format.Float16Type{},
		&format.TimestampType{Unit: format.TimeUnit{Value: &format.NanoSeconds{}}}, &format.IntType{BitWidth: 8},
	}
	f.Fuzz(func(t *testing.T, encoding, kind, length uint8, words, b []byte) {
		for _, meant := range types {
			e := format.SchemaElement{Name: "a"}
			e.Type.V, e.Type.Valid = format.Type(kind%8), true
			e.TypeLength.V = int32(length)
			if v, ok := meant.(format.LogicalTypeValue); ok {
				e.LogicalType.Value = v
			}
			c := newColumn(e)
			if c.read == nil {
				continue
			}
			dict, err := newDictionary(c, words, len(words)/max(4, c.width))
			if err != nil {
				dict = nil
			}
			v, err := newValues(c, format.Encoding(encoding%10), b, dict)
			for n := 0; err == nil && n < 1000; n++ {
				var d datum
				if d, err = v.next(); err == nil {
					c.read(d)
				}
			}
		}
	})
}
