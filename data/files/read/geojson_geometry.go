package read

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

// geometryOf reads a GeoJSON geometry.
func geometryOf(raw json.RawMessage) (orb.Geometry, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	if bytes.Count(raw, []byte("geometries")) > maxDepth {
		return nil, fmt.Errorf("nests too deeply for a geometry")
	}
	if err := positions(raw); err != nil {
		return nil, err
	}
	var g geojson.Geometry
	if err := json.Unmarshal(raw, &g); err != nil {
		return nil, fmt.Errorf("is no GeoJSON geometry: %w", err)
	}
	return sound(g.Geometry())
}

// positions checks that every position has two numbers or more, and that there
// is one: the decoder would take the place of missing numbers for 0.
func positions(raw json.RawMessage) error {
	commas, leaf, some := 0, false, false
	for _, c := range raw {
		switch c {
		case '[':
			commas, leaf = 0, true
		case ',':
			commas++
		case ']':
			if leaf && commas == 0 {
				return fmt.Errorf("is empty or has a position of less than two numbers")
			}
			some = some || leaf
			leaf = false
		}
	}
	if !some {
		return fmt.Errorf("has no positions")
	}
	return nil
}

// sound gives nil for an empty geometry and an error for one that no reader
// should pass on.
func sound(g orb.Geometry) (orb.Geometry, error) {
	switch g := g.(type) {
	case nil:
		return nil, nil
	case orb.MultiPoint:
		return g, missing(len(g))
	case orb.LineString:
		return g, missing(len(g))
	case orb.Polygon:
		if len(g) > 0 && len(g[0]) > 0 {
			return g, nil
		}
		return nil, errEmpty
	case orb.MultiLineString:
		return g, missing(len(g))
	case orb.MultiPolygon:
		return g, missing(len(g))
	case orb.Collection:
		return g, missing(len(g))
	}
	return g, nil
}

var errEmpty = errors.New("is empty")

func missing(n int) error {
	if n == 0 {
		return errEmpty
	}
	return nil
}
