package web

import (
	"net/http"
	"strings"

	"github.com/cuntu/cuntu/tiles"
	"github.com/cuntu/cuntu/web/negotiate"
)

// accepted is the encoding that the client likes best, and of those that it likes
// alike the smallest (RFC 9110, 12.5.3).
func accepted(r *http.Request) tiles.Encoding {
	best, liking := tiles.Identity, 0.0
	header := strings.Join(r.Header.Values("Accept-Encoding"), ",")
	for _, e := range []tiles.Encoding{tiles.Brotli, tiles.Zstd, tiles.Gzip} {
		if q := negotiate.Quality(header, e.String(), "*"); q > liking {
			best, liking = e, q
		}
	}
	return best
}

// accepts tells whether the client takes an encoding at all.
func accepts(r *http.Request, e tiles.Encoding) bool {
	return negotiate.Quality(strings.Join(r.Header.Values("Accept-Encoding"), ","), e.String()) > 0
}
