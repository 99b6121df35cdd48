package simplify

import (
	"bytes"
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"pgregory.net/rapid"

	"github.com/cuntu/cuntu/geo"
)

func drawLine(t *rapid.T) []geo.Point {
	size := int32(math.Exp2(rapid.Float64Range(3, 29).Draw(t, "size")))
	var line []geo.Point
	for range rapid.IntRange(2, 40).Draw(t, "n") {
		line = append(line, geo.Point{X: rapid.Int32Range(-size, size).Draw(t, "x"), Y: rapid.Int32Range(-size, size).Draw(t, "y")})
	}
	return line
}

func planarLine(line []geo.Point) (l orb.LineString) {
	for _, p := range line {
		l = append(l, orb.Point{float64(p.X), float64(p.Y)})
	}
	return l
}

func TestLineOfAZoomLiesWithinHalfAPixelOfTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := drawLine(t)
		var r Ranker
		ranks := make([]uint8, len(line))
		r.line(line, ranks)
		for z := range uint8(23) {
			var kept []geo.Point
			for i, p := range line {
				if ranks[i] <= z {
					kept = append(kept, p)
				}
			}
			tolerance := ToleranceUnits * math.Exp2(20-float64(z))
			for _, p := range planarLine(line) {
				if d := planar.DistanceFrom(planarLine(kept), p); d > tolerance*1.000001 {
					t.Fatalf("zoom %d: %v is %v off, more than %v", z, p, d, tolerance)
				}
			}
			if want := douglasPeucker(line, tolerance); !slices.Equal(kept, want) {
				t.Fatalf("zoom %d: kept %v, want %v", z, kept, want)
			}
		}
		slices.Reverse(line)
		again := make([]uint8, len(line))
		r.line(line, again)
		if slices.Reverse(again); !bytes.Equal(again, ranks) {
			t.Fatalf("backward it is %v, forward %v", again, ranks)
		}
	})
}

// douglasPeucker is the algorithm as published, from the lesser end.
func douglasPeucker(line []geo.Point, tolerance float64) []geo.Point {
	line = slices.Clone(line)
	n := len(line)
	if c := comparePoints(line[0], line[n-1]); c > 0 || c == 0 && comparePoints(line[1], line[n-2]) > 0 {
		slices.Reverse(line)
		defer slices.Reverse(line)
		kept := simplify(line, tolerance)
		slices.Reverse(kept)
		return kept
	}
	return simplify(line, tolerance)
}

func simplify(line []geo.Point, tolerance float64) []geo.Point {
	if len(line) == 2 {
		return slices.Clone(line)
	}
	at, d := farthest(line)
	if d <= tolerance {
		return []geo.Point{line[0], line[len(line)-1]}
	}
	left := simplify(line[:at+1], tolerance)
	return append(left[:len(left)-1], simplify(line[at:], tolerance)...)
}
