package files

import (
	"github.com/cuntu/cuntu/data/files/osm"
	"github.com/cuntu/cuntu/data/files/read"
	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/data/files/write"
	"github.com/cuntu/cuntu/geo/crs"
	"github.com/cuntu/cuntu/layers"
)

// All are the formats, those for a desk first. It is the order in which they are offered.
func All() []*Format {
	return []*Format{
		{
			ID:         record.XLSX,
			Title:      layers.Words{Zh: "Excel 表格（.xlsx）", En: "Excel workbook (.xlsx)"},
			Name:       "Excel (.xlsx)",
			Extensions: []string{".xlsx", ".xlsm"},
			MediaType:  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
			Read:       (*read.Job).XLSX,
			Stream:     write.XLSX,
			MostRows:   record.MostSheetRows - 1, // beside the headings
		},
		{
			ID:         record.XLS,
			Title:      layers.Words{Zh: "旧版 Excel、WPS 表格（.xls、.et）", En: "Excel 97–2003 or WPS workbook (.xls, .et)"},
			Name:       "Excel 97–2003 and WPS (.xls, .et)",
			Extensions: []string{".xls", ".et"},
			MediaType:  "application/vnd.ms-excel",
			Read:       (*read.Job).XLS,
		},
		{
			ID:         record.CSV,
			Title:      layers.Words{Zh: "CSV 表格（.csv）", En: "CSV table (.csv)"},
			Name:       "CSV (.csv, .txt)",
			Extensions: []string{".csv", ".txt"},
			MediaType:  "text/csv; charset=utf-8; header=present",
			Read:       (*read.Job).CSV,
			Stream:     write.CSV,
			Streams:    true,
		},
		{
			ID:          record.GeoPackage,
			Title:       layers.Words{Zh: "GeoPackage（.gpkg）", En: "GeoPackage (.gpkg)"},
			Name:        "GeoPackage (.gpkg)",
			Extensions:  []string{".gpkg"},
			MediaType:   "application/geopackage+sqlite3",
			Geometry:    true,
			Read:        (*read.Job).GeoPackage,
			Stream:      write.GeoPackageStream,
			File:        write.GeoPackage,
			NamesSystem: byWKT,
		},
		{
			ID:          record.Shapefile,
			Title:       layers.Words{Zh: "Shapefile（.zip）", En: "Shapefile (.zip)"},
			Name:        "Shapefile (.shp, or zipped)",
			Extensions:  []string{".shp", ".dbf", ".shx"},
			MediaType:   "application/zip",
			Geometry:    true,
			OneKind:     true,
			Read:        (*read.Job).Shapefile,
			Stream:      write.ZippedShapefile,
			File:        write.Shapefile,
			Packed:      ".zip",
			Pack:        write.ZippedShapefile,
			Names:       record.DBFNames,
			NamesSystem: byWKT,
		},
		{
			ID:         record.GeoJSON,
			Title:      layers.Words{Zh: "GeoJSON（.geojson）", En: "GeoJSON (.geojson)"},
			Name:       "GeoJSON (.geojson, .json)",
			Extensions: []string{".geojson", ".json"},
			MediaType:  "application/geo+json",
			Geometry:   true,
			Read:       (*read.Job).GeoJSON,
			Stream:     write.GeoJSON,
			Streams:    true,
		},
		{
			ID:          record.KML,
			Title:       layers.Words{Zh: "KML（.kml）", En: "KML (.kml)"},
			Name:        "KML (.kml, .kmz)",
			Extensions:  []string{".kml", ".kmz"},
			MediaType:   "application/vnd.google-earth.kml+xml",
			Geometry:    true,
			Degrees:     true,
			Read:        (*read.Job).KML,
			Stream:      write.KML,
			Streams:     true,
			Packed:      ".kmz",
			Pack:        write.KMZ,
			NamesSystem: never,
		},
		{
			ID:         record.TSV,
			Title:      layers.Words{Zh: "TSV 表格（.tsv）", En: "TSV table (.tsv)"},
			Name:       "TSV (.tsv)",
			Extensions: []string{".tsv", ".tab"},
			MediaType:  "text/tab-separated-values; charset=utf-8",
			Read:       (*read.Job).TSV,
			Stream:     write.TSV,
			Streams:    true,
		},
		{
			ID:         record.HTML,
			Title:      layers.Words{Zh: "网页表格（.html）", En: "Table of a web page (.html)"},
			Name:       "tables of web pages (.html)",
			Extensions: []string{".html", ".htm"},
			MediaType:  "text/html",
			Read:       (*read.Job).HTML,
		},
		{
			ID:          record.GeoJSONSeq,
			Title:       layers.Words{Zh: "GeoJSON 序列（.geojsonl）", En: "GeoJSON sequence (.geojsonl)"},
			Name:        "GeoJSON sequences (.geojsonl, .geojsons)",
			Extensions:  []string{".geojsonl", ".geojsons", ".geojsonseq", ".ndjson", ".jsonl", ".ldjson"},
			MediaType:   "application/x-ndjson",
			Geometry:    true,
			Read:        (*read.Job).GeoJSONSeq,
			Stream:      write.GeoJSONSeq,
			Streams:     true,
			NamesSystem: never,
		},
		{
			ID:          record.FlatGeobuf,
			Title:       layers.Words{Zh: "FlatGeobuf（.fgb）", En: "FlatGeobuf (.fgb)"},
			Name:        "FlatGeobuf (.fgb)",
			Extensions:  []string{".fgb"},
			MediaType:   "application/vnd.flatgeobuf",
			Geometry:    true,
			Read:        (*read.Job).FlatGeobuf,
			Stream:      write.FlatGeobuf,
			NamesSystem: byWKT,
		},
		{
			ID:         record.Parquet,
			Title:      layers.Words{Zh: "GeoParquet（.parquet）", En: "GeoParquet (.parquet)"},
			Name:       "GeoParquet and Parquet (.parquet)",
			Extensions: []string{".parquet", ".geoparquet"},
			MediaType:  "application/vnd.apache.parquet",
			Geometry:   true,
			Read:       (*read.Job).Parquet,
		},
		{
			ID:         record.OSM,
			Title:      layers.Words{Zh: "OpenStreetMap 数据（.osm.pbf、.osm）", En: "OpenStreetMap extract (.osm.pbf, .osm)"},
			Name:       "OpenStreetMap (.osm.pbf, .osm)",
			Extensions: []string{".pbf", ".osm"},
			MediaType:  "application/octet-stream",
			Geometry:   true,
			Degrees:    true,
			Read:       read.By(osm.Read),
		},
	}
}

// byWKT is for formats that tell the system by its WKT.
func byWKT(c *crs.CRS) bool { return c.WKT() != "" }

func never(*crs.CRS) bool { return false }
