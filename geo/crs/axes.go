package crs

// NorthFirst tells whether EPSG's definition of the system puts latitude or northing before longitude or easting, as those
// of degrees and of Gauss-Krüger zones do; UTM, Web Mercator and the systems of web maps do not. Points of this package
// have east first whatever it says.
func (c *CRS) NorthFirst() bool {
	switch c.method {
	case geographic:
		return true
	case transverseMercator:
		return c.code < firstUTM || c.code > lastUTM
	}
	return false
}

// The codes of UTM on WGS 84, northern hemisphere.
const firstUTM, lastUTM = 32601, 32660

// FarFromMeridian is how many degrees from its central meridian a Gauss-Krüger zone is of no more use: twice the 3° of the
// widest ones.
const FarFromMeridian = 6
