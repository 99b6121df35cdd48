package crs

// The ellipsoids: EPSG 7030, 1024, 7049 and 7024.
var (
	wgs84     = ellipsoid{6378137, 298.257223563}
	cgcs2000  = ellipsoid{6378137, 298.257222101}
	iag1975   = ellipsoid{6378140, 298.257}
	krasovsky = ellipsoid{6378245, 298.3}
)

// datum is a reference frame and how it is led to WGS 84.
type datum struct {
	code  int    // of its geographic system, EPSG
	name  string // EPSG's
	short string // as it begins the names of projected systems
	esri  string // as in ESRI's GCS_… and D_…
	ellipsoid
	same     bool // places in degrees are those of WGS 84
	shift    Shift
	accuracy float64 // metres
	warning  string
}

var (
	datumWGS84 = &datum{
		code: 4326, name: "WGS 84", short: "WGS 84", esri: "WGS_1984", ellipsoid: wgs84, same: true,
	}
	datumCGCS2000 = &datum{
		code: 4490, name: "China Geodetic Coordinate System 2000", short: "CGCS2000", esri: "China_2000",
		ellipsoid: cgcs2000, same: true, accuracy: 1,
	}
	// The state publishes no parameters for Xian 1980, and EPSG lists none. What
	// is published is by how much places move from it to CGCS2000 over the country:
	// −9 to +43 m northwards, +76 to +119 m eastwards (测绘通报 and the guide for
	// adopting CGCS2000). The translation below is the one whose extremes over
	// mainland China come closest to those. The same fit to the figures published
	// for Beijing 1954 (−29 to +62 m, −56 to +84 m) gives EPSG's parameters for that
	// to within 14 m, hence the accuracy stated.
	datumXian1980 = &datum{
		code: 4610, name: "Xian 1980", short: "Xian 1980", esri: "Xian_1980", ellipsoid: iag1975,
		shift: Shift{DX: -94, DY: -67, DZ: -8}, accuracy: 30,
		warning: "Xian 1980 has no published parameters: the default shift (-94, -67, -8 m), an estimate, is off by up to 30 m; give the " +
			"county's own as +towgs84=dx,dy,dz,rx,ry,rz,ppm",
	}
	// EPSG:15936, "Beijing 1954 to WGS 84 (6)", Ordos basin, 1 m there: of EPSG's
	// six the one with which northern China is best served.
	datumBeijing1954 = &datum{
		code: 4214, name: "Beijing 1954", short: "Beijing 1954", esri: "Beijing_1954", ellipsoid: krasovsky,
		shift: Shift{DX: 11.911, DY: -154.833, DZ: -80.079}, accuracy: 20,
		warning: "Beijing 1954 differs from region to region: the default shift (EPSG:15936, 11.911, -154.833, -80.079 m) is good to 1 m in " +
			"the Ordos basin and off by up to 20 m elsewhere; give the county's own as +towgs84=dx,dy,dz,rx,ry,rz,ppm",
	}
)

// family is a run of EPSG codes for zones of one datum. Checked against PROJ's
// database by TestCodesAreDefinedAsInEPSG.
type family struct {
	first  int // the code of the first zone
	datum  *datum
	width  int  // degrees: 3 or 6
	byZone bool // eastings begin with the zone's number
	// suffix of deprecated duplicates, which are found by code only
	deprecated bool
}

// Zones 13 to 23 of 6° have central meridians 75°, 81° … 135°; zones 25 to 45 of
// 3° have 75°, 78° … 135°.
var families = []family{
	{first: 4513, datum: datumCGCS2000, width: 3, byZone: true},
	{first: 4534, datum: datumCGCS2000, width: 3},
	{first: 4491, datum: datumCGCS2000, width: 6, byZone: true},
	{first: 4502, datum: datumCGCS2000, width: 6},
	{first: 2349, datum: datumXian1980, width: 3, byZone: true},
	{first: 2370, datum: datumXian1980, width: 3},
	{first: 2327, datum: datumXian1980, width: 6, byZone: true},
	{first: 2338, datum: datumXian1980, width: 6},
	{first: 2401, datum: datumBeijing1954, width: 3, byZone: true},
	{first: 2422, datum: datumBeijing1954, width: 3},
	{first: 21413, datum: datumBeijing1954, width: 6, byZone: true},
	{first: 21453, datum: datumBeijing1954, width: 6},
	{first: 21473, datum: datumBeijing1954, width: 6, deprecated: true},
}

func (f family) zones() int { return 60/f.width + 1 }

// firstZone is 25 for 3°, 13 for 6°.
func (f family) firstZone() int {
	if f.width == 3 {
		return 25
	}
	return 13
}
