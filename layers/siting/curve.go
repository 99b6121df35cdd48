package siting

import (
	"errors"
	"fmt"
)

// Curve is a value function: scores from 0 to 100 by measured value, in straight lines
// between points of ascending values, level before the first and after the last.
type Curve [][2]float64

func (c Curve) check() error {
	if len(c) == 0 || len(c) > 20 {
		return errors.New("curve: needs from 1 to 20 points [value, score]")
	}
	for i, p := range c {
		if !finite(p[0]) || !(p[1] >= 0 && p[1] <= 100) {
			return fmt.Errorf("curve: %v is not a value and a score from 0 to 100", p)
		}
		if i > 0 && p[0] <= c[i-1][0] {
			return fmt.Errorf("curve: value %v does not follow on %v; values must ascend", p[0], c[i-1][0])
		}
	}
	return nil
}

// Score is the score of a value, which may be infinite.
func (c Curve) Score(value float64) float64 {
	if value <= c[0][0] {
		return c[0][1]
	}
	for i := 1; i < len(c); i++ {
		if a, b := c[i-1], c[i]; value <= b[0] {
			return a[1] + (b[1]-a[1])*(value-a[0])/(b[0]-a[0])
		}
	}
	return c[len(c)-1][1]
}

// Better is the nearest value at which a line of the curve ends with a higher score
// than that of a value; ok is false where there is none.
func (c Curve) Better(value float64) (threshold float64, ok bool) {
	score := c.Score(value)
	value = min(value, c[len(c)-1][0]+1) // of what is out of reach all points are as far
	best := 0.0
	for _, p := range c {
		if p[1] <= score {
			continue
		}
		if d := abs(p[0] - value); !ok || d < best {
			threshold, best, ok = p[0], d, true
		}
	}
	return threshold, ok
}

func abs(f float64) float64 { return max(f, -f) }
