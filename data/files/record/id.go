package record

// Ids of formats that code asks for by name. A KMZ is KML in a zip, a zipped shapefile a
// Shapefile.
const (
	Shapefile  = "shp"
	GeoJSON    = "geojson"
	GeoJSONSeq = "geojsonl" // one feature a line, or RFC 8142's text sequence
	GeoPackage = "gpkg"
	CSV        = "csv"
	TSV        = "tsv"
	XLSX       = "xlsx"
	XLS        = "xls"
	HTML       = "html"
	KML        = "kml"
	FlatGeobuf = "fgb"
	Parquet    = "parquet"
	OSM        = "osm" // OpenStreetMap's, binary or XML
)
