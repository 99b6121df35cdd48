package pasted_test

import (
	"fmt"
	"math"
	"os/exec"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/crs"
	"github.com/cuntu/cuntu/geo/crs/pasted"
)

// prefecture is where the user's data lie.
var prefecture = orb.Bound{Min: orb.Point{108.5, 33}, Max: orb.Point{111.2, 34.5}}

// at is 109°56′24″ E 33°52′12″ N.
var at = orb.Point{109.94, 33.87}

func TestReadsWhatPeoplePaste(t *testing.T) {
	for _, row := range []struct {
		text, system string // of the first reading
		order        pasted.Order
		tolerance    float64 // metres from at
	}{
		{"109.94, 33.87", "EPSG:4490", pasted.LonFirst, 0.01},
		{"33.87, 109.94", "EPSG:4490", pasted.LatFirst, 0.01},
		{"109.94 33.87", "EPSG:4490", pasted.LonFirst, 0.01},
		{"（１０９．９４，３３．８７）", "EPSG:4490", pasted.LonFirst, 0.01},
		{"109.94\t33.87\t812", "EPSG:4490", pasted.LonFirst, 0.01},
		{"109°56′24″E 33°52′12″N", "EPSG:4490", pasted.Labelled, 0.01},
		{"N33°52'12\" E109°56'24\"", "EPSG:4490", pasted.Labelled, 0.01},
		{"109º56’24.0”, 33º52’12.0”", "EPSG:4490", pasted.LonFirst, 0.01},
		{"109°56.4' 33°52.2'", "EPSG:4490", pasted.LonFirst, 0.01},
		{"东经109°56′24″ 北纬33°52′12″", "EPSG:4490", pasted.Labelled, 0.01},
		{"北纬33度52分12秒，东经109度56分24秒", "EPSG:4490", pasted.Labelled, 0.01},
		{"经度：109.94 纬度：33.87", "EPSG:4490", pasted.Labelled, 0.01},
		{"东经33.87 北纬109.94", "EPSG:4490", pasted.Mislabelled, 0.01},
		{"33.87N 109.94E", "EPSG:4490", pasted.Labelled, 0.01},
		{"lat=33.87&lng=109.94", "EPSG:4490", pasted.Labelled, 0.01},
		{"109 56 24 33 52 12", "EPSG:4490", pasted.LonFirst, 0.01},
		{"109:56:24 33:52:12", "EPSG:4490", pasted.LonFirst, 0.01},
		{"109-56-24, 33-52-12", "EPSG:4490", pasted.LonFirst, 0.01},
		{"WGS84 109.94,33.87", "EPSG:4326", pasted.LonFirst, 0.01},
		{"位于商州区 109.94123, 33.87012", "EPSG:4490", pasted.LonFirst, 120},
		{"高德 109.9445,33.8686", "GCJ-02", pasted.LonFirst, 60},
		{"109.951,33.874 百度", "BD-09", pasted.LonFirst, 300},
		{"gcj02: 33.8686, 109.9445", "GCJ-02", pasted.LatFirst, 60},
		{"西安80 109.939 33.87", "EPSG:4610", pasted.LonFirst, 150},
		{"北京54坐标系 109.94 33.87", "EPSG:4214", pasted.LonFirst, 150},
		{"EPSG:4490 33.87 109.94", "EPSG:4490", pasted.LatFirst, 0.01},
	} {
		got, err := pasted.Read(row.text, prefecture)
		if err != nil {
			t.Errorf("%s: %v", row.text, err)
			continue
		}
		first := got[0]
		if first.CRS.String() != row.system || first.Order != row.order || !(geo.Distance(first.Place, at) <= row.tolerance) {
			t.Errorf("%s: first comes %s %s at %v, %.1f m away; expected %s %s", row.text, first.CRS, first.Order, first.Place,
				geo.Distance(first.Place, at), row.system, row.order)
		}
	}
}

// proj moves a place by PROJ, in GDAL's order.
func proj(t *testing.T, system string, p orb.Point) orb.Point {
	t.Helper()
	cmd := exec.Command("gdaltransform", "-s_srs", "EPSG:4490", "-t_srs", system, "-output_xy")
	cmd.Stdin = strings.NewReader(fmt.Sprintf("%.12f %.12f\n", p[0], p[1]))
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("gdaltransform: %v: run `make test`, which installs it", err)
	}
	var q orb.Point
	if _, err := fmt.Sscan(string(out), &q[0], &q[1]); err != nil {
		t.Fatal(err)
	}
	return q
}

func TestMetresAreReadAsPROJWritesThem(t *testing.T) {
	for _, row := range []struct {
		system, format string // of x, y by PROJ
		reads          string // the system read, where that is another name
		order          pasted.Order
		first          bool
	}{
		{"EPSG:4525", "%[1]f %[2]f", "", pasted.LonFirst, true},
		{"EPSG:4525", "X=%[2]f Y=%[1]f", "", pasted.Surveyors, true},
		{"EPSG:4525", "x: %[1]f, y: %[2]f", "", pasted.Programs, true},
		{"EPSG:4525", "北坐标%[2]f 东坐标%[1]f", "", pasted.Labelled, true},
		{"EPSG:4525", "CGCS2000 3度带 37带 %[2]f %[1]f", "", pasted.LatFirst, true},
		{"EPSG:4546", "%[1]f %[2]f", "", pasted.LonFirst, true},
		{"EPSG:4546", "国家2000 3度带 37带 %[1]f %[2]f", "EPSG:4525", pasted.LonFirst, true},
		{"EPSG:4546", "37 %[1]f %[2]f", "EPSG:4525", pasted.LonFirst, true},
		{"EPSG:4546", "CGCS2000 中央经线111 %[1]f %[2]f", "", pasted.LonFirst, true},
		{"EPSG:4497", "%[1]f %[2]f", "", pasted.LonFirst, true},
		{"EPSG:4497", "6度带 %[2]f,%[1]f", "", pasted.LatFirst, true},
		{"EPSG:32649", "UTM 49N %[1]f %[2]f", "", pasted.LonFirst, true},
		{"EPSG:32649", "49S %[1]f %[2]f", "", pasted.LonFirst, true},
		{"EPSG:3857", "%[1]f %[2]f", "", pasted.LonFirst, true},
	} {
		xy := proj(t, row.system, at)
		text := fmt.Sprintf(row.format, xy[0], xy[1])
		got, err := pasted.Read(text, prefecture)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		want := row.system
		if row.reads != "" {
			want = row.reads
		}
		if g := got[0]; g.CRS.String() != want || g.Order != row.order || !(geo.Distance(g.Place, at) < 0.01) {
			t.Errorf("%s: first comes %s %s at %v; expected %s %s at %v", text, g.CRS, g.Order, g.Place, want, row.order, at)
		}
	}
}

func TestANamedDatumIsTheOnlyOneRead(t *testing.T) {
	c, err := crs.Parse("EPSG:2361") // Xian 1980, 3-degree zone 37
	if err != nil {
		t.Fatal(err)
	}
	xy := c.FromWGS84(at)
	for _, text := range []string{
		fmt.Sprintf("西安80 %f %f", xy[0], xy[1]), fmt.Sprintf("西安80 3度带37带 %f %f", xy[0]-37e6, xy[1]),
		fmt.Sprintf("%f %f 1980西安坐标系", xy[1], xy[0]),
	} {
		got, err := pasted.Read(text, prefecture)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if len(got) != 1 || got[0].CRS.Code() != 2361 || !got[0].Named || geo.Distance(got[0].Place, at) > 0.01 {
			t.Errorf("%s is read as %+v", text, got)
		}
	}
}

func TestUnnamedNumbersAreReadInEveryDatumTheyFit(t *testing.T) {
	got, err := pasted.Read("37402345.6 3749123.4", prefecture)
	if err != nil {
		t.Fatal(err)
	}
	var systems []string
	for _, r := range got {
		systems = append(systems, r.CRS.Datum())
	}
	if strings.Join(systems, " ") != "CGCS2000 Xian 1980 Beijing 1954" {
		t.Errorf("read in %q", systems)
	}
}

func TestWhatIsNoPlaceIsRefusedWithTheReason(t *testing.T) {
	for text, reason := range map[string]string{
		"":                            "no number",
		"杏树园村":                        "no number",
		"109.94":                      "1 numbers are not one place",
		"312国道 5":                     `"国道" is not understood`,
		"109.94,33.87 110.1,33.9 5 6": "6 numbers",
		"109°75′ 33°":                 "not below 60",
		"E109.94 E33.87":              "same coordinate",
		"200 300":                     "no place",
		"西安80 3度带99带 402345 3749123":  "zone 99",
		"°109":                        "stands by itself",
		strings.Repeat("1", 201):      "too long",
	} {
		if got, err := pasted.Read(text, prefecture); err == nil || !strings.Contains(err.Error(), reason) {
			t.Errorf("%q gives %+v, %v; expected %q", text, got, err, reason)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{
		"109.94, 33.87", "东经109°56′24″ 北纬33°52′12″", "西安80 3度带37带 402345 3749123", "X=3749123 Y=37402345",
		"49S 402345 3749123", "37 402345.6 3749123.4", "高德 109.95,33.88", "-1:2:3 4-5-6",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := pasted.Read(s, prefecture)
		if (err == nil) == (len(got) == 0) {
			t.Fatalf("%d readings, %v", len(got), err)
		}
		for _, r := range got {
			if !(math.Abs(r.Place[0]) <= 180 && math.Abs(r.Place[1]) <= 90) {
				t.Errorf("%s is at %v", r.CRS, r.Place)
			}
		}
	})
}
