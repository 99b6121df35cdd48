package maptile

import (
	"errors"
	"fmt"

	"github.com/cuntu/cuntu/geo"
)

const (
	// Extent is how many units a tile is wide and high.
	Extent = 1 << ExtentBits
	// Buffer is how many units beyond its edges a tile holds, so that symbols and
	// strokes go on across them: 4 pixels of a tile drawn at 256.
	Buffer = 64
	// MaxZoom is the deepest zoom there is: its unit is a quarter of a quantum.
	MaxZoom = 22

	ExtentBits = 12
	WorldBits  = 32
)

// Tile numbers a square of the Web Mercator world: Z halvings deep, X from the
// west, Y from the north.
type Tile struct {
	Z    uint8
	X, Y uint32
}

func (t Tile) String() string { return fmt.Sprintf("%d/%d/%d", t.Z, t.X, t.Y) }

// ErrOutside is the error, wrapped in a *TileError, of a tile outside the world.
var ErrOutside = errors.New("outside the world")

// TileError says why there is no such tile.
type TileError struct {
	Tile   Tile
	Reason string
}

func (e *TileError) Error() string { return fmt.Sprintf("tile %v: %s", e.Tile, e.Reason) }

func (e *TileError) Unwrap() error { return ErrOutside }

// Check is nil or a *TileError.
func (t Tile) Check() error {
	if t.Z > MaxZoom {
		return &TileError{t, fmt.Sprintf("the zoom is from 0 to %d", MaxZoom)}
	}
	if last := uint32(1)<<t.Z - 1; t.X > last || t.Y > last {
		return &TileError{t, fmt.Sprintf("x and y are from 0 to %d at zoom %d", last, t.Z)}
	}
	return nil
}

// Parent is the tile one zoom up that holds t; the world is its own.
func (t Tile) Parent() Tile {
	if t.Z == 0 {
		return t
	}
	return Tile{t.Z - 1, t.X / 2, t.Y / 2}
}

// Box is the tile's square in quanta, widened by a number of units: it holds each
// point that rounds to a coordinate from -buffer to Extent+buffer.
func (t Tile) Box(buffer int) geo.Box {
	g := GridOf(t)
	lo, hi := int64(-buffer), int64(Extent+buffer)
	return geo.Box{
		Min: geo.Point{X: toQuanta(g.from(lo, g.AddX)), Y: toQuanta(g.from(lo, g.AddY))},
		Max: geo.Point{X: toQuanta(g.from(hi+1, g.AddX) - 1), Y: toQuanta(g.from(hi+1, g.AddY) - 1)},
	}
}

func toQuanta(v int64) int32 { return int32(max(-1<<31, min(1<<31-1, v))) }

// Grid takes quanta to a tile's units, from its upper left corner, rounding to
// the nearest. The grids of all tiles of a zoom are one grid, so neighbours agree.
//
// A unit is 2^(20-z) quanta, hence a shift; from zoom 20 on it is the other way
// round. Everything else is folded into one addend, so that the way from a stored
// vertex to a unit is a shift, an addition and a shift.
//
// Vertices whose rank is above detail are left out.
type Grid struct {
	Up, Down   uint8 // one of them is 0
	Detail     uint8
	AddX, AddY int64
}

// Everything is the detail that leaves out nothing.
const Everything = 255

func GridOf(t Tile) Grid {
	g := Grid{Detail: Everything}
	if shift := WorldBits - ExtentBits - int(t.Z); shift >= 0 {
		g.Down = uint8(shift)
	} else {
		g.Up = uint8(-shift)
	}
	add := func(n uint32) int64 {
		a := int64(1)<<(WorldBits-1)<<g.Up - int64(n)<<ExtentBits<<g.Down
		if g.Down > 0 {
			a += 1 << (g.Down - 1)
		}
		return a
	}
	g.AddX, g.AddY = add(t.X), add(t.Y)
	return g
}

func (g *Grid) X(p geo.Point) int64 {
	return (int64(p.X)<<(g.Up&63) + g.AddX) >> (g.Down & 63)
}

func (g *Grid) Y(p geo.Point) int64 {
	return (int64(p.Y)<<(g.Up&63) + g.AddY) >> (g.Down & 63)
}

// from is the least quantum whose unit is at least v.
func (g *Grid) from(v, add int64) int64 {
	quanta := v<<g.Down - add
	return (quanta + 1<<g.Up - 1) >> g.Up
}
