package network

import "github.com/cuntu/cuntu/geo"

// Kind is what carries the way.
type Kind uint8

// The kinds of segment.
const (
	Road Kind = iota
	Bridge
	Cableway
	Tunnel
)

// Attributes are what the graph knows of a segment besides its lines.
type Attributes struct {
	// Row is the caller's number of the segment. Rows may repeat.
	Row uint32
	// SpeedKmh is how fast the segment is travelled; one without a speed is walked
	// along, at 4 km/h.
	SpeedKmh float32
	// Grade ranks the road, the better the higher.
	Grade uint8
	Kind  Kind
	// Hardened and Passable are for subsets to choose by; by themselves they close
	// nothing.
	Hardened, Passable bool
}

// Segment is a piece of the network with its attributes. Each part of its shape is
// a line; shapes of other kinds, and lines without length, are left out.
type Segment struct {
	Shape geo.Shape
	Attributes
}

// DefaultFootKmh is a walker's speed on hill paths, with a load.
const DefaultFootKmh = 4

func (a *Attributes) speed() float64 {
	if a.SpeedKmh > 0 {
		return float64(a.SpeedKmh)
	}
	return DefaultFootKmh
}
