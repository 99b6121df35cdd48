package intake

import (
	"cmp"
	"slices"
	"strings"

	"github.com/cuntu/cuntu/data/files/read"
	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/data/intake/screen"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/personal"
)

// heading is a column's heading taken apart: 宽度(米) is 宽度 in 米.
type heading struct {
	names []string // plain; the whole first, then without what stands before it
	unit  string
	note  string // in brackets, and no unit
}

func readHeading(name string) heading {
	s := plain(name)
	var h heading
	for {
		open := strings.IndexByte(s, '(')
		if open < 0 {
			break
		}
		end := strings.IndexByte(s[open:], ')')
		if end < 0 {
			end = len(s) - open - 1
		}
		inside := s[open+1 : open+end]
		if isUnit(strings.TrimPrefix(inside, "单位:")) {
			h.unit = strings.TrimPrefix(inside, "单位:")
		} else if h.note == "" {
			h.note = inside
		}
		s = s[:open] + s[min(open+end+1, len(s)):]
	}
	s = strings.Trim(s, ":*、,.")
	h.names = append(h.names, strings.ReplaceAll(s, "/", ""))
	if i := strings.LastIndexByte(s, '/'); i >= 0 && i+1 < len(s) { // group/part of a merged heading
		h.names = append(h.names, s[i+1:])
	}
	return h
}

// titled is a name that a field goes by, and how surely: the lower the surer.
type titled struct {
	field int
	rank  int
}

// titles are all names of a layer's fields.
func titles(l *layers.Layer) map[string]titled {
	all := map[string]titled{}
	add := func(name string, field, rank int) {
		name = plain(name)
		if old, ok := all[name]; name != "" && (!ok || old.rank > rank) {
			all[name] = titled{field, rank}
		}
	}
	ids := make([]string, len(l.Fields))
	for i := range l.Fields {
		ids[i] = l.Fields[i].ID
	}
	short := record.DBFNames(ids)
	for i := range l.Fields {
		f := &l.Fields[i]
		if f.Signed {
			continue // the program alone writes it
		}
		add(f.ID, i, 0)
		add(short[i], i, 1)
		add(f.Title.Zh, i, 0)
		add(f.Title.En, i, 0)
		for _, h := range f.Headings {
			rank := 1
			if f.Ref != "" && f.ID == "code" && !isCodeHeading(h) {
				rank = 2 // what is found by its name has a code, which a column beside may tell
			}
			add(h, i, rank)
		}
		last := lastRune(l.Title.Zh)
		for _, name := range append([]string{f.Title.Zh}, f.Headings...) {
			add(l.Title.Zh+name, i, 2) // 供水工程名称
			add(last+name, i, 3)       // 村代码
			switch {
			case f.Type == layers.TypeBool:
				name = strings.TrimPrefix(name, "是否")
				for _, before := range []string{"是否", "是否有", "是否通", "有无", "是否为"} {
					add(before+name, i, 2)
				}
				add(strings.TrimPrefix(name, "通"), i, 4)
				add(name+"情况", i, 4)
			case f.Ref != "":
				add(name+"代码", i, 1)
				add(name+"编码", i, 1)
				add(name+"名称", i, 2)
				add(name+"名", i, 3)
			}
		}
	}
	return all
}

// isCodeHeading tells whether a column of the heading has codes, and not names.
func isCodeHeading(heading string) bool {
	return strings.HasSuffix(heading, "代码") || strings.HasSuffix(heading, "编码") || strings.HasSuffix(heading, "DM")
}

func lastRune(s string) string {
	r := []rune(s)
	return string(r[max(len(r)-1, 0):])
}

// Column is one column of a file and what becomes of it.
type Column struct {
	Name   string  `json:"name"`
	Field  string  `json:"field"` // "" for one that is not taken
	Unit   string  `json:"unit,omitempty"`
	Factor float64 `json:"factor,omitempty"` // by which its numbers are multiplied
	From   string  `json:"from,omitempty"`   // why: asked, saved, heading, geometry
	// Near are fields that an unmatched heading resembles, for a person to choose.
	Near    []string `json:"near,omitempty"`
	Samples []string `json:"samples,omitempty"`
	// Twin is the column that has the same field and was preferred.
	Twin string `json:"twin,omitempty"`
	// Personal says what of persons the column holds, which must be left out before anything is done.
	Personal layers.Words `json:"personal,omitzero"`

	field int // index, -1 for none
}

// The values of Column.From.
const (
	FromAsked    = "asked"
	FromHeading  = "heading"
	FromGeometry = "geometry" // part of the place
)

// matchColumns matches headings to fields: those that a person asked for first.
func matchColumns(l *layers.Layer, src *read.Source, asked map[string]string) ([]Column, []Problem) {
	known := titles(l)
	columns := make([]Column, len(src.Fields))
	ranks := make([]int, len(src.Fields))
	var problems []Problem
	for i, f := range src.Fields {
		c := &columns[i]
		c.Name, c.field = f.Name, -1
		h := readHeading(f.Name)
		c.Unit = h.unit
		want, isAsked := asked[f.Name]
		switch {
		case isAsked:
			c.From = FromAsked
			ranks[i] = -1
			field, unit, _ := strings.Cut(want, ":")
			c.field = l.Field(field)
			if unit != "" {
				c.Unit = unit
			}
		case slices.Contains(src.GeometryFrom, f.Name):
			c.From = FromGeometry
		default:
			c.field, ranks[i] = lookUp(known, &h, c)
			if c.field < 0 {
				c.Near = nearFields(l, h.names[0])
			} else {
				c.From = FromHeading
			}
		}
	}
	for i := range columns {
		columns[i].refusePersons(l)
	}
	settleTwins(columns, ranks)
	for i := range columns {
		if c := &columns[i]; c.field >= 0 {
			c.Field = l.Fields[c.field].ID
			if p := c.setFactor(&l.Fields[c.field]); p != nil {
				problems = append(problems, *p)
			}
		}
	}
	return columns, problems
}

// isLeftOut tells whether a person has said that the column is not to be taken.
func (c *Column) isLeftOut() bool { return c.From == FromAsked && c.field < 0 }

// topic is whom the column is about by its heading.
func (c *Column) topic() personal.Topic {
	topic := personal.Other
	for _, name := range readHeading(c.Name).names {
		topic = cmp.Or(topic, personal.TopicOf(name))
	}
	return topic
}

// refusePersons takes no column that is about residents, and those of people on duty into fields of contacts alone.
func (c *Column) refusePersons(l *layers.Layer) {
	if c.isLeftOut() || c.From == FromGeometry {
		return
	}
	switch topic := c.topic(); {
	case topic == personal.People:
		c.Personal = words("是居民个人信息，不得导入", "is personal data of residents, which must not come in")
	case topic == personal.Duty && c.field >= 0 && l.Fields[c.field].Type == layers.TypeText &&
		!personal.MayName(&l.Fields[c.field], readHeading(c.Name).names[0]):
		c.Personal = words(
			"是值班人员或办公电话，只能进入联系人一类的字段，不能进入“%s”",
			"names people on duty or their telephone, which may go into fields of contacts alone and not into %s", l.Fields[c.field].Title.Zh)
	default:
		return
	}
	c.field = -1
}

func lookUp(known map[string]titled, h *heading, c *Column) (field, rank int) {
	for depth, name := range h.names {
		if t, ok := known[name]; ok {
			return t.field, t.rank + 10*depth
		}
	}
	field, longest := -1, ""
	for unit := range writtenUnits { // 宽度米
		base, ok := strings.CutSuffix(h.names[0], unit)
		if t, is := known[base]; ok && is && len(unit) > len(longest) {
			field, rank, longest = t.field, t.rank+5, unit
		}
	}
	if longest != "" {
		c.Unit = longest
	}
	return field, rank
}

// screenOf keeps the data of persons out of the records of a file with the columns.
func screenOf(l *layers.Layer, columns []Column) screen.Screen {
	s := make(screen.Screen, len(columns))
	for i := range columns {
		c := &columns[i]
		s[i] = screen.Column{
			Name: c.Name, Place: c.From == FromGeometry, LeftOut: c.isLeftOut(),
			Hidden: c.From != FromGeometry && c.topic() == personal.People,
		}
		if c.field >= 0 {
			s[i].Field = &l.Fields[c.field]
		}
	}
	return s
}

// settleTwins leaves a field to the column that names it most surely, of equals to
// the first.
func settleTwins(columns []Column, ranks []int) {
	best := map[int]int{}
	for i := range columns {
		f := columns[i].field
		if f < 0 {
			continue
		}
		if other, ok := best[f]; !ok || ranks[i] < ranks[other] {
			best[f] = i
		}
	}
	for i := range columns {
		if f := columns[i].field; f >= 0 && best[f] != i {
			columns[i].Twin, columns[i].field, columns[i].From = columns[best[f]].Name, -1, ""
		}
	}
}

// setFactor settles the unit of a column of numbers.
func (c *Column) setFactor(f *layers.Field) *Problem {
	if f.Type != layers.TypeInt && f.Type != layers.TypeFloat {
		c.Unit = ""
		return nil
	}
	c.Factor = 1
	if c.Unit == "" || c.Unit == f.Unit {
		return nil
	}
	factor, ok := conversion(c.Unit, f.Unit)
	if !ok {
		return &Problem{Column: c.Name, Field: f.ID, Value: c.Unit, Kind: OddUnit, Message: words(
			"单位“%s”不能换算为字段“%s”的单位%s；请用 --map 指定，如 列名=%s:%s",
			"the unit %q is none of field %s, which is in %s; state it with --map, as in column=%s:%s",
			c.Unit, f.Title.Zh, orElse(unitTitle(f.Unit), "（无）"), f.ID, orElse(f.Unit, "个"))}
	}
	c.Factor = factor
	return nil
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// nearFields are up to three fields whose names resemble a heading.
func nearFields(l *layers.Layer, name string) []string {
	type scored struct {
		id    string
		score float64
	}
	var all []scored
	for i := range l.Fields {
		f := &l.Fields[i]
		best := 0.0
		for _, n := range append([]string{f.Title.Zh, f.Title.En, f.ID}, f.Headings...) {
			best = max(best, likeness(name, plain(n)))
		}
		if best >= 0.5 {
			all = append(all, scored{f.ID, best})
		}
	}
	slices.SortStableFunc(all, func(a, b scored) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		}
		return 0
	})
	var ids []string
	for _, s := range all[:min(3, len(all))] {
		ids = append(ids, s.id)
	}
	return ids
}

// likeness is the share of characters that two names have in common, from 0 to 1
// (Dice's coefficient).
func likeness(a, b string) float64 {
	have := map[rune]int{}
	n, m, both := 0, 0, 0
	for _, r := range a {
		have[r]++
		n++
	}
	for _, r := range b {
		m++
		if have[r] > 0 {
			have[r]--
			both++
		}
	}
	if n == 0 || m == 0 {
		return 0
	}
	return 2 * float64(both) / float64(n+m)
}
