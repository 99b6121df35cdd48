package intake

import (
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// index makes the keys by which the store's features are found again: by code, by
// the fields of Options.Key, or, where there is neither, by all that the file says.
func (c *checker) index() {
	c.byKey = make(map[uint64]int32, c.base.table.Len())
	for at := range c.base.table.Rows {
		key := c.keyOf(at)
		if key == 0 {
			continue
		}
		if _, twice := c.byKey[key]; twice {
			if !c.whole() {
				c.byKey[key] = -1
			}
			continue
		}
		c.byKey[key] = int32(at)
	}
}

// whole tells whether rows are told apart by all that they say.
func (c *checker) whole() bool { return c.code < 0 && len(c.options.Key) == 0 }

func (c *checker) keyOf(at uint32) uint64 { return c.keyIn(c.base.table, at) }

func (c *checker) keyIn(t *snapshot.Table, at uint32) uint64 {
	if c.code >= 0 && len(c.options.Key) == 0 {
		return codeKey(t.Value(at, c.code).Text())
	}
	values := make([]layers.Value, len(c.set))
	for i := range values {
		values[i] = t.Value(at, i)
	}
	if c.whole() {
		return c.prints.of(values, c.set, t.Shape(at))
	}
	return c.keyFields(values)
}

// keyFields is the key that the fields of Options.Key make, 0 where one is empty.
func (c *checker) keyFields(values []layers.Value) uint64 {
	only := make([]bool, len(values))
	for _, k := range c.options.Key {
		i := c.base.layer.Field(k)
		if values[i].IsNull() {
			return 0
		}
		only[i] = true
	}
	return c.prints.of(values, only, geo.Shape{})
}

// identify finds the feature of the store that a row is, and what it changes of it.
func (c *checker) identify(r *row) {
	if c.code >= 0 && len(c.options.Key) == 0 {
		if !r.set[c.code] && !r.hasProblem("code") {
			c.identifyByPlace(r)
		}
		if !r.set[c.code] && !r.hasProblem("code") {
			c.identifyByName(r)
		}
		r.key = codeKey(r.values[c.code].Text())
	} else if c.whole() {
		shape, err := geo.NewShape(r.geometry)
		if err != nil {
			return // told by locate
		}
		r.key = c.prints.of(r.values, c.set, shape)
	} else {
		r.key = c.keyFields(r.values)
	}
	if r.key == 0 {
		return
	}
	at, ok := c.byKey[r.key]
	if !ok {
		if !c.returns(r) {
			r.verdict = leftOut
		} else if c.code >= 0 && len(c.options.Key) == 0 {
			c.outdated(r)
		}
		return
	}
	if at < 0 {
		r.problems = append(r.problems,
			Problem{Row: r.number, Kind: Ambiguous, Message: words("数据库中有多个要素与此行的键相同", "several features in the store have the key of this row")})
		r.verdict = same
		return
	}
	r.at, r.id = uint32(at), c.base.table.ID(uint32(at))
	c.compare(r)
}

// identifyByName gives a row without code that of the feature with its name, county
// and town.
func (c *checker) identifyByName(r *row) {
	g := c.base.places[c.base.layer.ID]
	if g == nil || c.name < 0 || !r.set[c.name] {
		return
	}
	n, t := c.find(g, r.values[c.name].Text(), c.scope(r, "village"))
	if t == nil {
		r.values[c.code], r.set[c.code] = layers.Text(g.list[n].code), true
		return
	}
	if t.kind == UnknownName {
		t.message.Zh += "；新增须填代码"
		t.message.En += "; a new one needs a code"
	}
	for i := range c.columns {
		if c.columns[i].field == c.name {
			r.problem(&c.columns[i], r.values[c.name].Text(), t)
		}
	}
}

// compare finds what of the feature the row changes.
func (c *checker) compare(r *row) {
	t := c.base.table
	for i, set := range r.set {
		switch {
		case !set:
		case c.follows(r, i):
		case r.values[i] == t.Value(r.at, i):
			c.agreed(r, i)
		case c.takes(r, i):
			r.changed = append(r.changed, i)
		}
	}
	if r.geometry != nil {
		shape, err := geo.NewShape(r.geometry)
		r.moved = err == nil && !shape.Equal(t.Shape(r.at)) && c.moves(r, shape)
	}
	r.verdict = same
	if len(r.changed) > 0 || r.moved {
		r.verdict = change
	}
	if c.name >= 0 && c.code >= 0 && r.set[c.name] {
		if was := t.Value(r.at, c.name).Text(); was != "" && stem(plain(was)) != stem(plain(r.values[c.name].Text())) {
			r.problems = append(r.problems, Problem{
				Row: r.number, Field: "name", Column: c.columnOf(c.name), Value: shorten(r.values[c.name].Text()), Kind: Renamed, Warning: true,
				Message: words("该代码在数据库中名为“%s”，将改名；如系错行请核对代码", "the code is %q in the store and will be renamed; is the row shifted?", was),
			})
		}
	}
}

// follows tells whether a field of the feature follows from the record of its steps: then it is not written, and where the row
// says otherwise that is told.
func (c *checker) follows(r *row, field int) bool {
	l, t := c.base.layer, c.base.table
	if !c.base.recorded.Follows(l, field, func(f int) layers.Value { return t.Value(r.at, f) }) {
		return false
	}
	if was := t.Value(r.at, field); r.values[field] != was {
		f := &l.Fields[field]
		r.problems = append(r.problems, Problem{
			Row: r.number, Field: f.ID, Column: c.columnOf(field), Value: shorten(r.values[field].String()), Kind: Recorded, Warning: true,
			Message: words("“%s”以办理记录为准（现为“%s”），不写入", "%[3]s follows from the record of its steps, by which it is %[2]q, and is not written",
				f.Title.Zh, was.String(), f.Title.En),
		})
	}
	return true
}

func (c *checker) columnOf(field int) string {
	for i := range c.columns {
		if c.columns[i].field == field {
			return c.columns[i].Name
		}
	}
	return ""
}

// complete checks what the parts of a row say of each other, and that a new feature
// has all it must.
func (c *checker) complete(r *row) {
	l := c.base.layer
	isNew := r.id == 0 && r.verdict == add
	if isNew {
		c.onLand(r)
	}
	c.agree(r)
	c.standIn(r)
	county := c.countyOf(r)
	if r.geometry != nil && (isNew || r.moved) {
		c.inCounty(r, county)
	}
	if isNew {
		for i := range l.Fields {
			if f := &l.Fields[i]; f.Required && r.values[i].IsNull() && !r.hasProblem(f.ID) && !(i == c.code && r.hasProblem("name")) {
				r.problems = append(r.problems, Problem{Row: r.number, Column: c.columnOf(i), Field: f.ID, Kind: Missing, Message: layers.Words{
					Zh: fmt.Sprintf("缺少必填的“%s”", f.Title.Zh), En: fmt.Sprintf("the required field %s is missing", f.ID),
				}})
			}
		}
		if l.HasGeometry() && r.geometry == nil && !r.isBad() {
			r.problems = append(r.problems, Problem{
				Row:     r.number,
				Kind:    NoPlace,
				Warning: true,
				Message: words("没有位置，地图上看不到", "has no place and will not be on the map"),
			})
		}
	}
	if isNew && c.whole() && c.replace == nil {
		c.likeKnown(r)
	}
	if l.Outlines != "" && !r.isBad() && c.unplaced(r) != nil {
		r.problems = append(r.problems, stoodIn(r.number, layers.Words{
			Zh: "该" + c.base.places[l.Outlines].layer.Title.Zh + "还没有位置，暂以界线内点代替",
			En: "the " + l.Outlines + " has no place of its own yet; a point within this outline stands in",
		}))
	}
	if c.replace != nil && !c.replace.all && county != "" && county != c.replace.county {
		r.problems = append(r.problems, Problem{Row: r.number, Value: county, Kind: OutsideArea, Message: words(
			"不属于要替换的县区 %s", "is not of the county that is replaced, %s", c.replace.county)})
	}
}

// besideMetres is how near a new feature of the same name may be without being
// suspected to be the one that is there.
const besideMetres = 200

// likeKnown tells of a feature of the same name close by, where the layer has no
// code and no key was given to tell them apart.
func (c *checker) likeKnown(r *row) {
	p, ok := r.geometry.(orb.Point)
	if !ok || c.name < 0 || r.values[c.name].Text() == "" {
		return
	}
	name := r.values[c.name].Text()
	for _, n := range c.base.table.Near(p, 5, besideMetres) {
		if c.base.table.Value(n.Row, c.name).Text() != name {
			continue
		}
		r.problems = append(r.problems,
			Problem{
				Row: r.number, Field: "name", Column: c.columnOf(c.name), Value: shorten(name), Kind: LikeKnown, Warning: true,
				Message: layers.Words{
					Zh: fmt.Sprintf("%.0f 米外已有同名要素，将另行新增；如为同一个，请用 --key 指定区分要素的字段", n.Metres),
					En: fmt.Sprintf("there is one of this name %.0f m away, and another will be added; if it is the same, state with --key the fields "+
						"that tell features apart", n.Metres),
				},
			})
		return
	}
}

func (r *row) hasProblem(field string) bool {
	for i := range r.problems {
		if r.problems[i].Field == field && !r.problems[i].Warning {
			return true
		}
	}
	return false
}

// countyOf is the county that a row claims, by itself or by what is in the store.
func (c *checker) countyOf(r *row) string {
	if c.base.layer.ID == "county" {
		return r.values[c.code].Text()
	}
	if c.county >= 0 {
		if v := r.values[c.county]; !v.IsNull() {
			return v.Text()
		}
	}
	for _, f := range []int{c.code, c.town} {
		if f >= 0 {
			if code := r.values[f].Text(); len(code) >= 6 {
				return code[:6]
			}
		}
	}
	if r.id != 0 && c.county >= 0 {
		return c.base.table.Value(r.at, c.county).Text()
	}
	return ""
}

// agree checks codes against each other: a village's begins with its town's, which
// begins with its county's. What a new feature does not say of them it is given.
func (c *checker) agree(r *row) {
	own := ""
	if c.code >= 0 {
		own = r.values[c.code].Text()
	}
	for _, up := range []struct {
		ref    string
		field  int
		digits int
	}{{"county", c.county, 6}, {"town", c.town, 9}} {
		if up.field < 0 {
			continue
		}
		from, of := own, c.code
		if len(from) <= up.digits && up.ref == "county" && c.town >= 0 {
			from, of = r.values[c.town].Text(), c.town
		}
		if len(from) <= up.digits {
			continue
		}
		implied := from[:up.digits]
		g := c.base.places[up.ref]
		said := r.values[up.field].Text()
		switch {
		case said != "" && said != implied:
			r.problems = append(r.problems, Problem{
				Row: r.number, Column: c.columnOf(of), Field: c.base.layer.Fields[of].ID, Value: from, Kind: CodeClash,
				Message: layers.Words{
					Zh: fmt.Sprintf("代码属于%s，而本行写的是%s", g.title(implied), g.title(said)),
					En: fmt.Sprintf("the code is of %s, but the row says %s", g.title(implied), g.title(said)),
				},
			})
		case said == "" && !r.hasProblem(c.base.layer.Fields[up.field].ID) && r.id == 0:
			if g != nil && g.has(implied) {
				r.values[up.field], r.set[up.field] = layers.Text(implied), true
			} else if g != nil && len(g.list) > 0 && !slices.ContainsFunc(r.problems, isOldCode) {
				r.problems = append(r.problems, Problem{
					Row: r.number, Column: c.columnOf(of), Field: c.base.layer.Fields[of].ID, Value: from, Kind: UnknownCode,
					Message: layers.Words{
						Zh: fmt.Sprintf("数据库中没有代码为 %s 的%s", implied, g.layer.Title.Zh),
						En: fmt.Sprintf("no %s in the store has the code %s", up.ref, implied),
					},
				})
			}
		}
	}
}

// isOldCode tells that what is wrong is told already, and by what new code.
func isOldCode(p Problem) bool { return p.Kind == OldCode && !p.Warning }

// title is a place for a person: 商州区（611002）.
func (g *gazetteer) title(code string) string {
	if g != nil {
		if n, ok := g.byCode[codeKey(code)]; ok {
			return g.list[n].name + "（" + code + "）"
		}
	}
	return code
}

// twin finds rows of the file that have one key. Which of them is right only a
// person can say, so all are bad; only of rows that say nothing else at all the
// first is taken.
func (c *checker) twin(r *row) {
	if r.key == 0 {
		return
	}
	if r.id != 0 {
		c.found.add(r.id)
	}
	was, seen := c.seen[r.key]
	if !seen {
		c.seen[r.key] = rowSeen(r)
		return
	}
	switch {
	case c.whole():
		if was.row() != r.number {
			r.verdict = same
			r.problems = append(r.problems, Problem{
				Row:     r.number,
				Kind:    Duplicate,
				Warning: true,
				Message: c.about("与%s完全相同，只导入一次", "is the same as %s and is taken once", was.row()),
			})
		}
	case was.row() == r.number:
		if c.twins[r.key] {
			r.problems = append(r.problems,
				c.duplicate(r.number, r.key, words("文件中还有其他行与此行的代码或键相同", "other rows of the file have the code or key of this one")))
		}
	default:
		if c.first && !c.twins[r.key] && !c.bad.has(was.row()) {
			c.late = append(c.late, late{
				c.duplicate(was.row(), r.key, c.about("与%s的代码或键相同", "has the code or key of %s", r.number)),
				was.verdict(),
			})
		}
		c.twins[r.key] = true
		r.problems = append(r.problems, c.duplicate(r.number, r.key, c.about("与%s的代码或键相同", "has the code or key of %s", was.row())))
	}
}

// about is a message that names another row, in its sheet where several are read.
func (c *checker) about(zh, en string, row int64) layers.Words {
	sheet, number := c.src.Place(row)
	return layers.Words{Zh: fmt.Sprintf(zh, rowZh(sheet, number)), En: fmt.Sprintf(en, rowEn(sheet, number))}
}

func (c *checker) duplicate(number int64, key uint64, m layers.Words) Problem {
	p := Problem{Row: number, Kind: Duplicate, Column: c.columnOf(c.code), Message: m}
	if c.code >= 0 && len(c.options.Key) == 0 {
		p.Value, p.Field = fmt.Sprintf("%0*d", int(key>>56), key&(1<<56-1)), "code"
	}
	return p
}

// seenRow is a row's number and its verdict.
type seenRow int64

func rowSeen(r *row) seenRow       { return seenRow(r.number<<2 | int64(r.verdict)) }
func (s seenRow) row() int64       { return int64(s) >> 2 }
func (s seenRow) verdict() verdict { return verdict(s & 3) }

// late is a problem of a row that had been thought good.
type late struct {
	problem Problem
	verdict verdict
}
