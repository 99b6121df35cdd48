package pasted

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo/crs"
)

// name is what a text says of its system; what it does not say is zero.
type name struct {
	datum    string // as crs.Parse takes it, or an EPSG code
	width    int    // of zones, degrees
	zone     int
	meridian string // degrees
	utm      string // zone and hemisphere, such as 49N
}

// datumNames are the systems that people name, each with the name that crs.Parse takes.
var datumNames = []struct {
	pattern *regexp.Regexp
	name    string
}{
	{regexp.MustCompile(`epsg\s*:{0,2}\s*(\d{4,6})\b`), "EPSG:$1"},
	{regexp.MustCompile(`cgcs[\s_-]*2000|国家\s*2000|2000\s*国家(?:大地)?|大地\s*2000`), "CGCS2000"},
	{regexp.MustCompile(`wgs[\s_-]*(?:19)?84|\bgps\b`), "WGS 84"},
	{regexp.MustCompile(`gcj[\s_-]*0?2|火星|国测局|高德|腾讯`), "GCJ-02"},
	{regexp.MustCompile(`百度|bd[\s_-]*0?9(?:ll)?`), "BD-09"},
	{regexp.MustCompile(`西安\s*(?:19)?80|(?:19)?80\s*西安|xi'?an[\s_-]*(?:19)?80`), "Xian 1980"},
	{regexp.MustCompile(`北京\s*(?:19)?54|(?:19)?54\s*北京|bei-?jing[\s_-]*(?:19)?54`), "Beijing 1954"},
	{regexp.MustCompile(`web[\s_-]*(?:墨卡托|mercator)`), "EPSG:3857"},
}

var (
	tailPattern  = regexp.MustCompile(`大地坐标系?|坐标系|地图`)
	widthPattern = regexp.MustCompile(`(?:^|[^\d.])([36三六])\s*(?:°|度|-?\s*degree|-?\s*deg)\s*分?(?:带|\s*zone|\s*gk|` +
		`\s*(?:第\s*)?(\d{2})\s*号?带)`)
	zonePattern     = regexp.MustCompile(`第?\s*(\d{2})\s*号?(?:度)?带|带号\s*[:=]?\s*(\d{2})|\bzone\s*(\d{2})`)
	meridianPattern = regexp.MustCompile(`(?:中央(?:经线|子午线)|\bcm|\bl0)\s*[:=]?\s*(\d{2,3}(?:\.\d+)?)\s*(?:°|度)?\s*e?`)
	utmPattern      = regexp.MustCompile(`utm\s*(?:zone)?\s*(\d{1,2})\s*([a-z]?)\b`)
	gridPattern     = regexp.MustCompile(`^\s*(\d{2})\s*([c-hj-np-x])\s+(\d{6}(?:\.\d+)?\D+\d{6,7}(?:\.\d+)?\s*)$`)
)

// takeName takes what a text says of its system out of it.
func takeName(s string) (rest string, n name) {
	take := func(p *regexp.Regexp) (groups []string) {
		m := p.FindStringSubmatchIndex(s)
		if m == nil {
			return nil
		}
		for i := 0; i < len(m); i += 2 {
			if m[i] < 0 {
				groups = append(groups, "")
			} else {
				groups = append(groups, s[m[i]:m[i+1]])
			}
		}
		s = s[:m[0]] + " " + s[m[1]:]
		return groups
	}
	for _, d := range datumNames {
		if g := take(d.pattern); g != nil {
			n.datum = d.name
			if len(g) > 1 {
				n.datum = "EPSG:" + g[1]
			}
			break
		}
	}
	take(tailPattern)
	if g := take(widthPattern); g != nil {
		n.width = map[string]int{"3": 3, "三": 3, "6": 6, "六": 6}[g[1]]
		n.zone, _ = strconv.Atoi(g[2]) // none where it is empty
	}
	if g := take(zonePattern); g != nil {
		n.zone, _ = strconv.Atoi(g[1] + g[2] + g[3]) // one of them, two digits
	}
	if g := take(meridianPattern); g != nil {
		n.meridian = g[1]
	}
	if g := take(utmPattern); g != nil {
		n.utm = g[1] + hemisphere(g[2])
	} else if g := gridPattern.FindStringSubmatch(s); g != nil {
		n.utm, s = g[1]+hemisphere(g[2]), g[3]
	}
	return s, n
}

// hemisphere is N or S of the letter of a band, of which N to X are northern. China
// has no place in the south: the S that people write for the band is one of these.
func hemisphere(band string) string {
	if band != "" && band < "n" {
		return "S"
	}
	return "N"
}

// systems are those that the name narrows to, none where it leaves that to the numbers.
func (n name) systems(angles bool) ([]*crs.CRS, error) {
	switch {
	case n.utm != "":
		return n.parsed("WGS 84 / UTM zone " + n.utm)
	case strings.HasPrefix(n.datum, "EPSG:"), angles && n.datum != "" && n.zone == 0 && n.meridian == "":
		return n.parsed(n.datum)
	case n.zone == 0 && n.meridian == "" || n.datum == "GCJ-02" || n.datum == "BD-09" || n.datum == "WGS 84":
		return nil, nil
	}
	zone := ""
	if n.width != 0 {
		zone += fmt.Sprintf(" %d度带", n.width)
	}
	if n.zone != 0 {
		zone += fmt.Sprintf(" %d带", n.zone)
	} else {
		zone += " 中央经线" + n.meridian
	}
	if n.datum != "" {
		return n.parsed(n.datum + zone)
	}
	return n.parsed("CGCS2000"+zone, "Xian 1980"+zone, "Beijing 1954"+zone)
}

func (n name) parsed(names ...string) (out []*crs.CRS, err error) {
	for _, s := range names {
		c, err := crs.Parse(s)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// fits tells whether a system that numbers fit is as far as said the one named.
func (n name) fits(c *crs.CRS) bool {
	if n.width != 0 && (n.width == 3) != strings.Contains(c.Name(), "3-degree") {
		return false
	}
	return n.datum == "" || n.datum == c.Datum() || n.datum == c.Name()
}

// offset is a pair as the system may take it: eastings are written with and without
// the number of the zone.
func (n name) offset(p orb.Point) []orb.Point {
	out := []orb.Point{p}
	if n.zone != 0 && p[0] > 0 && p[0] < 1e6 {
		out = append(out, orb.Point{p[0] + 1e6*float64(n.zone), p[1]})
	}
	if n.meridian != "" && p[0] > 1e7 {
		zone := float64(int(p[0] / 1e6))
		out = append(out, orb.Point{p[0] - 1e6*zone, p[1]})
	}
	return out
}
