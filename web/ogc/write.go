package ogc

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/features"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/web/editing"
	"github.com/cuntu/cuntu/web/problem"
	"github.com/cuntu/cuntu/web/query"
)

// MostFeatureBytes is how long a feature that is sent may be: the outline of a county has some 100,000 vertices.
const MostFeatureBytes = 16 << 20

const mergePatch = "application/merge-patch+json"

// Writes are the ways to change what is there (OGC API Features part 4).
func (a *API) Writes() []Route {
	items, item := Root+"/collections/{collection}/items", Root+"/collections/{collection}/items/{feature}"
	return []Route{
		{http.MethodPost, items, a.create},
		{http.MethodPut, item, a.edit(http.MethodPut)},
		{http.MethodPatch, item, a.edit(http.MethodPatch)},
		{http.MethodDelete, item, a.edit(http.MethodDelete)},
	}
}

// writable tells whether there is anybody who may edit.
func (a *API) writable(r *http.Request) bool {
	if a.editor == nil {
		return false
	}
	editor := a.editor(r)
	return editor != nil && editor.Open
}

// Methods are those of a path of Routes, for the layer of a request where the path has one.
func (a *API) Methods(path string, r *http.Request, snap *snapshot.Snapshot) []string {
	methods := []string{http.MethodGet, http.MethodHead, http.MethodOptions}
	record, writable := false, a.writable(r)
	if snap != nil {
		l, ok := snap.Catalog.Layer(mux.Vars(r)["collection"])
		record = ok && l.AppendOnly
	}
	for _, w := range a.Writes() {
		if writable && w.Path == path && (w.Method == http.MethodPost || !record) {
			methods = append(methods, w.Method)
		}
	}
	return methods
}

// sentFeature is a feature as it is sent. Members that are not listed are no matter.
type sentFeature struct {
	Type       string                     `json:"type"`
	ID         json.RawMessage            `json:"id"`
	Geometry   json.RawMessage            `json:"geometry"`
	Properties map[string]json.RawMessage `json:"properties"`
}

// readSent reads the body, which must be of one of the media types.
func readSent(r *http.Request, media ...string) (f sentFeature, body []byte, err error) {
	is, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || !slices.Contains(media, is) {
		return f, nil, &problem.Problem{
			Title: "Unsupported media type", Status: http.StatusUnsupportedMediaType,
			Detail: "send the feature as " + strings.Join(media, " or "),
		}
	}
	var raw json.RawMessage
	in := json.NewDecoder(r.Body)
	if err = in.Decode(&raw); err == nil {
		err = json.Unmarshal(raw, &f)
	}
	if long := (*http.MaxBytesError)(nil); errors.As(err, &long) {
		return f, nil, err
	}
	if err == nil && f.Type != "" && f.Type != "Feature" {
		err = fmt.Errorf("its type is %q", f.Type)
	}
	if err != nil {
		return f, nil, layers.NewFault("body", "is no GeoJSON feature: %s", strings.TrimPrefix(err.Error(), "json: "))
	}
	return f, raw, nil
}

// contentSystem is the coordinate system that the header Content-Crs gives; CRS84 by default.
func contentSystem(r *http.Request, snap *snapshot.Snapshot, faults *layers.Faults) features.System {
	uri := r.Header.Get("Content-Crs")
	if uri == "" {
		return features.DefaultSystem()
	}
	plain := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(uri), "<"), ">")
	s, ok := features.FindSystem(snap.Bounds(), plain)
	if !ok {
		faults.Add("Content-Crs", "%q is not one of %s", plain, strings.Join(uris(features.Systems(snap.Bounds())), ", "))
	}
	return s
}

// write is an edit of one feature as far as it is read.
type write struct {
	*request
	editor *editing.Editor
	table  *snapshot.Table
	layer  *layers.Layer // as the store has it
	sent   sentFeature
	wish   editing.Wish
	faults layers.Faults
}

func (a *API) readWrite(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) (*write, error) {
	q, t, err := a.readCollection(w, r, snap, featureFormats)
	if err != nil {
		return nil, err
	}
	if err := q.Done(); err != nil {
		return nil, err
	}
	e := &write{request: q, editor: a.editor(r), table: t}
	e.layer, _ = e.editor.Stored().Catalog.Layer(t.Layer.ID) // is that of the table
	e.wish.By, err = editing.Authorship(r)
	return e, err
}

// reading is how the feature is read that was sent.
func (e *write) reading(snap *snapshot.Snapshot, row *uint32) *editing.Reading {
	var hidden []string
	if row != nil {
		hidden = e.editor.Hidden(e.layer.ID, e.table.ID(*row))
	}
	return &editing.Reading{
		Hidden: hidden, Recorded: e.editor.Recorded(e.layer),
		Layer: e.layer, Table: e.table, Row: row, Whole: e.http.Method != http.MethodPatch,
		System: contentSystem(e.http, snap, &e.faults), Faults: &e.faults,
	}
}

// create answers POST of items: a new feature, whose id the store gives.
func (a *API) create(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	e, err := a.readWrite(w, r, snap)
	if err != nil {
		return err
	}
	sent, body, err := readSent(r, geoJSONFormat.media, jsonFormat.media)
	if err != nil {
		return err
	}
	edit := e.reading(snap, nil).Read(editing.Sent{Values: sent.Properties, Geometry: sent.Geometry})
	if err := e.faults.Err(); err != nil {
		return err
	}
	e.wish.Edits, e.wish.Mine = []layers.Edit{edit}, []json.RawMessage{body}
	return e.do(w, http.StatusCreated)
}

// edit answers PUT, PATCH and DELETE of a feature.
func (a *API) edit(method string) func(http.ResponseWriter, *http.Request, *snapshot.Snapshot) error {
	return func(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
		e, err := a.readWrite(w, r, snap)
		if err != nil {
			return err
		}
		row, err := e.find()
		if err != nil {
			return err
		}
		edit, body := layers.Edit{Op: layers.Delete, Layer: e.layer.ID, Feature: layers.Feature{ID: e.table.ID(row)}}, []byte("null")
		reading := e.reading(snap, &row)
		if method != http.MethodDelete {
			if e.sent, body, err = readSent(r, mediaOf(method)...); err != nil {
				return err
			}
			e.checkID()
			edit = reading.Read(editing.Sent{Values: e.sent.Properties, Geometry: e.sent.Geometry})
		}
		if err := e.faults.Err(); err != nil {
			return err
		}
		match := strings.Join(r.Header.Values("If-Match"), ",")
		if match == "" {
			return editing.Unconditional("the header If-Match")
		}
		if edit.Base = reading.Base(match); edit.Base == nil {
			return reading.Stale(body)
		}
		e.wish.Edits, e.wish.Mine = []layers.Edit{edit}, []json.RawMessage{body}
		if method == http.MethodDelete {
			return e.do(w, http.StatusNoContent)
		}
		return e.do(w, http.StatusOK)
	}
}

func mediaOf(method string) []string {
	if method == http.MethodPatch {
		return []string{mergePatch}
	}
	return []string{geoJSONFormat.media, jsonFormat.media}
}

// find is the row of the feature that the path names, which may be edited.
func (e *write) find() (uint32, error) {
	name := mux.Vars(e.http)["feature"]
	id, err := strconv.ParseInt(name, 10, 64)
	row, ok := e.table.Find(id)
	if err != nil || !ok {
		return 0, question.NotFound("collection " + e.layer.ID + " has no feature " + strconv.Quote(name))
	}
	if e.layer.AppendOnly {
		e.header.Set("Allow", "GET, HEAD, OPTIONS")
		return 0, &problem.Problem{
			Title: "Method not allowed", Status: http.StatusMethodNotAllowed,
			Detail: "collection " + e.layer.ID + " is a record, which nothing overwrites: add another feature",
		}
	}
	return row, nil
}

// checkID says that an id cannot be changed.
func (e *write) checkID() {
	name := mux.Vars(e.http)["feature"]
	if id := strings.Trim(string(e.sent.ID), `"`); id != "" && id != name {
		e.faults.Add("id", "is %s and cannot be changed to %s", name, id)
	}
}

// do writes and answers with the feature as it is then.
func (e *write) do(w http.ResponseWriter, status int) error {
	ids, seen, err := e.editor.Write(e.http.Context(), e.wish)
	if err != nil {
		return err
	}
	address := e.root + "/collections/" + e.layer.ID + "/items/" + strconv.FormatInt(ids[0], 10)
	if status == http.StatusCreated {
		w.Header().Set("Location", address)
	}
	if !seen {
		w.Header().Set(editing.SeenHeader, "false")
	}
	t, ok := e.editor.Served().Table(e.layer.ID)
	row, found := uint32(0), false
	if ok {
		row, found = t.Find(ids[0])
	}
	if status == http.StatusNoContent || !found || !seen {
		if status == http.StatusOK {
			status = http.StatusNoContent
		}
		w.WriteHeader(status)
		return nil
	}
	e.as = geoJSONFormat
	e.Query = query.New(e.http)
	asked := itemsAsked{request: e.request, table: t, style: features.Style{
		Fields: features.AllFields(t.Layer), System: features.DefaultSystem(),
	}}
	h := w.Header()
	h.Set("Content-Crs", "<"+features.CRS84+">")
	h.Set("Content-Location", address)
	h.Set("ETag", editing.Tag(t, row))
	h.Set("Content-Type", geoJSONFormat.media)
	w.WriteHeader(status)
	_, _ = w.Write(asked.appendItem(nil, row)) // a caller that is gone needs no answer
	return nil
}
