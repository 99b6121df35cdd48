package instance

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/cuntu/cuntu/geo/location"
)

func TestEveryFormatIsRecognisedAndSolved(t *testing.T) {
	for name, c := range map[string]struct {
		text   string
		o      Options
		format string
		value  float64
	}{
		"edges of a path of four; of the edge listed twice the last counts": {
			"4 4 1\n1 2 9\n2 3 1\n3 4 1\n1 2 1\n", Options{}, "pmed", 4,
		},
		"several problems, the second, distances cut": {
			"2\n1 5\n2 1 10\n1 0 0 3\n2 3 0 3\n2 6\n3 1 9\n1 0 0 3\n2 1 1 3\n3 2 2 3\n", Options{Number: 2}, "pmedcap", 2,
		},
		"one problem": {"1 5\n 2 1 10\n1 0 0 3\n2 3 0 3\n", Options{}, "pmedcap, one problem", 3},
		"points with capacities, exact": {
			"3 1\n0 0 9 3\n1 1 9 3\n2 2 9 3\n", Options{}, "points with capacities", 2 * math.Sqrt2,
		},
		"the same, rounded up":  {"3 1\n0 0 9 3\n1 1 9 3\n2 2 9 3\n", Options{Rounding: Up}, "points with capacities", 4},
		"capacities left out":   {"2 1\n0 0 1 3\n3 4 1 3\n", Options{Uncapacitated: true}, "points with capacities", 5},
		"points with weights":   {"2 1\n0 0 7\n3 4 2\n", Options{}, "points with weights", 10},
		"points, of two sites":  {"3 1\n0 0\n3 4\n9 9\n", Options{Most: 2}, "points", 5},
		"a matrix":              {"5 4\n0 4 9 9 9\n7 0 9 9 9\n3 9 0 9 9\n9 9 9 0 9\n9 9 9 9 0\n", Options{}, "matrix", 3},
		"and capacities":        {"2 2\n0 4\n7 0\n5 5\n5 5\n", Options{}, "matrix with capacities", 0},
		"warehouses":            {"2 2\n10 3\n10 1\n4\n2 5\n7\n6 1\n", Options{}, "cap", 1 + 5 + 1},
		"warehouses, a word":    {"1 1\ncapacity 3\n4\n2\n", Options{Capacity: 5}, "cap", 5},
		"set covering by price": {"2 3\n5 1 1\n2\n1 2\n2\n1 3\n", Options{Kind: location.SetCover}, "scp", 2},
		"TSPLIB, rounded": {
			"NAME: x\nTYPE : TSP\nDIMENSION: 2\nNODE_COORD_SECTION\n1 0 0\n2 1 1\nEOF\n", Options{Most: 1}, "TSPLIB", 1,
		},
		"most within a distance": {"3 1\n0 0 1\n1 0 2\n9 9 4\n", Options{Kind: location.Cover, Within: 2}, "points with weights", 4},
		"least worst distance":   {"3 1\n0 0\n1 0\n3 0\n", Options{Kind: location.Center}, "points", 2},
	} {
		in, err := Read(strings.NewReader(c.text), c.o)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		sol, err := location.Solve(context.Background(), &in.Problem, location.Options{})
		if err != nil || in.Format != c.format || math.Abs(sol.Value-c.value) > 1e-9 || !sol.Optimal {
			t.Errorf("%s: %s, %v, %+v; want %s, %v", name, in.Format, err, sol, c.format, c.value)
		}
	}
}

func TestWrongFilesAreRefusedWithTheReason(t *testing.T) {
	for text, want := range map[string]string{
		"":                             "no number",
		"2 1\n0 0\nx 4\n":              "line 3",
		"3 1 1\n1 9 4\n":               "edge 1",
		"3 1 1\n1 2 -4\n":              "below 0",
		"2 9\n0 0\n1 1\n":              "number of sites",
		"2 1\n0 4\n-7 0\n":             "", // four numbers are two points
		"1 1 1 1 1\n":                  "shape",
		"7 7\n1 2 3\n":                 "set covering",
		"99999 3 1\n":                  "shape",
		"2\n1 5\n2 1 10\n1 0 0 3\n":    "ends before",
		"2 1\n0 0 nan\n1 1 1\n":        "nan",
		"2 1\n0 0 1 -1\n1 1 1 1\n":     "point 1",
		"1\n1 5\n1 1 10\n1 0 0 3\n\n0": "",
	} {
		_, err := Read(strings.NewReader(text), Options{})
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v, want something with %q", text, err, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("4 4 1\n1 2 9\n2 3 1\n3 4 1\n1 2 1\n", uint8(0))
	f.Add("2 3\n5 1 1\n2\n1 2\n2\n1 3\n", uint8(3))
	f.Add("2\n1 5\n2 1 10\n1 0 0 3\n2 3 0 3\n2 6\n3 1 9\n1 0 0 3\n2 1 1 3\n3 2 2 3\n", uint8(0))
	f.Add("2 2\n10 3\n10 1\n4\n2 5\n7\n6 1\n", uint8(0))
	f.Add("NODE_COORD_SECTION\n1 0 0\n2 1 1\nEOF", uint8(2))
	f.Fuzz(func(t *testing.T, text string, kind uint8) {
		in, err := Read(strings.NewReader(text), Options{Kind: location.Kind(kind % 4), Most: 1, Within: 3})
		if err != nil {
			return
		}
		for i, c := range in.Clients {
			for _, a := range c.Arcs {
				if a.Site < 0 || a.Site >= len(in.Sites) || !(a.Distance >= 0) {
					t.Fatalf("client %d: %+v", i, a)
				}
			}
		}
	})
}
