package elevation

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
)

// measure is how numbers of a file become metres.
type measure struct {
	scale, offset float64 // of the file: number × scale + offset is in its unit
	unit          float64 // metres
}

func (m measure) metres(v float64) float64 { return (v*m.scale + m.offset) * m.unit }

// Metres by the names that GDAL and its users give to units of height, and by the codes
// of EPSG.
var (
	unitNames = map[string]float64{
		"m": 1, "metre": 1, "metres": 1, "meter": 1, "meters": 1, "米": 1,
		"dm": 0.1, "decimetre": 0.1, "decimeter": 0.1, "分米": 0.1,
		"cm": 0.01, "centimetre": 0.01, "centimeter": 0.01, "厘米": 0.01, "mm": 0.001, "millimetre": 0.001, "millimeter": 0.001,
		"km": 1000, "kilometre": 1000, "kilometer": 1000,
		"ft": 0.3048, "foot": 0.3048, "feet": 0.3048, "international foot": 0.3048,
		"us-ft": 1200. / 3937, "ftus": 1200. / 3937, "us survey foot": 1200. / 3937,
	}
	unitCodes = map[int]float64{0: 1, unitMetre: 1, 9002: 0.3048, 9003: 1200. / 3937, 1033: 0.01, 1025: 0.001}
)

// measure is what the file says of its numbers, in GDAL's metadata and in the GeoTIFF
// keys.
func (d *directory) measure() (measure, error) {
	text, err := d.text(tagMetadata)
	if err != nil {
		return measure{}, err
	}
	k, err := d.keys()
	if err != nil {
		return measure{}, err
	}
	return readMeasure(text, k.short[keyVerticalUnits])
}

// readMeasure reads GDAL's items for the one band, SCALE, OFFSET and UNITTYPE; where the
// last is not there, code is the unit, 0 for none.
func readMeasure(text string, code int) (measure, error) {
	m := measure{scale: 1, unit: unitCodes[code]}
	var all struct {
		Items []struct {
			Role  string `xml:"role,attr"`
			Value string `xml:",chardata"`
		} `xml:"Item"`
	}
	if text != "" {
		if err := xml.Unmarshal([]byte(text), &all); err != nil {
			return m, fmt.Errorf("its metadata of GDAL (tag %d) cannot be read, and heights may be scaled by it: %w", tagMetadata, err)
		}
	}
	var err error
	for _, item := range all.Items {
		role, value := strings.ToLower(item.Role), strings.TrimSpace(item.Value)
		switch {
		case role == "scale":
			m.scale, err = strconv.ParseFloat(value, 64)
		case role == "offset":
			m.offset, err = strconv.ParseFloat(value, 64)
		case role == "unittype" && value != "":
			code = 0
			if m.unit = unitNames[strings.ToLower(value)]; m.unit == 0 {
				return m, fmt.Errorf("its heights are in %q; allowed are metres and feet (gdal_calc makes metres)", value)
			}
		}
		if err != nil || m.scale == 0 {
			return m, fmt.Errorf("the %s of its heights is %q, which is not a number to reckon with", role, value)
		}
	}
	if m.unit == 0 {
		return m, fmt.Errorf("its heights are in EPSG's unit %d; allowed are metres and feet (gdal_calc makes metres)", code)
	}
	return m, nil
}
