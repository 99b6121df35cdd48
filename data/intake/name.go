package intake

import (
	"cmp"
	"slices"
	"strings"

	"github.com/mozillazg/go-pinyin"
)

// within narrows a search to the places of a county or town; "" narrows nothing.
type within struct{ county, town string }

func (w within) holds(p *place) bool {
	return (w.county == "" || p.county == "" || p.county == w.county) &&
		(w.town == "" || p.town == "" || p.town == w.town)
}

// named are the places that have a name: those that have it whole, and only where
// there are none those that have it but for the word for what they are.
func (g *gazetteer) named(name string, w within) []int32 {
	name = plain(name)
	if g.layer.ID == "county" {
		name = withoutProvince(name)
	}
	var whole, short []int32
	for _, form := range nameForms(name) {
		for _, n := range g.byName[form] {
			p := &g.list[n]
			switch {
			case !w.holds(p):
			case plain(p.name) == name:
				whole = append(whole, n)
			case form == name || len(nameForms(p.name)) == 1:
				// 商州 for 商州区, or 商州区 for 商州; but not 张家镇 for 张家村
				short = append(short, n)
			}
		}
	}
	if len(whole) > 0 {
		short = whole
	}
	slices.Sort(short)
	return slices.Compact(short)
}

// withoutProvince cuts 陕西省商洛市 off before a county's name.
func withoutProvince(name string) string {
	for _, level := range []string{"省", "自治区", "市"} {
		if i := strings.Index(name, level); i >= 0 && len(name) > i+len(level)+len("镇安") {
			name = name[i+len(level):]
		}
	}
	return name
}

// near are the places whose names resemble one most: by the sound, by the
// characters. At most five, the likeliest first, and how many were compared.
func (g *gazetteer) near(name string, w within) (list []Candidate, compared int) {
	type scored struct {
		n    int32
		cost float64
	}
	want := []rune(stem(plain(name)))
	sound := []rune(spell(string(want)))
	var all []scored
	for i := range g.list {
		p := &g.list[i]
		if !w.holds(p) {
			continue
		}
		if compared++; p.stem == nil {
			text := stem(plain(p.name))
			p.stem, p.sound = []rune(text), []rune(spell(text))
		}
		c := apart(want, p.stem)
		if s := apart(sound, p.sound); s == 0 {
			c = min(c, 0.5) // written otherwise, but sounds the same
		} else if s <= 1 && len(want) >= 3 {
			c = min(c, 1)
		}
		if c <= 1 && c < float64(len(want)) || c <= 2 && len(want) >= 4 {
			all = append(all, scored{int32(i), c})
		}
	}
	slices.SortFunc(all, func(a, b scored) int { return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(a.n, b.n)) })
	var out []Candidate
	for _, s := range all[:min(5, len(all))] {
		out = append(out, g.candidate(s.n))
	}
	return out, compared
}

func (g *gazetteer) candidate(n int32) Candidate {
	p := &g.list[n]
	return Candidate{p.code, p.name, p.of}
}

func (g *gazetteer) candidates(list []int32) []Candidate {
	var out []Candidate
	for _, n := range list[:min(5, len(list))] {
		out = append(out, g.candidate(n))
	}
	return out
}

func stem(name string) string {
	forms := nameForms(name)
	return forms[len(forms)-1]
}

// spell is a name by its sound, without tones.
func spell(name string) string {
	args := pinyin.NewArgs()
	var b strings.Builder
	for _, r := range name {
		if readings := pinyin.SinglePinyin(r, args); len(readings) > 0 {
			b.WriteString(readings[0])
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// apart is the least number of characters to put in, take out, change or swap with
// a neighbour that makes one text the other.
func apart(a, b []rune) float64 {
	if len(a)-len(b) > 3 || len(b)-len(a) > 3 {
		return 9
	}
	before, last, next := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for k := range last {
		last[k] = k
	}
	for i := 1; i <= len(a); i++ {
		next[0] = i
		for k := 1; k <= len(b); k++ {
			cost := 1
			if a[i-1] == b[k-1] {
				cost = 0
			}
			next[k] = min(last[k]+1, next[k-1]+1, last[k-1]+cost)
			if i > 1 && k > 1 && a[i-1] == b[k-2] && a[i-2] == b[k-1] {
				next[k] = min(next[k], before[k-2]+1)
			}
		}
		before, last, next = last, next, before
	}
	return float64(last[len(b)])
}
