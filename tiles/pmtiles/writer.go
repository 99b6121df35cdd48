package pmtiles

import (
	"bufio"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"

	"github.com/cuntu/cuntu/tiles"
	"github.com/cuntu/cuntu/tiles/encode"
	"github.com/cuntu/cuntu/tiles/maptile"
)

// ErrEmpty is the error of an archive without a tile: the format has none such.
var ErrEmpty = errors.New("there is no tile to write")

// Writer makes an archive of gzipped vector tiles.
//
// Tiles go to the file as they come, behind room for header and root directory; what
// is known only at the end, directories and metadata, follows them, and then the
// header is filled in. So nothing is written twice, and of a tile only its entry and
// what finds its equals stay in memory, some 80 bytes. The specification lets the
// sections lie in any order; readers take them from where the header says.
type Writer struct {
	file    *os.File
	out     *bufio.Writer
	entries []Entry
	places  map[hash]place
	end     uint64 // of the tile data
	next    uint64 // the least id that may come
	runs    uint64 // addressed tiles
}

// hash is half of a SHA-256, which no two tiles will share.
type hash [16]byte

type place struct {
	offset uint64
	length uint32
}

// Create makes the file, which must not exist. Finish or Close must follow.
func Create(path string) (*Writer, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, err
	}
	w := &Writer{file: file, out: bufio.NewWriterSize(file, 1<<20), places: map[hash]place{}}
	if _, err := file.Seek(firstRead, 0); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return w, nil
}

// Add writes a tile, compressed by gzip. Tiles must come in the order of their ids.
func (w *Writer) Add(t maptile.Tile, packed []byte) error {
	id := t.ID()
	if id < w.next {
		return fmt.Errorf("tile %v comes too late: tiles are written in the order of their ids", t)
	}
	if len(packed) == 0 || len(packed) > math.MaxUint32 {
		return fmt.Errorf("tile %v: %d bytes cannot be in an archive", t, len(packed))
	}
	w.next = id + 1
	w.runs++
	sum := sha256.Sum256(packed)
	key := hash(sum[:16])
	p, known := w.places[key]
	if !known {
		p = place{w.end, uint32(len(packed))}
		w.places[key] = p
		if _, err := w.out.Write(packed); err != nil {
			return err
		}
		w.end += uint64(len(packed))
	}
	if n := len(w.entries); n > 0 {
		if last := &w.entries[n-1]; last.ID+uint64(last.Run) == id && last.Offset == p.offset && last.Run < math.MaxUint32 {
			last.Run++
			return nil
		}
	}
	w.entries = append(w.entries, Entry{ID: id, Offset: p.offset, Length: p.length, Run: 1})
	return nil
}

// metadata is the JSON part of an archive, and MBTiles's names for the same things.
type metadata struct {
	Name         string              `json:"name,omitempty"`
	Description  string              `json:"description,omitempty"`
	Attribution  string              `json:"attribution,omitempty"`
	Type         string              `json:"type,omitempty"`
	VectorLayers []tiles.VectorLayer `json:"vector_layers"`
}

// Finish writes what describes the tiles, to the disk itself, and closes the file.
// The error is ErrEmpty where no tile was added.
func (w *Writer) Finish(about tiles.TileJSON) error {
	if len(w.entries) == 0 {
		return ErrEmpty
	}
	root, leaves, err := directories(w.entries, rootRoom)
	if err != nil {
		return fmt.Errorf("pack directories: %w", err)
	}
	text, err := json.Marshal(metadata{about.Name, about.Description, about.Attribution, "overlay", about.VectorLayers})
	if err != nil {
		return fmt.Errorf("write metadata: %w", err)
	}
	if text, err = pack(text); err != nil {
		return fmt.Errorf("pack metadata: %w", err)
	}
	h := Header{
		Root:      Section{headerLen, uint64(len(root))},
		Data:      Section{firstRead, w.end},
		Metadata:  Section{firstRead + w.end, uint64(len(text))},
		Leaves:    Section{firstRead + w.end + uint64(len(text)), uint64(len(leaves))},
		Addressed: w.runs, Entries: uint64(len(w.entries)), Contents: uint64(len(w.places)),
		Clustered: true, Internal: Gzip, Tiles: Gzip, Type: MVT,
		MinZoom: uint8(about.MinZoom), MaxZoom: uint8(about.MaxZoom), Bounds: about.Bounds,
		CenterLon: about.Center[0], CenterLat: about.Center[1], CenterZoom: uint8(about.Center[2]),
	}
	if about.Encoding == encode.MLT.String() {
		h.Type = MLT
	}
	for _, part := range [][]byte{text, leaves} {
		if _, err := w.out.Write(part); err != nil {
			return err
		}
	}
	if err := w.out.Flush(); err != nil {
		return err
	}
	if _, err := w.file.WriteAt(append(h.append(nil), root...), 0); err != nil {
		return err
	}
	if err := w.file.Sync(); err != nil {
		return err
	}
	return w.Close()
}

// Close closes the file, finished or not; a second Close does nothing.
func (w *Writer) Close() error {
	if err := w.file.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return err
	}
	return nil
}

// Contents is how many different tiles there are so far.
func (w *Writer) Contents() int { return len(w.places) }
