package location

import (
	"math/bits"
	"slices"
)

// bitset is a set of small numbers.
type bitset []uint64

func newBitset(n int) bitset      { return make(bitset, (n+63)/64) }
func (b bitset) set(i int32)      { b[i>>6] |= 1 << (i & 63) }
func (b bitset) unset(i int32)    { b[i>>6] &^= 1 << (i & 63) }
func (b bitset) has(i int32) bool { return b[i>>6]>>(i&63)&1 == 1 }

func (b bitset) within(o bitset) bool {
	for k, w := range b {
		if w&^o[k] != 0 {
			return false
		}
	}
	return true
}

func (b bitset) count() (n int) {
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}

// reducer makes a set covering problem smaller without losing all its best
// solutions: a site that covers nothing another one does not cover as cheaply is
// closed, a client whom everybody that covers some other client covers too is
// dropped, and the only site that covers a client is opened. It goes round until
// nothing changes (Beasley 1987).
type reducer struct {
	m       *model
	fixed   []Fixed
	covers  []bitset // clients of each site
	by      []bitset // sites of each client
	dropped []bool   // clients
}

// covering tells whether a model is one of set covering: serving costs nothing and
// nobody may be left out.
func (m *model) covering() bool {
	for _, c := range m.cost {
		if c != 0 {
			return false
		}
	}
	for _, l := range m.leave {
		if m.must == 0 || l < m.must {
			return false
		}
	}
	return len(m.site) > 0
}

// reduced is a set covering model with fewer clients and more sites fixed.
func (m *model) reduced() *model {
	r := newReducer(m, m.fixed)
	r.reduce()
	return r.model()
}

// reduce goes round until nothing changes. It is false where somebody is left with no
// site at all, or more sites must be open than may be.
func (r *reducer) reduce() bool {
	for r.rows() || r.columns() || r.essential() {
	}
	open := 0
	for _, f := range r.fixed {
		if f == Open {
			open++
		}
	}
	for i, d := range r.dropped {
		if !d && r.by[i].count() == 0 {
			return false
		}
	}
	return open <= r.m.most
}

func newReducer(m *model, fixed []Fixed) *reducer {
	r := &reducer{
		m: m, fixed: slices.Clone(fixed), dropped: make([]bool, m.clients),
		covers: make([]bitset, m.sites), by: make([]bitset, m.clients),
	}
	for j := range r.covers {
		r.covers[j] = newBitset(m.clients)
	}
	for i := range m.clients {
		r.by[i] = newBitset(m.sites)
		for a := m.start[i]; a < m.start[i+1]; a++ {
			if j := m.site[a]; fixed[j] != Closed {
				r.covers[j].set(int32(i))
				r.by[i].set(j)
			}
		}
	}
	for j, f := range r.fixed {
		if f == Open {
			r.serve(int32(j))
		}
	}
	return r
}

// serve drops the clients of a site that is open.
func (r *reducer) serve(j int32) {
	for a := r.m.bySite.start[j]; a < r.m.bySite.start[j+1]; a++ {
		r.drop(r.m.bySite.client[a])
	}
}

func (r *reducer) drop(i int32) {
	if r.dropped[i] {
		return
	}
	r.dropped[i] = true
	for a := r.m.start[i]; a < r.m.start[i+1]; a++ {
		r.covers[r.m.site[a]].unset(i)
	}
}

func (r *reducer) shut(j int32) {
	r.fixed[j] = Closed
	for a := r.m.bySite.start[j]; a < r.m.bySite.start[j+1]; a++ {
		r.by[r.m.bySite.client[a]].unset(j)
	}
}

// rows drops clients that others bring along.
func (r *reducer) rows() (changed bool) {
	m := r.m
	for i := range int32(m.clients) {
		if r.dropped[i] {
			continue
		}
		// Whoever brings along others has few sites; look among the clients of one of them.
		pick, least := int32(-1), m.clients+1
		for a := m.start[i]; a < m.start[i+1]; a++ {
			if j := m.site[a]; r.by[i].has(j) {
				if n := r.covers[j].count(); n < least {
					pick, least = j, n
				}
			}
		}
		if pick < 0 {
			continue
		}
		for a := m.bySite.start[pick]; a < m.bySite.start[pick+1]; a++ {
			if k := m.bySite.client[a]; k != i && !r.dropped[k] && r.by[i].within(r.by[k]) {
				r.drop(k)
				changed = true
			}
		}
	}
	return changed
}

// columns closes sites that others are as good as.
func (r *reducer) columns() (changed bool) {
	m := r.m
	for j := range int32(m.sites) {
		if r.fixed[j] != Free {
			continue
		}
		// A better one covers all that this one covers, so look among those that cover the
		// client with the fewest sites.
		pick, least := int32(-1), m.sites+1
		for a := m.bySite.start[j]; a < m.bySite.start[j+1]; a++ {
			if i := m.bySite.client[a]; r.covers[j].has(i) {
				if n := r.by[i].count(); n < least {
					pick, least = i, n
				}
			}
		}
		if pick < 0 {
			r.shut(j)
			changed = true
			continue
		}
		for a := m.start[pick]; a < m.start[pick+1]; a++ {
			k := m.site[a]
			if k != j && r.fixed[k] == Free && m.opening[k] <= m.opening[j] && r.covers[j].within(r.covers[k]) {
				r.shut(j)
				changed = true
				break
			}
		}
	}
	return changed
}

// essential opens the sites that somebody cannot do without.
func (r *reducer) essential() (changed bool) {
	m := r.m
	for i := range int32(m.clients) {
		if r.dropped[i] || r.by[i].count() != 1 {
			continue
		}
		for a := m.start[i]; a < m.start[i+1]; a++ {
			if j := m.site[a]; r.by[i].has(j) {
				if r.fixed[j] == Free {
					r.fixed[j] = Open
					r.serve(j)
					changed = true
				}
				break
			}
		}
	}
	return changed
}

// model is what is left: the same sites, fewer clients.
func (r *reducer) model() *model {
	m := r.m
	n := &model{
		sites: m.sites, start: make([]int32, 1), opening: m.opening, most: m.most, fixed: r.fixed,
		whole: m.whole, must: m.must, capacity: m.capacity,
	}
	for i := range m.clients {
		if r.dropped[i] {
			continue
		}
		n.clients++
		n.leave, n.load, n.scale = append(n.leave, m.leave[i]), append(n.load, m.load[i]), append(n.scale, m.scale[i])
		for a := m.start[i]; a < m.start[i+1]; a++ {
			if j := m.site[a]; r.fixed[j] != Closed {
				n.site, n.cost = append(n.site, j), append(n.cost, 0)
			}
		}
		n.start = append(n.start, int32(len(n.site)))
	}
	n.transpose()
	return n
}
