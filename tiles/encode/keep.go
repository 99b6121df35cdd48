package encode

import (
	"errors"

	"google.golang.org/protobuf/encoding/protowire"
)

// ErrTile is the error of bytes that are no vector tile.
var ErrTile = errors.New("not a vector tile")

// Keep is a tile with those source-layers of another, in the order given.
func Keep(tile []byte, f Format, layerIDs []string) ([]byte, error) {
	next := nextOfMVT
	if f == MLT {
		next = nextOfMLT
	}
	parts := map[string][]byte{}
	for rest := tile; len(rest) > 0; {
		n, name, err := next(rest)
		if err != nil {
			return nil, err
		}
		if name != "" {
			parts[name] = rest[:n]
		}
		rest = rest[n:]
	}
	var out []byte
	for _, id := range layerIDs {
		out = append(out, parts[id]...)
	}
	return out, nil
}

// nextOfMVT is how long the first field of a tile is and, if that is a layer (MVT 2.1,
// 4.1), its name.
func nextOfMVT(tile []byte) (n int, name string, err error) {
	number, kind, n := protowire.ConsumeField(tile)
	if n < 0 {
		return 0, "", ErrTile
	}
	if number != 3 || kind != protowire.BytesType {
		return n, "", nil
	}
	_, _, head := protowire.ConsumeTag(tile)
	layer, _ := protowire.ConsumeBytes(tile[head:])
	name, err = nameOf(layer)
	return n, name, err
}

// nameOf is the name of a layer, its field 1.
func nameOf(layer []byte) (string, error) {
	for len(layer) > 0 {
		number, kind, n := protowire.ConsumeField(layer)
		if n < 0 {
			break
		}
		if number == 1 && kind == protowire.BytesType {
			_, _, head := protowire.ConsumeTag(layer)
			name, _ := protowire.ConsumeString(layer[head:])
			return name, nil
		}
		layer = layer[n:]
	}
	return "", ErrTile
}

// nextOfMLT is how long the first block of a tile is and, if that is a layer, its name: a
// block is its length, what it is and, of a layer, the name first.
func nextOfMLT(tile []byte) (n int, name string, err error) {
	block, n := protowire.ConsumeBytes(tile)
	if n < 0 {
		return 0, "", ErrTile
	}
	is, head := protowire.ConsumeVarint(block)
	switch {
	case head < 0:
		return 0, "", ErrTile
	case is != 1: // for readers of another version
		return n, "", nil
	}
	name, size := protowire.ConsumeString(block[head:])
	if size < 0 || name == "" {
		return 0, "", ErrTile
	}
	return n, name, nil
}
