// Package pgcopy reads what COPY … TO STDOUT (FORMAT binary) sends.
//
// Messages of the server flow in, columns of rows flow out, as bytes. What the bytes
// mean is left to who knows the columns.
package pgcopy

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// Signature begins the binary format of COPY (PostgreSQL manual, COPY,
// "Binary Format"); flags and the length of an extension follow it.
const Signature = "PGCOPY\n\xff\r\n\x00"

const (
	headerSize = 19 // signature, flags, length of extension
	endOfRows  = -1 // instead of the number of columns
)

var errNone = errors.New("the server sent no binary COPY")

// Sink takes the stream as an io.Writer and gives each row's columns. It reads them
// where they lie: the server sends a row a message, so that hardly ever bytes must be
// kept until the next.
type Sink struct {
	columns [][]byte
	row     func(columns [][]byte) error
	kept    []byte
	begun   bool
	ended   bool
}

// NewSink makes a sink for rows of so many columns. They are nil for NULL and valid until row returns, whose error ends the
// reading.
func NewSink(columns int, row func(columns [][]byte) error) *Sink {
	return &Sink{columns: make([][]byte, columns), row: row}
}

// End is an error where the stream has not come to its end.
func (s *Sink) End() error {
	if !s.ended {
		return errNone
	}
	return nil
}

// Write implements io.Writer.
func (s *Sink) Write(b []byte) (int, error) {
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
func (s *Sink) take(b []byte) (rest []byte, err error) {
	if !s.begun {
		if len(b) < headerSize {
			return b, nil
		}
		if !bytes.HasPrefix(b, []byte(Signature)) {
			return nil, errNone
		}
		extension := int(binary.BigEndian.Uint32(b[headerSize-4:]))
		if len(b) < headerSize+extension {
			return b, nil
		}
		b, s.begun = b[headerSize+extension:], true
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
func (s *Sink) split(b []byte) (int, error) {
	if len(b) < 2 {
		return 0, nil
	}
	n := int(int16(binary.BigEndian.Uint16(b)))
	if n == endOfRows {
		s.ended = true
		return 2, nil
	}
	if n != len(s.columns) {
		return 0, errNone
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
