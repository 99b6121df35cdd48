package web

import (
	"math"
	"net/http"
	"reflect"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/question"
)

// operation is a route that is no question, as the OpenAPI document tells of it. A test holds the list against the routes.
type operation struct {
	method, path, id, tag, title string
	params                       []question.Param
	body                         string // media type of the request's body; "" for none
	media                        string // of the answer; "" for none
	answer                       reflect.Type
	status                       int // 200 where it is 0
}

const (
	asJSON    = "application/json"
	asEvents  = "text/event-stream"
	asBytes   = "application/octet-stream"
	asGeoJSON = "application/geo+json"
)

func operations() []operation {
	year := param("year", question.Whole, "到这一年底建成的都算已有。", "What is complete by the end of this year counts as existing.")
	year.Low, year.High = firstYear, lastYear
	states := param("states", question.Whole, "带上各项服务在这一年的状态。", "With the services' states of this year.")
	states.Low, states.High = firstYear, lastYear
	filter := param("filter", question.Text, "只要符合条件的，CQL2 文本。", "Only what matches, in CQL2 text.")
	tile := []question.Param{
		year, filter,
		param("full", question.Whole, "1：不简化、不抽稀。", "1 leaves nothing out."),
	}
	text := func(name, zh, en string) question.Param { return param(name, question.Text, zh, en) }
	list := []operation{
		{method: http.MethodGet, path: "/api/layers", id: "catalogue", tag: "catalogue", title: "The layers, services and plan, and what is in them", media: asJSON},
		{
			method: http.MethodGet, path: "/api/features/{layer}/{id}", id: "feature", tag: "catalogue", title: "A feature by its id or division code",
			params: []question.Param{year}, media: asGeoJSON,
		},
		{
			method: http.MethodGet, path: "/api/export/{layer}", id: "export", tag: "catalogue", title: "A layer as a file", media: asBytes,
			params: []question.Param{
				text("f", "文件格式。", "The file's format."), text("crs", "坐标系。", "The coordinate system."), filter,
				text("county", "只要这个县区。", "Only this county."), text("town", "只要这个镇。", "Only this town."),
				text("bbox", "只要这个范围，west,south,east,north。", "Only in this box: west,south,east,north."),
				text("headings", "表头：id、zh 或 en。", "Headings: id, zh or en."), text("values", "取值：stored 或 titles。", "Values: stored or titles."),
				year, states,
			},
		},
		{method: http.MethodGet, path: "/api/events", id: "events", tag: "live", title: "What changes, as server-sent events", media: asEvents},
		{method: http.MethodGet, path: "/api/edits", id: "editState", tag: "live", title: "Whether this caller may edit", media: asJSON},
		{method: http.MethodGet, path: "/tiles/{layers}/{z}/{x}/{y}.mvt", id: "tileMVT", tag: "tiles", title: "A vector tile", params: tile, media: mediaTypes[0]},
		{method: http.MethodGet, path: "/tiles/{layers}/{z}/{x}/{y}.mlt", id: "tileMLT", tag: "tiles", title: "A vector tile as MLT", params: tile, media: mediaTypes[1]},
		{method: http.MethodGet, path: "/tiles/{layers}.json", id: "tileJSON", tag: "tiles", title: "TileJSON 3.0 of layers", params: tile, media: asJSON},
		{method: http.MethodGet, path: "/tiles/{layers}.pmtiles", id: "archive", tag: "tiles", title: "An archive that is served", media: asBytes},
		{method: http.MethodGet, path: "/tiles/dem/{z}/{x}/{y}.png", id: "heightTile", tag: "tiles", title: "Heights of the ground as a raster tile", media: "image/png"},
		{method: http.MethodGet, path: "/tiles/dem.json", id: "heightJSON", tag: "tiles", title: "TileJSON of the heights", media: asJSON},
		{method: http.MethodGet, path: "/healthz", id: "healthz", tag: "operation", title: "Whether the process is alive", media: asJSON},
		{method: http.MethodGet, path: "/readyz", id: "readyz", tag: "operation", title: "Whether requests are answered and follow the store", media: asJSON},
		{method: http.MethodGet, path: "/metrics", id: "metrics", tag: "operation", title: "Figures for Prometheus", media: "text/plain"},
		{method: http.MethodGet, path: "/api/openapi.json", id: "openAPI", tag: "operation", title: "This document, in OpenAPI 3.1", media: asJSON},
		{method: http.MethodGet, path: "/api/openapi-3.0.json", id: "openAPI30", tag: "operation", title: "This document, in OpenAPI 3.0", media: asJSON},
	}
	return append(list, append(jobOperations(), sitingOperations()...)...)
}

func jobOperations() []operation {
	post := func(path, id, title, body string) operation {
		return operation{method: http.MethodPost, path: path, id: id, tag: "import", title: title, body: body, media: asJSON}
	}
	get := func(path, id, tag, title string) operation {
		return operation{method: http.MethodGet, path: path, id: id, tag: tag, title: title, media: asJSON}
	}
	watch := get("/api/jobs/{id}/events", "watchJob", "jobs", "A job's status, as server-sent events")
	watch.media = asEvents
	rejects := get("/api/uploads/{upload}/rejects", "rejects", "import", "The rows that were refused")
	rejects.media = "text/csv"
	return []operation{
		get("/api/jobs/{id}", "job", "jobs", "A job's status"),
		get("/api/jobs/{id}/result", "jobResult", "jobs", "What a job has found"),
		watch,
		{method: http.MethodDelete, path: "/api/jobs/{id}", id: "endJob", tag: "jobs", title: "End a job", status: http.StatusNoContent},
		post("/api/uploads", "upload", "Upload files to be imported", "multipart/form-data"),
		{method: http.MethodDelete, path: "/api/uploads/{upload}", id: "dropUpload", tag: "import", title: "Drop an upload", status: http.StatusNoContent},
		post("/api/uploads/{upload}/inspect", "inspectUpload", "What is recognised in a file", asJSON),
		post("/api/uploads/{upload}/check", "checkUpload", "Check a file and write nothing", asJSON),
		post("/api/uploads/{upload}/import", "importUpload", "Import a file", asJSON),
		rejects,
		get("/api/imports", "imports", "import", "Imports so far"),
		get("/api/imports/{import}", "pastImport", "import", "An import's report"),
		{method: http.MethodPost, path: "/api/imports/{import}/undo", id: "undoImport", tag: "import", title: "Take an import back", media: asJSON},
		get("/api/mappings", "mappings", "import", "Mappings that are kept"),
		get("/api/mappings/{mapping}", "mapping", "import", "A mapping"),
		{method: http.MethodPut, path: "/api/mappings/{mapping}", id: "keepMapping", tag: "import", title: "Keep a mapping", body: asJSON, media: asJSON},
		{method: http.MethodDelete, path: "/api/mappings/{mapping}", id: "dropMapping", tag: "import", title: "Drop a mapping", status: http.StatusNoContent},
	}
}

func param(name string, kind question.Kind, zh, en string) question.Param {
	return question.Param{Name: name, Kind: kind, Help: layers.Words{Zh: zh, En: en}, Low: math.Inf(-1), High: math.Inf(1)}
}
