package steiner

// item is a node waiting at a cost.
type item struct {
	cost int64
	node int32
}

func (a item) before(b item) bool { return a.cost < b.cost || a.cost == b.cost && a.node < b.node }

// queue is a binary heap of items, the least first.
type queue []item

func (q *queue) push(it item) {
	h := append(*q, it)
	i := len(h) - 1
	for i > 0 {
		parent := (i - 1) / 2
		if !it.before(h[parent]) {
			break
		}
		h[i] = h[parent]
		i = parent
	}
	h[i] = it
	*q = h
}

func (q *queue) pop() item {
	h := *q
	top, last := h[0], h[len(h)-1]
	h = h[:len(h)-1]
	*q = h
	for i := 0; len(h) > 0; {
		kid := 2*i + 1
		if kid+1 < len(h) && h[kid+1].before(h[kid]) {
			kid++
		}
		if kid >= len(h) || !h[kid].before(last) {
			h[i] = last
			break
		}
		h[i] = h[kid]
		i = kid
	}
	return top
}
