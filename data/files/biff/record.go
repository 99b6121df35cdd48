package biff

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Record types of MS-XLS 2.3.
const (
	typeFormula    = 0x0006
	typeEOF        = 0x000A
	typeDate1904   = 0x0022
	typeFilePass   = 0x002F
	typeContinue   = 0x003C
	typeBoundSheet = 0x0085
	typeMulRK      = 0x00BD
	typeRString    = 0x00D6
	typeXF         = 0x00E0
	typeMergeCells = 0x00E5
	typeSST        = 0x00FC
	typeLabelSST   = 0x00FD
	typeRecalcID   = 0x01C1
	typeNumber     = 0x0203
	typeLabel      = 0x0204
	typeBoolErr    = 0x0205
	typeString     = 0x0207
	typeRK         = 0x027E
	typeFormat     = 0x041E
	typeBOF        = 0x0809
)

// records goes from record to record of a stream.
type records struct {
	in  io.ReaderAt
	at  int64
	buf [4 + 1<<16]byte
}

// record is one of a type, or the continuation of one. Its data are valid until the next.
type record struct {
	kind uint16
	data []byte
}

var errCut = errors.New("the workbook is cut off")

func (r *records) next() (record, error) {
	head := r.buf[:4]
	if _, err := io.ReadFull(io.NewSectionReader(r.in, r.at, 4), head); err != nil {
		return record{}, errCut
	}
	size := int64(binary.LittleEndian.Uint16(head[2:]))
	data := r.buf[4 : 4+size]
	if _, err := io.ReadFull(io.NewSectionReader(r.in, r.at+4, size), data); err != nil {
		return record{}, errCut
	}
	r.at += 4 + size
	return record{binary.LittleEndian.Uint16(head), data}, nil
}

// continues tells whether the next record continues the last one.
func (r *records) continues() bool {
	var head [2]byte
	_, err := io.ReadFull(io.NewSectionReader(r.in, r.at, 2), head[:])
	return err == nil && binary.LittleEndian.Uint16(head[:]) == typeContinue
}

// texts reads what strings are made of, over the borders of records: a string that goes on in a continuation says anew
// how wide its characters are.
type texts struct {
	records *records
	data    []byte // left of the record at hand
}

func (t *texts) more() error {
	if !t.records.continues() {
		return errCut
	}
	r, err := t.records.next()
	t.data = r.data
	return err
}

// bytes are the next n, which may lie in several records.
func (t *texts) bytes(n int) ([]byte, error) {
	var out []byte
	for len(out) < n {
		if len(t.data) == 0 {
			if err := t.more(); err != nil {
				return nil, err
			}
		}
		took := min(n-len(out), len(t.data))
		out = append(out, t.data[:took]...)
		t.data = t.data[took:]
	}
	return out, nil
}

func (t *texts) skip(n int) error {
	for n > 0 {
		if len(t.data) == 0 {
			if err := t.more(); err != nil {
				return err
			}
			continue
		}
		took := min(n, len(t.data))
		t.data = t.data[took:]
		n -= took
	}
	return nil
}

// Flags of a string.
const (
	wide     = 0x01 // two bytes a character
	phonetic = 0x04
	rich     = 0x08
)

// text reads an XLUnicodeRichExtendedString (MS-XLS 2.5.293), of which the simpler strings are a part.
func (t *texts) text() (string, error) {
	head, err := t.bytes(3)
	if err != nil {
		return "", err
	}
	count, flags := int(binary.LittleEndian.Uint16(head)), head[2]
	behind := 0
	if flags&rich != 0 {
		runs, err := t.bytes(2)
		if err != nil {
			return "", err
		}
		behind += 4 * int(binary.LittleEndian.Uint16(runs))
	}
	if flags&phonetic != 0 {
		size, err := t.bytes(4)
		if err != nil {
			return "", err
		}
		n := binary.LittleEndian.Uint32(size)
		if n > 1<<20 {
			return "", fmt.Errorf("a text of the workbook has %d bytes of phonetics", n)
		}
		behind += int(n)
	}
	s, err := t.characters(count, flags)
	if err != nil {
		return "", err
	}
	return s, t.skip(behind)
}

func (t *texts) characters(count int, flags byte) (string, error) {
	units := make([]uint16, 0, min(count, len(t.data)))
	for len(units) < count {
		if len(t.data) == 0 {
			if err := t.more(); err != nil {
				return "", err
			}
			if len(t.data) == 0 {
				return "", errCut
			}
			flags, t.data = t.data[0], t.data[1:]
			continue
		}
		if flags&wide == 0 {
			units = append(units, uint16(t.data[0])) // compressed: Latin-1
			t.data = t.data[1:]
			continue
		}
		if len(t.data) < 2 {
			return "", errCut
		}
		units = append(units, binary.LittleEndian.Uint16(t.data))
		t.data = t.data[2:]
	}
	return decode(units), nil
}
