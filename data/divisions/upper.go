package divisions

import (
	"maps"
	"slices"
	"strings"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/area"
	"github.com/cuntu/cuntu/layers/search"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// elsewhere are the provinces of which the statistical codes say nothing (GB/T 2260).
var elsewhere = []Division{
	{Code: "710000", Name: "台湾省", Level: area.Province},
	{Code: "810000", Name: "香港特别行政区", Level: area.Province},
	{Code: "820000", Name: "澳门特别行政区", Level: area.Province},
}

// upper is what is above the towns.
type upper struct {
	known    map[string]Division
	children map[string][]Division // by code, "" the provinces
	counties *snapshot.Snapshot    // by name
	searcher search.Searcher
}

// readUpper reads provinces, prefectures and counties. A prefecture that is itself divided into towns (东莞) has one code
// for both levels, and counts as a county of its province.
func readUpper() (*upper, error) {
	text, err := unpack("upper")
	if err != nil {
		return nil, err
	}
	var list []Division
	for line := range strings.Lines(text) {
		code, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		d := Division{Code: code + strings.Repeat("0", countyDigits-len(code)), Name: name, Level: area.County, Parent: code[:2] + "0000"}
		switch len(code) {
		case 2:
			d.Level, d.Parent = area.Province, ""
		case 4:
			d.Level = area.Prefecture
		default:
			if prefecture := area.PrefectureCode(code); prefecture != code {
				d.Parent = prefecture
			}
		}
		list = append(list, d)
	}
	u := &upper{known: map[string]Division{}, children: map[string][]Division{}}
	for _, d := range append(list, elsewhere...) {
		u.known[d.Code] = d // the county after its prefecture
	}
	for _, d := range u.known {
		u.children[d.Parent] = append(u.children[d.Parent], d)
	}
	for _, children := range u.children {
		slices.SortFunc(children, byCode)
	}
	return u, u.indexCounties()
}

func byCode(a, b Division) int { return strings.Compare(a.Code, b.Code) }

// indexCounties makes a map of counties without places, to search it.
func (u *upper) indexCounties() error {
	builtin := layers.Builtin()
	l, _ := builtin.Layer(string(area.County))
	b := snapshot.NewBuilder(&layers.Catalog{Layers: []*layers.Layer{l}})
	id := int64(0)
	for _, code := range slices.Sorted(maps.Keys(u.known)) {
		d := u.known[code]
		if d.Level != area.County {
			continue
		}
		id++
		if err := b.Add(l, &layers.Feature{ID: id, Values: valuesOf(l, map[string]string{"code": d.Code, "name": d.Name})}); err != nil {
			return err
		}
	}
	u.counties = b.Snapshot()
	return nil
}

// Find is the division with a code.
func (p *Pack) Find(code string) (Division, bool, error) {
	u, err := p.upper()
	if err != nil {
		return Division{}, false, err
	}
	if d, ok := u.known[code]; ok || len(code) <= countyDigits {
		return d, ok, nil
	}
	list, err := p.below(code[:min(len(code), countyDigits)])
	if err != nil {
		return Division{}, false, err
	}
	for _, d := range list {
		if d.Code == code {
			return d, true, nil
		}
	}
	return Division{}, false, nil
}

// Children are the divisions right below one, by their codes: those below "" are the provinces. There are none below what is
// no division.
func (p *Pack) Children(code string) ([]Division, error) {
	u, err := p.upper()
	if err != nil || len(code) < countyDigits || u.known[code].Level != area.County && len(code) == countyDigits {
		return u.below(code), err
	}
	list, err := p.below(code[:countyDigits])
	return slices.DeleteFunc(slices.Clone(list), func(d Division) bool { return d.Parent != code }), err
}

func (u *upper) below(code string) []Division {
	if u == nil {
		return nil
	}
	return slices.Clone(u.children[code])
}

// Match is a county that a search found.
type Match struct {
	Division
	Title string `json:"title,omitempty"` // the province and prefecture that it is in
	Near  bool   `json:"near,omitempty"`  // its name is not what was typed, but nearly so
}

// Search finds counties by name, pinyin, initials or code, as layers/search does; at most limit.
func (p *Pack) Search(typed string, limit int) ([]Match, error) {
	u, err := p.upper()
	if err != nil {
		return nil, err
	}
	list := []Match{}
	for _, f := range u.searcher.Search(u.counties, typed, limit) {
		d := u.known[f.Table.Get(f.Row, "code").Text()]
		list = append(list, Match{d, strings.Join(u.path(d), " · "), f.Near})
	}
	return list, nil
}

// path are the names of what a division lies in, the highest first.
func (u *upper) path(d Division) (names []string) {
	for code := d.Parent; code != ""; code = u.known[code].Parent {
		names = append(names, u.known[code].Name)
	}
	slices.Reverse(names)
	return names
}
