package questions

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo/crs"
	"github.com/cuntu/cuntu/geo/crs/pasted"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/served"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// maxReadings is how many ways to read one text are told.
const maxReadings = 8

// Reading is one way to read a text as a place. Lon and Lat are degrees of CGCS2000,
// Grid the metres of its 3° Gauss-Krüger zone.
type Reading struct {
	System    System          `json:"system"`
	Lon       float64         `json:"lon"`
	Lat       float64         `json:"lat"`
	Order     pasted.Order    `json:"order"`
	Read      layers.Words    `json:"read"`
	AccuracyM float64         `json:"accuracy_m"` // 0 where nothing is lost on the way
	Inside    bool            `json:"inside"`     // in a county of the data
	Place     layers.Words    `json:"place"`
	County    *NamedArea      `json:"county,omitempty"`
	Village   *NearestVillage `json:"village,omitempty"`
	Elevation *float64        `json:"elevation,omitempty"` // metres
	Grid      Grid            `json:"grid"`
}

// System is a coordinate system.
type System struct {
	ID    string       `json:"id"`
	Title layers.Words `json:"title"`
}

// NamedArea is an area by code and name.
type NamedArea struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// NearestVillage is the village nearest to a place.
type NearestVillage struct {
	Code   string  `json:"code"`
	Name   string  `json:"name"`
	Title  string  `json:"title"`
	Metres float64 `json:"metres"`
}

// Grid is a place in metres: X northwards, Y eastwards with the zone's number, as
// Chinese surveyors write.
type Grid struct {
	EPSG     int     `json:"epsg"`
	Zone     int     `json:"zone"`
	Meridian float64 `json:"meridian"`
	X        float64 `json:"x"`
	Y        float64 `json:"y"`
}

// LocateAsk asks what place pasted coordinates are.
type LocateAsk struct {
	Text string `name:"q" required:"coordinates, such as 109.94, 33.87" zh:"粘贴来的坐标。" en:"Coordinates as somebody pasted them."`
}

// Faults are texts that are no coordinates.
func (ask LocateAsk) Faults(w World) layers.Faults {
	if ask.Text == "" {
		return nil
	}
	if _, err := pasted.Read(ask.Text, extent(w.Snap)); err != nil {
		return layers.NewFault("q", "%v", err)
	}
	return nil
}

// Located is the ways to read a text as a place, those in the data's counties first.
type Located struct {
	Results []Reading `json:"results"`
}

func locate() *Question {
	return question.New(question.Name{
		ID: "locate", Path: "/api/locate", Example: "q=109.94,33.87",
		Title: layers.Words{Zh: "坐标定位", En: "Locate"},
		Help: layers.Words{
			Zh: "把粘贴来的坐标按各种坐标系解读，落在本地的在前。",
			En: "Coordinates as somebody pasted them, read in every system they fit, those that lie in the data first.",
		},
	}, []string{question.JSON}, func(_ context.Context, w World, ask LocateAsk) (Located, error) {
		readings, err := pasted.Read(ask.Text, extent(w.Snap))
		if err != nil {
			return Located{}, err
		}
		results := []Reading{}
		for _, read := range readings {
			results = append(results, w.reading(read))
		}
		slices.SortStableFunc(results, func(a, b Reading) int {
			switch {
			case a.Inside == b.Inside:
				return 0
			case a.Inside:
				return -1
			}
			return 1
		})
		return Located{results[:min(len(results), maxReadings)]}, nil
	})
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

func (w World) reading(read pasted.Reading) Reading {
	snap := w.Snap
	out := Reading{
		System: System{read.CRS.String(), systemTitle(read.CRS)}, Order: read.Order, Read: orderWords(read),
		Lon: served.Degrees(read.Place[0]), Lat: served.Degrees(read.Place[1]), AccuracyM: read.CRS.Accuracy(), Grid: gridOf(read.Place),
	}
	if h, ok := w.Ground().Height(read.Place); ok {
		out.Elevation = &h
	}
	if t, ok := snap.Table("county"); ok {
		if in := t.Near(read.Place, 1, 0); len(in) > 0 {
			row := in[0].Row
			out.Inside = true
			out.County = &NamedArea{Name: t.Get(row, "name").Text(), Code: t.Get(row, "code").Text()}
		}
	}
	if t, ok := snap.Table("village"); ok {
		if near := t.Near(read.Place, 1, maxMetres); len(near) > 0 {
			v := near[0]
			out.Village = &NearestVillage{t.Get(v.Row, "code").Text(), t.Get(v.Row, "name").Text(), w.whereabouts(t, v.Row), v.Metres}
		}
	}
	out.Place = placeWords(out)
	return out
}

// placeWords says where a reading lies.
func placeWords(r Reading) (w layers.Words) {
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
func gridOf(p orb.Point) Grid {
	zone := min(max(int(p[0]/3+0.5), 25), 45)
	g := Grid{EPSG: 4513 + zone - 25, Zone: zone, Meridian: float64(3 * zone)}
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
		return layers.Words{
			Zh: first.Zh + "与" + second.Zh + "疑似标反，已对调",
			En: first.En + " and " + second.En + " seem mislabelled and were swapped",
		}
	}
	return layers.Words{Zh: first.Zh + "在前，" + second.Zh + "在后", En: first.En + " first, then " + second.En}
}
