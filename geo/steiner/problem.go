package steiner

import (
	"errors"
	"fmt"
	"math"
)

// Edge joins two nodes.
type Edge struct {
	A, B   int32
	Cost   int64
	OneWay bool // from A to B alone
}

// Must is the penalty of a terminal that must be joined.
const Must = int64(math.MaxInt64 / 8)

// Terminal is a node to be joined, or to be left out for a penalty.
type Terminal struct {
	Node    int32
	Penalty int64
}

// Problem is what to join: every terminal is to be reached from the root.
type Problem struct {
	Nodes     int
	Edges     []Edge
	Root      int32
	Terminals []Terminal
}

// Use is an edge of a tree, in the direction away from the root.
type Use struct {
	Edge     int32
	Backward bool // from B to A
}

// Tree is a solution.
type Tree struct {
	Uses []Use // every one after that by which its first node is reached
	Left []int // the terminals left out, by their numbers
	// Cost is that of the edges and of the penalties. No solution costs less than Bound.
	Cost, Bound int64
}

// ErrUnreachable is that of a problem in which a terminal that must be joined cannot be.
var ErrUnreachable = errors.New("steiner: a terminal cannot be reached from the root")

func (p *Problem) check() error {
	ok := func(node int32) bool { return node >= 0 && int(node) < p.Nodes }
	if !ok(p.Root) {
		return fmt.Errorf("steiner: the root is node %d of %d", p.Root, p.Nodes)
	}
	var sum int64
	for i, e := range p.Edges {
		if !ok(e.A) || !ok(e.B) || e.Cost < 0 || e.Cost > Must {
			return fmt.Errorf("steiner: edge %d: %+v", i, e)
		}
		if sum += e.Cost; sum >= Must {
			return fmt.Errorf("steiner: the edges cost more than %d together", Must)
		}
	}
	seen := map[int32]bool{p.Root: true}
	for i, t := range p.Terminals {
		if !ok(t.Node) || t.Penalty < 0 || seen[t.Node] {
			return fmt.Errorf("steiner: terminal %d: node %d is none, or is the root or a terminal already", i, t.Node)
		}
		seen[t.Node] = true
	}
	return nil
}
