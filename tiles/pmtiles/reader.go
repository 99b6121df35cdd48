package pmtiles

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/maypok86/otter/v2"

	"github.com/cuntu/cuntu/tiles"
	"github.com/cuntu/cuntu/tiles/maptile"
)

// Reader finds tiles in an archive. Any number of goroutines may use one.
type Reader struct {
	Header Header

	source io.ReaderAt
	about  metadata
	root   []Entry
	leaves *otter.Cache[Section, []Entry]
}

// The leaf directories that are kept, unpacked: about 100 KB each as written here.
const keptLeaves = 128

// maxDepth is how many leaf directories may lead to each other.
const maxDepth = 4

// NewReader reads header, metadata and root directory of an archive of size bytes. The
// error wraps ErrFormat where it is none.
func NewReader(source io.ReaderAt, size int64) (*Reader, error) {
	start := make([]byte, min(headerLen, size))
	if _, err := source.ReadAt(start, 0); err != nil && err != io.EOF {
		return nil, err
	}
	h, err := parseHeader(start, size)
	if err != nil {
		return nil, err
	}
	r := &Reader{Header: h, source: source, leaves: otter.Must(&otter.Options[Section, []Entry]{MaximumSize: keptLeaves})}
	if r.root, err = r.directory(h.Root); err != nil {
		return nil, err
	}
	if h.Metadata.Length == 0 {
		return r, nil
	}
	text, err := r.part(h.Metadata)
	if err != nil {
		return nil, fmt.Errorf("metadata: %w", err)
	}
	if err := json.Unmarshal(text, &r.about); err != nil {
		return nil, fmt.Errorf("%w: metadata: %w", ErrFormat, err)
	}
	return r, nil
}

// Tile is a tile, compressed as the header says; nil where the archive has none.
func (r *Reader) Tile(t maptile.Tile) ([]byte, error) {
	if err := t.Check(); err != nil {
		return nil, err
	}
	id, entries := t.ID(), r.root
	for range maxDepth {
		e, ok := find(entries, id)
		if !ok {
			return nil, nil
		}
		at := Section{e.Offset, uint64(e.Length)}
		if e.Run > 0 {
			if !at.within(r.Header.Data.Length) {
				return nil, fmt.Errorf("%w: tile %v lies beyond the tile data", ErrFormat, t)
			}
			at.Offset += r.Header.Data.Offset
			return r.read(at)
		}
		var err error
		if entries, err = r.leaf(at); err != nil {
			return nil, fmt.Errorf("tile %v: %w", t, err)
		}
	}
	return nil, fmt.Errorf("%w: tile %v: more than %d directories lead to it", ErrFormat, t, maxDepth)
}

func (r *Reader) leaf(at Section) ([]Entry, error) {
	if !at.within(r.Header.Leaves.Length) {
		return nil, fmt.Errorf("%w: a leaf directory lies beyond their end", ErrFormat)
	}
	at.Offset += r.Header.Leaves.Offset
	if entries, ok := r.leaves.GetIfPresent(at); ok {
		return entries, nil
	}
	entries, err := r.directory(at)
	if err == nil {
		r.leaves.Set(at, entries)
	}
	return entries, err
}

func (r *Reader) directory(at Section) ([]Entry, error) {
	b, err := r.part(at)
	if err != nil {
		return nil, fmt.Errorf("directory: %w", err)
	}
	return parseDirectory(b)
}

// part is a part of the file other than a tile, unpacked.
func (r *Reader) part(at Section) ([]byte, error) {
	if at.Length > maxUnpacked {
		return nil, fmt.Errorf("%w: a part of %d bytes is too large", ErrFormat, at.Length)
	}
	b, err := r.read(at)
	if err != nil {
		return nil, err
	}
	return unpack(b, r.Header.Internal)
}

func (r *Reader) read(at Section) ([]byte, error) {
	b := make([]byte, at.Length)
	if _, err := r.source.ReadAt(b, int64(at.Offset)); err != nil && err != io.EOF {
		return nil, fmt.Errorf("read %d bytes at %d: %w", at.Length, at.Offset, err)
	}
	return b, nil
}

// TileJSON describes the archive's tiles; url is the template of a tile's address.
func (r *Reader) TileJSON(url string) tiles.TileJSON {
	h := &r.Header
	j := tiles.TileJSON{
		TileJSON: "3.0.0", Scheme: "xyz", Name: r.about.Name, Description: r.about.Description, Attribution: r.about.Attribution,
		Tiles: []string{url}, MinZoom: int(h.MinZoom), MaxZoom: int(h.MaxZoom), Bounds: h.Bounds,
		Center:       [3]float64{h.CenterLon, h.CenterLat, float64(h.CenterZoom)},
		VectorLayers: append([]tiles.VectorLayer{}, r.about.VectorLayers...),
	}
	if f, ok := h.Format(); ok {
		j.SetFormat(f)
	}
	return j
}
