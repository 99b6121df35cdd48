package shape

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"github.com/cuntu/cuntu/geo/wkb"
)

// mostDepth is how deep the brackets of a text may nest.
const mostDepth = 64

// Parse reads a geometry from a cell, and the SRID that it names, 0 for none:
// well-known text, EWKT's "SRID=…;" and Z or M included, well-known binary in
// hexadecimal, as PostGIS writes a column of geometries, or GeoJSON.
func Parse(text string) (g orb.Geometry, srid int, err error) {
	if b := hexWKB(text); b != nil {
		var r wkb.Reader // the record keeps the vertices
		if g, err = r.Read(b); err != nil {
			return nil, 0, err
		}
		if r.Head.Left > 0 {
			return nil, 0, fmt.Errorf("has %d bytes behind its geometry", r.Head.Left)
		}
		if wkb.Empty(g) {
			return nil, int(r.Head.SRID), nil
		}
		g, err = Sound(g)
		return g, int(r.Head.SRID), err
	}
	if strings.HasPrefix(text, "{") {
		g, err = GeoJSON([]byte(text))
		return g, 0, err
	}
	srid, text = cutSRID(text)
	if strings.Count(text, "(") > 1<<20 || nesting(text) > mostDepth {
		return nil, 0, fmt.Errorf("nests too deeply for a geometry")
	}
	flat, err := flatWKT(text)
	if err != nil || flat == "" {
		return nil, srid, err
	}
	if g, err = wkt.Unmarshal(flat); err != nil {
		return nil, 0, fmt.Errorf("is not a geometry; allowed is WKT such as POINT (109.94 33.87)")
	}
	g, err = Sound(g)
	return g, srid, err
}

// cutSRID takes "SRID=4490;" off the beginning.
func cutSRID(text string) (srid int, rest string) {
	if len(text) < len("SRID=") || !strings.EqualFold(text[:len("SRID=")], "SRID=") {
		return 0, text
	}
	number, rest, _ := strings.Cut(text[len("SRID="):], ";")
	srid, _ = strconv.Atoi(strings.TrimSpace(number)) // 0 for none
	return srid, rest
}

// hexWKB is what a text of hexadecimal digits holds, nil for what is no geometry. The
// form of a column of bytes, \x0101…, counts too.
func hexWKB(text string) []byte {
	text = strings.TrimPrefix(text, `\x`)
	const head = 5 // bytes: the order of bytes and the type
	if len(text) < 2*head || text[0] != '0' || text[1] != '0' && text[1] != '1' {
		return nil
	}
	b, err := hex.DecodeString(text)
	if err != nil {
		return nil
	}
	kind := binary.BigEndian.Uint32(b[1:])
	if b[0] == 1 {
		kind = binary.LittleEndian.Uint32(b[1:])
	}
	if kind = kind & 0xffff % 1000; kind < 1 || kind > 17 {
		return nil
	}
	return b
}

// IsGeometry tells whether a text begins as a geometry does.
func IsGeometry(s string) bool {
	if hexWKB(s) != nil || strings.HasPrefix(s, "{") && strings.Contains(s, `"coordinates"`) {
		return true
	}
	_, s = cutSRID(s)
	s = strings.ToUpper(s[:min(len(s), 24)])
	for _, p := range []string{"POINT", "LINESTRING", "POLYGON", "MULTI", "GEOMETRYCOLLECTION"} {
		if strings.HasPrefix(s, p) && (strings.Contains(s, "(") || strings.Contains(s, "EMPTY")) {
			return true
		}
	}
	return false
}

func nesting(s string) (deepest int) {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '(':
			depth++
			deepest = max(deepest, depth)
		case ')':
			depth--
		}
	}
	return deepest
}

// flatWKT drops Z and M, which the decoder does not take; "" for an empty
// geometry.
func flatWKT(s string) (string, error) {
	s = strings.ToUpper(strings.TrimSpace(s))
	if strings.HasSuffix(s, " EMPTY") {
		return "", nil
	}
	var b strings.Builder
	for len(s) > 0 {
		end := strings.IndexAny(s, ",()")
		if end < 0 {
			end = len(s)
		}
		words := strings.Fields(s[:end])
		if len(words) > 0 && words[0][0] >= 'A' && words[0][0] <= 'Z' {
			name := words[0]
			if len(words) == 1 { // POINTZ
				name = strings.TrimRight(name, "ZM")
			} else if len(words) > 2 || strings.Trim(words[1], "ZM") != "" {
				return "", fmt.Errorf("is not a geometry; allowed is WKT such as POINT (109.94 33.87)")
			}
			b.WriteString(name)
		} else {
			b.WriteString(strings.Join(words[:min(len(words), 2)], " "))
		}
		if end < len(s) {
			b.WriteByte(s[end])
			end++
		}
		s = s[end:]
	}
	return b.String(), nil
}
