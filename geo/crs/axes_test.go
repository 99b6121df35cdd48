package crs_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/cuntu/cuntu/geo/crs"
)

// GDAL's list of EPSG's systems tells the order of their axes.
func TestTheOrderOfAxesIsEPSGs(t *testing.T) {
	if _, err := exec.LookPath("gdalsrsinfo"); err != nil {
		t.Fatal("gdalsrsinfo is missing: run `make test`, which installs it")
	}
	for _, code := range []string{
		"4326", "4490", "4610", "4214", "3857", "4491", "4512", "4525", "4549", "2327", "2361", "2390",
		"2401", "2442", "21413", "21453", "32649",
	} {
		c, err := crs.Parse("EPSG:" + code)
		if err != nil {
			t.Fatal(err)
		}
		text, err := exec.Command("gdalsrsinfo", "-o", "wkt2_2019", "EPSG:"+code).Output()
		if err != nil {
			t.Fatal(err)
		}
		_, axes, _ := strings.Cut(string(text), "AXIS[")
		if north := strings.Contains(strings.SplitN(axes, "\n", 2)[0], "north"); north != c.NorthFirst() {
			t.Errorf("EPSG:%s: north first is %v, GDAL says %v", code, c.NorthFirst(), north)
		}
	}
}
