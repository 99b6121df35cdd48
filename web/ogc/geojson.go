package ogc

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/cuntu/cuntu/layers/features"
	"github.com/cuntu/cuntu/layers/served"
)

// jsonFGCore is the class of requirements that JSON-FG documents say they conform to.
const jsonFGCore = `"conformsTo":["http://www.opengis.net/spec/json-fg-1/1.0/conf/core"],`

// writer writes features in the style asked for. JSON-FG has the geometry in other systems than CRS84 in a place of its own.
func (q *itemsAsked) writer() *itemWriter {
	w := &itemWriter{Writer: features.NewWriter(q.table, q.style), q: q}
	if q.as.id == asJSONFG && q.style.System.URI != features.CRS84 {
		skipping := q.style
		skipping.SkipGeometry = true
		w.Writer = features.NewWriter(q.table, skipping)
		w.places = features.NewPlaces(q.style.System)
	}
	return w
}

type itemWriter struct {
	*features.Writer
	q      *itemsAsked
	places *features.Places // of JSON-FG's place; nil where geometry holds it
}

// append writes a feature without its last brace.
func (w *itemWriter) append(b []byte, row uint32) []byte {
	b = w.AppendFeature(b, row)
	if w.q.as.id != asJSONFG {
		return b
	}
	b = append(b, `,"featureType":`...)
	b = served.AppendText(b, w.q.table.Layer.ID)
	b = append(b, `,"time":`...)
	if day, ok := features.TimeOf(w.q.table, row); ok {
		b = fmt.Appendf(b, `{"interval":[%q,%q]}`, day[0], day[1])
	} else {
		b = append(b, "null"...)
	}
	b = append(b, `,"place":`...)
	if w.places == nil || w.q.style.SkipGeometry {
		return append(b, "null"...)
	}
	return w.places.AppendShape(b, w.q.table.Shape(row))
}

// appendSystem writes the members of JSON-FG that stand once in a document.
func (q *itemsAsked) appendSystem(b []byte) []byte {
	if q.as.id != asJSONFG {
		return b
	}
	b = append(b, jsonFGCore...)
	b = append(b, `"coordRefSys":`...)
	return append(served.AppendText(b, q.style.System.URI), ',')
}

// appendPage writes a page as a collection of features: links come last, since they say where the next page begins, and
// this one ends where it has grown too long.
func (q *itemsAsked) appendPage(b []byte, page *features.Page) []byte {
	w := q.writer()
	b = append(b, `{"type":"FeatureCollection",`...)
	b = q.appendSystem(b)
	b = append(b, `"features":[`...)
	written := 0
	for _, row := range page.Rows {
		if len(b) > pageBytes {
			break
		}
		b = append(w.append(served.AppendComma(b, written == 0), row), '}')
		written++
	}
	b = append(b, `],"numberMatched":`...)
	b = strconv.AppendInt(b, int64(page.Matched), 10)
	b = append(b, `,"numberReturned":`...)
	b = strconv.AppendInt(b, int64(written), 10)
	return appendLinks(b, q.links(page, written))
}

// appendItem writes a feature by itself.
func (q *itemsAsked) appendItem(b []byte, row uint32) []byte {
	b = q.writer().append(b, row)
	if q.as.id == asJSONFG {
		b = append(b, ',')
		b = q.appendSystem(b)
		b = b[:len(b)-1]
	}
	l := q.table.Layer
	return appendLinks(b, append(q.own(), q.to("/collections/"+l.ID, "collection", jsonFormat, l.Title)))
}

func appendLinks(b []byte, links []link) []byte {
	written, _ := json.Marshal(links) // texts always marshal
	b = append(append(b, `,"links":`...), written...)
	return append(b, "}\n"...)
}
