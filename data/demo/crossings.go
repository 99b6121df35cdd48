package demo

import (
	"math"

	"github.com/cuntu/cuntu/data/demo/ground"
	"github.com/cuntu/cuntu/data/demo/plane"
)

// crossings finds where lines cross the larger rivers, with the rivers' edges in
// square buckets.
type crossings struct {
	buckets map[[2]int][]riverEdge
}

type riverEdge struct {
	a, b  plane.XY
	level int
}

const (
	bucketSize   = 500.0
	bridgedLevel = 3 // brooks of level 4 run through culverts
)

// bridgedFrom is the level of the smallest river that a road of a level crosses
// by a bridge: hamlet tracks go through the smaller ones.
func bridgedFrom(roadLevel int) int {
	if roadLevel == trackLevel {
		return 2
	}
	return bridgedLevel
}

// bridgeLength is by the level of the river, metres.
var bridgeLength = [...]float64{0, 170, 110, 60}

func newCrossings(rivers []ground.River) *crossings {
	c := &crossings{map[[2]int][]riverEdge{}}
	for _, r := range rivers {
		if r.Level > bridgedLevel {
			continue
		}
		for k := 1; k < len(r.Line); k++ {
			e := riverEdge{r.Line[k-1], r.Line[k], r.Level}
			from, to := bucketOf(e.a), bucketOf(e.b)
			c.buckets[from] = append(c.buckets[from], e)
			if to != from {
				c.buckets[to] = append(c.buckets[to], e)
			}
		}
	}
	return c
}

func bucketOf(p plane.XY) [2]int {
	return [2]int{int(math.Floor(p.X / bucketSize)), int(math.Floor(p.Y / bucketSize))}
}

// piece is a part of a line.
type piece struct {
	line   []plane.XY
	bridge bool
}

// cut takes a line apart at its bridges. Bridges that would overlap become one;
// a remnant of road too short to stand alone goes to the bridge.
func (c *crossings) cut(line []plane.XY, smallest int) []piece {
	spans := c.spans(line, smallest)
	if len(spans) == 0 {
		return []piece{{line, false}}
	}
	total := lengthOf(line)
	const remnant = 25.0
	var out []piece
	at := 0.0
	for _, s := range spans {
		from, to := max(s[0], 0), min(s[1], total)
		if from-at < remnant {
			from = at
		}
		if total-to < remnant {
			to = total
		}
		if to <= at {
			continue
		}
		if from > at {
			out = append(out, piece{stretch(line, at, from), false})
		}
		out = append(out, piece{stretch(line, from, to), true})
		at = to
	}
	if at < total {
		out = append(out, piece{stretch(line, at, total), false})
	}
	return out
}

// spans are the bridges along a line, as distances from its start, in order and
// apart.
func (c *crossings) spans(line []plane.XY, smallest int) [][2]float64 {
	var out [][2]float64
	along := 0.0
	for k := 1; k < len(line); k++ {
		a, b := line[k-1], line[k]
		run := a.Distance(b)
		keys := [2][2]int{bucketOf(a), bucketOf(b)}
		for n, key := range keys {
			if n == 1 && key == keys[0] {
				break
			}
			for _, e := range c.buckets[key] {
				if f, ok := meet(a, b, e.a, e.b); ok && e.level <= smallest {
					half := bridgeLength[e.level] / 2
					out = append(out, [2]float64{along + f*run - half, along + f*run + half})
				}
			}
		}
		along += run
	}
	return merged(out)
}

// merged joins spans that overlap or nearly touch.
func merged(spans [][2]float64) [][2]float64 {
	for i := 1; i < len(spans); i++ { // insertion sort: they are few and almost in order
		for j := i; j > 0 && spans[j][0] < spans[j-1][0]; j-- {
			spans[j], spans[j-1] = spans[j-1], spans[j]
		}
	}
	var out [][2]float64
	for _, s := range spans {
		if n := len(out); n > 0 && s[0] < out[n-1][1]+40 {
			out[n-1][1] = max(out[n-1][1], s[1])
			continue
		}
		out = append(out, s)
	}
	return out
}

// meet is how far along ab it crosses cd.
func meet(a, b, c, d plane.XY) (float64, bool) {
	r, s := b.Sub(a), d.Sub(c)
	cross := r.X*s.Y - r.Y*s.X
	if cross == 0 {
		return 0, false
	}
	o := c.Sub(a)
	t := (o.X*s.Y - o.Y*s.X) / cross
	u := (o.X*r.Y - o.Y*r.X) / cross
	return t, t >= 0 && t < 1 && u >= 0 && u < 1
}

func lengthOf(line []plane.XY) float64 {
	sum := 0.0
	for k := 1; k < len(line); k++ {
		sum += line[k-1].Distance(line[k])
	}
	return sum
}

// stretch is the line between two distances from its start. Its ends are the
// same numbers as the neighbouring stretch's.
func stretch(line []plane.XY, from, to float64) []plane.XY {
	out := []plane.XY{pointAt(line, from)}
	along := 0.0
	for k := 1; k < len(line)-1; k++ {
		along += line[k-1].Distance(line[k])
		if along > from+1 && along < to-1 {
			out = append(out, line[k])
		}
	}
	return append(out, pointAt(line, to))
}

func pointAt(line []plane.XY, at float64) plane.XY {
	if at <= 0 {
		return line[0]
	}
	for k := 1; k < len(line); k++ {
		run := line[k-1].Distance(line[k])
		if at < run {
			return line[k-1].To(line[k], at/run)
		}
		at -= run
	}
	return line[len(line)-1]
}
