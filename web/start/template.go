package start

import (
	"bytes"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/data/files"
	"github.com/cuntu/cuntu/data/template"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/web/problem"
	"github.com/cuntu/cuntu/web/query"
)

// API answers. Each of its methods is a handler of a snapshot as who asks may see it.
type API struct {
	Rights func(*http.Request) access.Rights
	// Disposition is the header that names a file, in ASCII and for people.
	Disposition func(name, title string) string
	// Heights tells whether an elevation model is there.
	Heights  func() bool
	Services *service.Catalog
}

// Template answers /api/templates/{layer}.xlsx: a workbook to fill in, with the fields that who asks may write.
func (a *API) Template(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	if err := query.New(r).Done(); err != nil {
		return err
	}
	id := mux.Vars(r)["layer"]
	t, ok := snap.Table(id)
	if !ok {
		detail := "there is no layer " + strconv.Quote(id) + "; there are " + strings.Join(snap.Catalog.IDs(), ", ")
		return &problem.Problem{Title: "Not found", Status: http.StatusNotFound, Detail: detail}
	}
	writable := a.writable(r, t.Layer)
	if !writable(&layers.Field{}) {
		return &problem.Problem{Title: "Forbidden", Status: http.StatusForbidden, Detail: "you may not write layer " + id}
	}
	made := template.New(t.Layer, writable).WithAreas(areaNames(snap))
	var out bytes.Buffer
	if err := made.Write(&out); err != nil {
		return err
	}
	if format, ok := files.Find("xlsx"); ok {
		w.Header().Set("Content-Type", format.MediaType)
	}
	w.Header().Set("Content-Disposition", a.Disposition(made.FileName(), made.Title()))
	_, err := w.Write(out.Bytes())
	return err
}

// areaNames are the names of counties and towns, each once, by their codes. Where several towns have one, the county beside it
// says which.
func areaNames(snap *snapshot.Snapshot) map[string][]string {
	names := map[string][]string{}
	for _, level := range []string{"county", "town"} {
		t, ok := snap.Table(level)
		if !ok {
			continue
		}
		codes := map[string]string{} // the least of each name
		for row := range t.Rows {
			name, code := t.Get(row, "name").Text(), t.Get(row, "code").Text()
			if least, ok := codes[name]; name != "" && (!ok || code < least) {
				codes[name] = code
			}
		}
		names[level] = slices.SortedFunc(maps.Keys(codes), func(a, b string) int { return strings.Compare(codes[a], codes[b]) })
	}
	return names
}

// writable tells which fields of a layer who asks may write somewhere.
func (a *API) writable(r *http.Request, l *layers.Layer) func(*layers.Field) bool {
	rights := a.Rights(r)
	return func(f *layers.Field) bool {
		_, some := access.DecideLayer(rights, access.Write, l, f.Secrecy)
		return some
	}
}
