package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/cuntu/cuntu/tiles"
)

// accepted is the encoding that the client likes best, and of those that it likes
// alike the smallest (RFC 9110, 12.5.3).
func accepted(r *http.Request) tiles.Encoding {
	best, liking := tiles.Identity, 0.0
	header := strings.Join(r.Header.Values("Accept-Encoding"), ",")
	for _, e := range []tiles.Encoding{tiles.Brotli, tiles.Zstd, tiles.Gzip} {
		if q := quality(header, e.String()); q > liking {
			best, liking = e, q
		}
	}
	return best
}

// quality is the weight that an Accept-Encoding header gives a coding: its own, or
// that of "*", or 0.
func quality(header, coding string) float64 {
	q := 0.0
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(part, ";")
		name = strings.TrimSpace(name)
		if name != "*" && !strings.EqualFold(name, coding) {
			continue
		}
		weight := 1.0
		if value, ok := strings.CutPrefix(strings.TrimSpace(params), "q="); ok {
			var err error
			if weight, err = strconv.ParseFloat(value, 64); err != nil {
				weight = 0
			}
		}
		if name != "*" {
			return weight
		}
		q = weight
	}
	return q
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
