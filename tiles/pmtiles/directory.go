package pmtiles

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/klauspost/compress/gzip"
)

// Entry is a run of equal tiles or, where Run is 0, a leaf directory from tile ID on.
type Entry struct {
	ID     uint64
	Offset uint64 // from the start of the tile data, or of the leaf directories
	Length uint32
	Run    uint32
}

// appendDirectory appends a directory, uncompressed: numbers column by column, which
// compress better so.
func appendDirectory(b []byte, entries []Entry) []byte {
	put := binary.AppendUvarint
	b = put(b, uint64(len(entries)))
	last := uint64(0)
	for i := range entries {
		b = put(b, entries[i].ID-last)
		last = entries[i].ID
	}
	for i := range entries {
		b = put(b, uint64(entries[i].Run))
	}
	for i := range entries {
		b = put(b, uint64(entries[i].Length))
	}
	next := uint64(0)
	for i := range entries {
		if e := &entries[i]; i > 0 && e.Offset == next {
			b = put(b, 0)
		} else {
			b = put(b, e.Offset+1)
		}
		next = entries[i].Offset + uint64(entries[i].Length)
	}
	return b
}

// parseDirectory reads what appendDirectory writes.
func parseDirectory(b []byte) ([]Entry, error) {
	ok := true
	number := func() uint64 {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			ok = false
			return 0
		}
		b = b[n:]
		return v
	}
	short := func() uint32 {
		v := number()
		ok = ok && v <= math.MaxUint32
		return uint32(v)
	}
	count := number()
	if !ok || count == 0 || count > uint64(len(b))/4 { // four numbers each
		return nil, fmt.Errorf("%w: a directory is damaged", ErrFormat)
	}
	entries := make([]Entry, count)
	last := uint64(0)
	for i := range entries {
		step := number()
		ok = ok && (i == 0 || step > 0) && step <= math.MaxUint64-last
		last += step
		entries[i].ID = last
	}
	for i := range entries {
		entries[i].Run = short()
	}
	for i := range entries {
		entries[i].Length = short()
		ok = ok && entries[i].Length > 0
	}
	for i := range entries {
		switch v := number(); {
		case v > 0:
			entries[i].Offset = v - 1
		case i > 0:
			entries[i].Offset = entries[i-1].Offset + uint64(entries[i-1].Length)
		default:
			ok = false
		}
	}
	if !ok {
		return nil, fmt.Errorf("%w: a directory is damaged", ErrFormat)
	}
	return entries, nil
}

// find is the entry that holds the tile with an id, or leads to it.
func find(entries []Entry, id uint64) (Entry, bool) {
	i, exact := slices.BinarySearchFunc(entries, id, func(e Entry, id uint64) int { return cmp.Compare(e.ID, id) })
	if !exact {
		i--
	}
	if i < 0 {
		return Entry{}, false
	}
	e := entries[i]
	return e, e.Run == 0 || id-e.ID < uint64(e.Run)
}

// leafEntries is how many entries a leaf directory has at first: some 20 KB, which is
// what a client fetches for a tile in a place new to it.
const leafEntries = 4096

// directories packs all entries: into the root where it has room for them, else into
// leaves that the root leads to.
func directories(entries []Entry, room int) (root, leaves []byte, err error) {
	if len(entries) < room { // a packed entry takes a byte or more
		if root, err = pack(appendDirectory(nil, entries)); err != nil || len(root) <= room {
			return root, nil, err
		}
	}
	for size := leafEntries; ; size *= 2 {
		var tops []Entry
		leaves = leaves[:0]
		for part := range slices.Chunk(entries, size) {
			leaf, err := pack(appendDirectory(nil, part))
			if err != nil {
				return nil, nil, err
			}
			tops = append(tops, Entry{ID: part[0].ID, Offset: uint64(len(leaves)), Length: uint32(len(leaf))})
			leaves = append(leaves, leaf...)
		}
		if root, err = pack(appendDirectory(nil, tops)); err != nil || len(root) <= room {
			return root, leaves, err
		}
	}
}

func pack(b []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(b); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// maxUnpacked bounds what a directory or the metadata may unpack to, so that a file
// made to harm cannot fill the memory.
const maxUnpacked = 64 << 20

func unpack(b []byte, c Compression) ([]byte, error) {
	if c == NoCompression {
		return b, nil
	}
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	out, err := io.ReadAll(io.LimitReader(r, maxUnpacked+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if len(out) > maxUnpacked {
		return nil, fmt.Errorf("%w: a part unpacks to more than %d bytes", ErrFormat, maxUnpacked)
	}
	return out, nil
}
