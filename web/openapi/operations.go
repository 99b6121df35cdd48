package openapi

import (
	"math"
	"net/http"
	"reflect"
	"slices"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/guide"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/web/start"
)

// operation is a route that is no question, as the OpenAPI document tells of it. A test holds the list against the routes.
type operation struct {
	method, path, id, tag, title string
	params                       []question.Param
	body                         string // media type of the request's body; "" for none
	sends                        reflect.Type
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
	year.Low, year.High = 1900, 2100
	states := param("states", question.Whole, "带上各项服务在这一年的状态。", "With the services' states of this year.")
	states.Low, states.High = 1900, 2100
	filter := param("filter", question.Text, "只要符合条件的，CQL2 文本。", "Only what matches, in CQL2 text.")
	rows := param("limit", question.Whole, "最多列出几行。", "How many rows to list at most.")
	rows.Low, rows.High = 0, 1000
	tile := []question.Param{
		year, filter, moment(),
		param("full", question.Whole, "1：不简化、不抽稀。", "1 leaves nothing out."),
		param("geometry", question.Text, "outline：有界线的镇、村画成界线围成的面；own：画成点。",
			"outline draws towns and villages that have an outline by it; own draws them as points."),
	}
	text := func(name, zh, en string) question.Param { return param(name, question.Text, zh, en) }
	list := []operation{
		get("/api/layers", "catalogue", "catalogue", "The layers, services and plan, and what is in them", asJSON),
		with([]question.Param{
			year, moment(), param("geometry", question.Text, "own：图形本身；label：只要标注名称的位置。",
				"own is its geometry; label is just the place for its name."),
		}, get("/api/features/{layer}/{id}", "feature", "catalogue", "A feature by its id or code", asGeoJSON)),
		{
			method: http.MethodGet, path: "/api/export/{layer}", id: "export", tag: "catalogue", title: "A layer as a file", media: asBytes,
			params: []question.Param{
				text("f", "文件格式。", "The file's format."), text("crs", "坐标系。", "The coordinate system."), filter,
				text("county", "只要这个县区。", "Only this county."), text("town", "只要这个镇。", "Only this town."),
				text("area", "只要这个区域：任一级的区划代码。", "Only this area: a division code of any level."),
				text("bbox", "只要这个范围，west,south,east,north。", "Only in this box: west,south,east,north."),
				text("headings", "表头：id、zh 或 en。", "Headings: id, zh or en."),
				text("values", "取值：stored 或 titles。", "Values: stored or titles."),
				year, states, moment(),
			},
		},
		{
			method: http.MethodGet, path: "/api/office", id: "office", tag: "catalogue", title: "Whose map it is", media: asJSON,
			answer: reflect.TypeFor[start.Office](),
		},
		{
			method: http.MethodPut, path: "/api/office", id: "putOffice", tag: "catalogue", body: asJSON, media: asJSON,
			title: "Say whose map it is: the office's name and emblem, and the review number or that it is for internal use",
			sends: reflect.TypeFor[start.Office](), answer: reflect.TypeFor[start.Office](),
		},
		{
			method: http.MethodGet, path: "/api/guide", id: "guide", tag: "import", media: asJSON, answer: reflect.TypeFor[guide.Guide](),
			title: "What of an office's data is there, and what the map cannot answer yet for want of which",
		},
		get("/api/templates/{layer}.xlsx", "template", "import", "A workbook to fill in for a layer, with the fields that the caller may write",
			asBytes),
		get("/api/events", "events", "live", "What changes, as server-sent events", asEvents),
		with([]question.Param{rows}, get("/api/left-out", "leftOut", "operation", "Rows of the store that are not served, and why", asJSON)),
		get("/api/edits", "editState", "live", "Whether this caller may edit", asJSON),
		with(tile, get("/tiles/{layers}/{z}/{x}/{y}.mvt", "tileMVT", "tiles", "A vector tile", "application/vnd.mapbox-vector-tile")),
		with(tile, get("/tiles/{layers}/{z}/{x}/{y}.mlt", "tileMLT", "tiles", "A vector tile as MLT", "application/vnd.maplibre-tile")),
		with(tile, get("/tiles/{layers}.json", "tileJSON", "tiles", "TileJSON 3.0 of layers", asJSON)),
		get("/tiles/{layers}.pmtiles", "archive", "tiles", "An archive that is served", asBytes),
		get("/tiles/dem/{z}/{x}/{y}.png", "heightTile", "tiles", "Heights of the ground as a raster tile", "image/png"),
		get("/tiles/dem.json", "heightJSON", "tiles", "TileJSON of the heights", asJSON),
		get("/healthz", "healthz", "operation", "Whether the process is alive", asJSON),
		get("/readyz", "readyz", "operation", "Whether requests are answered and follow the store, and how many rows are left out", asJSON),
		get("/metrics", "metrics", "operation", "Figures for Prometheus", "text/plain"),
		get("/api/openapi.json", "openAPI", "operation", "This document, in OpenAPI 3.1", asJSON),
		get("/api/openapi-3.0.json", "openAPI30", "operation", "This document, in OpenAPI 3.0", asJSON),
	}
	return slices.Concat(
		list, editOperations(), divisionOperations(), historyOperations(), jobOperations(), scenarioOperations(), accountOperations(),
		auditOperations(), caseOperations(), commentOperations(),
	)
}

func jobOperations() []operation {
	post := func(path, id, title, body string) operation {
		return operation{method: http.MethodPost, path: path, id: id, tag: "import", title: title, body: body, media: asJSON}
	}
	ended := func(path, id, tag, title string) operation {
		return operation{method: http.MethodDelete, path: path, id: id, tag: tag, title: title, status: http.StatusNoContent}
	}
	return []operation{
		get("/api/jobs", "jobs", "jobs", "All jobs, the newest first", asJSON),
		get("/api/jobs/{id}", "job", "jobs", "A job's status", asJSON),
		get("/api/jobs/{id}/result", "jobResult", "jobs", "What a job has found", asJSON),
		get("/api/jobs/{id}/file", "jobFile", "jobs", "The file that a job has made", asBytes),
		get("/api/jobs/{id}/events", "watchJob", "jobs", "A job's status, as server-sent events", asEvents),
		ended("/api/jobs/{id}", "endJob", "jobs", "End a job"),
		{
			method: http.MethodPost, path: "/api/archives", id: "makeArchive", tag: "tiles", title: "Make an archive of tiles",
			body: asJSON, media: asJSON,
		},
		post("/api/uploads", "upload", "Upload files to be imported", "multipart/form-data"),
		ended("/api/uploads/{upload}", "dropUpload", "import", "Drop an upload"),
		post("/api/uploads/{upload}/inspect", "inspectUpload", "What is recognised in a file", asJSON),
		post("/api/uploads/{upload}/check", "checkUpload", "Check a file and write nothing", asJSON),
		post("/api/uploads/{upload}/import", "importUpload", "Import a file", asJSON),
		get("/api/uploads/{upload}/rejects", "rejects", "import", "The rows that were refused", "text/csv"),
		get("/api/imports", "imports", "import", "Imports so far", asJSON),
		get("/api/imports/{import}", "pastImport", "import", "An import's report", asJSON),
		post("/api/imports/{import}/undo", "undoImport", "Take an import back", ""),
		get("/api/imports/{import}/conflicts", "conflicts", "import", "Cells in which a ledger and the store disagreed", asJSON),
		post("/api/imports/{import}/conflicts", "settleConflicts", "Settle cells that an import left in dispute", asJSON),
		get("/api/ledgers", "ledgers", "import", "Who sends ledgers, and whose win disputes", asJSON),
		{
			method: http.MethodPost, path: "/api/ledgers", id: "handOutLedger", tag: "import",
			title: "Note that a layer goes to a sender of ledgers", body: asJSON, status: http.StatusNoContent,
		},
		{
			method: http.MethodPut, path: "/api/ledgers/rules", id: "putLedgerRules", tag: "import", title: "Set whose ledgers win disputes",
			body: asJSON, status: http.StatusNoContent,
		},
		get("/api/mappings", "mappings", "import", "Mappings that are kept", asJSON),
		get("/api/mappings/{mapping}", "mapping", "import", "A mapping", asJSON),
		{
			method: http.MethodPut, path: "/api/mappings/{mapping}", id: "keepMapping", tag: "import", title: "Keep a mapping",
			body: asJSON, media: asJSON,
		},
		ended("/api/mappings/{mapping}", "dropMapping", "import", "Drop a mapping"),
	}
}

func get(path, id, tag, title, media string) operation {
	return operation{method: http.MethodGet, path: path, id: id, tag: tag, title: title, media: media}
}

func with(params []question.Param, o operation) operation {
	o.params = params
	return o
}

// moment is the parameter of what can be answered from an earlier state.
func moment() question.Param {
	return param(
		"datetime", question.Text, "那时的状态：时刻（如 2026-11-24T08:00:00+08:00）或日期。",
		"The state then: a time, such as 2026-11-24T08:00:00+08:00, or a day, of which the end is meant.",
	)
}

func param(name string, kind question.Kind, zh, en string) question.Param {
	return question.Param{Name: name, Kind: kind, Help: layers.Words{Zh: zh, En: en}, Low: math.Inf(-1), High: math.Inf(1)}
}
