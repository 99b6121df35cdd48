package crs_test

import (
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/crs"
)

func TestParseReadsCodesAndNames(t *testing.T) {
	for _, row := range []struct{ text, want string }{
		{"EPSG:4326", "EPSG:4326"},
		{"epsg:4490", "EPSG:4490"},
		{" 4525 ", "EPSG:4525"},
		{"urn:ogc:def:crs:EPSG::4525", "EPSG:4525"},
		{"urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"},
		{"http://www.opengis.net/def/crs/EPSG/0/4490", "EPSG:4490"},
		{"http://www.opengis.net/def/crs/OGC/1.3/CRS84", "EPSG:4326"},
		{"http://www.opengis.net/gml/srs/epsg.xml#4326", "EPSG:4326"},
		{"CRS84", "EPSG:4326"},
		{"EPSG:900913", "EPSG:3857"},
		{"ESRI:102100", "EPSG:3857"},
		{"WGS84", "EPSG:4326"},
		{"wgs 1984", "EPSG:4326"},
		{"GCS_WGS_1984", "EPSG:4326"},
		{"CGCS2000", "EPSG:4490"},
		{"国家2000", "EPSG:4490"},
		{"2000国家大地坐标系", "EPSG:4490"},
		{"GCS_China_Geodetic_Coordinate_System_2000", "EPSG:4490"},
		{"西安80", "EPSG:4610"},
		{"1980西安坐标系", "EPSG:4610"},
		{"Xi'an 1980", "EPSG:4610"},
		{"北京54", "EPSG:4214"},
		{"1954年北京坐标系", "EPSG:4214"},
		{"CGCS2000 / 3-degree Gauss-Kruger zone 37", "EPSG:4525"},
		{"CGCS2000_3_Degree_GK_Zone_37", "EPSG:4525"},
		{"CGCS2000_3_Degree_GK_CM_111E", "EPSG:4546"},
		{"CGCS2000_GK_Zone_19", "EPSG:4497"},
		{"CGCS2000_GK_CM_111E", "EPSG:4508"},
		{"CGCS2000 3度带37带", "EPSG:4525"},
		{"CGCS2000 3度带 第37带", "EPSG:4525"},
		{"国家2000 3度带 中央经线111", "EPSG:4546"},
		{"国家2000 6度带19带", "EPSG:4497"},
		{"西安80 37带", "EPSG:2361"},
		{"北京54 6度带 中央子午线111°", "EPSG:21459"},
		{"CGCS2000 CM 109.5", "CGCS2000 / Gauss-Kruger CM 109.5E"},
		{"WGS 84 / UTM zone 49N", "EPSG:32649"},
		{"WGS_1984_UTM_Zone_49N", "EPSG:32649"},
		{"EPSG:32749", "EPSG:32749"},
		{"gcj02", "GCJ-02"},
		{"GCJ-02", "GCJ-02"},
		{"火星坐标系", "GCJ-02"},
		{"BD-09", "BD-09"},
		{"百度", "BD-09"},
		{"WGS 84 / Pseudo-Mercator", "EPSG:3857"},
		{"EPSG:2361+towgs84=1,2.5,-3", "EPSG:2361+towgs84=1,2.5,-3,0,0,0,0"},
		{"西安80 37带 +towgs84=1, 2.5, -3, 0.1, 0.2, 0.3, 4", "EPSG:2361+towgs84=1,2.5,-3,0.1,0.2,0.3,4"},
	} {
		c, err := crs.Parse(row.text)
		if err != nil {
			t.Errorf("%q: %v", row.text, err)
			continue
		}
		if c.String() != row.want {
			t.Errorf("%q is %s, not %s", row.text, c, row.want)
		}
		again, err := crs.Parse(c.String())
		if err != nil || again.String() != c.String() {
			t.Errorf("%q does not lead back: %v, %v", c, again, err)
		}
	}
}

func TestParseSaysWhatIsWrong(t *testing.T) {
	for _, row := range []struct{ text, want string }{
		{"", "not known; known are EPSG:4326"},
		{"EPSG:2154", "EPSG:2154 is not known"},
		{"Pulkovo 1942", "not known"},
		{"CGCS2000 3度带50带", "zone 50 is none of China's; allowed are 13 to 23 for 6° and 25 to 45 for 3°"},
		{"CGCS2000 6度带37带", "zone 37 is none of China's"},
		{"CGCS2000 3-degree Gauss-Kruger", "which zone or central meridian is not said"},
		{"CGCS2000 CM 20", "central meridian 20° is none of China's"},
		{"EPSG:4490+towgs84=1,2,3", "takes no shift"},
		{"EPSG:4610+towgs84=1,2", "3 numbers"},
		{"EPSG:4610+towgs84=1,2,x", `"x" is not a number`},
		{"EPSG:4610+towgs84=1,2,9000", "allowed is ±5000 m"},
		{"EPSG:4610+towgs84=1,2,3,4,5,600,7", "±100 seconds"},
		{`PROJCS["x"]`, "no geographic system"},
		{`PROJCS["x",`, "a keyword was expected"},
		{`LOCAL_CS["x"]`, "LOCAL_CS is no system"},
		{`GEOGCS["x",DATUM["D_NAD_1927",SPHEROID["Clarke_1866",6378206.4,294.9786982]]]`, "is not known; known are"},
		{`GEOGCS["x",DATUM["D_Xian_1980",SPHEROID["Clarke_1866",6378206.4,294.9786982]]]`, "has the ellipsoid"},
		{`GEOGCS["x",DATUM["D_WGS_1984",SPHEROID["x",6378137,298.257223563]],PRIMEM["Paris",2.33]]`, "prime meridian"},
		{
			`PROJCS["x",GEOGCS["x",DATUM["D_WGS_1984",SPHEROID["x",6378137,298.257223563]]],PROJECTION["Lambert_Conformal_Conic"]]`,
			`projection "Lambert_Conformal_Conic" cannot be read; allowed are`,
		},
		{strings.Repeat("A[", 40), "nested deeper"},
	} {
		c, err := crs.Parse(row.text)
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%q is %v, %v; the error should say %q", row.text, c, err, row.want)
		}
	}
}

// gcs is the geographic system of ArcGIS's older custom files for CGCS2000.
const gcs = `GEOGCS["GCS_CGCS_2000",DATUM["D_CGCS_2000",SPHEROID["CGCS_2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],` +
	`UNIT["Degree",0.0174532925199433]]`

func TestFromWKTReadsWhatProgramsWrite(t *testing.T) {
	for _, row := range []struct{ name, wkt, want, warning string }{
		{"ArcGIS, older CGCS2000", gcs, "EPSG:4490", ""},
		{
			"ArcGIS, own meridian", `PROJCS["my",` + gcs +
				`,PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",` +
				`109.5],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]` + "\r\n",
			"CGCS2000 / Gauss-Kruger CM 109.5E", "",
		},
		{
			"ArcGIS, vertical system beside it",
			`GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",` +
				`0.0174532925199433],METADATA["World",-180.0,-90.0,180.0,90.0,0.0,0.0174532925199433,0.0,1262]]`, "EPSG:4326", "",
		},
		{
			"unnamed datum on the ellipsoid of 1975",
			`GEOGCS["unknown",DATUM["D_unknown",SPHEROID["IAU76",6378140,298.257]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]`,
			"EPSG:4610", `datum "D_unknown" is not known: taken for Xian 1980`,
		},
		{
			"unnamed datum on Krasovsky's",
			`GEOGCS["unknown",DATUM["D_Krasovsky_1940",SPHEROID["Krasovsky_1940",6378245,298.3]],PRIMEM["Greenwich",0],UNIT["degree",` +
				`0.0174532925199433]]`, "EPSG:4214", "taken for Beijing 1954",
		},
		{
			"unnamed datum on GRS 80",
			`GEOGCS["unknown",DATUM["D_unknown",SPHEROID["GRS80",6378137,298.257222101]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]`,
			"EPSG:4490", "taken for CGCS2000",
		},
		{
			"parameters in TOWGS84",
			`GEOGCS["Xian 1980",DATUM["Xian_1980",SPHEROID["IAG 1975",6378140,298.257],TOWGS84[1,2,3,0.1,0.2,0.3,4]],PRIMEM["Greenwich",0],` +
				`UNIT["degree",0.0174532925199433]]`, "EPSG:4610+towgs84=1,2,3,0.1,0.2,0.3,4", "",
		},
		{
			"TOWGS84 of zeros says nothing",
			`GEOGCS["Xian 1980",DATUM["Xian_1980",SPHEROID["IAG 1975",6378140,298.257],TOWGS84[0,0,0,0,0,0,0]],PRIMEM["Greenwich",0],` +
				`UNIT["degree",0.0174532925199433]]`, "EPSG:4610", "no published parameters",
		},
		{
			"a compound system", `COMPD_CS["x",` + gcs + `,VERT_CS["Yellow Sea 1985",VERT_DATUM["Yellow Sea 1985",2005],UNIT["metre",1]]]`,
			"EPSG:4490", "",
		},
		{"round brackets", `GEOGCS("WGS 84",DATUM("WGS_1984",SPHEROID("WGS 84",6378137,298.257223563)),PRIMEM("Greenwich",0),UNIT("degree",` +
			`0.0174532925199433))`, "EPSG:4326", ""},
		{
			"BOUNDCRS", `BOUNDCRS[SOURCECRS[GEOGCRS["Beijing 1954",DATUM["Beijing 1954",ELLIPSOID["Krassowsky 1940",6378245,298.3,` +
				`LENGTHUNIT["metre",1]]],CS[ellipsoidal,2],AXIS["lat",north],AXIS["lon",east],UNIT["degree",0.0174532925199433]]],` +
				`TARGETCRS[GEOGCRS["WGS 84",DATUM["World Geodetic System 1984",ELLIPSOID["WGS 84",6378137,298.257223563]],CS[ellipsoidal,2],` +
				`AXIS["lat",north],AXIS["lon",east]]],ABRIDGEDTRANSFORMATION["x",METHOD["Position Vector transformation (geog2D domain)"],` +
				`PARAMETER["X-axis translation",10],PARAMETER["Y-axis translation",-20],PARAMETER["Z-axis translation",30],PARAMETER["X-axis ` +
				`rotation",0.5],PARAMETER["Y-axis rotation",0],PARAMETER["Z-axis rotation",0.814],PARAMETER["Scale difference",0.99999962]]]`,
			"EPSG:4214+towgs84=10,-20,30,0.5,0,0.814,-0.38", "",
		},
	} {
		c, err := crs.FromWKT(row.wkt)
		if err != nil {
			t.Errorf("%s: %v", row.name, err)
			continue
		}
		if c.String() != row.want || !strings.Contains(c.Warning(), row.warning) || (row.warning == "") != (c.Warning() == "") {
			t.Errorf("%s is %s, warning %q", row.name, c, c.Warning())
		}
	}
}

func TestUnitsOfWKTAreFollowed(t *testing.T) {
	kilometres := `PROJCS["km",` + gcs +
		`,PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500.0],PARAMETER["Central_Meridian",111.0],UNIT["Kilometer",1000.0]]`
	gons := `GEOGCS["gon",DATUM["D_WGS_1984",SPHEROID["x",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Gon",0.01570796326794897]]`
	p := orb.Point{110.5, 33.5}
	want := parse(t, "EPSG:4546").FromWGS84(p)
	for _, row := range []struct {
		wkt  string
		want orb.Point
	}{
		{kilometres, orb.Point{want[0] / 1000, want[1] / 1000}},
		{gons, orb.Point{p[0] / 0.9, p[1] / 0.9}},
	} {
		c := parse(t, row.wkt)
		got := c.FromWGS84(p)
		if math.Hypot(got[0]-row.want[0], got[1]-row.want[1]) > 1e-9 {
			t.Errorf("%s: %v, not %v", c.Name(), got, row.want)
		}
		if back := c.ToWGS84(got); geo.Distance(back, p) > 1e-6 {
			t.Errorf("%s: %v back", c.Name(), back)
		}
		if again := parse(t, c.WKT()); geo.Distance(again.ToWGS84(got), p) > 1e-6 {
			t.Errorf("%s does not survive its own WKT %s", c.Name(), c.WKT())
		}
	}
}

func TestEveryPlaceComesBack(t *testing.T) {
	systems := []string{
		"4326", "4490", "4610", "4214", "3857", "32649", "4525", "4546", "4508", "2361", "2381", "21419", "2430",
		"CGCS2000 CM 109.5", "EPSG:4610+towgs84=100,-200,300,20,-30,40,-50", "GCJ-02", "BD-09",
	}
	rapid.Check(t, func(rt *rapid.T) {
		c := parse(t, rapid.SampledFrom(systems).Draw(rt, "system"))
		p := orb.Point{rapid.Float64Range(73, 136).Draw(rt, "lon"), rapid.Float64Range(3, 54).Draw(rt, "lat")}
		there := c.FromWGS84(p)
		if back := c.ToWGS84(there); !(geo.Distance(p, back) < 1e-4) {
			rt.Fatalf("%s: %v came back as %v from %v", c, p, back, there)
		}
	})
}

func TestWhatIsNoPlaceIsNaN(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, system := range []string{"4326", "4610", "3857", "4525", "GCJ-02", "BD-09"} {
		c := parse(t, system)
		for _, p := range []orb.Point{{nan, 30}, {110, nan}, {inf, 30}, {110, -inf}, {1e300, 1e300}} {
			for _, q := range []orb.Point{c.ToWGS84(p), c.FromWGS84(p)} {
				if !math.IsNaN(q[0]) || !math.IsNaN(q[1]) {
					t.Errorf("%s: %v is %v", system, p, q)
				}
			}
		}
	}
	if p := parse(t, "4525").FromWGS84(orb.Point{-60, 30}); !math.IsNaN(p[0]) {
		t.Errorf("the other side of the Earth lies at %v", p)
	}
	if p := parse(t, "4326").ToWGS84(orb.Point{33, 111}); !math.IsNaN(p[0]) {
		t.Errorf("a latitude of 111° is %v", p)
	}
}

func TestAccuracyIsStated(t *testing.T) {
	for _, row := range []struct {
		system   string
		accuracy float64
		warning  string
	}{
		{"4326", 0, ""},
		{"3857", 0, ""},
		{"4490", 1, ""},
		{"4525", 1, ""},
		{"2361", 30, "Xian 1980 has no published parameters"},
		{"21419", 20, "EPSG:15936"},
		{"2361+towgs84=1,2,3", 0, ""},
		{"GCJ-02", 2, "GCJ-02 has no published formula"},
		{"BD-09", 5, "BD-09 has no published formula"},
	} {
		c := parse(t, row.system)
		if c.Accuracy() != row.accuracy || !strings.Contains(c.Warning(), row.warning) || (row.warning == "") != (c.Warning() == "") {
			t.Errorf("%s: %g m, %q", c, c.Accuracy(), c.Warning())
		}
	}
}

// The figures of the guide for adopting CGCS2000, which the default is made from.
func TestXian1980MovesAsPublished(t *testing.T) {
	c := parse(t, "4610")
	for _, p := range []orb.Point{{109, 34.3}, {116, 40}, {104, 30.5}, {113, 23}, {121, 31}, {87, 44}, {127, 46}, {91, 30}} {
		w := c.ToWGS84(p)
		east, north := (w[0]-p[0])*111320*math.Cos(p[1]*math.Pi/180), (w[1]-p[1])*111000
		if east < 70 || east > 120 || north < -20 || north > 55 {
			t.Errorf("%v moves by %.0f m east and %.0f m north", p, east, north)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"EPSG:4525", "西安80 37带", "CGCS2000 CM 109.5E+towgs84=1,2,3", gcs,
		`PROJCS["a",` + gcs + `,PROJECTION["Gauss_Kruger"],PARAMETER["Central_Meridian",111.0],UNIT["m",1]]`,
		`BOUNDCRS[SOURCECRS[` + gcs + `],ABRIDGEDTRANSFORMATION["x",PARAMETER["",1]]]`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := crs.Parse(s)
		if err != nil {
			return
		}
		c.ToWGS84(c.FromWGS84(orb.Point{111, 33}))
		_ = c.String() + c.Warning()
		if w := c.WKT(); w != "" {
			if _, err := crs.FromWKT(w); err != nil {
				t.Errorf("%s: its own WKT is not read: %v", w, err)
			}
		}
	})
}

func TestNewBeijingIsNotTakenForBeijing1954(t *testing.T) {
	for _, s := range []string{
		`PROJCS["New_Beijing_3_Degree_GK_CM_111E",GEOGCS["GCS_New_Beijing",DATUM["D_New_Beijing",SPHEROID["Krasovsky_1940",6378245.0,298.3]],` +
			`PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],` +
			`PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",111.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",` +
			`0.0],UNIT["Meter",1.0]]`,
		"New Beijing / 3-degree Gauss-Kruger zone 37",
		"新1954北京坐标系 3度带 37带",
		"新北京54",
	} {
		if c, err := crs.Parse(s); err == nil || !strings.Contains(err.Error(), "New Beijing") {
			t.Errorf("%s: %v, %v", s, c, err)
		}
	}
	if _, err := crs.Parse("EPSG:4555"); err == nil {
		t.Error("EPSG:4555 is taken")
	}
}
