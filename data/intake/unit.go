package intake

import "strings"

// measure is what a unit measures, and how much of the dimension's own unit it is.
type measure struct {
	of     dimension
	factor float64
}

type dimension uint8

const (
	noDimension dimension = iota
	length                // m
	area                  // m²
	money                 // yuan
	people
	households
	share    // %
	duration // minutes
	bandwidth
	dailyVolume // m³ a day
	dailyLitres // litres a day (and person)
	count
)

// fieldMeasures are the units that the catalogue's fields have.
var fieldMeasures = map[string]measure{
	"m": {length, 1}, "km": {length, 1000}, "m2": {area, 1}, "km2": {area, 1e6},
	"yuan": {money, 1}, "wan_yuan": {money, 1e4}, "people": {people, 1}, "households": {households, 1},
	"%": {share, 1}, "min": {duration, 1}, "Mbit/s": {bandwidth, 1}, "m3/d": {dailyVolume, 1}, "L/d": {dailyLitres, 1},
	"": {count, 1},
}

// writtenUnits are units as ledgers write them, narrow and in lower case. A mu is a
// fifteenth of a hectare.
var writtenUnits = map[string]measure{
	"米": {length, 1}, "m": {length, 1}, "公尺": {length, 1}, "公里": {length, 1000}, "千米": {length, 1000}, "km": {length, 1000},
	"里": {length, 500}, "华里": {length, 500}, "厘米": {length, 0.01}, "cm": {length, 0.01}, "毫米": {length, 0.001}, "mm": {length, 0.001},
	"平方米": {area, 1}, "平米": {area, 1}, "㎡": {area, 1}, "m2": {area, 1}, "m²": {area, 1}, "平方": {area, 1},
	"亩": {area, 10000.0 / 15}, "公顷": {area, 1e4}, "ha": {area, 1e4}, "hm2": {area, 1e4}, "hm²": {area, 1e4},
	"平方公里": {area, 1e6}, "平方千米": {area, 1e6}, "km2": {area, 1e6}, "km²": {area, 1e6}, "万平方米": {area, 1e4}, "万亩": {area, 1e8 / 15},
	"元": {money, 1}, "千元": {money, 1e3}, "万元": {money, 1e4}, "百万元": {money, 1e6}, "亿元": {money, 1e8}, "元/人": {money, 1}, "元/年": {money, 1},
	"人": {people, 1}, "口": {people, 1}, "名": {people, 1}, "人口": {people, 1}, "万人": {people, 1e4},
	"户": {households, 1}, "户数": {households, 1}, "万户": {households, 1e4},
	"%": {share, 1}, "百分比": {share, 1}, "百分数": {share, 1}, "‰": {share, 0.1},
	"分钟": {duration, 1}, "分": {duration, 1}, "min": {duration, 1}, "小时": {duration, 60}, "h": {duration, 60}, "秒": {duration, 1.0 / 60},
	"兆": {bandwidth, 1}, "mbps": {bandwidth, 1}, "mbit/s": {bandwidth, 1}, "mb/s": {bandwidth, 1}, "g": {bandwidth, 1000},
	"gbps": {bandwidth, 1000}, "kbps": {bandwidth, 0.001}, "兆/秒": {bandwidth, 1},
	"立方米/日": {dailyVolume, 1}, "立方米/天": {dailyVolume, 1}, "m3/d": {dailyVolume, 1}, "m³/d": {dailyVolume, 1}, "方/日": {dailyVolume, 1},
	"方/天": {dailyVolume, 1},
	"吨/日": {dailyVolume, 1}, "吨/天": {dailyVolume, 1}, "t/d": {dailyVolume, 1}, "立方米": {dailyVolume, 1}, "方": {dailyVolume, 1},
	"吨": {dailyVolume, 1}, "万立方米/日": {dailyVolume, 1e4},
	"升/人/日": {dailyLitres, 1}, "升/人·日": {dailyLitres, 1}, "升/日": {dailyLitres, 1}, "升/天": {dailyLitres, 1}, "升": {dailyLitres, 1},
	"l/d": {dailyLitres, 1}, "l": {dailyLitres, 1},
	"个": {count, 1}, "层": {count, 1}, "处": {count, 1}, "座": {count, 1}, "级": {count, 1}, "口人": {people, 1},
}

// conversion is how many of a field's unit one of the written unit is; ok is false
// where they do not measure the same, or the unit is not known.
func conversion(written, field string) (factor float64, ok bool) {
	w, known := writtenUnits[strings.ToLower(strings.ReplaceAll(written, " ", ""))]
	f := fieldMeasures[field]
	if !known && f.of == bandwidth && strings.EqualFold(written, "m") {
		return 1 / f.factor, true
	}
	if known && w.of == length && f.of == bandwidth && strings.EqualFold(written, "m") { // 100M
		return 1 / f.factor, true
	}
	if !known || w.of != f.of {
		return 0, false
	}
	return w.factor / f.factor, true
}

// isUnit tells whether a text is a unit at all.
func isUnit(s string) bool {
	_, ok := writtenUnits[strings.ToLower(strings.ReplaceAll(s, " ", ""))]
	return ok
}

// unitTitle is a field's unit in Chinese.
func unitTitle(unit string) string {
	switch unit {
	case "m":
		return "米"
	case "km":
		return "公里"
	case "m2":
		return "平方米"
	case "km2":
		return "平方公里"
	case "yuan":
		return "元"
	case "wan_yuan":
		return "万元"
	case "people":
		return "人"
	case "households":
		return "户"
	case "min":
		return "分钟"
	case "m3/d":
		return "立方米/日"
	case "L/d":
		return "升/日"
	}
	return unit
}
