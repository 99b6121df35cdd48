package ogc

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/gorilla/mux"
	"github.com/paulmach/orb/encoding/wkt"

	"github.com/cuntu/cuntu/data/export"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/cql2"
	"github.com/cuntu/cuntu/layers/dataset"
	"github.com/cuntu/cuntu/layers/features"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// How many features a page has: mostItems at most, however many are asked for, and fewer where they take pageBytes.
const (
	defaultItems = 10
	mostItems    = 10_000
	pageBytes    = 32 << 20
)

// bodies are what pages were written in, to be used again.
var bodies = sync.Pool{New: func() any { return new([]byte) }}

// itemsAsked is a request for items that was found good.
type itemsAsked struct {
	*request
	table    *snapshot.Table
	features features.Request
	style    features.Style
}

// items answers /ogc/collections/{collection}/items (OGC 17-069r4, 7.15).
func (a *API) items(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	q, t, err := a.readCollection(w, r, snap, itemFormats())
	if err != nil {
		return err
	}
	asked := itemsAsked{request: q, table: t}
	asked.readStyle(snap)
	asked.readFeatures(snap)
	if err := q.Done(); err != nil {
		return err
	}
	page, err := a.reader.Page(r.Context(), t, asked.features)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Crs", "<"+asked.style.System.URI+">")
	return asked.answer(w, page, snap)
}

// answer sends a page in the format that was asked for.
func (q *itemsAsked) answer(w http.ResponseWriter, page *features.Page, snap *snapshot.Snapshot) error {
	switch q.as.id {
	case asHTML:
		return q.sendItemsHTML(w, page, snap)
	case geoJSONFormat.id, asJSONFG:
		room := bodies.Get().(*[]byte)
		*room = q.appendPage((*room)[:0], page)
		q.send(w, "", *room)
		bodies.Put(room)
		return nil
	}
	return q.sendFile(w, page, dataset.Credit(snap, q.whose, q.table.Layer.ID))
}

// readStyle reads what is written of features: the parameters crs, properties and skip-geometry.
func (q *itemsAsked) readStyle(snap *snapshot.Snapshot) {
	q.style.System = q.system("crs", snap)
	q.style.Fields = features.AllFields(q.table.Layer)
	if names, ok := q.Text("properties"); ok {
		q.style.Fields = q.fields(names)
	}
	q.style.SkipGeometry = q.Choice("skip-geometry", "false", "true") == "true"
}

// system is the coordinate system that a parameter names; CRS84 by default.
func (q *request) system(name string, snap *snapshot.Snapshot) features.System {
	uri, ok := q.Text(name)
	if !ok {
		return features.DefaultSystem()
	}
	s, ok := features.FindSystem(snap.Bounds(), uri)
	if !ok {
		q.Refuse(name, fmt.Sprintf("%q is not one of %s", uri, strings.Join(uris(features.Systems(snap.Bounds())), ", ")))
		return features.DefaultSystem()
	}
	return s
}

// fields are those that the parameter properties lists, in the catalogue's order; id and geometry are no fields.
func (q *itemsAsked) fields(names string) (list []int) {
	l := q.table.Layer
	known := cql2.PropertyNames(l)
	asked := strings.Split(names, ",")
	for _, name := range asked {
		if !slices.Contains(known, name) {
			q.Refuse("properties", fmt.Sprintf("%q is not one of %s", name, strings.Join(known, ", ")))
		}
	}
	for i := range l.Fields {
		if slices.Contains(asked, l.Fields[i].ID) {
			list = append(list, i)
		}
	}
	return list
}

// readFeatures reads which features are asked for, in which order.
func (q *itemsAsked) readFeatures(snap *snapshot.Snapshot) {
	q.features.Limit = q.limit()
	q.features.After, _ = q.Text("cursor")
	if text, ok := q.Text("sortby"); ok {
		q.features.Order = q.order(text)
	}
	q.readBBox(snap)
	q.readDatetime()
	q.readFilter(snap)
	q.readProperties()
}

// limit is the parameter limit: more than the most there can be is no mistake (OGC 17-069r4, 7.15.2).
func (q *itemsAsked) limit() int {
	text, ok := q.Text("limit")
	if !ok {
		return defaultItems
	}
	n, err := strconv.Atoi(text)
	if errors.Is(err, strconv.ErrRange) && !strings.HasPrefix(text, "-") {
		return mostItems
	}
	if err != nil || n < 1 {
		q.Refuse("limit", fmt.Sprintf("%q is not a whole number from 1 on; a page has %d features at most", text, mostItems))
		return defaultItems
	}
	return min(n, mostItems)
}

// order reads sortby: names of sortables, each behind + or, for descending, -.
func (q *itemsAsked) order(text string) (order features.Order) {
	l := q.table.Layer
	for name := range strings.SplitSeq(text, ",") {
		plain, descending := strings.CutPrefix(strings.TrimSpace(name), "-")
		plain = strings.TrimPrefix(plain, "+")
		field := l.Field(plain)
		if plain != cql2.IDProperty && (field < 0 || !isSortable(&l.Fields[field])) {
			known := strings.Join(sortableNames(l), ", ")
			q.Refuse("sortby", fmt.Sprintf("%q is not one of %s, which may have - in front", plain, known))
			continue
		}
		order = append(order, features.Key{Field: field, Descending: descending}) // ByID where it is the id
	}
	return order
}

func sortableNames(l *layers.Layer) []string {
	names := []string{cql2.IDProperty}
	for i := range l.Fields {
		if isSortable(&l.Fields[i]) {
			names = append(names, l.Fields[i].ID)
		}
	}
	return names
}

// require adds a condition in CQL2 text that features must match, or says what is wrong with the parameter.
func (q *itemsAsked) require(part string, expr *cql2.Expr, err error) {
	if err == nil {
		_, err = expr.Bind(q.table)
	}
	if err != nil {
		q.Refuse(part, err.Error())
		return
	}
	q.features.Conditions = append(q.features.Conditions, features.Condition{Part: part, Expr: expr})
}

func (q *itemsAsked) requireText(part, text string) {
	expr, err := cql2.Parse(text)
	q.require(part, expr, err)
}

// readBBox reads bbox, 4 numbers or 6 with heights, in the system of bbox-crs (7.15.3; OGC 18-058r1, 6.2.2).
func (q *itemsAsked) readBBox(snap *snapshot.Snapshot) {
	system := q.system("bbox-crs", snap)
	text, ok := q.Text("bbox")
	if !ok {
		return
	}
	words := strings.Split(text, ",")
	if len(words) == 6 {
		words = []string{words[0], words[1], words[3], words[4]}
	}
	var corners [4]float64
	for i, word := range words {
		v, err := strconv.ParseFloat(strings.TrimSpace(word), 64)
		if err != nil || len(words) != 4 || v-v != 0 { // nor NaN or infinite
			q.Refuse("bbox", fmt.Sprintf("%q is not west,south,east,north in the order of bbox-crs, or 6 numbers with heights", text))
			return
		}
		corners[i] = v
	}
	if system.Geographic() && !inDegrees(corners, system.NorthFirst) {
		if system.URI != features.CRS84 { // the OGC's suite gives the axes of CRS84 here, and wants an answer
			q.requireText("bbox", "FALSE")
			return
		}
		q.Refuse("bbox", "longitudes are from -180 to 180 and latitudes from -90 to 90")
		return
	}
	clipped, ok := system.Clip(corners, q.table.Bounds())
	if !ok && corners[0] <= corners[2] && corners[1] <= corners[3] || !q.table.Layer.HasGeometry() {
		q.requireText("bbox", "FALSE") // nothing can be in it
		return
	}
	box, err := system.Filter().Box(clipped)
	if err != nil {
		q.Refuse("bbox", err.Error())
		return
	}
	q.requireText("bbox", "S_INTERSECTS(geometry, "+wkt.MarshalString(box)+")")
}

func inDegrees(corners [4]float64, northFirst bool) bool {
	for i, v := range corners {
		limit := 180.0
		if (i%2 == 0) == northFirst {
			limit = 90
		}
		if v < -limit || v > limit {
			return false
		}
	}
	return true
}

func (q *itemsAsked) readDatetime() {
	text, ok := q.Text("datetime")
	if !ok {
		return
	}
	condition, err := features.When(q.table.Layer, text)
	if err != nil {
		q.Refuse("datetime", err.Error())
	} else if condition != "" {
		q.requireText("datetime", condition)
	}
}

// readFilter reads filter in the language of filter-lang and the system of filter-crs (OGC 19-079r2, 7).
func (q *itemsAsked) readFilter(snap *snapshot.Snapshot) {
	language := q.Choice("filter-lang", "cql2-text", "cql2-json")
	system := q.system("filter-crs", snap).Filter()
	text, ok := q.Text("filter")
	if !ok {
		return
	}
	parse := cql2.ParseIn
	if language == "cql2-json" {
		parse = cql2.ParseJSON
	}
	expr, err := parse(text, system)
	q.require("filter", expr, err)
}

// readProperties reads parameters that are named like a property and say what its value is (OGC 19-079r2, 6.3).
func (q *itemsAsked) readProperties() {
	l := q.table.Layer
	for i := range l.Fields {
		f := &l.Fields[i]
		text, ok := q.Text(f.ID)
		if !ok {
			continue
		}
		condition, err := equals(f, text)
		if err != nil {
			q.Refuse(f.ID, err.Error())
			continue
		}
		q.requireText(f.ID, condition)
	}
}

// equals is the condition that a field has a value; of a list, that the value is in it.
func equals(f *layers.Field, text string) (string, error) {
	quoted := "'" + strings.ReplaceAll(text, "'", "''") + "'"
	switch f.Type {
	case layers.TypeInt, layers.TypeYear, layers.TypeFloat:
		v, err := strconv.ParseFloat(text, 64)
		if err != nil || v-v != 0 {
			return "", fmt.Errorf("%q is not a number", text)
		}
		return f.ID + " = " + strconv.FormatFloat(v, 'g', -1, 64), nil
	case layers.TypeBool:
		if text != "true" && text != "false" {
			return "", fmt.Errorf("%q is not true or false", text)
		}
		return f.ID + " = " + text, nil
	case layers.TypeList:
		return "A_CONTAINS(" + f.ID + ", (" + quoted + "))", nil
	}
	return f.ID + " = " + quoted, nil
}

// sendFile sends a page as a file; what links and counts it would have stand in headers.
func (q *itemsAsked) sendFile(w http.ResponseWriter, page *features.Page, credit string) error {
	asked := export.Request{
		Format: q.as.id, CRS: q.style.System.CRS.String(), SkipGeometry: q.style.SkipGeometry, Credit: credit,
	}
	for _, i := range q.style.Fields {
		asked.Fields = append(asked.Fields, q.table.Layer.Fields[i].ID)
	}
	e, err := export.Of(q.table, page.Rows, asked)
	if err != nil {
		return err
	}
	var body bytes.Buffer
	if _, err := e.Write(q.http.Context(), &body, nil); err != nil {
		return err
	}
	h := w.Header()
	h.Set("OGC-NumberMatched", strconv.Itoa(page.Matched))
	h.Set("OGC-NumberReturned", strconv.Itoa(len(page.Rows)))
	for _, l := range q.links(page, len(page.Rows)) {
		h.Add("Link", fmt.Sprintf(`<%s>; rel="%s"; type="%s"`, l.Href, l.Rel, l.Type))
	}
	h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", e.FileName()))
	q.send(w, "", body.Bytes())
	return nil
}

// links are those of a page of which so many rows are written.
func (q *itemsAsked) links(page *features.Page, written int) []link {
	links := q.own()
	path := "/collections/" + q.table.Layer.ID
	links = append(links, q.to(path, "collection", jsonFormat, q.table.Layer.Title))
	if written > 0 && (page.More || written < len(page.Rows)) {
		next := q.address(map[string]string{"cursor": page.Cursor(page.Rows[written-1])})
		links = append(links, link{next, "next", q.as.plain(), q.word(layers.Words{Zh: "下一页", En: "Next page"}), q.lang})
	}
	return links
}

// item answers /ogc/collections/{collection}/items/{feature} (7.16).
func (a *API) item(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	q, t, err := a.readCollection(w, r, snap, featureFormats)
	if err != nil {
		return err
	}
	asked := itemsAsked{request: q, table: t}
	asked.readStyle(snap)
	if err := q.Done(); err != nil {
		return err
	}
	name := mux.Vars(r)["feature"]
	id, err := strconv.ParseInt(name, 10, 64)
	row, ok := t.Find(id)
	if err != nil || !ok {
		return question.NotFound("collection " + t.Layer.ID + " has no feature " + strconv.Quote(name))
	}
	w.Header().Set("Content-Crs", "<"+asked.style.System.URI+">")
	if q.as.id == asHTML {
		return asked.sendItemHTML(w, row, snap)
	}
	body := asked.appendItem(nil, row)
	q.send(w, version(t, row)+".", body)
	return nil
}

// version is that of a feature, as its tag begins with it in every representation.
func version(t *snapshot.Table, row uint32) string {
	return features.Version(t, row).String()
}
