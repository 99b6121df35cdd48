package postgis

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// copySignature begins the binary format of COPY (PostgreSQL manual, COPY,
// "Binary Format"); flags and the length of an extension follow it.
var copySignature = []byte("PGCOPY\n\xff\r\n\x00")

const (
	copyHeaderSize = 19 // signature, flags, length of extension
	copyEnd        = -1 // instead of the number of columns
)

// copySink takes the stream of a COPY … TO STDOUT (FORMAT binary) as an
// io.Writer and gives each row's columns. It reads them where they lie: the
// server sends a row a message, so that hardly ever bytes must be kept until the
// next.
type copySink struct {
	columns [][]byte // nil for NULL; valid until row returns
	row     func(columns [][]byte) error
	kept    []byte
	begun   bool
	ended   bool
}

var errCopy = errors.New("the server sent no binary COPY")

func (s *copySink) Write(b []byte) (int, error) {
	size := len(b)
	if len(s.kept) > 0 {
		s.kept = append(s.kept, b...)
		b = s.kept
	}
	rest, err := s.take(b)
	if err != nil {
		return 0, err
	}
	s.kept = append(s.kept[:0], rest...)
	return size, nil
}

// take reads all that is complete and gives the rest.
func (s *copySink) take(b []byte) (rest []byte, err error) {
	if !s.begun {
		if len(b) < copyHeaderSize {
			return b, nil
		}
		if !bytes.HasPrefix(b, copySignature) {
			return nil, errCopy
		}
		extension := int(binary.BigEndian.Uint32(b[copyHeaderSize-4:]))
		if len(b) < copyHeaderSize+extension {
			return b, nil
		}
		b, s.begun = b[copyHeaderSize+extension:], true
	}
	for len(b) > 0 && !s.ended {
		size, err := s.split(b)
		if err != nil || size == 0 {
			return b, err
		}
		if b = b[size:]; s.ended {
			break
		}
		if err := s.row(s.columns); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// split finds the columns of the row at the start of b and the row's size, which
// is 0 where it is not all there.
func (s *copySink) split(b []byte) (int, error) {
	if len(b) < 2 {
		return 0, nil
	}
	n := int(int16(binary.BigEndian.Uint16(b)))
	if n == copyEnd {
		s.ended = true
		return 2, nil
	}
	if n != len(s.columns) {
		return 0, errCopy
	}
	at := 2
	for i := range s.columns {
		if len(b) < at+4 {
			return 0, nil
		}
		size := int(int32(binary.BigEndian.Uint32(b[at:])))
		if at += 4; size < 0 {
			s.columns[i] = nil
			continue
		}
		if len(b) < at+size {
			return 0, nil
		}
		s.columns[i] = b[at : at+size : at+size]
		at += size
	}
	return at, nil
}
