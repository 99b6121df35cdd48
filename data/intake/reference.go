package intake

import (
	"fmt"
	"strings"

	"github.com/cuntu/cuntu/layers"
)

// codeDigits are those of a layer's own codes, 0 where any will do.
func codeDigits(layer string) int {
	return map[string]int{"county": 6, "town": 9, "village": 12, "town_area": 9, "village_area": 12}[layer]
}

// ownCode checks a code of the layer itself and puts the statistics bureau's twelve
// digits into as many as the layer's codes have.
func (c *checker) ownCode(v layers.Value) (layers.Value, *trouble) {
	n := codeDigits(c.base.layer.ID)
	code := v.Text()
	if n > 0 && len(code) > n && strings.Trim(code[n:], "0") == "" {
		code = code[:n]
	}
	if n == 0 || len(code) == n {
		return layers.Text(c.inPlaceOf(c.base.places[c.base.layer.ID], code, within{})), nil
	}
	return layers.Null, bad(NotCode, words("代码应为 %d 位数字", "the code must have %d digits", n))
}

// inPlaceOf is the code that a person said is to be taken for one that the places have not; the same where nobody did.
func (c *checker) inPlaceOf(g *gazetteer, code string, w within) string {
	if g != nil && !g.has(code) {
		if now, ok := c.confirmed(code, w); ok && g.has(now) {
			return now
		}
	}
	return code
}

// oldCode tells of a code that the places have not what became of its division; nil where no edition has had it. What the places
// have by its new code is proposed, and never taken unasked.
func (c *checker) oldCode(g *gazetteer, code string) *trouble {
	if c.base.divisions == nil {
		return nil
	}
	f, ok, err := c.base.divisions.Former(code)
	if !ok || err != nil || f.Now.Code == code { // without the pack, the code is unknown and no more
		return nil
	}
	was := code
	if f.Name != "" {
		was += " " + f.Name
	}
	if !f.Known {
		return bad(OldCode, words("%s 自 %d 年版区划代码起不再使用（撤并），去向请按名称核对",
			"%s is in no edition of the division codes since %d: it was merged or abolished, see by the name into what", was, f.Until+1))
	}
	t := bad(OldCode, words("%s 自 %d 年版区划代码起不再使用，现为 %s %s", "%s is since the division codes of %d %s %s",
		was, f.Until+1, f.Now.Code, f.Now.Name))
	if n, there := g.byCode[codeKey(f.Now.Code)]; there {
		t.near = []Candidate{g.candidate(n)}
		t.message.Zh += "；请改用新代码"
		t.message.En += "; use the new code"
	}
	return t
}

// outdated tells of a row that the store has not that its code is an old one. The row is bad where the store has the place by
// the new code, for it would be there twice; else the store may well keep to old codes.
func (c *checker) outdated(r *row) {
	g := c.base.places[c.base.layer.ID]
	if g == nil {
		return
	}
	if t := c.oldCode(g, r.values[c.code].Text()); t != nil {
		t.warning = len(t.near) == 0
		for i := range c.columns {
			if c.columns[i].field == c.code {
				r.problem(&c.columns[i], r.values[c.code].Text(), t)
			}
		}
	}
}

// reference reads a cell that names a county, town or village by code or by name.
func (c *checker) reference(r *row, i int, cell any) {
	col := &c.columns[i]
	f := &c.base.layer.Fields[col.field]
	text := strings.TrimSpace(narrow(cellText(cell)))
	if nothing(text) {
		return
	}
	if text == Clear && !f.Required {
		r.set[col.field] = true
		return
	}
	at := placeName{i, text, c.scope(r, f.Ref)}
	seen, ok := c.places[at]
	if !ok {
		seen.value, seen.t = c.refer(f, text, at.within)
		if len(c.places) < mostSeen {
			c.places[at] = seen
		}
	}
	if seen.t != nil {
		r.problem(col, cell, seen.t)
		return
	}
	r.values[col.field], r.set[col.field] = seen.value, true
}

func cellText(cell any) string {
	switch cell := cell.(type) {
	case nil:
		return ""
	case string:
		return cell
	case float64:
		return strings.TrimSuffix(fmt.Sprintf("%.1f", cell), ".0")
	}
	return fmt.Sprint(cell)
}

// scope is what the row tells already of where a place lies.
func (c *checker) scope(r *row, ref string) within {
	var w within
	if ref != "county" && c.county >= 0 {
		w.county = r.values[c.county].Text()
	}
	if ref == "village" && c.town >= 0 {
		w.town = r.values[c.town].Text()
	}
	if c.code >= 0 && w.county == "" && ref != "county" {
		if code := r.values[c.code].Text(); len(code) > 6 {
			w.county = code[:6]
		}
	}
	return w
}

func (c *checker) refer(f *layers.Field, text string, w within) (layers.Value, *trouble) {
	g := c.base.places[f.Ref]
	if strings.Trim(text, "0123456789.'eE+") == "" {
		// The land survey's codes of places have seven more digits, for what is smaller.
		if len(text) > 12 && strings.Trim(text[12:], "0") == "" {
			text = text[:12]
		}
		v, t := readCode(text)
		if t != nil {
			return layers.Null, t
		}
		code := v.Text()
		if n := codeDigits(f.Ref); n > 0 && len(code) > n && strings.Trim(code[n:], "0") == "" {
			code = code[:n]
		}
		code = c.inPlaceOf(g, code, w)
		if g != nil && len(g.list) > 0 && !g.has(code) {
			if t := c.oldCode(g, code); t != nil {
				return layers.Null, t
			}
			return layers.Null, bad(UnknownCode, layers.Words{
				Zh: fmt.Sprintf("数据库中没有代码为 %s 的%s", code, g.layer.Title.Zh),
				En: fmt.Sprintf("no %s in the store has the code %s", f.Ref, code),
			})
		}
		return layers.Text(code), nil
	}
	if g == nil || len(g.list) == 0 {
		return layers.Null, bad(UnknownName, layers.Words{
			Zh: fmt.Sprintf("没有图层 %s 可供对照，只能填代码", f.Ref),
			En: fmt.Sprintf("there is no layer %s to look the name up in: only a code can be taken", f.Ref),
		})
	}
	n, t := c.find(g, text, w)
	if t != nil {
		return layers.Null, t
	}
	return layers.Text(g.list[n].code), nil
}

// find is the one place that has a name, or why there is none.
func (c *checker) find(g *gazetteer, name string, w within) (int32, *trouble) {
	if code, ok := c.confirmed(name, w); ok {
		if n, ok := g.byCode[codeKey(code)]; ok {
			return n, nil
		}
	}
	switch list := g.named(name, w); {
	case len(list) == 1:
		return list[0], nil
	case len(list) > 1:
		return 0, &trouble{kind: Ambiguous, near: g.candidates(list), message: layers.Words{
			Zh: fmt.Sprintf("有 %d 个%s叫这个名字；请填代码，或补充所属县区、乡镇", len(list), g.layer.Title.Zh),
			En: fmt.Sprintf("%d features of layer %s have this name; give the code, or county and town", len(list), g.layer.ID),
		}}
	}
	near := c.nearNames(g, name, w)
	if len(near) == 0 {
		return 0, bad(UnknownName, layers.Words{
			Zh: fmt.Sprintf("数据库中没有这个%s", g.layer.Title.Zh), En: "no " + g.layer.ID + " in the store has this name",
		})
	}
	return 0, &trouble{kind: NearName, near: near, message: layers.Words{
		Zh: fmt.Sprintf("数据库中没有这个%s；是否为 %s？", g.layer.Title.Zh, candidateList(near)),
		En: fmt.Sprintf("no %s in the store has this name; is it %s?", g.layer.ID, candidateList(near)),
	}}
}

func candidateList(list []Candidate) string {
	var all []string
	for _, c := range list {
		all = append(all, c.Name+" "+c.Code)
	}
	return strings.Join(all, ", ")
}

func (c *checker) nearNames(g *gazetteer, name string, w within) []Candidate {
	key := g.layer.ID + "/" + plain(name) + "@" + w.county + w.town
	near, ok := c.nearBy[key]
	if !ok && c.compared < mostCompared {
		var n int
		near, n = g.near(name, w)
		c.nearBy[key], c.compared = near, c.compared+n
	}
	return near
}

// confirmed is the code that a person said a name means.
func (c *checker) confirmed(name string, w within) (string, bool) {
	if len(c.options.Names) == 0 {
		return "", false
	}
	for _, scope := range []string{"@" + w.town, "@" + w.county, ""} {
		if scope == "@" {
			continue
		}
		if code, ok := c.options.Names[name+scope]; ok {
			return code, true
		}
	}
	return "", false
}
