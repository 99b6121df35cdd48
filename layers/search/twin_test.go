package search

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/mozillazg/go-pinyin"
	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// twin searches as Search is meant to, and looks at all features to do so.
type twin struct {
	snap  *snapshot.Snapshot
	most  int
	slips bool // in pinyin count
}

// hit is a feature that the twin found.
type hit struct {
	at   string
	fit  int
	sort []any
}

func (w *twin) search(typed string) []string {
	words := strings.Fields(typed)
	query := simple(strings.Join(words, ""))
	if query == "" {
		return nil
	}
	found := w.named(query, nil, nil, 9)
	var inside []func()
	if len(found) < w.most {
		w.inAreas(query, words, nil, nil, func(query string, county, town map[string]bool) {
			found = joined(found, w.named(query, county, town, 9))
			inside = append(inside, func() { found = joined(found, w.near(query, county, town, found)) })
		})
	}
	if len(found) < w.most {
		w.slips = len(found) == 0
		found = joined(found, w.near(query, nil, nil, found))
		for _, do := range inside {
			do()
		}
	}
	return ids(w.cut(found))
}

// simple folds the few characters that these tests use.
func simple(s string) string { return simpler.Replace(strings.ToLower(s)) }

var simpler = strings.NewReplacer("縣", "县", "園", "园", " ", "")

func (w *twin) cut(found []hit) []hit {
	slices.SortFunc(found, func(a, b hit) int {
		order := cmp.Compare(a.fit, b.fit)
		for i := 0; order == 0 && i < len(a.sort); i++ {
			switch x := a.sort[i].(type) {
			case int:
				order = cmp.Compare(x, b.sort[i].(int))
			case string:
				order = cmp.Compare(x, b.sort[i].(string))
			}
		}
		return order
	})
	return found[:min(len(found), w.most)]
}

func joined(found, more []hit) []hit {
	for _, m := range more {
		if !slices.ContainsFunc(found, func(f hit) bool { return f.at == m.at }) {
			found = append(found, m)
		}
	}
	return found
}

func ids(found []hit) (list []string) {
	for _, f := range found {
		list = append(list, f.at)
	}
	return list
}

// each calls with every feature in some areas, and the order of its layer.
func (w *twin) each(county, town map[string]bool, call func(order int, t *snapshot.Table, row uint32)) {
	for order, t := range w.snap.Tables() {
		for row := range t.ByID {
			if county != nil && !county[t.Get(row, "county").Text()] || town != nil && !town[t.Get(row, "town").Text()] {
				continue
			}
			call(order, t, row)
		}
	}
}

func (w *twin) hits(county, town map[string]bool, fit func(name, code string) int) []hit {
	var list []hit
	lines := map[string]bool{}
	w.each(county, town, func(order int, t *snapshot.Table, row uint32) {
		name, code := t.Get(row, "name").Text(), t.Get(row, "code").Text()
		f := fit(name, code)
		if f < 0 || lines[name] {
			return
		}
		lines[name] = t.Shape(row).Kind == geo.Lines
		if f != 2 {
			code = ""
		}
		list = append(list, hit{
			fmt.Sprint(t.Layer.ID, "/", t.ID(row)), f, []any{order, code, len(name), int(t.ID(row))},
		})
	})
	return w.cut(list)
}

func (w *twin) named(query string, county, town map[string]bool, worst int) []hit {
	return w.hits(county, town, func(name, code string) int {
		best := -1
		if name != "" {
			best = named(name, query)
		}
		if strings.Trim(query, "0123456789") == "" && strings.HasPrefix(code, query) {
			if code == query {
				best = 0
			} else if best < 0 || best > 2 {
				best = 2
			}
		}
		if best > worst {
			return -1
		}
		return best
	})
}

func named(original, query string) int {
	name := simple(original)
	at := strings.Index(name, query)
	switch {
	case at == 0 && isKind(name[len(query):], query):
		return 0
	case at == 0:
		return 1
	case at > 0:
		return 3
	case strings.IndexFunc(query, isLetter) < 0:
		return -1
	}
	for by, initials := range []bool{false, true} {
		for i := range original {
			switch {
			case !spells([]rune(original[i:]), query, initials, true):
			case i > 0:
				return 6 + 3*by
			case spells([]rune(original), query, initials, false):
				return 4 + 3*by
			default:
				return 5 + 3*by
			}
		}
	}
	return -1
}

func isKind(rest, query string) bool {
	return rest == "" || utf8.RuneCountInString(query) > 1 && slices.Contains([]string{"县", "区", "镇", "街道", "村", "村委会", "村民委员会"}, rest)
}

// spells tries all that the first character can be typed as.
func spells(name []rune, query string, initials, begun bool) bool {
	if query == "" {
		return begun || len(name) == 0
	}
	if len(name) == 0 {
		return false
	}
	self := simple(string(name[0]))
	letter := self >= "a" && self <= "z"
	for _, way := range append(slices.Clone(sounds(name[0])), self) {
		if begun && (initials || !letter || way != self) && strings.HasPrefix(way, query) {
			return true
		}
		for n := 1; n <= len(way); n++ {
			short := n < len(way) || letter
			if n < len(way) && (way == self || n > 1 && (n > 2 || !slices.Contains([]string{"zh", "ch", "sh"}, way[:2]))) || short && !initials {
				continue
			}
			if strings.HasPrefix(query, way[:n]) && spells(name[1:], query[n:], initials, begun) {
				return true
			}
		}
	}
	return false
}

var knownBy sync.Mutex

var known = map[rune][]string{}

func sounds(r rune) []string {
	knownBy.Lock()
	defer knownBy.Unlock()
	if _, ok := known[r]; !ok {
		known[r] = soundsOf(r)
	}
	return known[r]
}

func soundsOf(r rune) (list []string) {
	args := pinyin.NewArgs()
	args.Heteronym = true
	for _, s := range pinyin.SinglePinyin(r, args) {
		s = strings.ReplaceAll(s, "ü", "v")
		list = append(list, s)
		if strings.Contains(s, "v") {
			list = append(list, strings.ReplaceAll(s, "v", "yu"))
		}
		if strings.HasSuffix(s, "ve") {
			list = append(list, strings.ReplaceAll(s, "v", "u"))
		}
	}
	return list
}

func (w *twin) near(query string, county, town map[string]bool, known []hit) []hit {
	list := w.hits(county, town, func(name, _ string) int {
		if named(name, query) >= 0 || name == "" {
			return -1
		}
		if strings.IndexFunc(query, isLetter) >= 0 {
			if w.slips && len(query) > 4 && strings.Trim(query, "abcdefghijklmnopqrstuvwxyz") == "" {
				return slip([]rune(name), query)
			}
			return -1
		}
		chars, q := []rune(name), []rune(query)
		plain := []rune(simple(name))
		other := 1
		if plain[0] == q[0] {
			other = 0
		}
		for i := 0; len(q) > 1 && i+len(q) <= len(chars); i++ {
			alike := func(j int) bool {
				return slices.ContainsFunc(sounds(q[j]), func(s string) bool { return slices.Contains(sounds(chars[i+j]), s) })
			}
			if !slices.ContainsFunc(numbers(len(q)), func(j int) bool { return !alike(j) }) {
				return 10 + other
			}
		}
		if len(q) > 2 && strings.Trim(query, "0123456789") != "" && slices.ContainsFunc(mistakes(q), func(part string) bool {
			return matches(plain, []rune(part))
		}) {
			return 12 + other
		}
		return -1
	})
	return slices.DeleteFunc(list, func(h hit) bool { return slices.ContainsFunc(known, func(k hit) bool { return k.at == h.at }) })
}

// slip is 14 of a name of which full pinyin is nearly a query, but for a letter behind the first character, 15 but for one in it.
func slip(name []rune, query string) int {
	best := -1
	for _, way := range sounds(name[0]) {
		for _, rest := range spelt(name[1:]) {
			whole := way + rest
			for end := range len(whole) + 1 {
				if !isSlip(whole[:end], query) {
					continue
				}
				if best = max(best, 15); strings.HasPrefix(query, way) && end >= len(way) && isSlip(whole[len(way):end], query[len(way):]) {
					return 14
				}
			}
		}
	}
	return best
}

// spelt are all ways to spell a name, up to a character that has no sound.
func spelt(name []rune) []string {
	if len(name) == 0 || len(sounds(name[0])) == 0 {
		return []string{""}
	}
	var list []string
	for _, way := range sounds(name[0]) {
		for _, rest := range spelt(name[1:]) {
			list = append(list, way+rest)
		}
	}
	return list
}

// isSlip tells whether one text becomes another by changing, adding or taking away one letter at most.
func isSlip(a, b string) bool {
	if a == b {
		return true
	}
	for i := range max(len(a), len(b)) {
		if i < len(a) && i < len(b) && a[:i] == b[:i] && a[i+1:] == b[i+1:] ||
			i < len(a) && i <= len(b) && a[:i] == b[:i] && a[i+1:] == b[i:] || i < len(b) && i <= len(a) && a[:i] == b[:i] && a[i:] == b[i+1:] {
			return true
		}
	}
	return false
}

func numbers(n int) (list []int) {
	for i := range n {
		list = append(list, i)
	}
	return list
}

// mistakes are patterns of what may have been meant, ? for any character.
func mistakes(q []rune) (list []string) {
	for i := range q {
		list = append(list, string(q[:i])+"?"+string(q[i:]), string(q[:i])+"?"+string(q[i+1:]), string(q[:i])+string(q[i+1:]))
	}
	return list
}

func matches(name, pattern []rune) bool {
	for i := 0; i+len(pattern) <= len(name); i++ {
		if !slices.ContainsFunc(numbers(len(pattern)), func(j int) bool { return pattern[j] != '?' && pattern[j] != name[i+j] }) {
			return true
		}
	}
	return false
}

// inAreas calls with each way to read a query as the name of an area and what is in it.
func (w *twin) inAreas(query string, words []string, county, town map[string]bool, call func(query string, county, town map[string]bool)) {
	search := func(rest string, words []string, level string, codes map[string]bool) {
		if len(codes) == 0 {
			return
		}
		c, t := codes, town
		if level == "town" {
			c, t = county, codes
		}
		call(rest, c, t)
		w.inAreas(rest, words, c, t, call)
	}
	for _, level := range []string{"county", "town"} {
		if town != nil || level == "county" && county != nil {
			continue
		}
		for end := range query {
			if end < 6 {
				continue
			}
			codes := map[string]bool{}
			w.each(county, nil, func(_ int, t *snapshot.Table, row uint32) {
				rest, ok := strings.CutPrefix(simple(t.Get(row, "name").Text()), query[:end])
				if t.Layer.ID == level && ok && slices.Contains([]string{"", "街道办事处", "街道", "县", "区", "市", "镇", "乡"}, rest) {
					codes[t.Get(row, "code").Text()] = true
				}
			})
			delete(codes, "")
			search(query[end:], nil, level, codes)
		}
		if len(words) > 1 {
			codes := map[string]bool{}
			only := &twin{snap: w.snap, most: w.most}
			for _, h := range only.namedOf(level, simple(words[0]), county) {
				codes[h] = true
			}
			search(simple(strings.Join(words[1:], "")), words[1:], level, codes)
		}
	}
}

// namedOf are the codes of the best areas of a level that a word names from the first character on.
func (w *twin) namedOf(level, word string, county map[string]bool) (codes []string) {
	t, _ := w.snap.Table(level)
	alone := &twin{snap: snapshotOf(w.snap, t), most: w.most}
	for _, h := range alone.named(word, county, nil, 8) {
		if h.fit == 3 || h.fit == 6 {
			continue
		}
		var id int64
		_, _ = fmt.Sscanf(h.at, level+"/%d", &id)
		row, _ := t.Find(id)
		if code := t.Get(row, "code").Text(); code != "" {
			codes = append(codes, code)
		}
	}
	return codes
}

// snapshotOf is a snapshot of one of its tables.
func snapshotOf(s *snapshot.Snapshot, t *snapshot.Table) *snapshot.Snapshot {
	tables := slices.Clone(s.Tables())
	for i := range tables {
		if tables[i] != t {
			tables[i] = nil
		}
	}
	return s.Whole().Masked(tables)
}

// world makes features and edits of them.
type world struct {
	*rand.Rand
	catalog *layers.Catalog
}

var chars = []rune("洛南商州杏树园柞水乾佑吕河家王店子大小东西上下村镇县區園縣a3")

func (w world) name() string {
	if w.IntN(20) == 0 {
		return ""
	}
	name := ""
	for range 1 + w.IntN(4) {
		name += string(chars[w.IntN(len(chars))])
	}
	return name + []string{"", "村", "镇", "县"}[w.IntN(4)]
}

func (w world) change() layers.Change {
	id := []string{"county", "town", "village", "road"}[w.IntN(4)]
	l, _ := w.catalog.Layer(id)
	f := &layers.Feature{ID: 1 + w.Int64N(60), Geometry: orb.Point{110, 33}, Values: make([]layers.Value, len(l.Fields))}
	put := func(field, value string) {
		if n := l.Field(field); n >= 0 && value != "" {
			f.Values[n] = layers.Text(value)
		}
	}
	county := fmt.Sprint(611000 + w.IntN(5))
	town := county + fmt.Sprint(101+w.IntN(3))
	put("name", w.name())
	switch id {
	case "county":
		f.Geometry = orb.Polygon{{{109, 33}, {110, 33}, {110, 34}, {109, 33}}}
		put("code", county)
	case "town":
		put("code", town)
		put("county", county)
	case "village":
		put("code", town+fmt.Sprint(200+w.IntN(9)))
		put("town", town)
		put("county", county)
	case "road":
		f.Geometry = orb.LineString{{109, 33}, {110, 33}}
	}
	change := layers.Change{Layer: id, ID: f.ID, Feature: f}
	if w.IntN(4) == 0 {
		change.Feature = nil
	}
	return change
}

func (w world) changes(n int) (list []layers.Change) {
	for range n {
		list = append(list, w.change())
	}
	return list
}

// query is a name as somebody may type it, or a code.
func (w world) query() string {
	if w.IntN(12) == 0 {
		return []string{"6", "611", "611001", "61100110", "611002101203", "3", "02"}[w.IntN(7)]
	}
	q := ""
	for range 1 + w.IntN(5) {
		c := chars[w.IntN(len(chars))]
		way := string(c)
		if s := sounds(c); len(s) > 0 && w.IntN(2) == 0 {
			if way = s[w.IntN(len(s))]; w.IntN(2) == 0 {
				way = way[:1+w.IntN(len(way))]
			}
		}
		if w.IntN(12) == 0 {
			q += " "
		}
		q += way
	}
	if w.IntN(4) == 0 { // characters alone
		q = w.name()
	}
	if w.IntN(4) == 0 { // full pinyin with a slip
		q = ""
		for range 2 + w.IntN(3) {
			if s := sounds(chars[w.IntN(len(chars)-2)]); len(s) > 0 {
				q += s[w.IntN(len(s))]
			}
		}
		at := w.IntN(len(q))
		letter := string(rune('a' + w.IntN(26)))
		q = []string{q[:at] + letter + q[at:], q[:at] + letter + q[at+1:], q[:at] + q[at+1:]}[w.IntN(3)]
	}
	return q
}

// seen is a snapshot as somebody may see it.
func (w world) seen(snap *snapshot.Snapshot) *snapshot.Snapshot {
	tables := slices.Clone(snap.Tables())
	for i, t := range tables {
		hidden := uint32(2 + w.IntN(5))
		m := snapshot.Mask{Rows: func(row uint32) bool { return row%hidden > 0 }}
		if t.Layer.Field("name") >= 0 {
			m.Blank = map[string]func(uint32) bool{"name": func(row uint32) bool { return row%7 == 1 }}
		}
		tables[i] = t.Mask(m, snapshot.Masked{}).Table
	}
	return snap.Masked(tables)
}

func (w world) compare(t *testing.T, s *Searcher, snap *snapshot.Snapshot) {
	most := 1 + w.IntN(8)
	query := w.query()
	var got []string
	for _, f := range s.Search(snap, query, most) {
		got = append(got, fmt.Sprint(f.Table.Layer.ID, "/", f.Table.ID(f.Row)))
	}
	if want := (&twin{snap: snap, most: most}).search(query); !slices.Equal(got, want) {
		t.Errorf("search %q for %d: %v, want %v", query, most, got, want)
	}
}

func TestSearchFindsWhatALookAtAllNamesDoes(t *testing.T) {
	w := world{rand.New(rand.NewPCG(7, 1)), layers.Builtin()}
	snap := snapshot.NewBuilder(w.catalog).Snapshot()
	var s Searcher
	for range 40 {
		snap, _, _ = snap.Apply(w.changes(1 + w.IntN(40)))
		for range 6 {
			w.compare(t, &s, snap)
			w.compare(t, &s, w.seen(snap))
		}
	}
}

func TestSearchesRunBesideEdits(t *testing.T) {
	w := world{rand.New(rand.NewPCG(7, 2)), layers.Builtin()}
	snap := snapshot.NewBuilder(w.catalog).Snapshot()
	var s Searcher
	var searches sync.WaitGroup
	for n := range uint64(30) {
		snap, _, _ = snap.Apply(w.changes(20))
		now := snap
		searches.Go(func() {
			one := world{rand.New(rand.NewPCG(8, n)), w.catalog}
			for range 5 {
				one.compare(t, &s, now)
			}
		})
	}
	searches.Wait()
}
