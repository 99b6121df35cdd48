package web

import (
	"net/http"
	"strings"

	"github.com/cuntu/cuntu/tiles"
	"github.com/cuntu/cuntu/tiles/encode"
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

// mediaTypes are those of tiles, by format.
var mediaTypes = [...]string{
	encode.MVT: "application/vnd.mapbox-vector-tile",
	encode.MLT: "application/vnd.maplibre-tile",
}

// format is what a tile is asked to be: what its address ends in or, where that is .mvt,
// MLT if the client names it and likes MVT no better. It says what the answer varies by.
func format(w http.ResponseWriter, r *http.Request) encode.Format {
	w.Header().Add("Vary", "Accept-Encoding")
	if strings.HasSuffix(r.URL.Path, ".mlt") {
		return encode.MLT
	}
	w.Header().Add("Vary", "Accept")
	header := strings.Join(r.Header.Values("Accept"), ",")
	mlt := negotiate.Quality(header, mediaTypes[encode.MLT])
	if mlt > 0 && mlt >= negotiate.Quality(header, mediaTypes[encode.MVT], "application/*", "*/*") {
		return encode.MLT
	}
	return encode.MVT
}
