package web

import (
	"net/http"
	"strconv"
	"time"

	"github.com/felixge/httpsnoop"
	"github.com/gorilla/mux"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/tiles"
)

// metrics counts requests and serves /metrics in Prometheus's format.
type metrics struct {
	registry *prometheus.Registry
	seconds  *prometheus.HistogramVec
}

func newMetrics(live *data.Live, cache *tiles.Cache) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "cuntu_http_request_seconds",
			Help:    "Time to answer a request, by route and status.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5},
		}, []string{"route", "status"}),
	}
	m.registry.MustRegister(m.seconds, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	if live != nil {
		m.registry.MustRegister(&stateMetrics{live, cache})
	}
	return m
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// measure is a middleware of the router, which knows the route's template: the
// path itself would make a series a tile.
func (m *metrics) measure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		route := "none"
		if current := mux.CurrentRoute(r); current != nil {
			if template, err := current.GetPathTemplate(); err == nil {
				route = template
			}
		}
		began := time.Now()
		got := httpsnoop.CaptureMetrics(next, w, r)
		m.seconds.WithLabelValues(route, strconv.Itoa(got.Code)).Observe(time.Since(began).Seconds())
	})
}

// stateMetrics reads the live snapshot and the tile cache when asked.
type stateMetrics struct {
	live  *data.Live
	tiles *tiles.Cache
}

var (
	featuresDesc    = prometheus.NewDesc("cuntu_features", "Features in the snapshot, by layer.", []string{"layer"}, nil)
	leftOutDesc     = prometheus.NewDesc("cuntu_left_out_rows", "Rows that their layer cannot hold, by layer.", []string{"layer"}, nil)
	connectedDesc   = prometheus.NewDesc("cuntu_store_connected", "1 while the snapshot follows the store.", nil, nil)
	tilesDesc       = prometheus.NewDesc("cuntu_tile_cache_tiles", "Tiles in the cache.", nil, nil)
	tileBytesDesc   = prometheus.NewDesc("cuntu_tile_cache_bytes", "Memory of the tiles in the cache.", nil, nil)
	tileHitsDesc    = prometheus.NewDesc("cuntu_tile_cache_hits_total", "Tiles answered from the cache.", nil, nil)
	tileMissesDesc  = prometheus.NewDesc("cuntu_tile_cache_misses_total", "Tiles that had to be made.", nil, nil)
	tileDroppedDesc = prometheus.NewDesc("cuntu_tile_cache_dropped_total", "Tiles that an edit made stale.", nil, nil)
	tileCutDesc     = prometheus.NewDesc(
		"cuntu_tile_features_cut_total", "Features left out of tiles that would have been above the size limit.", nil, nil,
	)
)

// Describe and Collect make it a prometheus.Collector.
func (s *stateMetrics) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		featuresDesc, leftOutDesc, connectedDesc, tilesDesc, tileBytesDesc, tileHitsDesc, tileMissesDesc, tileDroppedDesc, tileCutDesc,
	} {
		ch <- d
	}
}

func (s *stateMetrics) Collect(ch chan<- prometheus.Metric) {
	send := func(d *prometheus.Desc, kind prometheus.ValueType, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, kind, v, labels...)
	}
	connected := 0.0
	if s.live.State().Connected {
		connected = 1
	}
	send(connectedDesc, prometheus.GaugeValue, connected)
	if snap := s.live.Snapshot(); snap != nil {
		out := s.live.CountLeftOut()
		for _, t := range snap.Tables() {
			send(featuresDesc, prometheus.GaugeValue, float64(t.Len()), t.Layer.ID)
			send(leftOutDesc, prometheus.GaugeValue, float64(out[t.Layer.ID]), t.Layer.ID)
		}
	}
	stats := s.tiles.Stats()
	send(tilesDesc, prometheus.GaugeValue, float64(stats.Tiles))
	send(tileBytesDesc, prometheus.GaugeValue, float64(stats.Bytes))
	send(tileHitsDesc, prometheus.CounterValue, float64(stats.Hits))
	send(tileMissesDesc, prometheus.CounterValue, float64(stats.Misses))
	send(tileDroppedDesc, prometheus.CounterValue, float64(stats.Dropped))
	send(tileCutDesc, prometheus.CounterValue, float64(stats.Cut))
}
