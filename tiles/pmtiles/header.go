package pmtiles

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/cuntu/cuntu/tiles/encode"
)

// ErrFormat is the error, wrapped, of what is no archive of version 3 or is damaged.
var ErrFormat = errors.New("not a sound PMTiles 3 archive")

const (
	headerLen = 127
	// firstRead is how much of a file a client fetches first: by the specification
	// header and root directory lie within.
	firstRead = 16384
	rootRoom  = firstRead - headerLen
	magic     = "PMTiles\x03"
)

// Compression is how tiles or directories are compressed.
type Compression uint8

// The compressions of the specification.
const (
	UnknownCompression Compression = iota
	NoCompression
	Gzip
	Brotli
	Zstd
)

// TileType is what tiles are.
type TileType uint8

// The types of vector tiles; the others are pictures.
const (
	MVT TileType = 1
	MLT TileType = 6
)

// Section is a part of the file.
type Section struct{ Offset, Length uint64 }

// Header is the start of an archive.
type Header struct {
	Root, Metadata, Leaves, Data Section

	Addressed, Entries, Contents uint64 // tiles, runs of tiles, different tiles

	Clustered            bool
	Internal, Tiles      Compression // of directories and metadata; of tiles
	Type                 TileType
	MinZoom, MaxZoom     uint8
	Bounds               [4]float64 // west, south, east, north
	CenterLon, CenterLat float64
	CenterZoom           uint8
}

// Format is that of vector tiles; ok is false where the tiles are something else.
func (h *Header) Format() (f encode.Format, ok bool) {
	switch h.Type {
	case MVT:
		return encode.MVT, true
	case MLT:
		return encode.MLT, true
	}
	return 0, false
}

func (h *Header) append(b []byte) []byte {
	put := binary.LittleEndian.AppendUint64
	b = append(b, magic...)
	for _, s := range []Section{h.Root, h.Metadata, h.Leaves, h.Data} {
		b = put(put(b, s.Offset), s.Length)
	}
	b = put(put(put(b, h.Addressed), h.Entries), h.Contents)
	clustered := byte(0)
	if h.Clustered {
		clustered = 1
	}
	b = append(b, clustered, byte(h.Internal), byte(h.Tiles), byte(h.Type), h.MinZoom, h.MaxZoom)
	for _, v := range h.Bounds {
		b = appendDegrees(b, v)
	}
	b = append(b, h.CenterZoom)
	return appendDegrees(appendDegrees(b, h.CenterLon), h.CenterLat)
}

func appendDegrees(b []byte, v float64) []byte {
	return binary.LittleEndian.AppendUint32(b, uint32(int32(math.Round(v*1e7))))
}

// parseHeader reads a header and checks that its sections lie within size.
func parseHeader(b []byte, size int64) (Header, error) {
	if len(b) < headerLen || string(b[:len(magic)]) != magic {
		return Header{}, fmt.Errorf("%w: it does not begin as one", ErrFormat)
	}
	word := func(at int) uint64 { return binary.LittleEndian.Uint64(b[at:]) }
	degrees := func(at int) float64 { return float64(int32(binary.LittleEndian.Uint32(b[at:]))) / 1e7 }
	section := func(at int) Section { return Section{word(at), word(at + 8)} }
	h := Header{
		Root: section(8), Metadata: section(24), Leaves: section(40), Data: section(56),
		Addressed: word(72), Entries: word(80), Contents: word(88),
		Clustered: b[96] == 1, Internal: Compression(b[97]), Tiles: Compression(b[98]), Type: TileType(b[99]),
		MinZoom: b[100], MaxZoom: b[101],
		Bounds:     [4]float64{degrees(102), degrees(106), degrees(110), degrees(114)},
		CenterZoom: b[118], CenterLon: degrees(119), CenterLat: degrees(123),
	}
	for name, s := range map[string]Section{
		"root directory":   h.Root,
		"metadata":         h.Metadata,
		"leaf directories": h.Leaves,
		"tile data":        h.Data,
	} {
		if s.Length > 0 && !s.within(uint64(size)) {
			return Header{}, fmt.Errorf("%w: its %s lies beyond its end; perhaps it was not copied whole", ErrFormat, name)
		}
	}
	if h.Internal != Gzip && h.Internal != NoCompression {
		return Header{}, fmt.Errorf("%w: its directories are compressed in a way (%d) other than gzip", ErrFormat, h.Internal)
	}
	return h, nil
}

func (s Section) within(size uint64) bool { return s.Offset <= size && s.Length <= size-s.Offset }
