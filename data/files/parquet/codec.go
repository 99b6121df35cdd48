package parquet

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/format"
	"github.com/pierrec/lz4/v4"
)

// codecs unpack pages. What they make grows with what comes out, up to the size that the
// page's header tells.
type codecs struct {
	zstd *zstd.Decoder
}

var errSize = errors.New("it has another size than its header says")

func (c *codecs) unpack(codec format.CompressionCodec, b []byte, size int64) ([]byte, error) {
	if size < 0 {
		return nil, errSize
	}
	if size == 0 && len(b) == 0 {
		return nil, nil
	}
	switch codec {
	case format.Uncompressed:
		return b, nil
	case format.Snappy:
		if n, err := s2.DecodedLen(b); err != nil || int64(n) != size {
			return nil, errSize
		}
		return s2.Decode(nil, b)
	case format.Lz4Raw:
		return unpackLZ4(b, size)
	case format.Gzip:
		r, err := gzip.NewReader(bytes.NewReader(b))
		if err != nil {
			return nil, err
		}
		return take(r, size)
	case format.Brotli:
		return take(brotli.NewReader(bytes.NewReader(b)), size)
	case format.Zstd:
		if c.zstd == nil {
			var err error
			c.zstd, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(128<<20))
			if err != nil {
				return nil, err
			}
		}
		if err := c.zstd.Reset(bytes.NewReader(b)); err != nil {
			return nil, err
		}
		return take(c.zstd, size)
	}
	return nil, fmt.Errorf("compression %v is not read; allowed are none, Snappy, gzip, Brotli, Zstandard and LZ4_RAW", codec)
}

// take reads just so many bytes.
func take(r io.Reader, size int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, size+1))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) != size {
		return nil, errSize
	}
	return b, nil
}

// mostLZ4 is how many bytes one byte of LZ4 makes at most.
const mostLZ4 = 255

func unpackLZ4(b []byte, size int64) ([]byte, error) {
	if size > mostLZ4*int64(len(b))+64 {
		return nil, errSize
	}
	out := make([]byte, size)
	if size == 0 {
		return out, nil
	}
	n, err := lz4.UncompressBlock(b, out)
	if err == nil && int64(n) != size {
		err = errSize
	}
	return out, err
}

func (c *codecs) close() error {
	if c.zstd != nil {
		c.zstd.Close()
		c.zstd = nil
	}
	return nil
}
