package crs_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/crs"
)

// The tests in this file hold the package against PROJ and its copy of the EPSG
// registry.

func tool(t *testing.T, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Fatalf("%s is missing: run `make test`, which installs it", name)
	}
}

// transform moves points by PROJ, in GDAL's order: x, y whatever EPSG says.
func transform(t *testing.T, from, to string, points []orb.Point) []orb.Point {
	t.Helper()
	tool(t, "gdaltransform")
	var in strings.Builder
	for _, p := range points {
		fmt.Fprintf(&in, "%.12f %.12f\n", p[0], p[1])
	}
	cmd := exec.Command("gdaltransform", "-s_srs", from, "-t_srs", to, "-output_xy")
	cmd.Stdin = strings.NewReader(in.String())
	var warnings strings.Builder
	cmd.Stderr = &warnings
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("gdaltransform %s %s: %v: %s%s", from, to, err, text, warnings.String())
	}
	var out []orb.Point
	for line := range strings.Lines(string(text)) {
		var x, y float64
		if _, err := fmt.Sscan(line, &x, &y); err != nil {
			t.Fatalf("gdaltransform %s %s: %s", from, to, line)
		}
		out = append(out, orb.Point{x, y})
	}
	if len(out) != len(points) {
		t.Fatalf("gdaltransform %s %s: %d results for %d points", from, to, len(out), len(points))
	}
	return out
}

func parse(t *testing.T, s string) *crs.CRS {
	t.Helper()
	c, err := crs.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// spread are places up to width degrees of longitude from lon0, all over China's
// latitudes.
func spread(lon0, width float64, n int) []orb.Point {
	r := rand.New(rand.NewPCG(3, 4))
	out := []orb.Point{{lon0, 34}, {lon0 - width, 18}, {lon0 + width, 53}}
	for len(out) < n {
		out = append(out, orb.Point{lon0 + (2*r.Float64()-1)*width, 3 + 51*r.Float64()})
	}
	return out
}

func far(t *testing.T, what string, got, want []orb.Point, degrees bool, tolerance float64) {
	t.Helper()
	for i := range got {
		d := math.Hypot(got[i][0]-want[i][0], got[i][1]-want[i][1])
		if degrees {
			d = geo.Distance(got[i], want[i])
		}
		if !(d <= tolerance) {
			t.Errorf("%s: point %d is %v, PROJ says %v, %g m apart", what, i, got[i], want[i], d)
			return
		}
	}
}

func each(points []orb.Point, f func(orb.Point) orb.Point) (out []orb.Point) {
	for _, p := range points {
		out = append(out, f(p))
	}
	return out
}

// projDB opens PROJ's database, which comes with the library.
func projDB(t *testing.T) *sqlite.Conn {
	t.Helper()
	dirs := []string{os.Getenv("PROJ_DATA"), os.Getenv("PROJ_LIB"), "/usr/share/proj", "/usr/local/share/proj"}
	for _, dir := range dirs {
		conn, err := sqlite.OpenConn(filepath.Join(dir, "proj.db"), sqlite.OpenReadOnly)
		if err == nil {
			t.Cleanup(func() { conn.Close() })
			return conn
		}
	}
	t.Fatalf("PROJ's database is in none of %q: run `make test`, which installs it", dirs)
	return nil
}

func TestCodesAreDefinedAsInEPSG(t *testing.T) {
	const sql = `SELECT p.code, p.name, p.geodetic_crs_code, c.param1_value, c.param2_value, c.param3_value,
			c.param4_value, c.param5_value, c.param1_code, c.param2_code, c.param3_code, c.param4_code, c.param5_code
		FROM projected_crs p JOIN conversion c ON p.conversion_auth_name = c.auth_name AND p.conversion_code = c.code
		WHERE p.auth_name = 'EPSG' AND p.geodetic_crs_auth_name = 'EPSG' AND c.method_code = 9807
			AND p.geodetic_crs_code IN (4490, 4610, 4214)`
	seen := 0
	err := sqlitex.Execute(projDB(t), sql, &sqlitex.ExecOptions{ResultFunc: func(row *sqlite.Stmt) error {
		seen++
		code := row.ColumnInt(0)
		for i, parameter := range []int{8801, 8802, 8805, 8806, 8807} {
			if row.ColumnInt(8+i) != parameter {
				t.Errorf("EPSG:%d: parameter %d is %d", code, i+1, row.ColumnInt(8+i))
			}
		}
		c := parse(t, fmt.Sprintf("EPSG:%d", code))
		if c.Name() != row.ColumnText(1) || c.Code() != code {
			t.Errorf("EPSG:%d is %q (%d), EPSG says %q", code, c.Name(), c.Code(), row.ColumnText(1))
		}
		want := crs.TMParameters{row.ColumnFloat(3), row.ColumnFloat(4), row.ColumnFloat(5), row.ColumnFloat(6), row.ColumnFloat(7)}
		if got := crs.ParametersOf(c); got != want {
			t.Errorf("EPSG:%d has %v, EPSG says %v", code, got, want)
		}
		if base := crs.BaseOf(c); base != row.ColumnInt(2) {
			t.Errorf("EPSG:%d is on EPSG:%d, EPSG says %d", code, base, row.ColumnInt(2))
		}
		if again, err := crs.Parse(c.Name()); err != nil || again.WKT() != c.WKT() && code < 21473 {
			t.Errorf("the name %q does not lead back: %v, %v", c.Name(), again, err)
		} else if code < 21473 && again.Code() != code {
			t.Errorf("the name %q leads to EPSG:%d, not %d", c.Name(), again.Code(), code)
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	if want := 64 + 64 + 42 + 33; seen != want {
		t.Errorf("EPSG has %d such systems, not %d", seen, want)
	}
}

func TestProjectionIsPROJsToATenthOfAMillimetre(t *testing.T) {
	t.Parallel()
	base := map[byte]string{'X': "EPSG:4610", 'B': "EPSG:4214", 'C': "EPSG:4490"}
	for _, code := range []int{4491, 4512, 4525, 4545, 2327, 2361, 2390, 2401, 2430, 21423, 21457, 21480} {
		c := parse(t, strconv.Itoa(code))
		lon0, _ := c.CentralMeridian()
		geodetic := spread(lon0, 10, 400)
		from := base[c.Name()[0]]
		want := transform(t, from, fmt.Sprintf("EPSG:%d", code), geodetic)
		// The shift is taken out by way of the base system, so that the projection alone is seen.
		g := parse(t, from)
		got := each(geodetic, func(p orb.Point) orb.Point { return c.FromWGS84(g.ToWGS84(p)) })
		far(t, c.Name(), got, want, false, 1e-4)
		back := each(want, func(p orb.Point) orb.Point { return g.FromWGS84(c.ToWGS84(p)) })
		far(t, c.Name()+" inverse", back, geodetic, true, 1e-4)
	}
}

func TestExactSystemsAreWithinAMillimetreOfPROJ(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		system string
		lon0   float64
	}{
		{"EPSG:4490", 105},
		{"EPSG:3857", 105},
		{"EPSG:4525", 111},
		{"EPSG:4546", 111},
		{"EPSG:4497", 111},
		{"EPSG:4508", 111},
		{"EPSG:32649", 111},
		{"EPSG:32749", 111},
	} {
		c := parse(t, row.system)
		places := spread(row.lon0, 6, 200)
		far(t, row.system, each(places, c.FromWGS84), transform(t, "EPSG:4326", row.system, places), c.Geographic(), 1e-3)
		there := each(places, c.FromWGS84)
		far(t, row.system+" to WGS 84", each(there, c.ToWGS84), transform(t, row.system, "EPSG:4326", there), true, 1e-3)
	}
}

func TestOldDatumsFollowTheirParametersAsPROJDoes(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ system, proj string }{
		{"EPSG:4214", "+proj=longlat +ellps=krass +towgs84=11.911,-154.833,-80.079 +no_defs"},
		{"EPSG:4610", "+proj=longlat +a=6378140 +rf=298.257 +towgs84=-94,-67,-8 +no_defs"},
		{
			"EPSG:4610+towgs84=12.5,-131.25,-44.75,1.5,-2.5,3.25,-4.5",
			"+proj=longlat +a=6378140 +rf=298.257 +towgs84=12.5,-131.25,-44.75,1.5,-2.5,3.25,-4.5 +no_defs",
		},
		{
			"EPSG:2361+towgs84=12.5,-131.25,-44.75",
			"+proj=tmerc +lon_0=111 +x_0=37500000 +a=6378140 +rf=298.257 +towgs84=12.5,-131.25,-44.75 +no_defs",
		},
	} {
		c := parse(t, row.system)
		places := spread(111, 5, 100)
		there := transform(t, "+proj=longlat +datum=WGS84 +no_defs", row.proj, places)
		far(t, row.system+" from WGS 84", each(places, c.FromWGS84), there, c.Geographic(), 5e-3)
		far(t, row.system, each(there, c.ToWGS84), transform(t, row.proj, "+proj=longlat +datum=WGS84 +no_defs", there), true, 1e-3)
	}
}

func TestWKTOfPROJIsRead(t *testing.T) {
	t.Parallel()
	tool(t, "gdalsrsinfo")
	definition := regexp.MustCompile(`(?ms)^[A-Z]+\[.*?\]$\n^\s*$`)
	for _, code := range []int{4326, 4490, 4610, 4214, 3857, 32649, 2361, 2342, 2430, 21419, 4508, 4525, 4546} {
		want := parse(t, strconv.Itoa(code))
		text, err := exec.Command("gdalsrsinfo", "-o", "wkt_all", fmt.Sprintf("EPSG:%d", code)).Output()
		if err != nil {
			t.Fatal(err)
		}
		dialects := definition.FindAllString(string(text)+"\n", -1)
		if len(dialects) < 5 {
			t.Fatalf("%d dialects in %s", len(dialects), text)
		}
		for _, dialect := range dialects {
			c, err := crs.FromWKT(dialect)
			if err != nil {
				t.Errorf("EPSG:%d: %v\n%s", code, err, dialect)
				continue
			}
			if c.Code() != code || c.WKT() != want.WKT() || c.Warning() != want.Warning() {
				t.Errorf("EPSG:%d is read as %s %q, warning %q\n%s", code, c, c.Name(), c.Warning(), dialect)
			}
		}
	}
}

func TestPROJReadsOurWKT(t *testing.T) {
	t.Parallel()
	places := spread(111, 2, 20)
	for _, system := range []string{"4326", "4490", "3857", "32649", "4525", "4546", "CGCS2000 CM 109.5"} {
		c := parse(t, system)
		got := transform(t, "EPSG:4326", c.WKT(), places)
		far(t, system, each(places, c.FromWGS84), got, c.Geographic(), 1e-3)
	}
	for _, system := range []string{"2361", "2414", "4610", "21419"} { // without the shift, which a .prj cannot say
		c := parse(t, system)
		zero, err := c.WithShift(crs.Shift{})
		if err != nil {
			t.Fatal(err)
		}
		base := "+proj=longlat +ellps=krass +no_defs"
		if c.Name()[0] == 'X' {
			base = "+proj=longlat +a=6378140 +rf=298.257 +no_defs"
		}
		g := parse(t, map[byte]string{'X': "4610", 'B': "4214"}[c.Name()[0]])
		g, err = g.WithShift(crs.Shift{})
		if err != nil {
			t.Fatal(err)
		}
		got := transform(t, base, c.WKT(), places)
		far(t, system, each(places, func(p orb.Point) orb.Point { return zero.FromWGS84(g.ToWGS84(p)) }), got, c.Geographic(), 1e-3)
	}
}
