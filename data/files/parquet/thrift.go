package parquet

import (
	"encoding/binary"
	"errors"

	"github.com/parquet-go/parquet-go/encoding/thrift"
)

// mostStructs bounds the lists of structures in one footer: columns by row groups. The
// library makes room for as many as a list claims.
const mostStructs = 1 << 18

var (
	errCutOff = errors.New("is cut off or damaged")
	errLists  = errors.New("has more columns and row groups than are read")
)

// unmarshal decodes a structure of Thrift's compact protocol at the beginning of b, of
// which it tells the length. What it claims to hold must be there.
func unmarshal(b []byte, into any) (n int, err error) {
	v := vetting{rest: b}
	if err := v.structure(0); err != nil {
		return 0, err
	}
	n = len(b) - len(v.rest)
	defer func() {
		if recover() != nil {
			err = errCutOff
		}
	}()
	return n, thrift.Unmarshal(&thrift.CompactProtocol{}, b[:n], into)
}

// vetting walks over what is to be decoded.
type vetting struct {
	rest    []byte
	structs int
}

func (v *vetting) byte() (byte, error) {
	if len(v.rest) == 0 {
		return 0, errCutOff
	}
	b := v.rest[0]
	v.rest = v.rest[1:]
	return b, nil
}

func (v *vetting) varint() (uint64, error) {
	u, n := binary.Uvarint(v.rest)
	if n <= 0 {
		return 0, errCutOff
	}
	v.rest = v.rest[n:]
	return u, nil
}

func (v *vetting) skip(n uint64) error {
	if n > uint64(len(v.rest)) {
		return errCutOff
	}
	v.rest = v.rest[n:]
	return nil
}

// Types of the compact protocol.
const (
	thriftTrue   = 1
	thriftFalse  = 2
	thriftByte   = 3
	thriftInt16  = 4
	thriftInt32  = 5
	thriftInt64  = 6
	thriftDouble = 7
	thriftBinary = 8
	thriftList   = 9
	thriftSet    = 10
	thriftMap    = 11
	thriftStruct = 12
)

const mostNesting = 32

func (v *vetting) structure(depth int) error {
	if depth > mostNesting {
		return errCutOff
	}
	for {
		head, err := v.byte()
		if err != nil || head == 0 {
			return err
		}
		if head>>4 == 0 { // the field's number follows
			if _, err := v.varint(); err != nil {
				return err
			}
		}
		if kind := head & 15; kind != thriftTrue && kind != thriftFalse { // which are in the head
			if err := v.value(kind, depth); err != nil {
				return err
			}
		}
	}
}

func (v *vetting) value(kind byte, depth int) error {
	switch kind {
	case thriftTrue, thriftFalse, thriftByte:
		return v.skip(1)
	case thriftInt16, thriftInt32, thriftInt64:
		_, err := v.varint()
		return err
	case thriftDouble:
		return v.skip(8)
	case thriftBinary:
		n, err := v.varint()
		if err != nil {
			return err
		}
		return v.skip(n)
	case thriftList, thriftSet:
		return v.list(depth)
	case thriftMap:
		return v.pairs(depth)
	case thriftStruct:
		return v.structure(depth + 1)
	}
	return errCutOff
}

func (v *vetting) list(depth int) error {
	head, err := v.byte()
	if err != nil {
		return err
	}
	n := uint64(head >> 4)
	if n == 15 {
		if n, err = v.varint(); err != nil {
			return err
		}
	}
	kind := head & 15
	if n > uint64(len(v.rest)) { // each takes a byte at least
		return errCutOff
	}
	if kind == thriftStruct {
		if v.structs += int(n); v.structs > mostStructs {
			return errLists
		}
	}
	for range n {
		if err := v.value(kind, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (v *vetting) pairs(depth int) error {
	n, err := v.varint()
	if err != nil || n == 0 {
		return err
	}
	kinds, err := v.byte()
	if err != nil {
		return err
	}
	if n > uint64(len(v.rest)) {
		return errCutOff
	}
	for range n {
		for _, kind := range []byte{kinds >> 4, kinds & 15} {
			if err := v.value(kind, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}
