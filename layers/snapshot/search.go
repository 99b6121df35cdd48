package snapshot

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/cuntu/cuntu/geo"
)

// Found is a feature that a search found, and how well it fits.
type Found struct {
	Table *Table
	Row   uint32
	fit   fit
}

// fit orders results: a lower one fits better.
type fit uint8

const (
	fitWhole  fit = iota // the whole name or code
	fitStart             // the name begins with it
	fitCode              // the code begins with it
	fitPart              // it stands somewhere in the name
	fitSpelt             // the whole name by pinyin or initials
	fitBegun             // the name begins with it by pinyin or initials
	fitWithin            // pinyin or initials from a later character on
	fitNone
)

// Searcher finds features by name, pinyin and code. It keeps the spelling of
// every name it has seen, which snapshots share; the zero Searcher is ready. It
// is safe for many goroutines.
type Searcher struct {
	mu    sync.RWMutex
	spelt map[string]spelling
}

// Search is the best limit features for the query, best first: the whole name
// before its beginning, codes, parts of names, then pinyin and initials ("luonan",
// "ln"); among equals the layers in the catalogue's order, then shorter names,
// then codes and ids. Time grows with the number of distinct names.
func (s *Searcher) Search(snap *Snapshot, query string, limit int) []Found {
	query = strings.ToLower(strings.Join(strings.Fields(query), ""))
	if query == "" || limit <= 0 {
		return nil
	}
	var found []Found
	for _, t := range snap.tables {
		found = append(found, s.table(t, query)...)
	}
	slices.SortStableFunc(found, func(a, b Found) int {
		return cmp.Or(cmp.Compare(a.fit, b.fit), cmp.Compare(order(snap, a.Table), order(snap, b.Table)),
			cmp.Compare(len(a.name()), len(b.name())), cmp.Compare(a.Table.ID(a.Row), b.Table.ID(b.Row)))
	})
	return found[:min(limit, len(found))]
}

func (f Found) name() string { return f.Table.Get(f.Row, "name").Text() }

func order(s *Snapshot, t *Table) int { return slices.Index(s.tables, t) }

// table searches one layer: first its distinct names, then the rows that have
// one of those that fit, and the rows by code where the query is a number.
func (s *Searcher) table(t *Table, query string) []Found {
	name, code := t.Layer.Field("name"), t.Layer.Field("code")
	if name < 0 || !t.Layer.HasGeometry() {
		return nil
	}
	fits := map[uint64]fit{} // by the name's key
	for c, text := range t.dicts[name].all() {
		if f := s.fit(text, query); f < fitNone {
			fits[uint64(c)|1<<63] = f
		}
	}
	byCode := code >= 0 && isDigits(query)
	if len(fits) == 0 && !byCode {
		return nil
	}
	var found []Found
	for row := range t.Rows {
		best := fitNone
		key, _ := t.Key(row, name)
		if f, ok := fits[key]; ok {
			best = f
			if t.Shape(row).Kind == geo.Lines { // a road's many segments have one name
				delete(fits, key)
			}
		}
		if byCode {
			if c := t.Value(row, code).Text(); c == query {
				best = fitWhole
			} else if strings.HasPrefix(c, query) {
				best = min(best, fitCode)
			}
		}
		if best < fitNone {
			found = append(found, Found{t, row, best})
		}
	}
	return found
}

func (s *Searcher) fit(name, query string) fit {
	folded := strings.ToLower(name)
	switch i := strings.Index(folded, query); {
	case folded == query || isSuffixed(folded, query):
		return fitWhole
	case i == 0:
		return fitStart
	case i > 0:
		return fitPart
	}
	if query[0] >= 0x80 || isDigits(query) {
		return fitNone
	}
	sp := s.spell(name)
	for i := range sp {
		switch {
		case !sp[i:].begins(query):
		case i > 0:
			return fitWithin
		case sp.is(query):
			return fitSpelt
		default:
			return fitBegun
		}
	}
	return fitNone
}

// isSuffixed tells whether the name is the query and the word for what it is:
// 洛南 is all of 洛南县.
func isSuffixed(name, query string) bool {
	rest, ok := strings.CutPrefix(name, query)
	if !ok || len(query) < len("商州") {
		return false
	}
	for _, suffix := range []string{"县", "区", "镇", "街道", "村", "村委会", "村民委员会"} {
		if rest == suffix {
			return true
		}
	}
	return false
}

// is tells whether the query spells the whole of the name.
func (s spelling) is(query string) bool {
	if len(s) == 0 || query == "" {
		return len(s) == 0 && query == ""
	}
	for _, reading := range s[0] {
		if rest, ok := strings.CutPrefix(query, reading); ok && s[1:].is(rest) {
			return true
		}
		if len(reading) > 1 && query[0] == reading[0] && s[1:].is(query[1:]) {
			return true
		}
	}
	return false
}

func (s *Searcher) spell(name string) spelling {
	s.mu.RLock()
	sp, ok := s.spelt[name]
	s.mu.RUnlock()
	if ok {
		return sp
	}
	sp = spell(name)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.spelt == nil {
		s.spelt = map[string]spelling{}
	}
	s.spelt[name] = sp
	return sp
}
