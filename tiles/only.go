package tiles

import (
	"errors"

	"google.golang.org/protobuf/encoding/protowire"
)

// ErrTile is the error of bytes that are no vector tile.
var ErrTile = errors.New("not a vector tile")

// Only is a tile with only those source-layers of another, in the order given.
func Only(tile []byte, layerIDs []string) ([]byte, error) {
	parts := map[string][]byte{}
	for rest := tile; len(rest) > 0; {
		number, kind, n := protowire.ConsumeField(rest)
		if n < 0 {
			return nil, ErrTile
		}
		if number == 3 && kind == protowire.BytesType { // MVT 2.1, 4.1: a layer
			_, _, head := protowire.ConsumeTag(rest)
			layer, _ := protowire.ConsumeBytes(rest[head:])
			name, err := nameOf(layer)
			if err != nil {
				return nil, err
			}
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
