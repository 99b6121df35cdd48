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
)

// metrics counts requests and serves /metrics in Prometheus's format.
type metrics struct {
	registry *prometheus.Registry
	seconds  *prometheus.HistogramVec
}

func newMetrics(live *data.Live) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "cuntu_http_request_seconds",
			Help:    "Time to answer a request, by route and status.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5},
		}, []string{"route", "status"}),
	}
	m.registry.MustRegister(m.seconds, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), &snapshotMetrics{live})
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

// snapshotMetrics reads the live snapshot when asked.
type snapshotMetrics struct{ live *data.Live }

var (
	featuresDesc  = prometheus.NewDesc("cuntu_features", "Features in the snapshot, by layer.", []string{"layer"}, nil)
	connectedDesc = prometheus.NewDesc("cuntu_store_connected", "1 while the snapshot follows the store.", nil, nil)
)

// Describe and Collect make it a prometheus.Collector.
func (s *snapshotMetrics) Describe(ch chan<- *prometheus.Desc) {
	ch <- featuresDesc
	ch <- connectedDesc
}

func (s *snapshotMetrics) Collect(ch chan<- prometheus.Metric) {
	connected := 0.0
	if s.live.State().Connected {
		connected = 1
	}
	ch <- prometheus.MustNewConstMetric(connectedDesc, prometheus.GaugeValue, connected)
	snap := s.live.Snapshot()
	if snap == nil {
		return
	}
	for _, t := range snap.Tables() {
		ch <- prometheus.MustNewConstMetric(featuresDesc, prometheus.GaugeValue, float64(t.Len()), t.Layer.ID)
	}
}
