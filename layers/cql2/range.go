package cql2

import (
	"github.com/cuntu/cuntu/layers"
)

// Range is what all matches of a filter have in common: their value of a field, which is not null, is one of In or,
// where that is nil, from Low to High, either of which may be null for no end.
type Range struct {
	Field     int
	In        []layers.Value
	Low, High layers.Value
}

// Ranges are the ranges that a filter keeps all its matches in, of which an index may know the rows.
func (f *Filter) Ranges() []Range { return rangesOf(f.root) }

func rangesOf(c condition) (ranges []Range) {
	switch c := c.(type) {
	case allOf:
		for _, part := range c {
			ranges = append(ranges, rangesOf(part)...)
		}
	case *fieldText:
		if c.folds == nil {
			return textRange(c.field, c.asked)
		}
	case comparison:
		field, isField := c.x.(property)
		limit, isLiteral := c.y.(literal)
		if isField && isLiteral {
			return signRange(field.field, c.sign, limit.Value)
		}
	case numberIn:
		if field, ok := c.operand.(property); ok {
			r := Range{Field: field.field}
			for _, n := range c.numbers {
				r.In = append(r.In, layers.Float(n))
			}
			return []Range{r}
		}
	}
	return ranges
}

func textRange(field int, test textTest) []Range {
	switch test := test.(type) {
	case compareTest:
		return signRange(field, test.sign, layers.Text(test.text))
	case inTest:
		r := Range{Field: field}
		for _, s := range test {
			r.In = append(r.In, layers.Text(s))
		}
		return []Range{r}
	}
	return nil
}

func signRange(field int, sign string, limit layers.Value) []Range {
	switch sign {
	case "=":
		return []Range{{Field: field, In: []layers.Value{limit}}}
	case "<", "<=":
		return []Range{{Field: field, High: limit}}
	case ">", ">=":
		return []Range{{Field: field, Low: limit}}
	}
	return nil
}
