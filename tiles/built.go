package tiles

import (
	"bytes"
	"fmt"
	"io"
	"sync"
	"sync/atomic"

	"github.com/andybalholm/brotli"
	"github.com/cespare/xxhash/v2"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Encoding is how a tile's bytes are compressed.
type Encoding uint8

// The encodings, from none to the smallest.
const (
	Identity Encoding = iota
	Gzip
	Zstd
	Brotli
	encodings
)

// String is the encoding as HTTP's Content-Encoding has it; "" for Identity.
func (e Encoding) String() string { return [encodings]string{"", "gzip", "zstd", "br"}[e] }

// Levels that pay on tiles: the next ones take half as long again for two per cent.
const (
	gzipLevel   = gzip.DefaultCompression
	brotliLevel = 5
	// worthwhile is the size from which a tile gains from compression at all.
	worthwhile = 200
)

// Built is a tile ready to send, in whatever encoding. It is never changed, except
// that an encoding is made when it is first asked for.
type Built struct {
	raw      []byte
	hash     string
	key      key
	variants [encodings]variant
	packers  *packers
	grew     func(*Built) // tells the cache that a variant was made
	asked    atomic.Bool
}

// First tells the first who asks that they are. Most tiles are asked for once or many
// times: for the first time an encoding that is made fast is the better one, and what
// takes longer to make and less to send pays from the second time on.
func (b *Built) First() bool { return !b.asked.Swap(true) }

// Matches tells whether a tag is one of the tile's, whichever encoding its holder has; the
// one of the encoding that is wanted is tried first.
func (b *Built) Matches(wanted Encoding, is func(tag string) bool) (tag string, ok bool) {
	for e := range encodings {
		if tag = b.ETag((wanted + e) % encodings); is(tag) {
			return tag, true
		}
	}
	return "", false
}

type variant struct {
	once sync.Once
	made []byte
	size atomic.Int32 // of made, for who does not make it
}

func newBuilt(raw []byte, k key, p *packers) *Built {
	return &Built{raw: raw, hash: fmt.Sprintf("%016x", xxhash.Sum64(raw)), key: k, packers: p}
}

// Empty tells whether nothing is in the tile.
func (b *Built) Empty() bool { return len(b.raw) == 0 }

// Bytes are the tile's bytes, not to be written to, in the encoding if that makes
// them smaller; the encoding that they have is returned with them.
func (b *Built) Bytes(e Encoding) ([]byte, Encoding) {
	if e == Identity || e >= encodings || len(b.raw) < worthwhile {
		return b.raw, Identity
	}
	v, fresh := &b.variants[e], false
	v.once.Do(func() {
		v.made, fresh = b.packers.pack(b.raw, e), true
		v.size.Store(int32(len(v.made)))
	})
	if fresh && b.grew != nil {
		b.grew(b)
	}
	return v.made, e
}

// ETag is a strong entity tag of the tile in an encoding that Bytes returned: of its
// content alone, so all processes with the same data agree. With quotes.
func (b *Built) ETag(e Encoding) string {
	if e == Identity {
		return `"` + b.hash + `"`
	}
	return `"` + b.hash + "-" + e.String() + `"`
}

// packers compress, and keep what compressors allocate.
type packers struct {
	gzip, brotli sync.Pool
	zstd         *zstd.Encoder
}

func newPackers() *packers {
	z, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(2), zstd.WithWindowSize(1<<20))
	if err != nil {
		panic(err) // only its options could be wrong
	}
	return &packers{zstd: z}
}

func (p *packers) pack(raw []byte, e Encoding) []byte {
	var out bytes.Buffer
	out.Grow(len(raw)/2 + 64)
	switch e {
	case Zstd:
		return p.zstd.EncodeAll(raw, make([]byte, 0, len(raw)/2+64))
	case Gzip:
		w, ok := p.gzip.Get().(*gzip.Writer)
		if !ok {
			w, _ = gzip.NewWriterLevel(nil, gzipLevel) // fails for no level that there is
		}
		w.Reset(&out)
		write(w, raw)
		p.gzip.Put(w)
	case Brotli:
		w, ok := p.brotli.Get().(*brotli.Writer)
		if !ok {
			w = brotli.NewWriterLevel(nil, brotliLevel)
		}
		w.Reset(&out)
		write(w, raw)
		p.brotli.Put(w)
	}
	return bytes.Clone(out.Bytes()) // no larger than it need be
}

// write compresses into a buffer, which does not fail.
func write(w io.WriteCloser, raw []byte) {
	if _, err := w.Write(raw); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
}
