package demo

import (
	"math"
	"strings"

	"github.com/cuntu/cuntu/data/demo/plane"
)

type town struct {
	county int
	kind   string
	at     plane.XY
	cell   int32
}

// guess is where a town lies roughly, to a tenth of a degree or so, so that
// towns keep the sides of their county that people know them on. The place
// itself is the best valley nearby and made up.
var guesses = map[string][2]float64{
	"夜村": {110.07, 33.76}, "沙河子": {110.02, 33.82}, "杨峪河": {109.90, 33.80}, "金陵寺": {109.85, 33.90}, "黑山": {109.62, 33.68},
	"杨斜": {109.65, 33.77}, "麻街": {109.80, 33.94}, "板桥": {109.97, 33.94}, "北宽坪": {110.13, 33.87}, "三岔河": {109.68, 33.90},
	"闫村": {109.78, 33.74}, "大赵峪": {109.95, 33.885}, "陈塬": {109.89, 33.875}, "刘湾": {109.97, 33.845},
	"四皓": {110.10, 34.09}, "景村": {110.27, 34.03}, "古城": {110.40, 34.03}, "三要": {110.50, 34.01}, "灵口": {110.53, 34.08},
	"寺耳": {110.42, 34.24}, "巡检": {110.08, 34.30}, "石坡": {110.22, 34.22}, "石门": {110.14, 34.18}, "麻坪": {110.02, 34.22},
	"永丰": {110.02, 34.09}, "柏峪寺": {110.32, 34.15}, "高耀": {110.60, 34.02},
	"庾岭": {110.40, 33.93}, "蔡川": {110.28, 33.87}, "峦庄": {110.52, 33.87}, "铁峪铺": {110.48, 33.71}, "武关": {110.62, 33.61},
	"竹林关": {110.45, 33.49}, "土门": {110.35, 33.55}, "寺坪": {110.53, 33.60}, "商镇": {110.25, 33.71}, "棣花": {110.18, 33.73}, "花瓶子": {110.62, 33.78},
	"富水": {110.97, 33.54}, "湘河": {110.84, 33.29}, "赵川": {110.66, 33.22}, "过风楼": {110.74, 33.42}, "试马": {110.80, 33.58},
	"清油河": {110.73, 33.60}, "十里坪": {110.60, 33.33}, "金丝峡": {110.62, 33.42}, "青山": {110.92, 33.42},
	"十里铺": {109.84, 33.53}, "高坝店": {110.0, 33.55}, "天竺山": {109.95, 33.42}, "中村": {110.12, 33.50}, "银花": {110.25, 33.47},
	"西照川": {110.28, 33.30}, "漫川关": {110.04, 33.22}, "南宽坪": {109.83, 33.28}, "户家塬": {109.62, 33.42}, "杨地": {109.64, 33.52},
	"小河口": {109.60, 33.60}, "色河铺": {109.75, 33.51}, "板岩": {109.85, 33.40}, "延坪": {109.68, 33.28}, "两岭": {109.74, 33.40},
	"王阎": {110.20, 33.38}, "法官": {110.15, 33.30},
	"回龙": {109.20, 33.47}, "铁厂": {109.32, 33.45}, "大坪": {109.40, 33.42}, "米粮": {109.48, 33.32}, "茅坪回族": {109.33, 33.28},
	"西口回族": {109.45, 33.45}, "高峰": {109.30, 33.38}, "青铜关": {109.16, 33.29}, "柴坪": {108.95, 33.30}, "达仁": {108.85, 33.22},
	"木王": {108.75, 33.47}, "庙沟": {109.00, 33.40}, "月河": {108.92, 33.45},
	"营盘": {109.07, 33.76}, "下梁": {109.15, 33.60}, "小岭": {109.27, 33.59}, "凤凰": {109.36, 33.60}, "红岩寺": {109.50, 33.73},
	"曹坪": {109.40, 33.68}, "杏坪": {109.47, 33.56}, "瓦房口": {109.42, 33.62},
}

// townStem is a town's name without its kind.
func townStem(name string) string {
	for _, suffix := range []string{"街道", "镇"} {
		if s, ok := strings.CutSuffix(name, suffix); ok && len([]rune(s)) > 1 {
			return s
		}
	}
	return name
}

func villageStem(name string) string {
	if s := strings.TrimSuffix(name, "村"); len([]rune(s)) > 1 {
		return s
	}
	return name
}

const (
	townReach   = 6000.0 // how far from its guess a town may be, metres
	townSpacing = 2200.0
)

// placeTowns puts the seats and the towns that GeoNames knows at their places,
// and the others into the best valleys.
func (w *world) placeTowns() {
	s := w.source
	w.towns = make([]town, len(s.Towns))
	placed := make([]bool, len(s.Towns))
	put := func(k int, at plane.XY) {
		w.towns[k].at, w.towns[k].cell = at, int32(w.ground.Grid.At(at))
		placed[k] = true
	}
	seated := make([]bool, len(s.Counties))
	for k, t := range s.Towns {
		kind := "town"
		if strings.HasSuffix(t.Name, "街道") {
			kind = "subdistrict"
			if !seated[t.County] { // the first by code is the one that holds the county's offices
				seated[t.County], kind = true, "county_seat"
				put(k, plane.ToPlane(s.Counties[t.County].Seat))
			}
		}
		w.towns[k].county, w.towns[k].kind = t.County, kind
		for _, known := range s.Known {
			if kind == "town" && known.Name == townStem(t.Name) {
				put(k, plane.ToPlane(known.At))
			}
		}
	}
	for k := range s.Towns {
		if !placed[k] {
			put(k, w.townPlace(k, placed))
		}
	}
}

func (w *world) townPlace(k int, placed []bool) plane.XY {
	g, county := w.ground, w.towns[k].county
	guess, known := guesses[townStem(w.source.Towns[k].Name)]
	if known && int(g.County[g.Grid.At(plane.ToPlane(guess))]) != county {
		known = false
	}
	spacing := townSpacing
	if w.towns[k].kind == "subdistrict" {
		spacing /= 2
	}
	best, at := -1.0, 0
	for i := range g.Z {
		if int(g.County[i]) != county {
			continue
		}
		p := g.Grid.Center(i)
		score := 1.0
		if known {
			d := p.Distance(plane.ToPlane(guess))
			if d > townReach {
				continue
			}
			score = math.Exp(-d * d / (2600 * 2600))
		}
		score *= g.Homely(i, 55) * math.Log(2+float64(g.Flow.Area[i])/1e6+20*float64(b2i(g.Course[i] >= 0)))
		if score <= best {
			continue
		}
		for j := range w.towns {
			if placed[j] {
				d := w.towns[j].at.Distance(p)
				if d < spacing {
					score = 0
				} else if !known {
					score *= 1 - math.Exp(-d/7000)
				}
			}
		}
		if score > best {
			best, at = score, i
		}
	}
	return g.Beside(int32(at))
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (w *world) nearestTown(p plane.XY) int {
	best, at := math.MaxFloat64, 0
	for k := range w.towns {
		if d := w.towns[k].at.Distance(p); d < best {
			best, at = d, k
		}
	}
	return at
}
