package web

import (
	"net/http"
	"strconv"
	"sync"

	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/data/elevation"
	"github.com/cuntu/cuntu/geo/dem"
	"github.com/cuntu/cuntu/layers/dataset"
	"github.com/cuntu/cuntu/layers/served"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/tiles/relief"
	"github.com/cuntu/cuntu/web/negotiate"
	"github.com/cuntu/cuntu/web/query"
)

// reliefCacheBytes is for images that are ready to send.
const reliefCacheBytes = 64 << 20

// reliefs makes raster tiles of the latest model of the ground.
type reliefs struct {
	live *elevation.Live

	mu    sync.Mutex
	cache *relief.Cache
}

func newReliefs(live *elevation.Live) *reliefs { return &reliefs{live: live} }

// model is the ground; nil where none is loaded.
func (r *reliefs) model() *dem.Model {
	if r.live == nil {
		return nil
	}
	return r.live.Model()
}

// tiles is the cache of the latest model; nil where there is none.
func (r *reliefs) tiles() *relief.Cache {
	model := r.model()
	if model == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cache == nil || r.cache.Model() != model {
		r.cache = relief.NewCache(model, reliefCacheBytes)
	}
	return r.cache
}

// reliefBrief says that there are tiles of the ground, and where.
type reliefBrief struct {
	MaxZoom int           `json:"max_zoom"`
	Bounds  served.Bounds `json:"bounds"`
}

func (r *reliefs) brief() *reliefBrief {
	cache := r.tiles()
	if cache == nil {
		return nil
	}
	b, _ := cache.Model().Bounds()
	return &reliefBrief{cache.MaxZoom(), served.BoundsOfDegrees(b)}
}

func noModel() error {
	return notFound("no elevation model is loaded; `cuntu import --layer dem` loads one from GeoTIFF or HGT files")
}

// reliefTile answers /tiles/dem/{z}/{x}/{y}.png: 204 where nothing is known.
func (s *server) reliefTile(w http.ResponseWriter, r *http.Request, _ *snapshot.Snapshot) error {
	q := query.New(r)
	q.Text("v") // what clients add to get past their own caches
	if err := q.Done(); err != nil {
		return err
	}
	number, err := tileNumber(mux.Vars(r))
	if err != nil {
		return err
	}
	cache := s.relief.tiles()
	if cache == nil {
		return noModel()
	}
	tile, err := cache.Get(r.Context(), number)
	if err != nil {
		return tileProblem(err)
	}
	if len(tile.PNG) == 0 {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	h := w.Header()
	h.Set("ETag", tile.ETag)
	if negotiate.Names(r.Header.Get("If-None-Match"), tile.ETag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", "image/png")
	h.Set("Content-Length", strconv.Itoa(len(tile.PNG)))
	_, _ = w.Write(tile.PNG)
	return nil
}

// reliefJSON answers /tiles/dem.json: TileJSON, with the encoding as MapLibre names it
// and the size of the finest cells.
func (s *server) reliefJSON(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	if err := query.New(r).Done(); err != nil {
		return err
	}
	cache := s.relief.tiles()
	if cache == nil {
		return noModel()
	}
	b, _ := cache.Model().Bounds()
	return writeJSON(w, struct {
		TileJSON    string        `json:"tilejson"`
		Name        string        `json:"name"`
		Tiles       []string      `json:"tiles"`
		MinZoom     int           `json:"minzoom"`
		MaxZoom     int           `json:"maxzoom"`
		Bounds      served.Bounds `json:"bounds"`
		TileSize    int           `json:"tileSize"`
		Encoding    string        `json:"encoding"`
		CellMetres  float64       `json:"cell_metres"`
		Attribution string        `json:"attribution,omitempty"`
	}{
		"3.0.0", "dem",
		[]string{s.base(r) + "/tiles/dem/{z}/{x}/{y}.png"},
		0, cache.MaxZoom(),
		served.BoundsOfDegrees(b),
		relief.Size, "terrarium", cache.Model().CellMetres(), dataset.Attribution(snap, s.offices.Get(r.Context()).Line()),
	})
}
