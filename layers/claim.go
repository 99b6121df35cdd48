package layers

import (
	"cmp"
	"math/bits"
)

// A Claim is a feature's to a place in a tile that cannot hold all; the least keeps
// its place longest. The level comes first, so that the classes that show first stay,
// then size on the map, then a hash of the id, which thins out evenly and alike in
// tiles side by side. It depends on nothing but the feature and, where points make
// room for each other, its level.
type Claim struct {
	order uint64
	id    int64
}

// Compare puts claims in order. Two features never have the same.
func (c Claim) Compare(o Claim) int {
	return cmp.Or(cmp.Compare(c.order, o.order), cmp.Compare(c.id, o.id))
}

// Claim is the row's claim. It costs a walk along the row's vertices.
func (t *Table) Claim(row uint32) Claim {
	p, i := t.at(row)
	box := p.shape(i).Box()
	size := bits.Len64(uint64(int64(box.Max.X)-int64(box.Min.X)) | uint64(int64(box.Max.Y)-int64(box.Min.Y)))
	hash := uint64(p.ids[i]) * 0x9e3779b97f4a7c15
	hash = (hash ^ hash>>32) * 0xd6e8feb86659fd93
	return Claim{uint64(p.levels[i])<<56 | uint64(64-size)<<48 | hash>>16, p.ids[i]}
}
