package pbf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
	"google.golang.org/protobuf/encoding/protowire"
)

// What the format allows.
const (
	maxHeaderBytes = 64 << 10 // of a block's header
	maxBlockBytes  = 32 << 20 // of a block, packed or not
)

// Reader reads a file block by block.
type Reader struct {
	in   io.Reader
	read int64
	// header is the file's, once it is read.
	header bool
	packed []byte
	raw    []byte
}

// NewReader reads from a stream.
func NewReader(in io.Reader) *Reader { return &Reader{in: in} }

// Done is how many bytes of the stream are read.
func (r *Reader) Done() int64 { return r.read }

// Next shows the nodes and ways of the next block to a visitor, or gives io.EOF after the last.
func (r *Reader) Next(v Visitor) error {
	kind, err := r.block()
	if err == io.EOF && !r.header {
		return errors.New("holds no data")
	}
	if err != nil {
		return err
	}
	switch {
	case kind == "OSMHeader":
		r.header = true
		return r.checkHeader()
	case !r.header:
		return fmt.Errorf("begins with a block %q and not with its header", kind)
	case kind == "OSMData":
		b := block{visitor: v}
		if err := b.show(r.raw); err != nil {
			return fmt.Errorf("the block that ends at byte %d: %w", r.read, err)
		}
	}
	return nil // programs may add blocks of their own
}

// block reads a block and unpacks it to raw; io.EOF where the file ends between two.
func (r *Reader) block() (kind string, err error) {
	var length [4]byte
	if n, err := io.ReadFull(r.in, length[:]); err != nil {
		if n > 0 {
			err = r.cutOff()
		}
		return "", err
	}
	r.read += 4
	size := binary.BigEndian.Uint32(length[:])
	if size > maxHeaderBytes {
		return "", fmt.Errorf("at byte %d no block begins", r.read-4)
	}
	if err := r.take(int(size)); err != nil {
		return "", err
	}
	var bytes uint64
	err = eachField(r.packed, func(f field) error {
		switch f.number {
		case 1:
			kind = string(f.bytes)
		case 3:
			bytes = f.varint
		}
		return nil
	})
	if err != nil || kind == "" || bytes > maxBlockBytes {
		return "", fmt.Errorf("at byte %d no block begins", r.read-int64(size)-4)
	}
	if err := r.take(int(bytes)); err != nil {
		return "", err
	}
	if err := r.unpack(); err != nil {
		return "", fmt.Errorf("the block that ends at byte %d: %w", r.read, err)
	}
	return kind, nil
}

func (r *Reader) cutOff() error { return fmt.Errorf("is cut off after %d bytes: get it again", r.read) }

// take reads so many bytes to packed.
func (r *Reader) take(n int) error {
	r.packed = slices.Grow(r.packed[:0], n)[:n]
	got, err := io.ReadFull(r.in, r.packed)
	r.read += int64(got)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return r.cutOff()
	}
	return err
}

// unpack makes raw of packed, a blob.
func (r *Reader) unpack() error {
	var size uint64
	var data []byte
	var how protowire.Number
	err := eachField(r.packed, func(f field) error {
		switch {
		case f.number == 2:
			size = f.varint
		case f.bytes != nil:
			how, data = f.number, f.bytes
		}
		return nil
	})
	if err != nil {
		return err
	}
	if size > maxBlockBytes {
		return fmt.Errorf("claims %d bytes; allowed are %d", size, maxBlockBytes)
	}
	var from io.Reader
	switch how {
	case 1:
		r.raw = append(r.raw[:0], data...)
		return nil
	case 3:
		from, err = zlib.NewReader(bytes.NewReader(data))
	case 7:
		var z *zstd.Decoder
		z, err = zstd.NewReader(bytes.NewReader(data), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxBlockBytes))
		if err == nil {
			defer z.Close()
		}
		from = z
	default:
		return errors.New("is packed in a way that is not read; allowed are zlib, zstd and none")
	}
	if err != nil {
		return errDamaged
	}
	return r.inflate(from, int(size))
}

// inflate reads as many bytes to raw as the blob says it has.
func (r *Reader) inflate(from io.Reader, size int) error {
	into := bytes.NewBuffer(r.raw[:0])
	n, err := io.Copy(into, io.LimitReader(from, int64(size)+1))
	r.raw = into.Bytes()
	if err != nil || n != int64(size) {
		return errDamaged
	}
	return nil
}

// checkHeader sees that the file asks for nothing that is not read.
func (r *Reader) checkHeader() error {
	return eachField(r.raw, func(f field) error {
		if f.number != 4 {
			return nil
		}
		switch feature := string(f.bytes); feature {
		case "OsmSchema-V0.6", "DenseNodes":
			return nil
		case "HistoricalInformation":
			return errors.New("is a history, with every state that things ever had; take an extract of the present state, " +
				"as osmium time-filter makes")
		default:
			return fmt.Errorf("needs %q, which is not read", feature)
		}
	})
}
