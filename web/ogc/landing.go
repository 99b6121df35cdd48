package ogc

import (
	"net/http"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/dataset"
	"github.com/cuntu/cuntu/layers/snapshot"
)

var serviceTitle = layers.Words{Zh: "村图：乡村基础设施与搬迁安置", En: "Cuntu: village infrastructure and relocation"}

// landing answers /ogc (OGC 17-069r4, 7.2).
func (a *API) landing(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	q, err := a.read(w, r, pageFormats)
	if err != nil {
		return err
	}
	if err := q.Done(); err != nil {
		return err
	}
	page := landingJSON{
		Title:       q.word(serviceTitle),
		Attribution: dataset.Credit(snap, q.whose, ""),
		Description: q.word(layers.Words{Zh: "所有图层，按 OGC API 要素标准。", En: "All layers, by OGC API Features."}),
		Links: append(
			q.own(),
			q.to("/api", "service-desc", openAPIFormat, layers.Words{Zh: "接口描述", En: "The API's description"}),
			q.to("/conformance", "conformance", jsonFormat, layers.Words{Zh: "符合的标准", En: "What it conforms to"}),
			q.to("/collections", "data", jsonFormat, layers.Words{Zh: "图层", En: "Collections"}),
		),
	}
	if q.as.id == asHTML {
		return q.sendHTML(w, "landing", page.Title, page)
	}
	return q.sendJSON(w, page)
}

type landingJSON struct {
	Title       string `json:"title"`
	Description string `json:"description"`
	Attribution string `json:"attribution,omitempty"` // OGC 19-072, 8.2.1
	Links       []link `json:"links"`
}

// conformance answers /ogc/conformance (7.4).
func (a *API) conformance(w http.ResponseWriter, r *http.Request, _ *snapshot.Snapshot) error {
	q, err := a.read(w, r, pageFormats)
	if err != nil {
		return err
	}
	if err := q.Done(); err != nil {
		return err
	}
	page := conformanceJSON{a.conformanceClasses(r), q.own()}
	if q.as.id == asHTML {
		return q.sendHTML(w, "conformance", q.word(layers.Words{Zh: "符合的标准", En: "What it conforms to"}), page)
	}
	return q.sendJSON(w, page)
}

type conformanceJSON struct {
	ConformsTo []string `json:"conformsTo"`
	Links      []link   `json:"links"`
}

// conformanceClasses are the classes of requirements that are met.
func (a *API) conformanceClasses(r *http.Request) (list []string) {
	type standard struct {
		name    string
		classes []string
	}
	parts := []standard{
		{"ogcapi-common-1/1.0", []string{"core", "landing-page", "json", "html", "oas30"}},
		{"ogcapi-common-2/1.0", []string{"collections", "json", "html"}},
		{"ogcapi-features-1/1.0", []string{"core", "oas30", "html", "geojson"}},
		{"ogcapi-features-2/1.0", []string{"crs"}},
		{"ogcapi-features-3/1.0", []string{"queryables", "queryables-query-parameters", "filter", "features-filter"}},
		{"ogcapi-features-5/1.0", []string{"schemas", "core-roles-features", "queryables", "sortables"}},
		{"cql2/1.0", []string{
			"cql2-text", "cql2-json", "basic-cql2", "advanced-comparison-operators", "case-insensitive-comparison",
			"accent-insensitive-comparison", "basic-spatial-functions", "basic-spatial-functions-plus", "spatial-functions",
			"array-functions", "property-property", "arithmetic",
		}},
		{"json-fg-1/1.0", []string{"core"}},
	}
	if a.writable(r) {
		parts = append(parts, standard{"ogcapi-features-4/1.0", []string{
			"create-replace-delete", "update", "features", "optimistic-locking-etags",
		}})
	}
	for _, part := range parts {
		for _, class := range part.classes {
			list = append(list, "http://www.opengis.net/spec/"+part.name+"/conf/"+class)
		}
	}
	return list
}
