package crs

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Known says in one line what Parse takes; error messages end with it.
const Known = "EPSG:4326, EPSG:4490 (CGCS2000), EPSG:3857, EPSG:4610 (Xian 1980), EPSG:4214 (Beijing 1954) and their Gauss-Kruger " +
	"zones (EPSG:4491-4554, 2327-2390, 2401-2442, 21413-21423, 21453-21463), UTM (EPSG:32601-32660), GCJ-02, BD-09"

var (
	codePattern = regexp.MustCompile(`(?i)^(?:epsg:{1,2}|esri:|urn:ogc:def:crs:(?:epsg|ogc):[^:]*:|` +
		`https?://www\.opengis\.net/(?:def/crs/(?:epsg|ogc)/[^/]+/|gml/srs/epsg\.xml#))?(\d{4,6}|crs84)$`)
	zonePattern   = regexp.MustCompile(`(?i)zone[\s_]*(\d{1,2})|(?:第|度带|带号)\D?(\d{1,2})|(\d{1,2})\s*(?:度)?带$|^.*?[\s_](\d{2})n?$`)
	cmPattern     = regexp.MustCompile(`(?i)(?:cm|meridian|中央经线|中央子午线)[\s_:=]*(\d{2,3}(?:\.\d+)?)`)
	threeWide     = regexp.MustCompile(`(?i)\b3[\s_-]*(?:degree|deg)|\b3gk|gk3|3度|三度|3°`)
	sixWide       = regexp.MustCompile(`(?i)\b6[\s_-]*(?:degree|deg)|\b6gk|gk6|6度|六度|6°`)
	utmPattern    = regexp.MustCompile(`(?i)utm[\s_]*zone[\s_]*(\d{1,2})\s*([ns]?)`)
	northPattern  = regexp.MustCompile(`(?i)kruger \d{2}n$`)
	prefixPattern = regexp.MustCompile(`with zone number (\d{1,2})$`)
	spacing       = regexp.MustCompile(`[\s_-]+`)
)

// Parse finds a system by its EPSG code ("EPSG:4525", "4525", an OGC URN or URI)
// or its name: EPSG's, ESRI's, or a common Chinese one ("国家2000", "西安80 3度带
// 37带", "CGCS2000 3度带 中央经线111", "GCJ-02", "百度"). A central meridian need
// not be one that EPSG lists ("CGCS2000 CM 109.5E"). "+towgs84=…" after it gives
// the parameters of an old datum, in metres, seconds of arc and ppm. A text that
// is WKT goes to FromWKT.
func Parse(s string) (*CRS, error) {
	if len(s) > maxWKT {
		return nil, fmt.Errorf("coordinate system: %d bytes are too long for a name", len(s))
	}
	text := strings.TrimSpace(s)
	if strings.ContainsAny(text, "[") {
		return FromWKT(text)
	}
	text, shift, shifted := strings.Cut(text, "+towgs84=")
	text = strings.TrimSpace(text)
	c, err := parseName(text)
	if err != nil {
		return nil, fmt.Errorf("coordinate system %q: %w", s, err)
	}
	if shifted {
		sh, err := ParseShift(shift)
		if err == nil {
			c, err = c.WithShift(sh)
		}
		if err != nil {
			return nil, fmt.Errorf("coordinate system %q: %w", s, err)
		}
	}
	return c, nil
}

func parseName(text string) (*CRS, error) {
	if m := codePattern.FindStringSubmatch(text); m != nil {
		if strings.EqualFold(m[1], "crs84") {
			return newGeographic(datumWGS84), nil
		}
		code, err := strconv.Atoi(m[1])
		if err != nil {
			return nil, err
		}
		return ByCode(code)
	}
	switch strings.ToLower(spacing.ReplaceAllString(text, "")) {
	case "gcj02", "gcj", "火星坐标", "火星坐标系", "国测局坐标", "高德", "腾讯":
		return &CRS{name: "GCJ-02", method: gcj02, unit: 1}, nil
	case "bd09", "bd09ll", "百度", "百度坐标", "百度坐标系":
		return &CRS{name: "BD-09", method: bd09, unit: 1}, nil
	case "webmercator", "pseudomercator", "wgs84/pseudomercator", "wgs1984webmercatorauxiliarysphere", "web墨卡托":
		return newWebMercator(), nil
	}
	if newBeijing.MatchString(text) {
		return nil, errNewBeijing
	}
	d := datumNamed(text)
	if d == nil {
		return nil, fmt.Errorf("not known; known are %s", Known)
	}
	return parseZone(d, text)
}

// parseZone reads which zone, if any, follows a datum's name.
func parseZone(d *datum, text string) (*CRS, error) {
	rest := datumPattern.ReplaceAllString(text, "")
	if m := utmPattern.FindStringSubmatch(rest); m != nil {
		zone, _ := strconv.Atoi(m[1])
		if d != datumWGS84 || zone < 1 || zone > 60 {
			return nil, fmt.Errorf("UTM is known for WGS 84 and zones 1 to 60 only")
		}
		return newTransverse(d, utmParams(zone, strings.EqualFold(m[2], "s"))), nil
	}
	if m := cmPattern.FindStringSubmatch(rest); m != nil {
		lon, err := strconv.ParseFloat(m[1], 64)
		if err != nil || lon < 60 || lon > 150 {
			return nil, fmt.Errorf("central meridian %s° is none of China's; allowed are 60 to 150", m[1])
		}
		p := tmParams{lon0: lon, k0: 1, fe: 5e5}
		if z := prefixPattern.FindStringSubmatch(rest); z != nil {
			n, _ := strconv.Atoi(z[1])
			p.fe += float64(n) * 1e6
		}
		six := sixWide.MatchString(rest) || !threeWide.MatchString(rest) && looksSix(text)
		return gaussKruger(d, p, six), nil
	}
	if zone, ok := zoneNumber(rest); ok {
		return zoned(d, zone, rest)
	}
	if threeWide.MatchString(rest) || sixWide.MatchString(rest) || strings.Contains(strings.ToLower(rest), "kruger") {
		return nil, fmt.Errorf("which zone or central meridian is not said")
	}
	return newGeographic(d), nil
}

// gaussKruger takes EPSG's 3° or 6° code for the meridian, as the name says:
// where both have it they are the same system in all but name.
func gaussKruger(d *datum, p tmParams, six bool) *CRS {
	c := newTransverse(d, p)
	if !six {
		return c
	}
	for _, f := range families {
		for i := range f.zones() {
			if f.datum.code == d.code && f.width == 6 && !f.deprecated && f.params(i) == p {
				c.name, c.code = f.name(i), f.first+i
			}
		}
	}
	return c
}

func zoneNumber(rest string) (int, bool) {
	rest = strings.TrimSpace(threeWide.ReplaceAllString(sixWide.ReplaceAllString(rest, " "), " "))
	m := zonePattern.FindStringSubmatch(rest)
	for i := 1; i < len(m); i++ {
		if n, err := strconv.Atoi(m[i]); err == nil {
			return n, true
		}
	}
	return 0, false
}

func zoned(d *datum, zone int, rest string) (*CRS, error) {
	// EPSG's deprecated "Gauss-Kruger 19N" has no zone number in its eastings.
	byZone := !northPattern.MatchString(rest)
	for _, f := range families {
		i := zone - f.firstZone()
		if f.datum == d && f.byZone == byZone && !f.deprecated && i >= 0 && i < f.zones() &&
			!(f.width == 3 && sixWide.MatchString(rest)) && !(f.width == 6 && threeWide.MatchString(rest)) {
			return gaussKruger(d, f.params(i), f.width == 6), nil
		}
	}
	return nil, fmt.Errorf("zone %d is none of China's; allowed are 13 to 23 for 6° and 25 to 45 for 3°", zone)
}

// ByCode finds a system by its EPSG code.
func ByCode(code int) (*CRS, error) {
	switch code {
	case 3857, 900913, 102100, 102113, 3785:
		return newWebMercator(), nil
	case 4979:
		return newGeographic(datumWGS84), nil
	case 4480:
		return newGeographic(datumCGCS2000), nil
	}
	for _, d := range []*datum{datumWGS84, datumCGCS2000, datumXian1980, datumBeijing1954} {
		if d.code == code {
			return newGeographic(d), nil
		}
	}
	for _, f := range families {
		if i := code - f.first; i >= 0 && i < f.zones() {
			c := newTransverse(f.datum, f.params(i))
			c.name, c.code = f.name(i), code
			return c, nil
		}
	}
	if zone := code % 100; zone >= 1 && zone <= 60 && (code/100 == 326 || code/100 == 327) {
		return newTransverse(datumWGS84, utmParams(zone, code/100 == 327)), nil
	}
	return nil, fmt.Errorf("EPSG:%d is not known; known are %s", code, Known)
}
