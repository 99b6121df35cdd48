// Package curve numbers the cells of a square along curves that fill it: what is near along the curve is near in
// the plane. Places go in, numbers come out and the other way round; it allocates nothing and knows of no features.
package curve

import "github.com/cuntu/cuntu/geo"

// Morton interleaves the bits of x and y, x in the lower ones (Morton 1966): every square of 2ᵏ units a side has a
// run of numbers of its own.
func Morton(x, y uint32) uint64 { return spread(x) | spread(y)<<1 }

// MortonOf is the number of a quantised place.
func MortonOf(p geo.Point) uint64 { return Morton(unsigned(p.X), unsigned(p.Y)) }

// MortonPoint is the quantised place with a number.
func MortonPoint(code uint64) geo.Point {
	return geo.Point{X: int32(gather(code) ^ 1<<31), Y: int32(gather(code>>1) ^ 1<<31)}
}

func unsigned(v int32) uint32 { return uint32(v) ^ 1<<31 }

func spread(v uint32) uint64 {
	x := uint64(v)
	x = (x | x<<16) & 0x0000ffff0000ffff
	x = (x | x<<8) & 0x00ff00ff00ff00ff
	x = (x | x<<4) & 0x0f0f0f0f0f0f0f0f
	x = (x | x<<2) & 0x3333333333333333
	return (x | x<<1) & 0x5555555555555555
}

func gather(x uint64) uint32 {
	x &= 0x5555555555555555
	x = (x | x>>1) & 0x3333333333333333
	x = (x | x>>2) & 0x0f0f0f0f0f0f0f0f
	x = (x | x>>4) & 0x00ff00ff00ff00ff
	x = (x | x>>8) & 0x0000ffff0000ffff
	return uint32(x | x>>16)
}
