package ogc

import (
	"bytes"
	_ "embed" // of the templates
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/features"
	"github.com/cuntu/cuntu/layers/snapshot"
)

//go:embed pages.html
var pagesHTML string

var pages = template.Must(template.New("pages").Parse(pagesHTML))

// page is a web page: its body is made by the template of the resource, from Data.
type page struct {
	*request
	Title string
	Body  template.HTML
	Data  any
}

// sendHTML sends a resource as a web page.
func (q *request) sendHTML(w http.ResponseWriter, name, title string, data any) error {
	p := &page{request: q, Title: title, Data: data}
	var body, whole bytes.Buffer
	if err := pages.ExecuteTemplate(&body, name, p); err != nil {
		return err
	}
	p.Body = template.HTML(body.String()) // as the template has escaped it
	if err := pages.ExecuteTemplate(&whole, "page", p); err != nil {
		return err
	}
	q.send(w, "", whole.Bytes())
	return nil
}

// T is one of two texts, by the language of the page.
func (p *page) T(zh, en string) string { return p.word(layers.Words{Zh: zh, En: en}) }

// Whose says whose data it is; it may be "".
func (p *page) Whose() string { return p.whose }

// Lang is the language of the page.
func (p *page) Lang() string { return p.lang }

// At is the address of another page of the API, in the same language.
func (p *page) At(path ...string) string {
	return p.root + strings.Join(path, "") + "?" + url.Values{"f": {asHTML}, "lang": {p.lang}}.Encode()
}

// Page is the address that a link has for people: of a description of the API there is no page.
func (p *page) Page(l link) string {
	if l.Rel == "service-desc" {
		return l.Href
	}
	path, _, _ := strings.Cut(strings.TrimPrefix(l.Href, p.root), "?")
	return p.At(path)
}

// Formats are the links to the resource in other formats.
func (p *page) Formats() (links []link) {
	for _, l := range p.own() {
		if l.Rel == "alternate" {
			links = append(links, l)
		}
	}
	return links
}

// OtherTongue is the page in the other language.
func (p *page) OtherTongue() string {
	return p.address(map[string]string{"f": asHTML, "lang": map[string]string{"zh": "en", "en": "zh"}[p.lang]})
}

// Crumbs are the pages above this one.
func (p *page) Crumbs() []link {
	parts := strings.Split(strings.Trim(strings.TrimPrefix(p.http.URL.Path, Root), "/"), "/")
	if parts[0] == "" {
		return nil
	}
	crumbs := []link{{Href: p.At(), Title: p.T("村图", "Cuntu")}}
	if len(parts) > 1 {
		crumbs = append(crumbs, link{Href: p.At("/collections"), Title: p.T("图层", "Collections")})
	}
	id := mux.Vars(p.http)["collection"]
	if len(parts) > 2 {
		crumbs = append(crumbs, link{Href: p.At("/collections/", id), Title: id})
	}
	if len(parts) > 3 {
		crumbs = append(crumbs, link{Href: p.At("/collections/", id, "/items"), Title: p.T("要素", "Features")})
	}
	return crumbs
}

// propertyRow is a property as the page of a schema lists it.
type propertyRow struct{ ID, Title, Type, Unit, Allowed string }

func (q *request) propertyRows(l *layers.Layer, kind schemaKind) (rows []propertyRow) {
	for i := range l.Fields {
		f := &l.Fields[i]
		if !kind.has(f) {
			continue
		}
		row := propertyRow{ID: f.ID, Title: q.word(f.Title), Type: string(f.Type), Unit: q.word(layers.UnitWords(f.Unit))}
		var allowed []string
		for _, c := range f.Values {
			allowed = append(allowed, c.Value)
		}
		row.Allowed = strings.Join(allowed, ", ")
		rows = append(rows, row)
	}
	return rows
}

// cell is a value as a page shows it.
type cell struct {
	Title, Text string
	Number      bool
}

// cells are the values of a row, those that have titles by their titles.
func (q *itemsAsked) cells(row uint32) (list []cell) {
	for _, i := range q.style.Fields {
		f := &q.table.Layer.Fields[i]
		v := q.table.Value(row, i)
		c := cell{Title: q.word(f.Title), Text: v.String(), Number: v.Kind() == layers.IntKind || v.Kind() == layers.FloatKind}
		if unit := q.word(layers.UnitWords(f.Unit)); unit != "" {
			c.Title += " (" + unit + ")"
		}
		switch {
		case f.Type == layers.TypeBool && !v.IsNull():
			c.Text = q.word(map[bool]layers.Words{true: {Zh: "是", En: "yes"}, false: {Zh: "否", En: "no"}}[v.Bool()])
		default:
			for _, choice := range f.Values {
				if v.Is(choice.Value) {
					c.Text = q.word(choice.Title)
				}
			}
		}
		list = append(list, c)
	}
	return list
}

// itemRow is a feature as a page of some lists it.
type itemRow struct {
	ID    int64
	Href  string
	Cells []cell
}

func (q *itemsAsked) sendItemsHTML(w http.ResponseWriter, found *features.Page, snap *snapshot.Snapshot) error {
	data := struct {
		Matched  int
		Next     string
		Map      template.HTML
		Headings []string
		Rows     []itemRow
	}{Matched: found.Matched, Map: q.sketch(found.Rows, snap)}
	for _, l := range q.links(found, len(found.Rows)) {
		if l.Rel == "next" {
			data.Next = l.Href
		}
	}
	for _, row := range found.Rows {
		id := q.table.ID(row)
		data.Rows = append(data.Rows, itemRow{id, q.itemAddress(id), q.cells(row)})
	}
	for _, i := range q.style.Fields {
		data.Headings = append(data.Headings, q.word(q.table.Layer.Fields[i].Title))
	}
	return q.sendHTML(w, "items", q.word(q.table.Layer.Title), data)
}

func (q *itemsAsked) itemAddress(id int64) string {
	p := page{request: q.request}
	return p.At("/collections/", q.table.Layer.ID, "/items/", strconv.FormatInt(id, 10))
}

func (q *itemsAsked) sendItemHTML(w http.ResponseWriter, row uint32, snap *snapshot.Snapshot) error {
	data := struct {
		Map        template.HTML
		Properties []cell
	}{q.sketch([]uint32{row}, snap), q.cells(row)}
	title := q.table.Get(row, "name").String()
	if title == "" {
		title = q.word(q.table.Layer.Title) + " " + strconv.FormatInt(q.table.ID(row), 10)
	}
	return q.sendHTML(w, "item", title, data)
}
