package web

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo/crs"
	"github.com/cuntu/cuntu/geo/crs/pasted"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// maxReadings is how many ways to read one text are told.
const maxReadings = 8

// locatedJSON is one way to read a text as a place. Lon and Lat are degrees of CGCS2000,
// Grid the metres of its 3° Gauss-Krüger zone.
type locatedJSON struct {
	System    systemJSON   `json:"system"`
	Lon       float64      `json:"lon"`
	Lat       float64      `json:"lat"`
	Order     pasted.Order `json:"order"`
	Read      layers.Words `json:"read"`
	AccuracyM float64      `json:"accuracy_m"` // 0 where nothing is lost on the way
	Inside    bool         `json:"inside"`     // in a county of the data
	Place     layers.Words `json:"place"`
	County    *countyJSON  `json:"county,omitempty"`
	Village   *nearestJSON `json:"village,omitempty"`
	Elevation *float64     `json:"elevation,omitempty"` // metres
	Grid      gridJSON     `json:"grid"`
}

type systemJSON struct {
	ID    string       `json:"id"`
	Title layers.Words `json:"title"`
}

type countyJSON struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

type nearestJSON struct {
	Code   string  `json:"code"`
	Name   string  `json:"name"`
	Title  string  `json:"title"`
	Metres float64 `json:"metres"`
}

// gridJSON is a place in metres: X northwards, Y eastwards with the zone's number, as
// Chinese surveyors write.
type gridJSON struct {
	EPSG     int     `json:"epsg"`
	Zone     int     `json:"zone"`
	Meridian float64 `json:"meridian"`
	X        float64 `json:"x"`
	Y        float64 `json:"y"`
}

// locate answers GET /api/locate?q=: the ways to read pasted coordinates as a place,
// those in the data's counties first.
func (s *server) locate(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	q := newQuery(r)
	text := q.required("q", "coordinates, such as 109.94, 33.87")
	var readings []pasted.Reading
	if text != "" {
		var err error
		if readings, err = pasted.Read(text, extent(snap)); err != nil {
			q.refuse("q", err.Error())
		}
	}
	if err := q.done(); err != nil {
		return err
	}
	results := []locatedJSON{}
	for _, read := range readings {
		results = append(results, s.reading(snap, read))
	}
	slices.SortStableFunc(results, func(a, b locatedJSON) int {
		switch {
		case a.Inside == b.Inside:
			return 0
		case a.Inside:
			return -1
		}
		return 1
	})
	return writeJSON(w, map[string]any{"results": results[:min(len(results), maxReadings)]})
}

// extent is where the counties lie or, without them, everything.
func extent(snap *snapshot.Snapshot) orb.Bound {
	if t, ok := snap.Table("county"); ok && t.Len() > 0 {
		return t.Bounds().Bound()
	}
	if t, ok := snap.Table("village"); ok && t.Len() > 0 {
		return t.Bounds().Bound()
	}
	return orb.Bound{Min: orb.Point{1, 1}, Max: orb.Point{-1, -1}}
}

func (s *server) reading(snap *snapshot.Snapshot, read pasted.Reading) locatedJSON {
	out := locatedJSON{
		System: systemJSON{read.CRS.String(), systemTitle(read.CRS)}, Order: read.Order, Read: orderWords(read),
		Lon: roundDegrees(read.Place[0]), Lat: roundDegrees(read.Place[1]), AccuracyM: read.CRS.Accuracy(), Grid: gridOf(read.Place),
	}
	if h, ok := s.relief.model().Height(read.Place); ok {
		out.Elevation = &h
	}
	if t, ok := snap.Table("county"); ok {
		if in := t.Near(read.Place, 1, 0); len(in) > 0 {
			row := in[0].Row
			out.Inside = true
			out.County = &countyJSON{Name: t.Get(row, "name").Text(), Code: t.Get(row, "code").Text()}
		}
	}
	if t, ok := snap.Table("village"); ok {
		if near := t.Near(read.Place, 1, maxMetres); len(near) > 0 {
			v := near[0]
			out.Village = &nearestJSON{t.Get(v.Row, "code").Text(), t.Get(v.Row, "name").Text(), whereabouts(snap, t, v.Row), v.Metres}
		}
	}
	out.Place = placeWords(out)
	return out
}

// placeWords says where a reading lies.
func placeWords(r locatedJSON) (w layers.Words) {
	if r.County != nil {
		w.Zh, w.En = r.County.Name, r.County.Name
	} else {
		w.Zh, w.En = "各县之外", "outside all counties"
	}
	if v := r.Village; v != nil {
		w.Zh += fmt.Sprintf("，最近的村：%s（%.1f 公里）", v.Name, v.Metres/1000)
		w.En += fmt.Sprintf(", nearest village: %s (%.1f km)", v.Name, v.Metres/1000)
	}
	return w
}

// gridOf is a place in CGCS2000's 3° zone that it lies in; the nearest of China's.
func gridOf(p orb.Point) gridJSON {
	zone := min(max(int(p[0]/3+0.5), 25), 45)
	g := gridJSON{EPSG: 4513 + zone - 25, Zone: zone, Meridian: float64(3 * zone)}
	if c, err := crs.ByCode(g.EPSG); err == nil {
		if xy := c.FromWGS84(p); xy[0] == xy[0] {
			g.X, g.Y = roundMetres(xy[1]), roundMetres(xy[0])
		}
	}
	return g
}

func roundMetres(v float64) float64 {
	n, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'f', 3, 64), 64) // of a number, always one
	return n
}

var zoneName = regexp.MustCompile(`zone (\d+)`)

// systemTitle is what people call a system.
func systemTitle(c *crs.CRS) layers.Words {
	datum := layers.Words{Zh: c.Datum(), En: c.Datum()}
	switch c.Datum() {
	case "":
		return map[string]layers.Words{
			"GCJ-02": {Zh: "GCJ-02（高德、腾讯地图）", En: "GCJ-02 (Amap, Tencent)"},
			"BD-09":  {Zh: "BD-09（百度地图）", En: "BD-09 (Baidu)"},
		}[c.Name()]
	case "Xian 1980":
		datum.Zh = "西安80"
	case "Beijing 1954":
		datum.Zh = "北京54"
	}
	meridian, projected := c.CentralMeridian()
	switch {
	case c.Code() == 3857:
		return layers.Words{Zh: "Web 墨卡托", En: "Web Mercator"}
	case !projected:
		return layers.Words{Zh: datum.Zh + " 经纬度", En: datum.En + " degrees"}
	case c.Datum() == "WGS 84":
		return layers.Words{Zh: fmt.Sprintf("WGS 84 UTM（中央经线 %g°）", meridian), En: fmt.Sprintf("WGS 84 UTM (central meridian %g°)", meridian)}
	}
	width := 6
	if len(c.Name()) > len(c.Datum())+4 && c.Name()[len(c.Datum())+3] == '3' {
		width = 3
	}
	if m := zoneName.FindStringSubmatch(c.Name()); m != nil {
		return layers.Words{
			Zh: fmt.Sprintf("%s %d度带 %s带（中央经线 %g°）", datum.Zh, width, m[1], meridian),
			En: fmt.Sprintf("%s %d° zone %s (central meridian %g°)", datum.En, width, m[1], meridian),
		}
	}
	return layers.Words{
		Zh: fmt.Sprintf("%s %d度带 中央经线 %g°，不带带号", datum.Zh, width, meridian),
		En: fmt.Sprintf("%s %d° zone, central meridian %g°, no zone number", datum.En, width, meridian),
	}
}

// orderWords says which number was taken for which.
func orderWords(r pasted.Reading) layers.Words {
	first, second := layers.Words{Zh: "经度", En: "longitude"}, layers.Words{Zh: "纬度", En: "latitude"}
	if !r.CRS.Geographic() {
		first, second = layers.Words{Zh: "东坐标", En: "easting"}, layers.Words{Zh: "北坐标", En: "northing"}
	}
	switch r.Order {
	case pasted.LatFirst:
		return layers.Words{Zh: second.Zh + "在前，" + first.Zh + "在后", En: second.En + " first, then " + first.En}
	case pasted.Labelled:
		return layers.Words{Zh: "按所标" + first.Zh + "、" + second.Zh, En: first.En + " and " + second.En + " as labelled"}
	case pasted.Surveyors:
		return layers.Words{Zh: "X 为北、Y 为东（测量习惯）", En: "X is north and Y east, as surveyors write"}
	case pasted.Programs:
		return layers.Words{Zh: "X 为东、Y 为北", En: "X is east and Y north"}
	case pasted.Mislabelled:
		return layers.Words{Zh: first.Zh + "与" + second.Zh + "疑似标反，已对调", En: first.En + " and " + second.En + " seem mislabelled and were swapped"}
	}
	return layers.Words{Zh: first.Zh + "在前，" + second.Zh + "在后", En: first.En + " first, then " + second.En}
}
