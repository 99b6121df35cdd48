package shape

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

// GeoJSON reads a GeoJSON geometry.
func GeoJSON(raw json.RawMessage) (orb.Geometry, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	if bytes.Count(raw, []byte("geometries")) > mostDepth {
		return nil, fmt.Errorf("nests too deeply for a geometry")
	}
	if err := positions(raw); err != nil {
		return nil, err
	}
	var g geojson.Geometry
	if err := json.Unmarshal(raw, &g); err != nil {
		return nil, fmt.Errorf("is no GeoJSON geometry: %w", err)
	}
	return Sound(g.Geometry())
}

// positions checks that every position has two numbers or more, and that there is
// one: the decoder would take the place of missing numbers for 0, and null for 0 too.
func positions(raw json.RawMessage) error {
	var open []byte // brackets
	commas, leaf, vertices := 0, false, 0
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; c {
		case '"':
			for i++; i < len(raw) && raw[i] != '"'; i++ {
				if raw[i] == '\\' {
					i++
				}
			}
		case '{', '[':
			open = append(open, c)
			commas, leaf = 0, c == '['
		case ',':
			commas++
		case 'n': // null
			if len(open) > 0 && open[len(open)-1] == '[' {
				if leaf {
					return fmt.Errorf("has null for a number of vertex %d", vertices+1)
				}
				return fmt.Errorf("has null for a member")
			}
		case '}', ']':
			if leaf && c == ']' {
				if commas == 0 {
					return fmt.Errorf("is empty or has a position of less than two numbers (vertex %d)", vertices+1)
				}
				vertices++
			}
			leaf = false
			open = open[:max(len(open)-1, 0)]
		}
	}
	if vertices == 0 {
		return fmt.Errorf("has no positions")
	}
	return nil
}
