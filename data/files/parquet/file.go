package parquet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/parquet-go/parquet-go/format"
)

// Limits are what is taken from one file.
type Limits struct {
	Columns int
	Footer  int64 // bytes
	Page    int64 // bytes, unpacked
	Held    int64 // bytes of the pages of all columns that are held at a time
	Values  int64 // bytes of all texts and bytes together, as often as they stand in rows
	Rows    int64
}

// File is an open file.
type File struct {
	Columns []Column // those that are read
	LeftOut []string // names of the others
	Rows    int64
	Row     int64 // that was read last, from 1

	in     io.ReaderAt
	size   int64
	limits Limits
	meta   format.FileMetaData

	group  int // that is read next
	left   int64
	chunks []*chunk
	held   int64
	given  int64 // bytes of texts and bytes, so far
	codecs codecs
}

const (
	magic     = "PAR1"
	encrypted = "PARE"
	tail      = 8 // the footer's size and the magic
)

var errEncrypted = errors.New("is encrypted, which cannot be read: save it without a key")

// Open reads the footer of a file of the size.
func Open(in io.ReaderAt, size int64, limits Limits) (*File, error) {
	f := &File{in: in, size: size, limits: limits}
	footer, err := f.footer()
	if err != nil {
		return nil, err
	}
	n, err := unmarshal(footer, &f.meta)
	if err != nil {
		return nil, fmt.Errorf("the footer %w", err)
	}
	if f.meta.EncryptionAlgorithm.Value != nil {
		return nil, errEncrypted
	}
	if n != len(footer) {
		return nil, fmt.Errorf("the footer %w", errCutOff)
	}
	for _, g := range f.meta.RowGroups {
		if g.NumRows < 0 || g.NumRows > limits.Rows-f.Rows {
			return nil, fmt.Errorf("the file is said to have more than the %d rows that are allowed", limits.Rows)
		}
		f.Rows += g.NumRows
	}
	if err := f.schema(); err != nil {
		return nil, err
	}
	return f, nil
}

func (f *File) footer() ([]byte, error) {
	end := make([]byte, tail)
	if f.size < int64(len(magic))+tail {
		return nil, fmt.Errorf("the file is cut off: it has %d bytes", f.size)
	}
	if _, err := f.in.ReadAt(end, f.size-tail); err != nil && err != io.EOF {
		return nil, err
	}
	switch string(end[4:]) {
	case magic:
	case encrypted:
		return nil, errEncrypted
	default:
		return nil, errors.New("the file is cut off: its footer is missing")
	}
	n := int64(binary.LittleEndian.Uint32(end))
	if n > f.size-int64(len(magic))-tail {
		return nil, fmt.Errorf("the footer is said to have %d bytes, the file has %d", n, f.size)
	}
	if n > f.limits.Footer {
		return nil, fmt.Errorf("the footer has %d bytes; allowed are %d", n, f.limits.Footer)
	}
	b := make([]byte, n)
	if _, err := f.in.ReadAt(b, f.size-tail-n); err != nil && err != io.EOF {
		return nil, err
	}
	return b, nil
}

// Text is what the file's metadata hold under a key.
func (f *File) Text(key string) (text string, ok bool) {
	for _, kv := range f.meta.KeyValueMetadata {
		if kv.Key == key {
			return kv.Value, true
		}
	}
	return "", false
}

const mostName = 4096 // bytes

// schema lists the columns: the leaves right below the root that are not repeated.
func (f *File) schema() error {
	list := f.meta.Schema
	if len(list) == 0 {
		return errors.New("the file has no schema")
	}
	at, leaf := 1, 0
	// leaves counts those below the element at hand and moves behind it.
	var leaves func(depth int) (int, error)
	leaves = func(depth int) (int, error) {
		if at >= len(list) || depth > mostNesting {
			return 0, errors.New("the schema is damaged")
		}
		e := list[at]
		at++
		if e.Type.Valid {
			return 1, nil
		}
		n := 0
		for range e.NumChildren.V {
			m, err := leaves(depth + 1)
			if err != nil {
				return 0, err
			}
			n += m
		}
		return n, nil
	}
	for range list[0].NumChildren.V {
		first := at
		n, err := leaves(0)
		if err != nil {
			return err
		}
		e := list[first]
		if len(e.Name) > mostName {
			return fmt.Errorf("the name of column %d has %d bytes; allowed are %d", leaf+1, len(e.Name), mostName)
		}
		c := newColumn(e)
		c.leaf = leaf
		if c.read == nil {
			f.LeftOut = append(f.LeftOut, c.Name)
		} else {
			f.Columns = append(f.Columns, c)
		}
		leaf += n
		if len(f.Columns)+len(f.LeftOut) > f.limits.Columns {
			return fmt.Errorf("the file has more than the %d columns that are allowed", f.limits.Columns)
		}
	}
	return nil
}

// Keep leaves the columns that it is given and drops the others, which are then not
// unpacked. It is for before the first row.
func (f *File) Keep(keep func(Column) bool) {
	kept := f.Columns[:0]
	for _, c := range f.Columns {
		if keep(c) {
			kept = append(kept, c)
		}
	}
	f.Columns = kept
}

// Next puts the next row into values, one a column, or gives io.EOF. Its bytes are valid
// until the next call.
func (f *File) Next(values []any) error {
	for f.left == 0 {
		if f.group == len(f.meta.RowGroups) {
			return io.EOF
		}
		if err := f.open(f.group); err != nil {
			return fmt.Errorf("row group %d: %w", f.group+1, err)
		}
		f.group++
	}
	f.left--
	f.Row++
	for i, c := range f.chunks {
		d, null, err := c.next()
		if err != nil {
			return fmt.Errorf("row %d: column %s: %w", f.Row, c.column.Name, err)
		}
		values[i] = nil
		if f.given += int64(len(d.bytes)); f.given > f.limits.Values {
			return fmt.Errorf("row %d: the file unpacks to more than the %d bytes that are allowed", f.Row, f.limits.Values)
		}
		if !null {
			values[i] = c.column.read(d)
		}
	}
	return nil
}

// open begins a row group.
func (f *File) open(i int) error {
	g := &f.meta.RowGroups[i]
	f.chunks = f.chunks[:0]
	f.held = 0
	f.left = g.NumRows
	for _, c := range f.Columns {
		if c.leaf >= len(g.Columns) {
			return fmt.Errorf("has %d columns and none for %s", len(g.Columns), c.Name)
		}
		chunk, err := f.newChunk(c, &g.Columns[c.leaf], g.NumRows)
		if err != nil {
			return fmt.Errorf("column %s: %w", c.Name, err)
		}
		f.chunks = append(f.chunks, chunk)
	}
	return nil
}

// Close frees what unpacking holds.
func (f *File) Close() error { return f.codecs.close() }

// hold counts bytes of pages that are held at a time.
func (f *File) hold(n int64) error {
	f.held += n
	if f.held > f.limits.Held {
		return fmt.Errorf("the pages of all columns take more than the %d bytes that are allowed", f.limits.Held)
	}
	return nil
}

// printable is a name without what is no text.
func printable(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }
