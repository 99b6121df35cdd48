package crs

// TMParameters are the origin's latitude, the central meridian, the scale, the
// false easting and northing.
type TMParameters [5]float64

// ParametersOf gives a projected system's parameters to the tests.
func ParametersOf(c *CRS) TMParameters {
	return TMParameters{c.tm.lat0, c.tm.lon0, c.tm.k0, c.tm.fe, c.tm.fn}
}

// BaseOf is the code of the geographic system below.
func BaseOf(c *CRS) int { return c.datum.code }
