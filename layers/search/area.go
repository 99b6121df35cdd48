package search

import (
	"slices"
	"strings"

	"github.com/cuntu/cuntu/layers/hanzi"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// within are the codes of the counties and of the towns that results lie in one of, nil for anywhere.
type within struct{ county, town map[string]bool }

// holds tells whether a feature says that it lies there.
func (w within) holds(t *snapshot.Table, row uint32) bool {
	return (w.county == nil || w.county[t.Get(row, "county").Text()]) && (w.town == nil || w.town[t.Get(row, "town").Text()])
}

// narrows tells whether features of a layer are areas that may narrow a search within w further.
func (w within) narrows(layer string) bool {
	return layer == "town" && w.town == nil || layer == "county" && w.county == nil && w.town == nil
}

// inside is what is looked for in areas.
type inside struct {
	query *query
	areas within
}

// inAreas searches for what stands behind the name of a county, or of a town in w.
func (h *hunt) inAreas(q *query, w within) {
	for _, p := range h.places {
		if !w.narrows(p.table.Layer.ID) {
			continue
		}
		for end := range q.text {
			if end >= len("商州") {
				h.inRows(newQuery(q.text[end:]), p, p.areasNamed(q.text[:end], w), w)
			}
		}
	}
}

// behindWord searches for the words behind the first one in the counties and towns in w that it names in any way
// ("luonan xsy").
func (h *hunt) behindWord(q *query, w within) {
	first, rest, ok := strings.Cut(q.words, " ")
	if !ok {
		return
	}
	for _, p := range h.places {
		if !w.narrows(p.table.Layer.ID) {
			continue
		}
		var rows []uint32
		for _, f := range h.named(newQuery(first), []place{p}, w, fitSpeltBegun) {
			if f.fit != fitPart && f.fit != fitFullWithin {
				rows = append(rows, f.Row)
			}
		}
		h.inRows(newQuery(rest), p, rows, w)
	}
}

// inRows searches areas, which are rows of a place in w.
func (h *hunt) inRows(q *query, p place, rows []uint32, w within) {
	codes := map[string]bool{}
	for _, row := range rows {
		if code := p.table.Get(row, "code").Text(); code != "" {
			codes[code] = true
		}
	}
	if len(codes) == 0 {
		return
	}
	in := within{w.county, codes}
	if p.table.Layer.ID == "county" {
		in = within{county: codes}
	}
	h.inside = append(h.inside, inside{q, in})
	h.add(h.named(q, h.places, in, fitSpeltWithin))
	h.inAreas(q, in)
	h.behindWord(q, in)
}

// areasNamed are the rows in w whose names are a text, with or without the word for what they are.
func (p place) areasNamed(text string, w within) (rows []uint32) {
	for _, s := range p.segments {
		for _, number := range s.grams.list(gramOf(areaGram, text)) {
			if !isNamed(hanzi.Fold(s.names[number]), text) {
				continue
			}
			for _, row := range s.rowsOf(number) {
				if p.isCalled(row, s.names[number]) && w.holds(p.table, row) {
					rows = append(rows, row)
				}
			}
		}
	}
	return rows
}

// areaWords are the words for what an area is, as names end with them, after none.
var areaWords = []string{"", "街道办事处", "街道", "县", "区", "市", "镇", "乡"}

func isNamed(name, text string) bool {
	rest, ok := strings.CutPrefix(name, text)
	return ok && slices.Contains(areaWords, rest)
}
