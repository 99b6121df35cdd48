package search

import (
	"cmp"
	"math"
	"slices"

	"github.com/cuntu/cuntu/layers/snapshot"
)

// nameIndex is the index of a layer's names, in segments: the features as they were when it was made, then those that changed
// later. What a segment says of a row is checked against the table that is asked about, so that old segments serve on.
type nameIndex struct {
	last     *snapshot.Table
	segments []*segment // each less than half of the one before
}

// of are the segments in which all features of a table are.
func (x *nameIndex) of(t *snapshot.Table) []*segment {
	if x.last == t {
		return x.segments
	}
	fields := indexed(t)
	if rows, ok := changed(t, x.last, fields); !ok {
		x.segments = []*segment{newSegment(t, slices.Collect(t.Rows))}
	} else if len(rows) > 0 {
		x.segments = grown(x.segments, t, rows)
	}
	x.last = t
	return x.segments
}

// indexed are the fields that a layer is searched by.
func indexed(t *snapshot.Table) (fields []int) {
	for _, id := range []string{"name", "code"} {
		if f := t.Layer.Field(id); f >= 0 {
			fields = append(fields, f)
		}
	}
	return fields
}

func changed(t, last *snapshot.Table, fields []int) (rows []uint32, ok bool) {
	if last == nil || !slices.Equal(indexed(last), fields) {
		return nil, false
	}
	return t.ChangedIn(fields, last)
}

// grown are segments with one more, of rows that changed. It takes up segments before it that are not twice as large, so
// that a row is indexed anew as often as the logarithm of the layer, and segments are as few.
func grown(segments []*segment, t *snapshot.Table, rows []uint32) []*segment {
	for len(segments) > 0 && segments[len(segments)-1].size <= 2*len(rows) {
		last := segments[len(segments)-1]
		rows = slices.Concat(rows, last.rows, last.coded)
		slices.Sort(rows)
		rows = slices.Compact(rows)
		segments = segments[:len(segments)-1]
	}
	there := slices.DeleteFunc(rows, func(row uint32) bool { return !t.Holds(row) })
	return append(slices.Clip(segments), newSegment(t, there))
}

// segment is an index of some features of a layer, by what they were called when it was made.
type segment struct {
	size  int      // how many features
	names []string // each once, shorter ones first, then by the least id of those that have it
	least []int64  // the names' least ids
	ends  []uint32 // of the names' rows
	rows  []uint32
	codes []uint64 // of digits, filled up with zeros, ascending
	coded []uint32 // the rows that have them
	grams grams
}

func newSegment(t *snapshot.Table, rows []uint32) *segment {
	s := &segment{size: len(rows)}
	s.takeNames(t, rows)
	s.takeCodes(t, rows)
	s.grams = newGrams(s.names, t.Layer.ID == "county" || t.Layer.ID == "town")
	return s
}

func (s *segment) takeNames(t *snapshot.Table, rows []uint32) {
	field := t.Layer.Field("name")
	byKey := map[uint64]uint32{} // the number of a name, as they are met
	var named []uint32           // rows with their names' numbers
	var names []string
	var least []int64 // ids
	for _, row := range rows {
		key, ok := t.Key(row, field)
		if !ok {
			continue
		}
		number, known := byKey[key]
		if !known {
			number = uint32(len(names))
			byKey[key] = number
			names, least = append(names, t.Value(row, field).Text()), append(least, t.ID(row))
		}
		least[number] = min(least[number], t.ID(row))
		named = append(named, row, number)
	}
	order := make([]uint32, len(names)) // of the names, then the place of each in it
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(len(names[a]), len(names[b])), cmp.Compare(least[a], least[b]))
	})
	places := make([]uint32, len(names))
	s.names, s.least, s.ends = make([]string, len(names)), make([]int64, len(names)), make([]uint32, len(names))
	for place, number := range order {
		s.names[place], s.least[place], places[number] = names[number], least[number], uint32(place)
	}
	s.takeRows(t, named, places)
}

// takeRows puts rows, each with its name's number behind it, by the places of their names and by their ids.
func (s *segment) takeRows(t *snapshot.Table, named, places []uint32) {
	type pair struct{ row, place uint32 }
	pairs := make([]pair, 0, len(named)/2)
	for i := 0; i < len(named); i += 2 {
		pairs = append(pairs, pair{named[i], places[named[i+1]]})
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(t.ID(a.row), t.ID(b.row)))
	})
	s.rows = make([]uint32, len(pairs))
	for i, p := range pairs {
		s.rows[i], s.ends[p.place] = p.row, uint32(i+1)
	}
}

// rowsOf are the rows that have a name, by their ids.
func (s *segment) rowsOf(name uint32) []uint32 {
	from := uint32(0)
	if name > 0 {
		from = s.ends[name-1]
	}
	return s.rows[from:s.ends[name]]
}

// codeDigits is how many digits of a code are indexed.
const codeDigits = 18

func (s *segment) takeCodes(t *snapshot.Table, rows []uint32) {
	field := t.Layer.Field("code")
	if field < 0 {
		return
	}
	type coded struct {
		code, digits uint64
		row          uint32
	}
	var list []coded
	for _, row := range rows {
		code := t.Value(row, field).Text()
		if from, ok := filledUp(code, 0); ok {
			list = append(list, coded{from, uint64(len(code)), row})
		}
	}
	slices.SortFunc(list, func(a, b coded) int {
		return cmp.Or(cmp.Compare(a.code, b.code), cmp.Compare(a.digits, b.digits), cmp.Compare(t.ID(a.row), t.ID(b.row)))
	})
	s.codes, s.coded = make([]uint64, len(list)), make([]uint32, len(list))
	for i, c := range list {
		s.codes[i], s.coded[i] = c.code, c.row
	}
}

// filledUp is a code of digits filled up with one digit; not ok for what is none.
func filledUp(code string, with uint64) (number uint64, ok bool) {
	if !isDigits(code) || len(code) > codeDigits {
		return math.MaxUint64, false
	}
	for i := range codeDigits {
		digit := with
		if i < len(code) {
			digit = uint64(code[i] - '0')
		}
		number = number*10 + digit
	}
	return number, true
}

// codesFrom are the places of the codes that begin with digits, and of some that are shorter and the same but for zeros.
func (s *segment) codesFrom(digits string) (from, to int) {
	first, ok := filledUp(digits, 0)
	if !ok {
		return 0, 0
	}
	last, _ := filledUp(digits, 9)
	from, _ = slices.BinarySearch(s.codes, first)
	to, _ = slices.BinarySearch(s.codes, last+1)
	return from, to
}
