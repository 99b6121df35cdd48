package pbf

import (
	"errors"

	"google.golang.org/protobuf/encoding/protowire"
)

var errDamaged = errors.New("is damaged")

// field is a field of a message: its number, and its value as the wire has it.
type field struct {
	number protowire.Number
	bytes  []byte // of a text, a message or a packed list
	varint uint64
}

// eachField takes the fields of a message in their order.
func eachField(message []byte, take func(field) error) error {
	for len(message) > 0 {
		number, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return errDamaged
		}
		message = message[n:]
		f := field{number: number}
		switch kind {
		case protowire.VarintType:
			f.varint, n = protowire.ConsumeVarint(message)
		case protowire.BytesType:
			f.bytes, n = protowire.ConsumeBytes(message)
		default:
			n = protowire.ConsumeFieldValue(number, kind, message)
		}
		if n < 0 {
			return errDamaged
		}
		message = message[n:]
		if err := take(f); err != nil {
			return err
		}
	}
	return nil
}

// unpack appends the numbers of a packed list.
func unpack(numbers []uint64, list []byte) ([]uint64, error) {
	for len(list) > 0 {
		v, n := protowire.ConsumeVarint(list)
		if n < 0 {
			return nil, errDamaged
		}
		numbers = append(numbers, v)
		list = list[n:]
	}
	return numbers, nil
}

// undelta appends the numbers of a packed list of differences.
func undelta(numbers []int64, list []byte) ([]int64, error) {
	last := int64(0)
	for len(list) > 0 {
		v, n := protowire.ConsumeVarint(list)
		if n < 0 {
			return nil, errDamaged
		}
		last += protowire.DecodeZigZag(v)
		numbers = append(numbers, last)
		list = list[n:]
	}
	return numbers, nil
}
