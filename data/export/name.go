package export

import (
	"strconv"
	"strings"

	"github.com/cuntu/cuntu/data/formats"
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
	if e.format == formats.Shapefile {
		return name + ".zip"
	}
	return name + "." + string(e.format)
}

// mediaTypes by the formats, of streams.
var mediaTypes = map[formats.Format]string{
	formats.GeoJSON:    "application/geo+json",
	formats.GeoJSONSeq: "application/x-ndjson",
	formats.CSV:        "text/csv; charset=utf-8; header=present",
	formats.TSV:        "text/tab-separated-values; charset=utf-8",
	formats.XLSX:       "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	formats.GeoPackage: "application/geopackage+sqlite3",
	formats.Shapefile:  "application/zip",
	formats.KML:        "application/vnd.google-earth.kml+xml",
}

// MediaType is that of the stream.
func (e *Export) MediaType() string { return mediaTypes[e.format] }

// Streams tells whether the format is written from its beginning to its end, and so
// can be sent while it is made.
func (e *Export) Streams() bool {
	switch e.format {
	case formats.GeoJSON, formats.GeoJSONSeq, formats.CSV, formats.TSV, formats.KML:
		return true
	}
	return false
}
