package snapshot

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers/hanzi"
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
	spelt map[string]hanzi.Spelling
}

// Search is the best limit features for the query, best first: the whole name
// before its beginning, codes, parts of names, then pinyin and initials ("luonan",
// "ln", "洛nan"); among equals the layers in the catalogue's order, then shorter names,
// then codes and ids. Behind the name of a county or town, whole or short, it looks for
// the rest among what lies there (商州杏树园). Names and query are folded (see hanzi.Fold).
// Time grows with the number of distinct names.
func (s *Searcher) Search(snap *Snapshot, query string, limit int) []Found {
	query = hanzi.Fold(query)
	if query == "" || limit <= 0 {
		return nil
	}
	found := s.tables(snap, query, within{})
	if len(found) < limit {
		known := map[feature]bool{}
		for _, f := range found {
			known[feature{f.Table, f.Row}] = true
		}
		for _, f := range s.inAreas(snap, query, within{}) {
			if !known[feature{f.Table, f.Row}] {
				known[feature{f.Table, f.Row}] = true
				found = append(found, f)
			}
		}
	}
	slices.SortStableFunc(found, func(a, b Found) int {
		return cmp.Or(cmp.Compare(a.fit, b.fit), cmp.Compare(order(snap, a.Table), order(snap, b.Table)),
			cmp.Compare(len(a.name()), len(b.name())), cmp.Compare(a.Table.ID(a.Row), b.Table.ID(b.Row)))
	})
	return found[:min(limit, len(found))]
}

func (f Found) name() string { return f.Table.Get(f.Row, "name").Text() }

func order(s *Snapshot, t *Table) int { return slices.Index(s.tables, t) }

// feature is one of a snapshot.
type feature struct {
	table *Table
	row   uint32
}

// within are the codes of the county and town that results lie in, "" for anywhere.
type within struct{ county, town string }

// holds tells whether a feature says that it lies there.
func (w within) holds(t *Table, row uint32) bool {
	return (w.county == "" || t.Get(row, "county").Text() == w.county) && (w.town == "" || t.Get(row, "town").Text() == w.town)
}

func (s *Searcher) tables(snap *Snapshot, query string, w within) (found []Found) {
	for _, t := range snap.tables {
		found = append(found, s.table(t, query, w)...)
	}
	return found
}

// inAreas searches for what stands behind the name of a county, or of a town in w.
func (s *Searcher) inAreas(snap *Snapshot, query string, w within) (found []Found) {
	for _, level := range []string{"county", "town"} {
		t, ok := snap.Table(level)
		if !ok || w.town != "" || level == "county" && w.county != "" {
			continue
		}
		for row := range t.Rows {
			rest, named := behind(query, hanzi.Fold(t.Get(row, "name").Text()))
			if !named || !w.holds(t, row) {
				continue
			}
			in := within{w.county, t.Get(row, "code").Text()}
			if level == "county" {
				in = within{county: in.town}
			}
			found = append(found, s.tables(snap, rest, in)...)
			found = append(found, s.inAreas(snap, rest, in)...)
		}
	}
	return found
}

// behind is what follows the name of an area, with or without the word for what it is.
func behind(query, name string) (rest string, named bool) {
	for _, suffix := range append([]string{""}, areaWords...) {
		short, ok := strings.CutSuffix(name, suffix)
		if !ok || len(short) < len("商州") {
			continue
		}
		if rest, ok := strings.CutPrefix(query, short); ok && rest != "" {
			return rest, true
		}
	}
	return "", false
}

// areaWords are the words for what an area is, as names end with them.
var areaWords = []string{"街道办事处", "街道", "县", "区", "市", "镇", "乡"}

// table searches one layer: first its distinct names, then the rows that have
// one of those that fit, and the rows by code where the query is a number.
func (s *Searcher) table(t *Table, query string, w within) []Found {
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
		if !w.holds(t, row) {
			continue
		}
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
	folded := hanzi.Fold(name)
	switch i := strings.Index(folded, query); {
	case folded == query || isSuffixed(folded, query):
		return fitWhole
	case i == 0:
		return fitStart
	case i > 0:
		return fitPart
	}
	if strings.IndexFunc(query, isLetter) < 0 {
		return fitNone
	}
	sp := s.spell(name)
	for i := range sp {
		switch {
		case !sp[i:].Begins(query):
		case i > 0:
			return fitWithin
		case sp.Is(query):
			return fitSpelt
		default:
			return fitBegun
		}
	}
	return fitNone
}

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' }

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

func (s *Searcher) spell(name string) hanzi.Spelling {
	s.mu.RLock()
	sp, ok := s.spelt[name]
	s.mu.RUnlock()
	if ok {
		return sp
	}
	sp = hanzi.Spell(name)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.spelt == nil {
		s.spelt = map[string]hanzi.Spelling{}
	}
	s.spelt[name] = sp
	return sp
}
