package ogc

import (
	"slices"
	"strings"
	"sync"

	"github.com/cuntu/cuntu/data/files"
	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/web/negotiate"
)

// format is a representation of a resource, as the parameter f names it.
type format struct {
	id    string
	media string
	also  string // another media type by which clients ask for it
	title layers.Words
}

const asHTML, asJSONFG = "html", "jsonfg"

var (
	jsonFormat   = format{"json", "application/json", "", layers.Words{Zh: "JSON", En: "JSON"}}
	htmlFormat   = format{asHTML, "text/html; charset=utf-8", "application/xhtml+xml", layers.Words{Zh: "网页", En: "HTML"}}
	schemaFormat = format{
		"json", "application/schema+json", "application/json", layers.Words{Zh: "JSON Schema", En: "JSON Schema"},
	}
	openAPIFormat = format{
		"json", "application/vnd.oai.openapi+json;version=3.0", "application/json",
		layers.Words{Zh: "OpenAPI 3.0", En: "OpenAPI 3.0"},
	}
	geoJSONFormat = format{"json", "application/geo+json", "application/json", layers.Words{Zh: "GeoJSON", En: "GeoJSON"}}
	jsonFGFormat  = format{
		asJSONFG, "application/vnd.ogc.fg+json", "application/fg+json", layers.Words{Zh: "JSON-FG", En: "JSON-FG"},
	}
)

var (
	pageFormats    = []format{jsonFormat, htmlFormat}
	schemaFormats  = []format{schemaFormat, htmlFormat}
	featureFormats = []format{geoJSONFormat, htmlFormat, jsonFGFormat}
)

// itemFormats are those of pages of features: the files that a page can be had as come last.
var itemFormats = sync.OnceValue(func() []format {
	list := slices.Clone(featureFormats)
	for _, id := range []string{record.CSV, record.GeoPackage, record.FlatGeobuf} {
		f, _ := files.Find(id) // is declared
		list = append(list, format{id: f.ID, media: f.MediaType, title: f.Title})
	}
	return list
})

// NotAcceptable is the error of a client that takes none of the formats.
type NotAcceptable []format

func (e NotAcceptable) Error() string {
	return "this can be had as " + strings.Join(mediaTypes(e), ", ") + ", none of which the header Accept allows"
}

func mediaTypes(list []format) (types []string) {
	for _, f := range list {
		types = append(types, f.plain())
	}
	return types
}

// format is the one of the list that is asked for, by the parameter f or, where there is none, by the header Accept.
func (q *request) format(list []format) (format, error) {
	ids := make([]string, len(list))
	for i, f := range list {
		ids[i] = f.id
	}
	if q.Values.Has("f") {
		id := q.Choice("f", ids...)
		return list[slices.Index(ids, id)], nil
	}
	q.Text("f")
	accept := strings.Join(q.http.Header.Values("Accept"), ",")
	if accept == "" {
		return list[0], nil
	}
	best, liking := format{}, 0.0
	for _, f := range list {
		if weight := f.weight(accept); weight > liking {
			best, liking = f, weight
		}
	}
	if liking == 0 {
		return format{}, NotAcceptable(list)
	}
	return best, nil
}

// plain is the media type without its parameters, as links and the header Accept have it; but for the version of OpenAPI,
// which is a part of its name.
func (f format) plain() string {
	if f == openAPIFormat {
		return f.media
	}
	plain, _, _ := strings.Cut(f.media, ";")
	return plain
}

// weight is how much an Accept header likes the format.
func (f format) weight(accept string) float64 {
	name, _, _ := strings.Cut(f.media, ";")
	family, _, _ := strings.Cut(name, "/")
	names := []string{name}
	if f.also != "" {
		names = append(names, f.also)
	}
	return negotiate.Quality(accept, append(names, family+"/*", "*/*")...)
}

// language is that of titles and pages: by the parameter lang, or by the header Accept-Language; Chinese where neither
// says otherwise.
func (q *request) language() string {
	if q.Values.Has("lang") {
		return q.Choice("lang", "zh", "en")
	}
	q.Text("lang")
	header := strings.Join(q.http.Header.Values("Accept-Language"), ",")
	zh := negotiate.Quality(header, "zh", "zh-CN", "zh-Hans", "zh-Hans-CN", "*")
	if negotiate.Quality(header, "en", "en-US", "en-GB") > zh {
		return "en"
	}
	return "zh"
}

// word is a text in the language of the answer.
func (q *request) word(w layers.Words) string {
	if q.lang == "en" {
		return w.En
	}
	return w.Zh
}
