package divisions

import (
	"strings"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/area"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Begin is what has to be written so that a map has a county with its towns and villages, without places.
type Begin struct {
	Edits []layers.Edit
	Added map[string]int // how many of each layer there are to add
	Kept  int            // how many are there already, by their codes; nothing is changed about them
}

// BeginCounty finds out what of a county a snapshot has not. The code is that of a county.
func (p *Pack) BeginCounty(snap *snapshot.Snapshot, county Division) (*Begin, error) {
	u, err := p.upper()
	if err != nil {
		return nil, err
	}
	list, err := p.below(county.Code)
	if err != nil {
		return nil, err
	}
	b := &Begin{Added: map[string]int{}}
	b.add(snap, county, map[string]string{"city": u.cityOf(county)})
	for _, d := range list {
		switch d.Level {
		case area.Town:
			b.add(snap, d, map[string]string{"county": county.Code, "kind": townKind(d.Name)})
		case area.Village:
			d.Name = villageName(d.Name)
			b.add(snap, d, map[string]string{"county": county.Code, "town": d.Parent})
		}
	}
	return b, nil
}

func (b *Begin) add(snap *snapshot.Snapshot, d Division, values map[string]string) {
	t, ok := snap.Table(string(d.Level))
	if !ok {
		return
	}
	if _, there := t.FindCode(d.Code); there {
		b.Kept++
		return
	}
	values["code"], values["name"] = d.Code, d.Name
	b.Added[t.Layer.ID]++
	b.Edits = append(b.Edits, layers.Edit{Op: layers.Insert, Layer: t.Layer.ID, Feature: layers.Feature{Values: valuesOf(t.Layer, values)}})
}

func valuesOf(l *layers.Layer, texts map[string]string) []layers.Value {
	values := make([]layers.Value, len(l.Fields))
	for field, text := range texts {
		if f := l.Field(field); f >= 0 && text != "" {
			values[f] = layers.Text(text)
		}
	}
	return values
}

// cityOf is the name of a county's prefecture; that of the province where the prefecture is one for counting alone (市辖区).
func (u *upper) cityOf(county Division) string {
	parent := u.known[county.Parent]
	if strings.HasSuffix(parent.Name, "州") || strings.HasSuffix(parent.Name, "市") || strings.HasSuffix(parent.Name, "盟") ||
		strings.HasSuffix(parent.Name, "地区") {
		return parent.Name
	}
	return u.known[county.Code[:2]+"0000"].Name
}

// townKind tells a subdistrict from a town by its name; "" of what is neither, such as a park or a farm.
func townKind(name string) string {
	switch {
	case strings.HasSuffix(name, "街道") || strings.HasSuffix(name, "街道办事处"):
		return "subdistrict"
	case strings.HasSuffix(name, "镇") || strings.HasSuffix(name, "乡"):
		return "town"
	}
	return ""
}

// villageName is the name of a village or community from that of its committee (杏树园村委会 → 杏树园村).
func villageName(committee string) string {
	for _, ends := range [][2]string{
		{"社区居民委员会", "社区"},
		{"社区居委会", "社区"},
		{"村民委员会", "村"},
		{"村委会", "村"},
		{"居民委员会", "社区"},
		{"居委会", "社区"},
		{"嘎查委员会", "嘎查"},
		{"嘎查委会", "嘎查"},
	} {
		if name, ok := strings.CutSuffix(committee, ends[0]); ok && name != "" {
			return strings.TrimSuffix(name, ends[1]) + ends[1]
		}
	}
	return committee
}
