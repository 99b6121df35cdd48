package ogc

import (
	"net/http"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/dataset"
	"github.com/cuntu/cuntu/layers/features"
	"github.com/cuntu/cuntu/layers/served"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// collections answers /ogc/collections (OGC 17-069r4, 7.13).
func (a *API) collections(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	q, err := a.read(w, r, pageFormats)
	if err != nil {
		return err
	}
	if err := q.Done(); err != nil {
		return err
	}
	page := collectionsJSON{Links: q.own(), Collections: []*collectionJSON{}, CRS: uris(features.Systems(snap.Bounds()))}
	for _, t := range snap.Tables() {
		c := q.describe(t, snap)
		if c.StorageCRS != "" {
			c.CRS = []string{"#/crs"} // those above, as 18-058r1, 6.2.1 abbreviates them
		}
		page.Collections = append(page.Collections, c)
	}
	if q.as.id == asHTML {
		return q.sendHTML(w, "collections", q.word(layers.Words{Zh: "图层", En: "Collections"}), page)
	}
	return q.sendJSON(w, page)
}

type collectionsJSON struct {
	Links       []link            `json:"links"`
	Collections []*collectionJSON `json:"collections"`
	CRS         []string          `json:"crs"`
}

// collection answers /ogc/collections/{collection} (7.14).
func (a *API) collection(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	q, t, err := a.readCollection(w, r, snap, pageFormats)
	if err != nil {
		return err
	}
	if err := q.Done(); err != nil {
		return err
	}
	c := q.describe(t, snap)
	c.Links = append(q.own(), c.Links...)
	if q.as.id == asHTML {
		return q.sendHTML(w, "collection", c.Title, c)
	}
	return q.sendJSON(w, c)
}

type collectionJSON struct {
	ID          string      `json:"id"`
	Title       string      `json:"title"`
	Description string      `json:"description,omitempty"`
	Attribution string      `json:"attribution,omitempty"` // OGC 19-072, 8.2.1
	Extent      *extentJSON `json:"extent,omitempty"`
	ItemType    string      `json:"itemType"`
	CRS         []string    `json:"crs"`
	StorageCRS  string      `json:"storageCrs,omitempty"`
	Links       []link      `json:"links"`
	Count       int         `json:"-"`
}

type extentJSON struct {
	Spatial  *spatialJSON  `json:"spatial,omitempty"`
	Temporal *temporalJSON `json:"temporal,omitempty"`
}

type spatialJSON struct {
	BBox []served.Bounds `json:"bbox"`
	CRS  string          `json:"crs"`
}

type temporalJSON struct {
	Interval [][2]*string `json:"interval"`
	TRS      string       `json:"trs"`
}

const gregorian = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"

// describe is what a client is told of a layer.
func (q *request) describe(t *snapshot.Table, snap *snapshot.Snapshot) *collectionJSON {
	l, path := t.Layer, "/collections/"+t.Layer.ID
	c := &collectionJSON{
		ID:          l.ID,
		Title:       q.word(l.Title),
		Description: q.word(l.Note),
		Attribution: dataset.Credit(snap, q.whose, l.ID),
		Extent:      extentOf(t),
		ItemType:    "feature",
		CRS:         []string{features.CRS84}, // of places that there are none of
		Count:       t.Len(),
	}
	if l.HasGeometry() {
		c.CRS, c.StorageCRS = uris(features.Systems(snap.Bounds())), features.CRS84
	}
	for _, f := range itemFormats() {
		c.Links = append(c.Links, q.to(path+"/items", "items", f, f.title))
	}
	for _, kind := range []schemaKind{queryables, sortables, returnables} {
		c.Links = append(c.Links, q.to(path+"/"+kind.path, kind.rel, schemaFormat, kind.title))
	}
	if q.http.URL.Path == Root+"/collections" {
		c.Links = append(c.Links, q.to(path, "self", jsonFormat, l.Title))
	}
	return c
}

func uris(systems []features.System) (list []string) {
	for _, s := range systems {
		list = append(list, s.URI)
	}
	return list
}

// extentOf is where, and in which years, the features of a layer are; nil where there are none.
func extentOf(t *snapshot.Table) *extentJSON {
	var e extentJSON
	if box := served.BoundsOf(t.Bounds()); box != nil {
		e.Spatial = &spatialJSON{[]served.Bounds{box}, features.CRS84}
	}
	if first, last, ok := features.Interval(t); ok {
		e.Temporal = &temporalJSON{[][2]*string{{&first, &last}}, gregorian}
	}
	if e == (extentJSON{}) {
		return nil
	}
	return &e
}
