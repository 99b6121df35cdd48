package parquet

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

var testLimits = Limits{Columns: 100, Footer: 1 << 20, Page: 16 << 20, Held: 20 << 20, Values: 70 << 20, Rows: 1 << 40}

func packed(t *testing.T, v any) []byte {
	t.Helper()
	b, err := thrift.Marshal(&thrift.CompactProtocol{}, v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// page is a page of a column with its header.
func page(t *testing.T, h format.PageHeader, body []byte) []byte {
	h.CompressedPageSize = int32(len(body))
	return append(packed(t, &h), body...)
}

// fileOf is a file of one optional column of texts with one row group.
func fileOf(t *testing.T, rows int64, codec format.CompressionCodec, pages ...[]byte) []byte {
	t.Helper()
	data := bytes.Join(pages, nil)
	leaf := format.SchemaElement{Name: "名称", Type: thrift.New(format.ByteArray), RepetitionType: thrift.New(format.Optional)}
	leaf.LogicalType.Value = &format.StringType{}
	meta := format.FileMetaData{
		Version: 1,
		Schema:  thrift.Slice[format.SchemaElement]{{Name: "schema", NumChildren: thrift.New(int32(1))}, leaf},
		NumRows: rows,
		RowGroups: thrift.Slice[format.RowGroup]{{
			NumRows: rows,
			Columns: thrift.Slice[format.ColumnChunk]{{MetaData: format.ColumnMetaData{
				Type:                format.ByteArray,
				Codec:               codec,
				DataPageOffset:      4,
				TotalCompressedSize: int64(len(data)),
			}}},
		}},
	}
	return sealed(data, packed(t, &meta))
}

func sealed(data, footer []byte) []byte {
	b := append([]byte(magic), data...)
	b = append(b, footer...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(footer)))
	return append(b, magic...)
}

func dataPage(rows int32, encoding format.Encoding, unpacked int) format.PageHeader {
	return format.PageHeader{
		Type:                 format.DataPage,
		UncompressedPageSize: int32(unpacked),
		DataPageHeader: thrift.New(format.DataPageHeader{
			NumValues:               rows,
			Encoding:                encoding,
			DefinitionLevelEncoding: format.RLE,
		}),
	}
}

// run is one number so many times.
func run(times uint64, value byte) []byte {
	return append(binary.AppendUvarint(nil, times<<1), value)
}

func levelsOf(b []byte) []byte {
	return append(binary.LittleEndian.AppendUint32(nil, uint32(len(b))), b...)
}

func gzipped(t *testing.T, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func dictionaryPage(t *testing.T, values int32, body []byte) []byte {
	return page(t, format.PageHeader{
		Type:                 format.DictionaryPage,
		UncompressedPageSize: int32(len(body)),
		DictionaryPageHeader: thrift.New(format.DictionaryPageHeader{NumValues: values, Encoding: format.Plain}),
	}, body)
}

func TestAHostileFileExhaustsNothing(t *testing.T) {
	const many = 1 << 30
	nothing := levelsOf(run(many, 0))
	long := levelsOf(bytes.Repeat([]byte("村"), 1<<20)) // of three bytes
	same := append(append([]byte{}, levelsOf(run(many, 1))...), append([]byte{1}, run(many, 0)...)...)
	zeros := make([]byte, 12<<20)
	none := format.Uncompressed
	unpacking := format.PageHeader{
		Type:                 format.DictionaryPage,
		UncompressedPageSize: int32(len(zeros)),
		DictionaryPageHeader: thrift.New(format.DictionaryPageHeader{NumValues: 3}),
	}
	const fourGigabytes = "\xFF\xFF\xFF\xFF\x0F\x00"
	for _, row := range []struct {
		name string
		file []byte
		rows int    // that are read at least
		want string // of the error; "" where it is not read to its end
	}{
		{
			"a page of a billion rows without a value",
			fileOf(t, many, none, page(t, dataPage(many, format.Plain, len(nothing)), nothing)),
			1 << 20, "",
		},
		{
			"a long text a billion times",
			fileOf(t, many, none, dictionaryPage(t, 1, long), page(t, dataPage(many, format.RLEDictionary, len(same)), same)),
			23, "row 24: the file unpacks to more than",
		},
		{
			"more rows than a page may have",
			fileOf(t, 7, none, page(t, dataPage(many, format.Plain, len(nothing)), nothing)),
			0, "said to have 1073741824 of 7 rows",
		},
		{
			"a page of two gigabytes",
			fileOf(t, 7, format.Gzip, page(t, dataPage(7, format.Plain, 1<<31-1), gzipped(t, zeros))),
			0, "allowed are 16777216",
		},
		{
			"a page that unpacks to more than it says",
			fileOf(t, 7, format.Gzip, page(t, dataPage(7, format.Plain, 99), gzipped(t, zeros))),
			0, "another size than its header says",
		},
		{
			"a Snappy page that unpacks to more than it says",
			fileOf(t, 7, format.Snappy, page(t, dataPage(7, format.Plain, 99), []byte(fourGigabytes))),
			0, "another size than its header says",
		},
		{
			"pages that are too large together",
			fileOf(t, 7, format.Gzip, page(t, unpacking, gzipped(t, zeros)), page(t, dataPage(7, format.Plain, len(zeros)), gzipped(t, zeros))),
			0, "the pages of all columns take more than",
		},
		{
			"a dictionary of more values than it has bytes",
			fileOf(t, 7, none, dictionaryPage(t, many, []byte("few"))),
			0, "the dictionary is cut off",
		},
		{
			"a footer of a billion row groups",
			sealed(nil, []byte{0x15, 2, 0x39, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0}),
			0, "the footer is cut off",
		},
		{
			"a footer of a half million structures of nothing",
			sealed(nil, append([]byte{0x49, 0xFC, 0x80, 0x80, 0x20}, make([]byte, 600000)...)),
			0, "more columns and row groups",
		},
		{
			"lists in lists in lists",
			sealed(nil, append([]byte{0x19}, bytes.Repeat([]byte{0x19}, 1<<19)...)),
			0, "the footer",
		},
		{"a trillion rows", fileOf(t, 1<<41, none), 0, "more than the 1099511627776 rows"},
	} {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		rows, err := 0, error(nil)
		f, err := Open(bytes.NewReader(row.file), int64(len(row.file)), testLimits)
		for values := make([]any, 1); err == nil && rows <= row.rows; {
			if err = f.Next(values); err == nil {
				rows++
			}
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		if rows < row.rows || row.want == "" && err != nil || row.want != "" && (err == io.EOF || !strings.Contains(fmt.Sprint(err), row.want)) {
			t.Errorf("%s: %d rows, %v", row.name, rows, err)
		}
		if took := int64(after.TotalAlloc - before.TotalAlloc); took > 150<<20 {
			t.Errorf("%s took %d MB", row.name, took>>20)
		}
	}
}
