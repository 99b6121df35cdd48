// Package ogc is the OGC API Features of the store, as far as it reads: landing page, conformance, OpenAPI, collections with
// their schemas, items and features (OGC 17-069r4, 18-058r1, 19-079r2, 21-065r2, 23-058r2).
//
// Requests and a snapshot flow in, are checked here, and answered by layers/features; JSON, HTML and files flow out. Errors
// are returned to the caller, who writes them. Nothing here changes anything.
package ogc

import (
	"net/http"

	"github.com/cuntu/cuntu/layers/features"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Root is the path of the landing page.
const Root = "/ogc"

// API answers. Any number of goroutines may ask it.
type API struct {
	base    func(*http.Request) string
	version string
	reader  features.Reader
}

// New makes the API. base tells the address before the path that clients know, and version is that of the program.
func New(base func(*http.Request) string, version string) *API {
	return &API{base: base, version: version}
}

// Route is the way to a resource, which can be read alone.
type Route struct {
	Path   string
	Answer func(http.ResponseWriter, *http.Request, *snapshot.Snapshot) error
}

// Routes are the ways to all resources. The parts of paths in braces are collection and feature.
func (a *API) Routes() []Route {
	return []Route{
		{Root, a.landing},
		{Root + "/", a.landing},
		{Root + "/conformance", a.conformance},
		{Root + "/api", a.api},
		{Root + "/collections", a.collections},
		{Root + "/collections/{collection}", a.collection},
		{Root + "/collections/{collection}/queryables", a.schemaOf(queryables)},
		{Root + "/collections/{collection}/sortables", a.schemaOf(sortables)},
		{Root + "/collections/{collection}/schema", a.schemaOf(returnables)},
		{Root + "/collections/{collection}/items", a.items},
		{Root + "/collections/{collection}/items/{feature}", a.item},
	}
}
