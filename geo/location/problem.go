package location

import (
	"fmt"
	"math"
)

// Kind is what is to be optimised.
type Kind uint8

const (
	Median   Kind = iota // least sum of weight × distance and opening costs
	Cover                // most weight served within the maximum distance
	Center               // least worst distance
	SetCover             // fewest sites, or the cheapest, that serve everybody within the maximum distance
)

var kindNames = [...]string{"median", "cover", "center", "setcover"}

func (k Kind) String() string { return kindNames[k] }

// ParseKind reads the name of a kind.
func ParseKind(s string) (Kind, error) {
	for k, name := range kindNames {
		if s == name {
			return Kind(k), nil
		}
	}
	return 0, fmt.Errorf("%q is not one of median, cover, center, setcover", s)
}

// Units is the number of units that capacities are counted in.
const Units = 2

// Load is an amount in each of the units, such as households and people.
type Load [Units]float64

// Unlimited is the capacity of a site that takes everybody.
func Unlimited() Load { return Load{math.Inf(1), math.Inf(1)} }

// Fixed tells whether a site's opening is decided beforehand.
type Fixed int8

const (
	Free   Fixed = 0
	Open   Fixed = 1
	Closed Fixed = -1
)

// Arc is a site that a client can be served from. What is not listed is forbidden.
type Arc struct {
	Site     int
	Distance float64
}

// Client is a demand.
type Client struct {
	Weight float64 // what a unit of distance costs, and what is covered; not negative
	Load   Load
	Group  int
	Arcs   []Arc
}

// Site is a place where a facility can be.
type Site struct {
	Capacity Load
	Cost     float64 // of opening, in weight × distance; not negative
	Group    int
	Fixed    Fixed
}

// Problem is an instance.
type Problem struct {
	Kind    Kind
	Clients []Client
	Sites   []Site
	// Most is how many sites may be open, those fixed open among them; 0 for any number.
	Most int
	// MaxDistance is how far a client may be from its site; 0 for any distance.
	MaxDistance float64
	// SameGroup keeps clients within the sites of their own group.
	SameGroup bool
	// Split allows a client to be served from several sites, in any parts.
	Split bool
	// LeaveOut is what leaving out a unit of weight costs; with 0 everybody must be
	// served. Only Median takes it.
	LeaveOut float64
}

// Dense makes the arcs of a client from a row of a matrix; +Inf and NaN are forbidden.
func Dense(row []float64) []Arc {
	arcs := make([]Arc, 0, len(row))
	for j, d := range row {
		if d <= math.MaxFloat64 {
			arcs = append(arcs, Arc{j, d})
		}
	}
	return arcs
}

// check names the first number of the problem that has no meaning.
func (p *Problem) check() error {
	if int(p.Kind) >= len(kindNames) {
		return fmt.Errorf("location: kind %d is not known", p.Kind)
	}
	if p.Most < 0 {
		return fmt.Errorf("location: at most %d sites: it must not be negative", p.Most)
	}
	if p.Kind == Center && p.Most == 0 {
		p.Most = len(p.Sites)
	}
	for j, s := range p.Sites {
		if !(s.Cost >= 0) || math.IsInf(s.Cost, 1) {
			return fmt.Errorf("location: site %d: cost %v: it must be a number, not negative", j, s.Cost)
		}
		for _, c := range s.Capacity {
			if !(c >= 0) {
				return fmt.Errorf("location: site %d: capacity %v: it must not be negative", j, c)
			}
		}
	}
	for i, c := range p.Clients {
		if !(c.Weight >= 0) || math.IsInf(c.Weight, 1) {
			return fmt.Errorf("location: client %d: weight %v: it must be a number, not negative", i, c.Weight)
		}
		for _, l := range c.Load {
			if !(l >= 0) || math.IsInf(l, 1) {
				return fmt.Errorf("location: client %d: load %v: it must be a number, not negative", i, l)
			}
		}
		for _, a := range c.Arcs {
			if a.Site < 0 || a.Site >= len(p.Sites) {
				return fmt.Errorf("location: client %d: there is no site %d", i, a.Site)
			}
			if !(a.Distance >= 0) || math.IsInf(a.Distance, 1) {
				return fmt.Errorf("location: client %d: distance %v to site %d: it must be a number, not negative", i, a.Distance, a.Site)
			}
		}
	}
	return nil
}

// may tells whether an arc is allowed by the group and by the farthest distance.
func (p *Problem) may(c *Client, a Arc, farthest float64) bool {
	return a.Distance <= farthest && p.Sites[a.Site].Fixed != Closed &&
		(!p.SameGroup || c.Group == p.Sites[a.Site].Group)
}

func (p *Problem) farthest() float64 {
	if p.MaxDistance > 0 {
		return p.MaxDistance
	}
	return math.Inf(1)
}

// capacitated tells whether the capacities can matter at all.
func (p *Problem) capacitated() bool {
	var total Load
	for i := range p.Clients {
		for u, l := range p.Clients[i].Load {
			total[u] += l
		}
	}
	for j := range p.Sites {
		for u, c := range p.Sites[j].Capacity {
			if c < total[u] {
				return true
			}
		}
	}
	return false
}
