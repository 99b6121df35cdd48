package ogc

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/cespare/xxhash/v2"
	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/web/negotiate"
	"github.com/cuntu/cuntu/web/query"
)

// request is what was asked: how the answer is to be put is read already.
type request struct {
	*query.Query
	http   *http.Request
	root   string // the address of the landing page
	lang   string // zh or en
	as     format
	in     []format // in which it can be had
	header http.Header
	whose  string // data it is
}

// read begins to read a request for a resource that can be had in some formats.
func (a *API) read(w http.ResponseWriter, r *http.Request, formats []format) (*request, error) {
	w.Header().Add("Vary", "Accept")
	w.Header().Add("Vary", "Accept-Language")
	q := &request{Query: query.New(r), http: r, root: a.base(r) + Root, in: formats, header: w.Header(), whose: a.whose(r)}
	q.lang = q.language()
	var err error
	q.as, err = q.format(formats)
	return q, err
}

// readCollection begins to read a request for something of the layer that the path names. The error is a question.NotFound
// where there is none.
func (a *API) readCollection(
	w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot, formats []format,
) (*request, *snapshot.Table, error) {
	q, err := a.read(w, r, formats)
	if err != nil {
		return nil, nil, err
	}
	id := mux.Vars(r)["collection"]
	t, ok := snap.Table(id)
	if !ok {
		return nil, nil, question.NotFound(
			"there is no collection " + strconv.Quote(id) + "; there are " + strings.Join(snap.Catalog.IDs(), ", "),
		)
	}
	return q, t, nil
}

// link is a link as OGC API has it (RFC 8288).
type link struct {
	Href     string `json:"href"`
	Rel      string `json:"rel"`
	Type     string `json:"type,omitempty"`
	Title    string `json:"title,omitempty"`
	Hreflang string `json:"hreflang,omitempty"`
}

// own are the links of a resource to itself, in the format asked for and in the others.
func (q *request) own() (links []link) {
	for _, f := range q.in {
		rel := "alternate"
		if f == q.as {
			rel = "self"
		}
		links = append(links, link{q.address(map[string]string{"f": f.id}), rel, f.plain(), q.word(f.title), q.lang})
	}
	return links
}

// address is that of the request with some parameters set otherwise.
func (q *request) address(set map[string]string) string {
	values := url.Values{}
	for name, all := range q.Values {
		values[name] = all
	}
	for name, value := range set {
		values.Set(name, value)
	}
	path := strings.TrimPrefix(q.http.URL.EscapedPath(), Root)
	if encoded := values.Encode(); encoded != "" {
		path += "?" + encoded
	}
	return q.root + path
}

// to is a link to another resource, in a format.
func (q *request) to(path, rel string, f format, title layers.Words) link {
	return link{q.root + path + "?f=" + f.id, rel, f.plain(), q.word(title), q.lang}
}

// send sends a representation under a strong tag: of these bytes, behind the version of what they are of, if that has one.
func (q *request) send(w http.ResponseWriter, version string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", q.as.media)
	h.Set("Content-Language", q.lang)
	tag := `"` + version + strconv.FormatUint(xxhash.Sum64(body), 36) + `"`
	h.Set("ETag", tag)
	held := q.http.Header.Get("If-None-Match")
	if negotiate.Names(held, tag) || negotiate.Names(held, strings.TrimSuffix(tag, `"`)+negotiate.CompressedSuffix+`"`) {
		h.Del("Content-Type")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // a caller that is gone needs no answer
}

// sendJSON sends a value as JSON.
func (q *request) sendJSON(w http.ResponseWriter, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	q.send(w, "", append(body, '\n'))
	return nil
}
