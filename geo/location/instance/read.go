package instance

import (
	"errors"
	"fmt"
	"math"

	"github.com/cuntu/cuntu/geo/location"
)

// graph reads OR-Library's pmed: the edges of a graph, whose shortest paths are the
// distances. Of edges that are listed twice the last one counts.
func (in *Instance) graph(x []float64) error {
	n, err := whole(x[0], 1, 3000, "the number of nodes")
	if err != nil {
		return err
	}
	if in.Most, err = whole(x[2], 1, n, "the number of sites"); err != nil {
		return err
	}
	d := make([][]float64, n)
	for i := range d {
		d[i] = make([]float64, n)
		for j := range d[i] {
			if i != j {
				d[i][j] = math.Inf(1)
			}
		}
	}
	for e := 3; e < len(x); e += 3 {
		a, errA := whole(x[e], 1, n, "a node")
		b, errB := whole(x[e+1], 1, n, "a node")
		if err := errors.Join(errA, errB); err != nil {
			return fmt.Errorf("edge %d: %w", e/3, err)
		}
		if x[e+2] < 0 {
			return fmt.Errorf("edge %d: its length is %v, below 0", e/3, x[e+2])
		}
		if a != b {
			d[a-1][b-1], d[b-1][a-1] = x[e+2], x[e+2]
		}
	}
	for k := range d {
		for i := range d {
			ik := d[i][k]
			if math.IsInf(ik, 1) {
				continue
			}
			for j, kj := range d[k] {
				d[i][j] = min(d[i][j], ik+kj)
			}
		}
	}
	for i := range d {
		in.node(1, location.Load{}, location.Unlimited(), d[i])
	}
	return nil
}

// node adds a client and a site at the same place.
func (in *Instance) node(weight float64, load, capacity location.Load, row []float64) {
	in.Clients = append(in.Clients, location.Client{Weight: weight, Load: load, Arcs: location.Dense(row)})
	in.Sites = append(in.Sites, location.Site{Capacity: capacity})
}

// pmedcap reads OR-Library's capacitated p-median problems: id, best value, n, p, one
// capacity, then number, x, y and load of each point.
func (in *Instance) pmedcap(x []float64, several bool, o Options) error {
	want := max(1, o.Number)
	if several {
		x = x[1:]
	}
	for number := 1; ; number++ {
		if len(x) < 5 {
			return fmt.Errorf("there is no problem %d in the file", want)
		}
		n, err := count(x[2], "the number of points")
		if err != nil {
			return err
		}
		if len(x) < 5+4*n {
			return fmt.Errorf("problem %d ends before its %d points", number, n)
		}
		if number < want {
			x = x[5+4*n:]
			continue
		}
		in.Best = x[1]
		if in.Most, err = whole(x[3], 1, n, "the number of sites"); err != nil {
			return err
		}
		if o.Rounding == "" {
			o.Rounding = Down
		}
		points, capacity := x[5:5+4*n], x[4]
		return in.place(n, o.Rounding, func(i int) point {
			p := points[4*i:]
			return point{p[1], p[2], 1, p[3], capacity}
		})
	}
}

type point struct{ x, y, weight, load, capacity float64 }

// points reads x and y of each point, with a weight as the third number or with the
// capacity and the load as the third and fourth. TSPLIB numbers the points.
func (in *Instance) points(x []float64, number float64, fields int, most float64, o Options) (err error) {
	tsp := number == 0
	if tsp {
		number = float64(len(x)) / 3
	}
	n, err := count(number, "the number of points")
	if err != nil {
		return err
	}
	if most > 0 {
		if in.Most, err = whole(most, 1, n, "the number of sites"); err != nil {
			return err
		}
	}
	rounding := o.Rounding
	if rounding == "" {
		rounding = Exact
		if tsp {
			rounding = Nearest
		}
		if fields == 4 && likePmedcap(x, n) {
			rounding = Down
		}
	}
	return in.place(n, rounding, func(i int) point {
		p := x[fields*i:]
		switch {
		case tsp:
			return point{p[1], p[2], 1, 0, math.Inf(1)}
		case fields == 4:
			return point{p[0], p[1], 1, p[3], p[2]}
		case fields == 3:
			return point{p[0], p[1], p[2], 0, math.Inf(1)}
		}
		return point{p[0], p[1], 1, 0, math.Inf(1)}
	})
}

// likePmedcap tells whether points are those of pmedcap in another layout: within a
// square of 100, whole, with capacity 120.
func likePmedcap(x []float64, n int) bool {
	for i := range n {
		p := x[4*i:]
		if p[2] != 120 || p[0] > 100 || p[1] > 100 || p[0] != math.Trunc(p[0]) || p[1] != math.Trunc(p[1]) {
			return false
		}
	}
	return true
}

func (in *Instance) place(n int, rounding Rounding, at func(i int) point) error {
	round := map[Rounding]func(float64) float64{
		Exact: func(d float64) float64 { return d }, Down: math.Floor, Up: math.Ceil,
		Nearest: func(d float64) float64 { return math.Floor(d + 0.5) },
	}[rounding]
	if round == nil {
		return fmt.Errorf("rounding %q is not one of exact, down, nearest, up", rounding)
	}
	row := make([]float64, n)
	for i := range n {
		a := at(i)
		if a.load < 0 || a.capacity < 0 || a.weight < 0 {
			return fmt.Errorf("point %d: weight, load and capacity must not be negative", i+1)
		}
		for j := range n {
			b := at(j)
			row[j] = round(math.Hypot(a.x-b.x, a.y-b.y))
		}
		in.node(a.weight, location.Load{a.load}, location.Load{a.capacity, math.Inf(1)}, row)
	}
	return nil
}

// matrix reads n, p, n rows of distances, and perhaps a row of loads and one of
// capacities.
func (in *Instance) matrix(x []float64) error {
	n, err := count(x[0], "the number of nodes")
	if err != nil {
		return err
	}
	if in.Most, err = whole(x[1], 1, n, "the number of sites"); err != nil {
		return err
	}
	rows, rest := x[2:2+n*n], x[2+n*n:]
	for i := range n {
		row := rows[n*i : n*i+n]
		load, capacity := location.Load{}, location.Unlimited()
		if len(rest) > 0 {
			load[0], capacity[0] = rest[i], rest[n+i]
		}
		for j, d := range row {
			if d < 0 {
				return fmt.Errorf("the distance from %d to %d is %v, below 0", i+1, j+1, d)
			}
		}
		in.node(1, load, capacity, row)
	}
	return nil
}

// warehouses reads OR-Library's cap: capacity and opening cost of each site, then of
// each client its load and what serving all of it costs from each site.
func (in *Instance) warehouses(x []float64) error {
	m, err := count(x[0], "the number of sites")
	if err != nil {
		return err
	}
	n, err := count(x[1], "the number of clients")
	if err != nil {
		return err
	}
	for j := range m {
		in.Sites = append(in.Sites, location.Site{Capacity: location.Load{x[2+2*j], math.Inf(1)}, Cost: x[3+2*j]})
	}
	x = x[2+2*m:]
	for i := range n {
		c := x[i*(m+1):]
		in.Clients = append(in.Clients, location.Client{Weight: 1, Load: location.Load{c[0]}, Arcs: location.Dense(c[1 : m+1])})
	}
	return nil
}

// covering reads OR-Library's scp: the cost of each column, then of each row how many
// columns cover it and which. Columns are sites, rows clients.
func (in *Instance) covering(x []float64, o Options) error {
	if o.Kind != location.SetCover {
		return errors.New("that, if anything, is a set covering problem; the other kinds have other formats")
	}
	n, err := whole(x[0], 1, 1_000_000, "the number of rows")
	if err != nil {
		return err
	}
	m, err := whole(x[1], 1, 1_000_000, "the number of columns")
	if err != nil {
		return err
	}
	if len(x) < 2+m {
		return fmt.Errorf("the file ends before the costs of its %d columns", m)
	}
	for j := range m {
		in.Sites = append(in.Sites, location.Site{Capacity: location.Unlimited(), Cost: x[2+j]})
	}
	x = x[2+m:]
	for i := range n {
		if len(x) == 0 {
			return fmt.Errorf("the file ends before row %d", i+1)
		}
		k, err := whole(x[0], 0, len(x)-1, "the number of columns of a row")
		if err != nil {
			return fmt.Errorf("row %d: %w", i+1, err)
		}
		c := location.Client{Weight: 1}
		for _, v := range x[1 : 1+k] {
			j, err := whole(v, 1, m, "a column")
			if err != nil {
				return fmt.Errorf("row %d: %w", i+1, err)
			}
			c.Arcs = append(c.Arcs, location.Arc{Site: j - 1})
		}
		in.Clients, x = append(in.Clients, c), x[1+k:]
	}
	if len(x) > 0 {
		return fmt.Errorf("%d numbers follow the last row", len(x))
	}
	return nil
}
