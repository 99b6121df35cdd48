package crs

import (
	"fmt"
	"strings"
)

// WKT is the text of a .prj file for the system, in ESRI's dialect of WKT 1,
// which every GIS reads; "" for GCJ-02 and BD-09, which have none.
func (c *CRS) WKT() string {
	if c.datum == nil {
		return ""
	}
	unit := 1.
	if c.Geographic() {
		unit = c.unit
	}
	d := c.datum
	gcs, spheroid := "GCS_"+d.esri, d.esri
	switch d.code {
	case 4490:
		gcs, spheroid = "GCS_China_Geodetic_Coordinate_System_2000", "CGCS2000"
	case 4214:
		spheroid = "Krasovsky_1940"
	}
	geogcs := fmt.Sprintf(`GEOGCS["%s",DATUM["D_%s",SPHEROID["%s",%s,%s]],PRIMEM["Greenwich",0.0],UNIT["%s",%s]]`,
		gcs, d.esri, spheroid, decimal(d.a), decimal(d.rf), unitName(unit, "Degree"), decimal(unit*radians))
	parameters := func(projection string, pairs ...any) string {
		var b strings.Builder
		fmt.Fprintf(&b, `PROJCS["%s",%s,PROJECTION["%s"]`, esriName(c.name), geogcs, projection)
		for i := 0; i < len(pairs); i += 2 {
			fmt.Fprintf(&b, `,PARAMETER["%s",%s]`, pairs[i], decimal(pairs[i+1].(float64)))
		}
		fmt.Fprintf(&b, `,UNIT["%s",%s]]`, unitName(c.unit, "Meter"), decimal(c.unit))
		return b.String()
	}
	switch c.method {
	case webMercator:
		return parameters("Mercator_Auxiliary_Sphere", "False_Easting", 0., "False_Northing", 0.,
			"Central_Meridian", 0., "Standard_Parallel_1", 0., "Auxiliary_Sphere_Type", 0.)
	case transverseMercator:
		projection := "Gauss_Kruger"
		if c.tm.k0 != 1 {
			projection = "Transverse_Mercator"
		}
		return parameters(projection, "False_Easting", c.tm.fe/c.unit, "False_Northing", c.tm.fn/c.unit,
			"Central_Meridian", c.tm.lon0, "Scale_Factor", c.tm.k0, "Latitude_Of_Origin", c.tm.lat0)
	}
	return geogcs
}

func unitName(factor float64, one string) string {
	if factor == 1 {
		return one
	}
	return "User_Defined_Unit"
}

// decimal writes a number with a point, as ESRI does.
func decimal(f float64) string {
	s := fmt.Sprintf("%.17g", f)
	if short := fmt.Sprintf("%.15g", f); len(short) < len(s) {
		s = short
	}
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	return s
}

// esriName turns EPSG's name of a system into ESRI's.
func esriName(name string) string {
	name = strings.NewReplacer(
		"WGS 84 / Pseudo-Mercator", "WGS_1984_Web_Mercator_Auxiliary_Sphere",
		"WGS 84 / ", "WGS_1984_",
		"3-degree Gauss-Kruger", "3_Degree_GK",
		"Gauss-Kruger", "GK",
		" / ", "_", " ", "_", `"`, "", "=", "_",
	).Replace(name)
	return name
}
