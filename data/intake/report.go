package intake

import (
	"cmp"
	"slices"

	"github.com/cuntu/cuntu/layers"
)

// Report is what a check of a file found.
type Report struct {
	File  string `json:"file"`
	Layer string `json:"layer"`

	Rows int64 `json:"rows"`
	Bad  int64 `json:"bad"` // rows that are not, or would not be, written

	// What becomes of the good rows, and how many features go because the file has
	// not got them.
	Added     int64 `json:"added"`
	Changed   int64 `json:"changed"`
	Unchanged int64 `json:"unchanged"`
	Removed   int64 `json:"removed"`

	Columns []Column `json:"columns"`

	// Disagreement is what the store has otherwise than the file, and not because the file's sender knew no better.
	Disagreement *Disagreement `json:"disagreement,omitempty"`

	// Problems are the first of each kind, MostProblems in all; Kinds count all.
	Problems []Problem   `json:"problems"`
	Kinds    []KindCount `json:"kinds"`

	// Blocked tells that something is wrong with the file as a whole, so that not
	// even its good rows can be written.
	Blocked bool `json:"blocked,omitempty"`
	Rejects bool `json:"rejects,omitempty"` // a file of the bad rows was written

	Import *Record `json:"import,omitempty"` // once it is written

	counts map[Kind]*KindCount
}

// KindCount is how often a kind of problem was found.
type KindCount struct {
	Kind    Kind  `json:"kind"`
	Warning bool  `json:"warning,omitempty"`
	Count   int64 `json:"count"`
}

// Limits of the problems that a report lists one by one.
const (
	MostProblems = 2000
	mostOfKind   = 200
)

func newReport(file string, c *checker, problems []Problem) *Report {
	r := &Report{File: file, Layer: c.base.layer.ID, Columns: c.columns, Problems: []Problem{}, counts: map[Kind]*KindCount{}}
	for _, p := range problems {
		r.problem(p)
		r.Blocked = r.Blocked || !p.Warning
	}
	return r
}

func (r *Report) problem(p Problem) {
	k := r.counts[p.Kind]
	if k == nil {
		k = &KindCount{Kind: p.Kind, Warning: true}
		r.counts[p.Kind] = k
	}
	k.Count++
	k.Warning = k.Warning && p.Warning
	if k.Count <= mostOfKind && len(r.Problems) < MostProblems {
		r.Problems = append(r.Problems, p)
	}
}

func (r *Report) tally(v verdict, by int64) {
	switch v {
	case add:
		r.Added += by
	case change:
		r.Changed += by
	case same:
		r.Unchanged += by
	}
}

// take counts a row of the first pass.
func (r *Report) take(c *checker, row *row) {
	r.Rows++
	for _, p := range row.problems {
		r.problem(p)
	}
	if row.isBad() {
		r.Bad++
		c.bad.add(row.number)
	} else {
		r.tally(row.verdict, 1)
		c.comparison.take(row)
		if row.verdict == change {
			c.touched.add(row.id)
		}
	}
	for _, l := range c.late {
		r.problem(l.problem)
		r.Bad++
		r.tally(l.verdict, -1)
		c.bad.add(l.problem.Row)
	}
	c.late = c.late[:0]
}

// finish adds what only the whole file tells.
func (r *Report) finish(c *checker) {
	for i, s := range c.shares {
		if s.n >= 5 && s.atMostOne == s.n && s.fractions > 0 {
			col := &c.columns[i]
			r.problem(Problem{Column: col.Name, Field: col.Field, Kind: Fractions, Warning: true, Message: words(
				"本列都不大于 1，疑似小数而非百分数；如是，请用 --map 指定单位，如 %s=%s:百分之一",
				"all numbers of the column are at most 1: are they fractions? Then state it with --map, as in %s=%s:百分之一", col.Name, col.Field)})
		}
	}
	if r.Rows == 0 {
		r.Blocked = true
		r.problem(Problem{Kind: NoRows, Message: words("文件中没有数据行", "the file has no rows of data")})
	}
	if c.replace != nil && r.Bad > 0 {
		// Which features bad rows mean is not known for sure, and those would go.
		r.Blocked = true
		r.problem(Problem{
			Kind: BadReplace,
			Message: words("替换时不能跳过有误的行，否则它们所指的要素会被删除；请先改正",
				"when replacing, bad rows cannot be left out: the features that they mean would be removed; correct them first"),
		})
	}
	if c.replace != nil {
		for at := range c.base.table.Rows {
			if c.goes(at) {
				id := c.base.table.ID(at)
				conflict, stays := c.stays(at)
				if conflict != nil {
					c.comparison.add(*conflict)
				}
				if stays {
					c.comparison.kept++
					continue
				}
				c.going = append(c.going, id)
				c.touched.add(id)
				r.Removed++
			}
		}
	}
	c.comparison.tell(r, c)
	r.Kinds = []KindCount{}
	for _, k := range r.counts {
		r.Kinds = append(r.Kinds, *k)
	}
	slices.SortFunc(r.Kinds, func(a, b KindCount) int {
		if a.Warning != b.Warning {
			if a.Warning {
				return 1
			}
			return -1
		}
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Kind, b.Kind))
	})
	slices.SortStableFunc(r.Problems, func(a, b Problem) int { return cmp.Compare(a.Row, b.Row) })
	for i := range r.Problems {
		p := &r.Problems[i]
		p.Sheet, p.Row = c.src.Place(p.Row)
	}
}

// goes tells whether a feature of the store is to be taken away.
func (c *checker) goes(at uint32) bool {
	t := c.base.table
	value := layers.Null
	if !c.replace.all {
		if value = t.Value(at, c.replace.field); value.IsNull() && c.code >= 0 {
			if code := t.Value(at, c.code).Text(); len(code) >= 6 {
				value = layers.Text(code[:6])
			}
		}
	}
	return c.replace.covers(value) && !c.found.has(t.ID(at))
}
