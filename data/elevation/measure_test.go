package elevation

import (
	"math"
	"strings"
	"testing"
)

// The fixture has numbers from 7000 to 7399, tenths of a metre by GDAL's metadata.
func TestScaledHeightsAreInMetres(t *testing.T) {
	r, err := Open("testdata/scale.tif", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	h, err := r.Heights(0, 0, r.Width, r.Height)
	if err != nil {
		t.Fatal(err)
	}
	if first, last := h[0], h[len(h)-1]; first != 700 || math.Abs(float64(last)-739.9) > 1e-4 {
		t.Errorf("from %v to %v m", first, last)
	}
}

func TestUnitsOfHeightsAreReadOrNamed(t *testing.T) {
	for _, c := range []struct {
		name, items string
		code        int
		metres      float64 // of the number 1000
		refused     string
	}{
		{"nothing said", "", 0, 1000, ""},
		{"metres by their code", "", 9001, 1000, ""},
		{"feet by their code", "", 9002, 304.8, ""},
		{"feet by their name", `<Item name="UNITTYPE" sample="0" role="unittype">ft</Item>`, 0, 304.8, ""},
		{"a name before a code", `<Item name="UNITTYPE" sample="0" role="unittype">metre</Item>`, 9002, 1000, ""},
		{"offset and scale", `<Item name="OFFSET" role="offset">-5</Item><Item name="SCALE" role="scale">0.5</Item>`, 0, 495, ""},
		{"what is not of heights", `<Item name="STATISTICS_MEAN" sample="0">7</Item>`, 0, 1000, ""},
		{"a unit that is none", `<Item role="unittype">li</Item>`, 0, 0, `its heights are in "li"`},
		{"a code that is none", "", 9102, 0, "its heights are in EPSG's unit 9102"},
		{"a scale that is none", `<Item role="scale">x</Item>`, 0, 0, `the scale of its heights is "x"`},
		{"a scale of nothing", `<Item role="scale">0</Item>`, 0, 0, `the scale of its heights is "0"`},
		{"no XML", `<Item`, 0, 0, "cannot be read"},
	} {
		text := c.items
		if text != "" {
			text = "<GDALMetadata>" + text + "</GDALMetadata>"
		}
		m, err := readMeasure(text, c.code)
		switch {
		case c.refused != "":
			if err == nil || !strings.Contains(err.Error(), c.refused) {
				t.Errorf("%s: %v", c.name, err)
			}
		case err != nil:
			t.Errorf("%s: %v", c.name, err)
		case math.Abs(m.metres(1000)-c.metres) > 1e-9:
			t.Errorf("%s: %v m", c.name, m.metres(1000))
		}
	}
}
