package export

import (
	"strconv"
	"strings"
)

// FileName is what the file should be called: "village-611002.xlsx", with
// the coordinate system where it is not WGS 84.
func (e *Export) FileName() string {
	return e.fileName(e.table.Layer.ID, []string{e.request.County, e.request.Town})
}

// Title is FileName for people: "行政村-商州区.xlsx" where the headings are Chinese,
// else the same.
func (e *Export) Title() string {
	if e.request.Headings != "zh" {
		return e.FileName()
	}
	return e.fileName(e.table.Layer.Title.Zh, e.names)
}

func (e *Export) fileName(name string, areas []string) string {
	for _, area := range areas {
		if area != "" {
			name += "-" + area
		}
	}
	if e.request.Year != 0 {
		name += "-" + strconv.Itoa(e.request.Year)
	}
	if e.crs.Code() != 4326 {
		name += "-" + strings.ReplaceAll(e.crs.String(), ":", "")
	}
	name = strings.Map(func(r rune) rune {
		if r < 0x20 || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, name)
	return name + e.format.StreamExtension()
}
