package features

import (
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Version tells states of a feature apart, as a reader of the table sees them.
func Version(t *snapshot.Table, row uint32) layers.Digest {
	return layers.DigestOf(t.Layer.Fields, func(field int) layers.Value { return t.Value(row, field) }, t.Shape(row))
}
