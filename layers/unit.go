package layers

// unitWords puts units into both tongues, where they are not the same in both.
var unitWords = map[string]Words{
	"people":     {"人", "people"},
	"households": {"户", "households"},
	"yuan":       {"元", "yuan"},
	"wan_yuan":   {"万元", "10,000 yuan"},
	"min":        {"分钟", "min"},
	"L/d":        {"升/天", "L/d"},
	"m3/d":       {"立方米/天", "m3/d"},
	"m":          {"米", "m"},
	"km":         {"公里", "km"},
	"m2":         {"平方米", "m2"},
	"km2":        {"平方公里", "km2"},
}

// UnitWords is a field's unit for people, as it stands behind a heading: 万元.
func UnitWords(unit string) Words {
	if w, ok := unitWords[unit]; ok {
		return w
	}
	return Words{unit, unit}
}
