// Package search finds features by name as people type: by characters, in full width or in traditional ones, by pinyin and
// initials, by division code, behind the name of a county or town, and with a mistake in the name.
//
// A snapshot and what was typed flow in, features flow out. It keeps an index of names from one snapshot to the next, and
// tells nothing that is not in the snapshot that it is asked about.
package search

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/cuntu/cuntu/layers/snapshot"
)

// Found is a feature that a search found.
type Found struct {
	Table *snapshot.Table
	Row   uint32
	Near  bool // its name is not what was typed, but nearly so
	fit   fit
	name  string
	code  string // where it was found by it
	order int    // of its layer
}

// Searcher finds features. It keeps an index of each layer's names, made when a layer is first searched and carried on over
// edits: some 150 bytes for each distinct name and 16 for each feature with a name or code. The zero Searcher is ready for
// any number of goroutines.
type Searcher struct {
	mu      sync.Mutex
	indexes map[string]*nameIndex // by layer
}

// Search is the best limit features for what was typed, best first, as the constants of fit have it; among equals the layers
// in the catalogue's order, then shorter names, then ids. Behind the name of a county or town, whole
// or short, it looks for the rest among what lies there (商州杏树园). The cost is that of the names that begin, or go on, like the
// query, and hardly grows with those that do not.
func (s *Searcher) Search(snap *snapshot.Snapshot, typed string, limit int) []Found {
	q := newQuery(typed)
	if q.text == "" || limit <= 0 {
		return nil
	}
	h := &hunt{places: s.places(snap), limit: limit, known: map[feature]bool{}}
	h.add(h.named(q, h.places, within{}, fitSpeltWithin))
	if len(h.found) < limit {
		h.inAreas(q, within{})
		h.behindWord(q, within{})
	}
	if len(h.found) < limit {
		h.nearly(q)
	}
	slices.SortFunc(h.found, compareFound)
	return h.found[:min(limit, len(h.found))]
}

func compareFound(a, b Found) int {
	return cmp.Or(cmp.Compare(a.fit, b.fit), cmp.Compare(a.order, b.order), strings.Compare(a.code, b.code),
		cmp.Compare(len(a.name), len(b.name)), cmp.Compare(a.Table.ID(a.Row), b.Table.ID(b.Row)))
}

// place is a layer to search: its features as they may be seen, and the index of all its names.
type place struct {
	table      *snapshot.Table
	order      int
	name, code int // its fields; there may be no code
	segments   []*segment
}

// isCalled tells whether a row is there, and has a name.
func (p place) isCalled(row uint32, name string) bool {
	return p.table.Holds(row) && p.table.Value(row, p.name).Text() == name
}

// places are the layers that have names and stand on the map.
func (s *Searcher) places(snap *snapshot.Snapshot) []place {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.indexes == nil {
		s.indexes = map[string]*nameIndex{}
	}
	var list []place
	for order, t := range snap.Tables() {
		p := place{table: t, order: order, name: t.Layer.Field("name"), code: t.Layer.Field("code")}
		whole, ok := snap.Whole().Table(t.Layer.ID)
		if p.name < 0 || !ok || !t.Layer.HasGeometry() {
			continue
		}
		x := s.indexes[t.Layer.ID]
		if x == nil {
			x = &nameIndex{}
			s.indexes[t.Layer.ID] = x
		}
		p.segments = x.of(whole)
		list = append(list, p)
	}
	return list
}
