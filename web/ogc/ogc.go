// Package ogc is the OGC API Features of the store: landing page, conformance, OpenAPI, collections with their schemas, items
// and features (OGC 17-069r4, 18-058r1, 19-079r2, 21-065r2, 23-058r2), and the edits of features that part 4's draft describes.
//
// Requests and a snapshot flow in, are checked here, and answered by layers/features; JSON, HTML and files flow out. Edits flow
// to web/editing. Errors are returned to the caller, who writes them, and who has asked whether the client may write.
package ogc

import (
	"net/http"

	"github.com/cuntu/cuntu/layers/features"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/web/editing"
)

// Root is the path of the landing page.
const Root = "/ogc"

// API answers. Any number of goroutines may ask it.
type API struct {
	base    func(*http.Request) string
	version string
	whose   func(*http.Request) string
	reader  features.Reader
	editor  func(*http.Request) *editing.Editor
}

// Config is what an API needs.
type Config struct {
	Base    func(*http.Request) string // the address before the path that clients know
	Version string                     // of the program
	Whose   func(*http.Request) string // says whose data it is; it may be ""
	// Editor is where who asks writes edits; nil where there is no store.
	Editor func(*http.Request) *editing.Editor
}

// New makes the API.
func New(c Config) *API {
	return &API{base: c.Base, version: c.Version, whose: c.Whose, editor: c.Editor}
}

// Route is a way to a resource.
type Route struct {
	Method string
	Path   string
	Answer func(http.ResponseWriter, *http.Request, *snapshot.Snapshot) error
}

// Routes are the ways to read all resources. The parts of paths in braces are collection and feature.
func (a *API) Routes() []Route {
	return []Route{
		{http.MethodGet, Root, a.landing},
		{http.MethodGet, Root + "/", a.landing},
		{http.MethodGet, Root + "/conformance", a.conformance},
		{http.MethodGet, Root + "/api", a.api},
		{http.MethodGet, Root + "/collections", a.collections},
		{http.MethodGet, Root + "/collections/{collection}", a.collection},
		{http.MethodGet, Root + "/collections/{collection}/queryables", a.schemaOf(queryables)},
		{http.MethodGet, Root + "/collections/{collection}/sortables", a.schemaOf(sortables)},
		{http.MethodGet, Root + "/collections/{collection}/schema", a.schemaOf(returnables)},
		{http.MethodGet, Root + "/collections/{collection}/items", a.items},
		{http.MethodGet, Root + "/collections/{collection}/items/{feature}", a.item},
	}
}
