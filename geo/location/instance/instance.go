// Package instance reads the file formats that benchmark instances of facility
// location are published in, as problems for package location.
//
// It recognises them by their shape: OR-Library's pmed (edges of a graph), pmedcap
// (several problems of points), cap (warehouses with costs) and scp (set covering),
// points with capacities as in the SJC and p3038 sets, points alone or with weights,
// matrices, and TSPLIB's NODE_COORD_SECTION. It solves nothing.
package instance

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/cuntu/cuntu/geo/location"
)

// Limits keep a wrong file from filling the memory.
const maxNumbers = 50_000_000

// Rounding is what a distance between points is made of.
type Rounding string

const (
	Exact   Rounding = "exact"
	Down    Rounding = "down"
	Nearest Rounding = "nearest"
	Up      Rounding = "up"
)

// Options say what the file does not.
type Options struct {
	Kind location.Kind
	// Number is which problem of a file that holds several, from 1.
	Number int
	// Most replaces the file's number of sites; 0 leaves it.
	Most int
	// Within is the farthest distance, for covering; 0 for any.
	Within float64
	// Rounding of distances between points; empty is down for pmedcap and for points
	// whose capacities are all the same and coordinates whole below 1000 (the form that
	// pmedcap's problems are handed round in), else exact, and nearest for TSPLIB.
	Rounding Rounding
	// Capacity replaces the word "capacity" of OR-Library's capa, capb and capc.
	Capacity float64
	// Uncapacitated leaves capacities out.
	Uncapacitated bool
	// Split allows clients to be split.
	Split bool
}

// Instance is a problem that was read.
type Instance struct {
	location.Problem
	Format string
	// Best is the best known value where the file names one, else 0.
	Best float64
}

// Read reads an instance.
func Read(r io.Reader, o Options) (*Instance, error) {
	f, err := scan(r, o)
	if err != nil {
		return nil, err
	}
	in, err := f.instance(o)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.format(), err)
	}
	in.Kind, in.Split = o.Kind, o.Split
	if o.Most > 0 {
		in.Most = o.Most
	}
	in.MaxDistance = o.Within
	if o.Uncapacitated {
		for j := range in.Sites {
			in.Sites[j].Capacity = location.Unlimited()
		}
	}
	if o.Kind == location.SetCover {
		in.Most = o.Most
	} else if in.Most == 0 && o.Kind != location.Median {
		return nil, fmt.Errorf("%s: the file does not say how many sites may be open; give their number", in.Format)
	}
	return in, nil
}

// file is the numbers of a file, and where its lines begin.
type file struct {
	numbers []float64
	lines   []int // the number of fields of each line that has any
	tsp     bool
}

// scan reads the numbers, without TSPLIB's headings.
func scan(r io.Reader, o Options) (*file, error) {
	f := &file{}
	in := bufio.NewScanner(r)
	in.Buffer(make([]byte, 64<<10), 64<<20)
	body := true
	for line := 1; in.Scan(); line++ {
		text := strings.TrimSpace(strings.TrimPrefix(in.Text(), "\ufeff"))
		if text == "" {
			continue
		}
		if strings.Contains(text, "SECTION") || strings.Contains(text, ":") || text == "EOF" {
			f.tsp = true
			body = strings.HasPrefix(text, "NODE_COORD_SECTION")
			continue
		}
		if f.tsp && !body {
			continue
		}
		n := 0
		for field := range strings.FieldsSeq(strings.ReplaceAll(text, ",", " ")) {
			v, err := strconv.ParseFloat(field, 64)
			if strings.EqualFold(field, "capacity") && o.Capacity > 0 {
				v, err = o.Capacity, nil
			}
			if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, fmt.Errorf("line %d: %.40q is not a number", line, field)
			}
			if len(f.numbers) >= maxNumbers {
				return nil, fmt.Errorf("line %d: more than %d numbers", line, maxNumbers)
			}
			f.numbers = append(f.numbers, v)
			n++
		}
		if n > 0 {
			f.lines = append(f.lines, n)
		}
	}
	if err := in.Err(); err != nil {
		return nil, err
	}
	if len(f.numbers) == 0 {
		return nil, errors.New("there is no number in the file")
	}
	return f, nil
}

// format is the one whose shape the numbers have.
func (f *file) format() string {
	x := f.numbers
	at := func(i int) float64 {
		if i < len(x) {
			return x[i]
		}
		return -1
	}
	n, m := at(0), at(1)
	total := float64(len(x))
	switch {
	case f.tsp:
		return "TSPLIB"
	case f.lines[0] == 3 && total == 3+3*m:
		return "pmed"
	case f.lines[0] == 1 && len(f.lines) > 2 && f.lines[1] == 2 && f.lines[2] == 3:
		return "pmedcap"
	case f.lines[0] == 2 && len(f.lines) > 1 && f.lines[1] == 3 && total == 5+4*at(2):
		return "pmedcap, one problem"
	case f.lines[0] != 2 || len(f.lines) == 1:
		return "unknown format"
	case total == 2+4*n && f.lines[1] == 4:
		return "points with capacities"
	case total == 2+3*n && f.lines[1] == 3:
		return "points with weights"
	case total == 2+2*n && f.lines[1] == 2:
		return "points"
	case total == 2+n*n+2*n:
		return "matrix with capacities"
	case total == 2+n*n:
		return "matrix"
	case total == 2+2*n+m*(1+n):
		return "cap"
	}
	return "scp"
}

func (f *file) instance(o Options) (*Instance, error) {
	format := f.format()
	x := f.numbers
	in := &Instance{Format: format}
	switch format {
	case "pmed":
		return in, in.graph(x)
	case "pmedcap", "pmedcap, one problem":
		return in, in.pmedcap(x, format == "pmedcap", o)
	case "TSPLIB":
		return in, in.points(x, 0, 3, 0, o)
	case "points with capacities":
		return in, in.points(x[2:], x[0], 4, x[1], o)
	case "points with weights":
		return in, in.points(x[2:], x[0], 3, x[1], o)
	case "points":
		return in, in.points(x[2:], x[0], 2, x[1], o)
	case "matrix", "matrix with capacities":
		return in, in.matrix(x)
	case "cap":
		return in, in.warehouses(x)
	case "scp":
		return in, in.covering(x, o)
	}
	return nil, errors.New("the numbers have the shape of none of pmed, pmedcap, cap, scp, points, matrix and TSPLIB")
}

func whole(v float64, least, most int, what string) (int, error) {
	if v != math.Trunc(v) || v < float64(least) || v > float64(most) {
		return 0, fmt.Errorf("%s is %v; it must be a whole number from %d to %d", what, v, least, most)
	}
	return int(v), nil
}

// count of points or nodes, whose square must stay within the limit.
func count(v float64, what string) (int, error) { return whole(v, 1, 7000, what) }
