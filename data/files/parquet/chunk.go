package parquet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go/format"
)

// chunk is a column of a row group, of which it holds the dictionary and one page.
type chunk struct {
	file   *File
	column Column
	codec  format.CompressionCodec
	at     int64 // where the next page's header begins
	end    int64
	rows   int64 // that are not yet in a page

	dictionary *dictionary
	levels     *hybrid // whether a row has a value; nil where each has
	values     values
	left       int64 // rows of the page
	page       int64 // bytes of it that are held
}

func (f *File) newChunk(c Column, in *format.ColumnChunk, rows int64) (*chunk, error) {
	meta := &in.MetaData
	if in.FilePath != "" {
		return nil, fmt.Errorf("lies in another file, %q, which is not read", in.FilePath)
	}
	if meta.Type != c.kind {
		return nil, fmt.Errorf("is of type %v here and %v in the schema", meta.Type, c.kind)
	}
	start := meta.DataPageOffset
	if d := meta.DictionaryPageOffset; d > 0 && d < start {
		start = d
	}
	if start < 0 || meta.TotalCompressedSize < 0 || start > f.size || meta.TotalCompressedSize > f.size-start {
		return nil, errors.New("is said to lie outside of the file")
	}
	return &chunk{
		file:   f,
		column: c,
		codec:  meta.Codec,
		at:     start,
		end:    start + meta.TotalCompressedSize,
		rows:   rows,
	}, nil
}

// next is the next row's value; null where it has none.
func (c *chunk) next() (d datum, null bool, err error) {
	for c.left == 0 {
		if err := c.nextPage(); err != nil {
			return d, false, err
		}
	}
	c.left--
	if c.levels != nil {
		level, err := c.levels.next()
		if err != nil || level == 0 {
			return d, true, err
		}
	}
	d, err = c.values.next()
	return d, false, err
}

var errPages = errors.New("has fewer values than there are rows")

// header reads the header of the next page.
func (c *chunk) header() (h format.PageHeader, err error) {
	// Statistics, which hold a lowest and a highest value, may make it long.
	for _, room := range []int64{1 << 9, 1 << 14, 1 << 20, 1 << 24} {
		b := make([]byte, min(room, c.end-c.at))
		if len(b) == 0 {
			return h, errPages
		}
		if _, err := c.file.in.ReadAt(b, c.at); err != nil && err != io.EOF {
			return h, err
		}
		h = format.PageHeader{}
		n, err := unmarshal(b, &h)
		if err == nil {
			c.at += int64(n)
			return h, nil
		}
		if int64(len(b)) < room {
			break
		}
	}
	return h, fmt.Errorf("the header of a page %w", errCutOff)
}

// nextPage reads the next page, and a dictionary before it.
func (c *chunk) nextPage() error {
	h, err := c.header()
	if err != nil {
		return err
	}
	packed, size := int64(h.CompressedPageSize), int64(h.UncompressedPageSize)
	if packed < 0 || packed > c.end-c.at || size < 0 {
		return fmt.Errorf("a page %w", errCutOff)
	}
	if size > c.file.limits.Page || packed > c.file.limits.Page {
		return fmt.Errorf("a page has %d bytes; allowed are %d", max(size, packed), c.file.limits.Page)
	}
	b := make([]byte, packed)
	if _, err := c.file.in.ReadAt(b, c.at); err != nil && err != io.EOF {
		return err
	}
	c.at += packed
	switch h.Type {
	case format.DictionaryPage:
		return c.readDictionary(&h, b)
	case format.DataPage:
		return c.readPage(&h, b)
	case format.DataPageV2:
		return c.readPageV2(&h, b)
	}
	return nil // an index
}

func (c *chunk) readDictionary(h *format.PageHeader, b []byte) error {
	head := h.DictionaryPageHeader
	if !head.Valid || c.dictionary != nil {
		return errors.New("has a dictionary that is damaged, or two")
	}
	b, err := c.unpack(b, int64(h.UncompressedPageSize))
	if err != nil {
		return err
	}
	c.dictionary, err = newDictionary(c.column, b, int(head.V.NumValues))
	if err != nil {
		return err
	}
	return c.file.hold(int64(len(b)))
}

func (c *chunk) readPage(h *format.PageHeader, b []byte) error {
	head := h.DataPageHeader
	if !head.Valid {
		return fmt.Errorf("the header of a page %w", errCutOff)
	}
	b, err := c.unpack(b, int64(h.UncompressedPageSize))
	if err != nil {
		return err
	}
	var levels []byte
	if c.column.optional {
		if head.V.DefinitionLevelEncoding != format.RLE {
			return fmt.Errorf("has levels in encoding %v; allowed is RLE", head.V.DefinitionLevelEncoding)
		}
		if levels, b, err = counted(b); err != nil {
			return err
		}
	}
	return c.begin(int64(head.V.NumValues), levels, b, head.V.Encoding)
}

func (c *chunk) readPageV2(h *format.PageHeader, b []byte) error {
	head := h.DataPageHeaderV2
	if !head.Valid {
		return fmt.Errorf("the header of a page %w", errCutOff)
	}
	repeats, levels := int64(head.V.RepetitionLevelsByteLength), int64(head.V.DefinitionLevelsByteLength)
	if repeats < 0 || levels < 0 || repeats+levels > int64(len(b)) {
		return fmt.Errorf("a page %w", errCutOff)
	}
	data := b[repeats+levels:]
	if flag := head.V.IsCompressed; !flag.Valid || flag.V {
		var err error
		if data, err = c.unpack(data, int64(h.UncompressedPageSize)-repeats-levels); err != nil {
			return err
		}
	}
	return c.begin(int64(head.V.NumValues), b[repeats:repeats+levels], data, head.V.Encoding)
}

// begin makes a page the one that is read.
func (c *chunk) begin(rows int64, levels, data []byte, encoding format.Encoding) error {
	if rows < 0 || rows > c.rows {
		return fmt.Errorf("a page is said to have %d of %d rows that are left", rows, c.rows)
	}
	v, err := newValues(c.column, encoding, data, c.dictionary)
	if err != nil {
		return err
	}
	if err := c.file.hold(int64(len(levels)+len(data)) - c.page); err != nil {
		return err
	}
	c.page = int64(len(levels) + len(data))
	c.rows -= rows
	c.left, c.values, c.levels = rows, v, nil
	if c.column.optional && len(levels) > 0 { // else each row has a value
		c.levels = &hybrid{rest: levels, width: 1}
	}
	return nil
}

func (c *chunk) unpack(b []byte, size int64) ([]byte, error) {
	out, err := c.file.codecs.unpack(c.codec, b, size)
	if err != nil {
		return nil, fmt.Errorf("a page cannot be unpacked: %w", err)
	}
	return out, nil
}

// counted splits off bytes that are counted before them.
func counted(b []byte) (head, rest []byte, err error) {
	if len(b) < 4 {
		return nil, nil, errCutOff
	}
	n := binary.LittleEndian.Uint32(b)
	if uint64(n) > uint64(len(b)-4) {
		return nil, nil, errCutOff
	}
	return b[4 : 4+n], b[4+n:], nil
}
