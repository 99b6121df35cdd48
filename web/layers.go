package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"
	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/data/files"
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/dataset"
	"github.com/cuntu/cuntu/layers/programme"
	"github.com/cuntu/cuntu/layers/progress"
	"github.com/cuntu/cuntu/layers/served"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/web/editing"
	"github.com/cuntu/cuntu/web/negotiate"
	"github.com/cuntu/cuntu/web/query"
)

// kindNames are the kinds of geometry as the API calls them.
var kindNames = map[geo.Kind]string{geo.Points: "point", geo.Lines: "line", geo.Polygons: "polygon"}

type layerJSON struct {
	*layers.Layer
	Geometry []string  `json:"geometry"`
	Count    int       `json:"count"`
	Bounds   []float64 `json:"bounds,omitempty"`
}

// layers answers /api/layers: the catalogue, what is in it, and where it is from.
func (s *server) layers(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	if err := query.New(r).Done(); err != nil {
		return err
	}
	answer := struct {
		Layers   []layerJSON       `json:"layers"`
		Bounds   []float64         `json:"bounds"`
		Datasets []dataset.Dataset `json:"datasets"`
		Relief   *reliefBrief      `json:"relief,omitempty"`
		Services []serviceJSON     `json:"services"`
		States   []layers.Choice   `json:"states"` // of a service, the best first
		Plan     planJSON          `json:"plan"`
		Formats  []formatJSON      `json:"formats"`
		Version  string            `json:"version"`
		Basemaps []string          `json:"basemaps,omitempty"`
	}{
		Layers:   []layerJSON{},
		Bounds:   served.BoundsOf(snap.Bounds()),
		Datasets: dataset.List(snap),
		Relief:   s.relief.brief(),
		Services: servicesJSON(s.services),
		States:   service.InOrder(),
		Plan:     planJSON{progress.PlanYears(snap, time.Now()), indicatorsJSON(snap)},
		Formats:  formats(),
		Version:  s.version,
		Basemaps: s.basemaps,
	}
	for _, t := range snap.Tables() {
		l := layerJSON{Layer: t.Layer.Whole(), Geometry: []string{}, Count: t.Len(), Bounds: served.BoundsOf(t.Bounds())}
		for _, k := range t.Layer.Geometry {
			l.Geometry = append(l.Geometry, kindNames[k])
		}
		answer.Layers = append(answer.Layers, l)
	}
	return writeJSON(w, answer)
}

// formatJSON is a format of files, in the order in which they are offered.
type formatJSON struct {
	ID         string       `json:"id"`
	Title      layers.Words `json:"title"`
	Extensions []string     `json:"extensions"` // with the dot; of files that are read
	MediaType  string       `json:"media_type,omitempty"`
	Geometry   bool         `json:"geometry"` // held by itself; tables have it in columns
	Reads      bool         `json:"reads"`
	Writes     bool         `json:"writes"`
}

func formats() (list []formatJSON) {
	for _, f := range files.All() {
		list = append(list, formatJSON{
			ID:         f.ID,
			Title:      f.Title,
			Extensions: f.Extensions,
			MediaType:  f.MediaType,
			Geometry:   f.Geometry,
			Reads:      f.Read != nil,
			Writes:     f.Stream != nil,
		})
	}
	return list
}

// serviceJSON is a service as it is declared, and whether works that bring it can be planned.
type serviceJSON struct {
	service.Description
	Programme bool `json:"programme,omitempty"`
}

func servicesJSON(c *service.Catalog) (list []serviceJSON) {
	for _, d := range c.Describe() {
		list = append(list, serviceJSON{d, slices.Contains(programme.Services, d.ID)})
	}
	return list
}

// planJSON is what the plan's targets are of: the years and the indicators.
type planJSON struct {
	Years      []int           `json:"years"` // from the year before the first target to that of the last
	Indicators []indicatorJSON `json:"indicators"`
}

type indicatorJSON struct {
	ID    string       `json:"id"`
	Title layers.Words `json:"title"`
	Unit  string       `json:"unit"`
	Share bool         `json:"share"` // in per cent of a whole; others are counts
}

// indicatorsJSON are the plan's indicators in order, titled as layer target has them.
func indicatorsJSON(snap *snapshot.Snapshot) (list []indicatorJSON) {
	titles := map[string]layers.Words{}
	if t, ok := snap.Table("target"); ok {
		for _, field := range t.Layer.Fields {
			for _, choice := range field.Values {
				titles[choice.Value] = choice.Title
			}
		}
	}
	for n, name := range progress.IndicatorNames {
		i := progress.Indicator(n)
		list = append(list, indicatorJSON{name, titles[name], i.Unit(), i.IsShare()})
	}
	return list
}

// feature answers /api/features/{layer}/{id}, where id is the feature's id or,
// in a layer with division codes, its code.
func (s *server) feature(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	return s.showFeature(w, r, snap, s.derived)
}

// pastFeature is a feature in a snapshot of its layer alone, from which nothing is derived.
func (s *server) pastFeature(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	return s.showFeature(w, r, snap, func(*snapshot.Snapshot, *snapshot.Table, uint32, int) ([]layers.Value, error) { return nil, nil })
}

func (s *server) showFeature(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot,
	derive func(*snapshot.Snapshot, *snapshot.Table, uint32, int) ([]layers.Value, error),
) error {
	q := query.New(r)
	year := q.Year()
	label := q.Choice("geometry", "own", "label") == "label"
	if err := q.Done(); err != nil {
		return err
	}
	vars := mux.Vars(r)
	t, ok := snap.Table(vars["layer"])
	if !ok {
		return notFound("there is no layer " + strconv.Quote(vars["layer"]) + "; there are " + strings.Join(snap.Catalog.IDs(), ", "))
	}
	row, ok := t.FindCode(vars["id"])
	if !ok {
		id, err := strconv.ParseInt(vars["id"], 10, 64)
		if err != nil {
			return badRequest(layers.Fault{Part: "id", Detail: "must be a feature's id, a whole number, or its division code"})
		}
		if row, ok = t.Find(id); !ok {
			return notFound("layer " + t.Layer.ID + " has no feature " + vars["id"])
		}
	}
	derived, err := derive(snap, t, row, year)
	if err != nil {
		return err
	}
	b, err := featureJSON(t, row, derived, label)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/geo+json")
	tag := featureTag(t, row, b)
	w.Header().Set("ETag", tag)
	if held := r.Header.Get("If-None-Match"); negotiate.Names(held, tag) ||
		negotiate.Names(held, strings.TrimSuffix(tag, `"`)+negotiate.CompressedSuffix+`"`) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	_, _ = w.Write(b)
	return nil
}

// featureTag is the tag of a representation: that of the feature, and of these bytes behind it.
func featureTag(t *snapshot.Table, row uint32, body []byte) string {
	return strings.TrimSuffix(editing.Tag(t, row), `"`) + "." + strconv.FormatUint(xxhash.Sum64(body), 36) + `"`
}

// derived are the values of the derived fields of a row, as of the year: those of the present year as tiles have them,
// so that none waits for what an edit may change.
func (s *server) derived(snap *snapshot.Snapshot, t *snapshot.Table, row uint32, year int) ([]layers.Value, error) {
	if len(t.Layer.Derived) == 0 {
		return nil, nil
	}
	if s.marks != nil && year == time.Now().Year() {
		if values, ok := s.marks.Known(t.ID(row)); ok {
			return values, nil
		}
	}
	result, err := s.coverage.Get(snap, s.roads, year)
	if err != nil {
		return nil, err
	}
	return result.Marks(row), nil
}
