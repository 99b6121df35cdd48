package plane

import "math"

// Hash mixes integers into one (the finaliser of SplitMix64), so that a place
// can have a chance of its own that no other place's order changes.
func Hash(seed uint64, parts ...int) uint64 {
	h := seed
	for _, p := range parts {
		h += uint64(p) + 0x9e3779b97f4a7c15
		h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
		h = (h ^ h>>27) * 0x94d049bb133111eb
		h ^= h >> 31
	}
	return h
}

// Chance is a number in [0, 1) out of a hash.
func Chance(seed uint64, parts ...int) float64 {
	return float64(Hash(seed, parts...)>>11) / (1 << 53)
}

// Noise is smooth value noise in [-1, 1] with features a unit wide.
func Noise(seed uint64, x, y float64) float64 {
	fx, fy := math.Floor(x), math.Floor(y)
	ix, iy := int(fx), int(fy)
	x, y = x-fx, y-fy
	x, y = x*x*(3-2*x), y*y*(3-2*y)
	a, b := corner(seed, ix, iy), corner(seed, ix+1, iy)
	c, d := corner(seed, ix, iy+1), corner(seed, ix+1, iy+1)
	a += (b - a) * x
	c += (d - c) * x
	return (a+(c-a)*y)*2 - 1
}

// corner is chance(seed, x, y), mixed once for speed: noise takes four a call.
func corner(seed uint64, x, y int) float64 {
	h := seed + uint64(x)*0x9e3779b97f4a7c15 + uint64(y)*0xc2b2ae3d27d4eb4f
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return float64((h^h>>31)>>11) / (1 << 53)
}

// Fractal adds octaves of noise, each half as wide and half as strong.
func Fractal(seed uint64, x, y float64, octaves int) float64 {
	sum, weight, total := 0.0, 1.0, 0.0
	for o := range octaves {
		sum += weight * Noise(seed+uint64(o)*7919, x, y)
		total += weight
		weight /= 2
		x, y = x*2, y*2
	}
	return sum / total
}
