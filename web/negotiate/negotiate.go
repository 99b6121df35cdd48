// Package negotiate reads the headers by which a client says what it likes and what it has: a weight flows out for a name,
// and whether a tag is named.
package negotiate

import (
	"strconv"
	"strings"
)

// Quality is the weight that a header like Accept-Encoding gives the first of the names
// that is in it, 0 where none is: a name comes before what also stands for it, as "*" does.
func Quality(header string, names ...string) float64 {
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

// Names tells whether an If-None-Match header names the tag, strong or weak
// (RFC 9110, 13.1.2).
func Names(header, tag string) bool {
	for part := range strings.SplitSeq(header, ",") {
		part = strings.TrimSpace(part)
		if part == "*" || strings.TrimPrefix(part, "W/") == tag {
			return true
		}
	}
	return false
}

// CompressedSuffix stands behind the tag of what was compressed on its way: other bytes have another strong tag.
const CompressedSuffix = "-gzip"
