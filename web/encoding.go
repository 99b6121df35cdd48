package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/cuntu/cuntu/tiles"
	"github.com/cuntu/cuntu/tiles/encode"
)

// accepted is the encoding that the client likes best, and of those that it likes
// alike the smallest (RFC 9110, 12.5.3).
func accepted(r *http.Request) tiles.Encoding {
	best, liking := tiles.Identity, 0.0
	header := strings.Join(r.Header.Values("Accept-Encoding"), ",")
	for _, e := range []tiles.Encoding{tiles.Brotli, tiles.Zstd, tiles.Gzip} {
		if q := quality(header, e.String(), "*"); q > liking {
			best, liking = e, q
		}
	}
	return best
}

// accepts tells whether the client takes an encoding at all.
func accepts(r *http.Request, e tiles.Encoding) bool {
	return quality(strings.Join(r.Header.Values("Accept-Encoding"), ","), e.String()) > 0
}

// quality is the weight that a header like Accept-Encoding gives the first of the names
// that is in it, 0 where none is: a name comes before what also stands for it, as "*" does.
func quality(header string, names ...string) float64 {
	for _, name := range names {
		for part := range strings.SplitSeq(header, ",") {
			is, params, _ := strings.Cut(part, ";")
			if !strings.EqualFold(strings.TrimSpace(is), name) {
				continue
			}
			value, ok := strings.CutPrefix(strings.TrimSpace(params), "q=")
			if !ok {
				return 1
			}
			q, err := strconv.ParseFloat(value, 64)
			if err != nil {
				return 0
			}
			return q
		}
	}
	return 0
}

// has tells whether an If-None-Match header names the tag, strong or weak
// (RFC 9110, 13.1.2).
func has(header, tag string) bool {
	for part := range strings.SplitSeq(header, ",") {
		part = strings.TrimSpace(part)
		if part == "*" || strings.TrimPrefix(part, "W/") == tag {
			return true
		}
	}
	return false
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
	mlt := quality(header, mediaTypes[encode.MLT])
	if mlt > 0 && mlt >= quality(header, mediaTypes[encode.MVT], "application/*", "*/*") {
		return encode.MLT
	}
	return encode.MVT
}
