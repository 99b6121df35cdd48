package roads

// Speeds are in km/h. Those of the grades are the lowest design speeds that JTG
// B01-2014 (公路工程技术标准), table 3.5.1, allows each: the ones chosen in mountains.
// Roads below class IV have none there.
var gradeKmh = map[string]float32{
	"高速": 80, "一级": 60, "二级": 60, "三级": 30, "四级": 20,
	"等外": 15, // an assumption
}

// Where the grade is not known the class stands in for it, with the grade that is usual
// for such a road in mountains; an assumption.
var classGrade = map[string]string{
	"国道": "二级", "省道": "三级", "县道": "三级", "乡道": "四级", "村道": "四级", "专用道": "四级",
}

// What is known of a road neither by grade nor by class is taken for this.
const defaultGrade = "等外"

// Design speeds hold for a hardened surface; others take a share of them. The shares are
// assumptions; an unknown surface counts as gravel.
var surfaceShare = map[string]float32{"沥青": 1, "水泥": 1, "砂石": 0.75, "土路": 0.5, "": 0.75}

func speed(class, grade, surface string) float32 {
	if gradeKmh[grade] == 0 {
		if grade = classGrade[class]; grade == "" {
			grade = defaultGrade
		}
	}
	share, known := surfaceShare[surface]
	if !known {
		share = surfaceShare[""]
	}
	return gradeKmh[grade] * share
}
