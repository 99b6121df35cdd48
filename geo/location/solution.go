package location

import (
	"fmt"
	"math"
)

// Flow is the part of a client, above 0 and at most 1, that a site serves.
type Flow struct {
	Client, Site int
	Part         float64
	Distance     float64
}

// Solution is what a search found, and what it proved.
type Solution struct {
	Open  []int  // sites, ascending
	Flows []Flow // by client, then by site
	// Left lists the clients that are not served, or only in part: for Cover those that
	// are out of reach of the open sites or without room, for Median those that were
	// cheaper to leave out. Served in full or in part they are in Flows too.
	Left []int
	// Value is the objective: the sum, the weight covered, the worst distance, or the
	// number (or cost) of sites.
	Value float64
	// Bound is proven: no solution is better. It is below Value, but for Cover above.
	Bound float64
	// Optimal tells that Value is proven to be the best, as far as rounding allows.
	Optimal bool
	// Cut tells that the time limit or the context ended the search.
	Cut   bool
	Nodes int // of the search tree
}

// Gap is how far the value may be from the best, as a part of the value; +Inf where
// nothing is proven.
func (s *Solution) Gap() float64 {
	d := math.Abs(s.Value - s.Bound)
	if s.Optimal || d == 0 {
		return 0
	}
	if s.Value == 0 || math.IsInf(s.Bound, 0) {
		return math.Inf(1)
	}
	return d / math.Abs(s.Value)
}

// Constraint is a kind of condition that cannot be met.
type Constraint string

const (
	OutOfReach   Constraint = "distance" // a client has no site within the maximum distance
	OutOfGroup   Constraint = "group"    // a client has no site in its group
	NoSite       Constraint = "site"     // a client has no site that is not closed at all
	TooLarge     Constraint = "size"     // a client fits whole into no site that it may use
	TooLittle    Constraint = "capacity" // the sites that may be open have too little room together
	TooManyOpen  Constraint = "open"     // more sites are fixed open than may be open
	TooFewSites  Constraint = "most"     // so few sites cannot serve everybody
	NoAssignment Constraint = "packing"  // the parts fit, but not all of them at once
)

// Shortage is one constraint that cannot be met.
type Shortage struct {
	Constraint Constraint
	Client     int // -1 where it is of all clients together
	Unit       int // of a load; -1 where it is not of loads
	// By is how much is missing: of distance, of a load, of sites or of weight, by the
	// constraint.
	By float64
	// Proven tells that no solution exists; otherwise none was found.
	Proven bool
}

// Infeasible is the error of a problem that nothing solves.
type Infeasible struct {
	Shortages []Shortage // the first is named in the error
	// Clients that are left over when the most weight is served, where that was asked.
	Left []int
}

func (e *Infeasible) Error() string {
	if len(e.Shortages) == 0 {
		return "location: no solution"
	}
	s := e.Shortages[0]
	more := ""
	if n := len(e.Shortages) - 1; n > 0 {
		more = fmt.Sprintf(", and %d more", n)
	}
	verb := "no solution"
	if !s.Proven {
		verb = "no solution found"
	}
	return fmt.Sprintf("location: %s: %s%s", verb, s, more)
}

func (s Shortage) String() string {
	switch s.Constraint {
	case OutOfReach:
		if math.IsInf(s.By, 1) {
			return fmt.Sprintf("client %d can reach no site at any distance", s.Client)
		}
		return fmt.Sprintf("client %d has no site within the maximum distance; the nearest is %g farther", s.Client, s.By)
	case OutOfGroup:
		return fmt.Sprintf("client %d has no site in its group", s.Client)
	case NoSite:
		return fmt.Sprintf("client %d has no site that it may use", s.Client)
	case TooLarge:
		return fmt.Sprintf("client %d fits whole into none of its sites; unit %d lacks %g", s.Client, s.Unit, s.By)
	case TooLittle:
		return fmt.Sprintf("the sites that may be open lack room for %g of unit %d", s.By, s.Unit)
	case TooManyOpen:
		return fmt.Sprintf("%g more sites are fixed open than may be open", s.By)
	case TooFewSites:
		return fmt.Sprintf("so few sites do not serve everybody; at least %g more are needed", s.By)
	default:
		return fmt.Sprintf("clients with a weight of %g are left over whatever the sites", s.By)
	}
}
