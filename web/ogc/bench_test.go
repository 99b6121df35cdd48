package ogc_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/cuntu/cuntu/web/ogc"
)

// Pages of the demo's roads, without the network; bytes are those of the answer.
func BenchmarkItems(b *testing.B) {
	w := newWorld(b)
	for _, c := range []struct{ name, path string }{
		{"10", "road/items?limit=10"},
		{"10_last", "road/items?limit=10&cursor=WzE1MDAwXQ"},
		{"1000", "road/items?limit=1000"},
		{"1000_last", "road/items?limit=1000&cursor=WzE1MDAwXQ"},
		{"bbox", "road/items?limit=10&bbox=109.9,33.8,110,33.9"},
		{"filter", "road/items?limit=10&filter=width_m%3E4%20AND%20class=%27%E5%8E%BF%E9%81%93%27"},
		{"sorted", "road/items?limit=10&sortby=-width_m,name"},
		{"villages_1000", "village/items?limit=1000"},
		{"single", "road/items/77"},
	} {
		b.Run(c.name, func(b *testing.B) {
			r := httptest.NewRequest(http.MethodGet, ogc.Root+"/collections/"+c.path, nil)
			b.ReportAllocs()
			for b.Loop() {
				rec := httptest.NewRecorder()
				w.router.ServeHTTP(rec, r)
				if rec.Code != http.StatusOK {
					b.Fatal(rec.Body.String())
				}
				b.SetBytes(int64(rec.Body.Len()))
			}
		})
	}
}
