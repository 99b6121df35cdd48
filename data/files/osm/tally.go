package osm

import (
	"cmp"
	"slices"

	"github.com/paulmach/osm"

	"github.com/cuntu/cuntu/data/files/record"
)

// tally counts what becomes of which tags.
type tally struct{ counts map[record.TagCount]int64 }

func newTally() *tally { return &tally{map[record.TagCount]int64{}} }

// mostTags is how many different tags are counted; people may tag as they like.
const mostTags = 10_000

// add counts; what nobody asks for goes to no tally.
func (t *tally) add(c record.TagCount) {
	if t == nil {
		return
	}
	if _, known := t.counts[c]; !known && len(t.counts) >= mostTags {
		return
	}
	t.counts[c]++
}

func (t *tally) keep(by osm.Tag)  { t.add(record.TagCount{Tag: spell(by), Kept: true}) }
func (t *tally) leave(by osm.Tag) { t.add(record.TagCount{Tag: spell(by)}) }

func (t *tally) set(field, value string, by osm.Tag) {
	t.add(record.TagCount{Tag: spell(by), Kept: true, Field: field, Value: value})
}

// spell writes a tag as people do, "" for none.
func spell(t osm.Tag) string {
	if t.Key == "" {
		return ""
	}
	return record.Shorten(t.Key + "=" + t.Value)
}

// list is what was counted: what is kept, what is left out, and then by field, the most first.
func (t *tally) list() (list []record.TagCount) {
	for c, n := range t.counts {
		c.Count = n
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b record.TagCount) int {
		return cmp.Or(cmp.Compare(part(a), part(b)), cmp.Compare(a.Field, b.Field), cmp.Compare(b.Count, a.Count), cmp.Compare(a.Tag, b.Tag))
	})
	return list
}

func part(c record.TagCount) int {
	switch {
	case c.Field != "":
		return 2
	case c.Kept:
		return 0
	}
	return 1
}
