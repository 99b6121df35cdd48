package search

import (
	"maps"
	"slices"
	"strings"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// hunt is one search under way.
type hunt struct {
	places []place
	limit  int
	found  []Found
	known  map[feature]bool
	inside []inside
}

// feature is one of a snapshot.
type feature struct {
	table *snapshot.Table
	row   uint32
}

func (h *hunt) add(found []Found) {
	for _, f := range found {
		if at := (feature{f.Table, f.Row}); !h.known[at] {
			h.known[at] = true
			h.found = append(h.found, f)
		}
	}
}

// pass is one way to look for features: among the names of lists, for those that fit no better than from and no worse
// than to.
type pass struct {
	from, to fit
	lists    func(g *grams) [][]uint32
	// longest is how many bytes the names have at most that fit better than to.
	longest int
}

// named finds features by their names and codes, each by the best fit, down to the fit worst. It ends with the pass by which
// there are enough.
func (h *hunt) named(q *query, places []place, w within, worst fit) []Found {
	n := newNaming(q, w, h.limit)
	for _, pass := range q.passes() {
		if pass.from > worst || n.enough(pass.from) {
			break
		}
		for _, p := range places {
			for _, s := range p.segments {
				if pass.lists == nil {
					n.byCode(p, s)
				} else {
					n.byName(p, s, pass)
				}
			}
		}
	}
	return n.best()
}

// nearly finds features whose names are nearly what was typed, or nearly what stands behind the name of an area.
func (h *hunt) nearly(q *query) {
	slips := len(h.found) == 0
	for _, in := range append([]inside{{query: q}}, h.inside...) {
		n := newNaming(in.query, in.areas, h.limit)
		n.known, n.slips = maps.Clone(h.known), slips
		for _, pass := range in.query.nearPasses(slips) {
			if n.enough(pass.from) {
				break
			}
			for _, p := range h.places {
				for _, s := range p.segments {
					n.byName(p, s, pass)
				}
			}
		}
		h.add(n.best())
	}
}

// naming gathers features by their names.
type naming struct {
	query  *query
	within within
	limit  int
	found  []Found
	known  map[feature]bool
	fits   map[nameOf]fit // that were found before
	slips  bool           // in pinyin count
	lines  map[lineName]int
}

func newNaming(q *query, w within, limit int) *naming {
	return &naming{
		query: q, within: w, limit: limit, known: map[feature]bool{}, fits: map[nameOf]fit{}, lines: map[lineName]int{},
	}
}

// lineName is what lines of a layer are called, of which one alone is found, by its place among those that are.
type lineName struct {
	table *snapshot.Table
	name  string
}

// nameOf is a name by its number.
type nameOf struct {
	segment *segment
	number  uint32
}

// fit is how well a name fits.
func (n *naming) fit(s *segment, number uint32) fit {
	if n.slips && n.query.pinyin { // no name fits otherwise, and hardly one is met twice
		return n.query.fitSlip(s.names[number])
	}
	at := nameOf{s, number}
	f, ok := n.fits[at]
	if !ok {
		f = n.query.fit(s.names[number])
		n.fits[at] = f
	}
	return f
}

// enough tells whether as many as asked for fit better than a pass can find.
func (n *naming) enough(from fit) bool {
	better := 0
	for _, f := range n.found {
		if f.fit < from {
			better++
		}
	}
	return better >= n.limit
}

// best are the best of those that were found, in order.
func (n *naming) best() []Found {
	slices.SortFunc(n.found, compareFound)
	return n.found[:min(n.limit, len(n.found))]
}

func (n *naming) byName(p place, s *segment, pass pass) {
	lists := pass.lists(&s.grams)
	worst, last := 0, int64(0) // how many fit no better than pass.to, and the greatest id of those of the longest name
	length := 0                // of that name
	for number := range merged(lists) {
		name := s.names[number]
		if worst >= n.limit && len(name) > pass.longest && (len(name) > length || s.least[number] > last) {
			break
		}
		f := n.fit(s, number)
		if f < pass.from || f > pass.to {
			continue
		}
		more, id := n.rows(p, s, number, f)
		if f != pass.to || more == 0 {
			continue
		}
		if worst += more; len(name) > length {
			length, last = len(name), id
		}
		last = max(last, id)
	}
}

// rows adds the features of a name, and of a line's many parts one; it is how many there were, and the id of the last.
func (n *naming) rows(p place, s *segment, number uint32, f fit) (count int, last int64) {
	for _, row := range s.rowsOf(number) {
		if count == n.limit {
			break
		}
		if !p.isCalled(row, s.names[number]) || !n.within.holds(p.table, row) {
			continue
		}
		found := Found{Table: p.table, Row: row, fit: f, Near: f >= fitSoundStart, name: s.names[number], order: p.order}
		isLine := p.table.Shape(row).Kind == geo.Lines
		if isLine && n.isPart(found) {
			break
		}
		if n.add(found) {
			count, last = count+1, p.table.ID(row)
			if isLine {
				n.lines[lineName{p.table, found.name}] = len(n.found) - 1
			}
		}
		if isLine {
			break
		}
	}
	return count, last
}

// isPart tells whether a part of the same line was found before, in another segment; the first of them stands for the line.
func (n *naming) isPart(f Found) bool {
	i, ok := n.lines[lineName{f.Table, f.name}]
	if ok && n.found[i].Table.ID(n.found[i].Row) > f.Table.ID(f.Row) {
		n.found[i].Row = f.Row
	}
	return ok
}

func (n *naming) add(f Found) bool {
	at := feature{f.Table, f.Row}
	if n.known[at] {
		return false
	}
	n.known[at] = true
	n.found = append(n.found, f)
	return true
}

func (n *naming) byCode(p place, s *segment) {
	count, last := 0, ""
	if p.code < 0 {
		return
	}
	from, to := s.codesFrom(n.query.text)
	for i := from; i < to; i++ {
		row := s.coded[i]
		if !p.table.Holds(row) || !n.within.holds(p.table, row) {
			continue
		}
		code := p.table.Value(row, p.code).Text()
		if filled, _ := filledUp(code, 0); filled != s.codes[i] || !strings.HasPrefix(code, n.query.text) {
			continue
		}
		if count >= n.limit && code != last {
			break
		}
		found := Found{Table: p.table, Row: row, name: p.table.Value(row, p.name).Text(), order: p.order, fit: fitWhole}
		if last = code; code != n.query.text {
			found.fit, found.code = fitCode, code
		}
		if n.add(found) {
			count++
		}
	}
}
