package features

import (
	"context"
	"math"
	"strings"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/cql2"
	"github.com/cuntu/cuntu/layers/kept"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Request says which features of a layer are wanted, in which order, and how many at most.
type Request struct {
	Conditions []Condition // all of which must hold
	Order      Order
	After      string // where the page begins: a Cursor; "" is the beginning
	Limit      int
}

// Condition is a part of a request that features must match.
type Condition struct {
	Part string // that asks for it, as faults name it
	*cql2.Expr
}

// Page is some of the features that match.
type Page struct {
	Table   *snapshot.Table
	Rows    []uint32
	Matched int  // features on all pages
	More    bool // there are features behind the last row
	order   Order
}

// Reader reads pages, and keeps what they are of. The zero Reader is ready for any number of goroutines.
type Reader struct {
	kept kept.Cache[selectionKey, *selection]
	// Limits bound the work on a request; DefaultLimits where they are zero.
	Limits Limits
}

// Page finds a page. The error is layers.Faults, a question.TooLarge, or the context's.
func (r *Reader) Page(ctx context.Context, t *snapshot.Table, asked Request) (*Page, error) {
	filters, err := bind(t, asked.Conditions)
	if err != nil {
		return nil, err
	}
	after, err := asked.Order.read(t, asked.After)
	if err != nil {
		return nil, err
	}
	page := &Page{Table: t, order: asked.Order}
	if len(filters) == 0 && len(asked.Order) == 0 {
		page.readByID(after, asked.Limit)
		return page, nil
	}
	s, err := r.selection(ctx, t, filters, asked)
	if err != nil {
		return nil, err
	}
	page.Matched = len(s.rows)
	page.Rows = s.rows[asked.Order.behind(t, s.rows, after):]
	if page.More = len(page.Rows) > asked.Limit; page.More {
		page.Rows = page.Rows[:asked.Limit]
	}
	return page, nil
}

// readByID reads a page of all features.
func (p *Page) readByID(after position, limit int) {
	from := int64(math.MinInt64)
	if after != nil {
		from = after[0].Int()
	}
	p.Matched = p.Table.Len()
	p.Table.After(from, func(row uint32) bool {
		p.More = len(p.Rows) == limit
		if !p.More {
			p.Rows = append(p.Rows, row)
		}
		return !p.More
	})
}

// bind makes conditions ready for a table. The error is layers.Faults.
func bind(t *snapshot.Table, conditions []Condition) (filters []*cql2.Filter, err error) {
	var wrong layers.Faults
	for _, c := range conditions {
		f, err := c.Bind(t)
		if err != nil {
			wrong.Add(c.Part, "%v", err)
		}
		filters = append(filters, f)
	}
	return filters, wrong.Err()
}

// key is the request without its page, the same for all spellings.
func (asked Request) key(t *snapshot.Table) selectionKey {
	var b strings.Builder
	for _, c := range asked.Conditions {
		b.WriteString("(" + c.String() + ")")
	}
	return selectionKey{t, b.String(), asked.Order.String(t.Layer)}
}
