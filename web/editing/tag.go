package editing

import (
	"net/http"
	"strings"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/features"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/web/negotiate"
	"github.com/cuntu/cuntu/web/problem"
)

// Quote is a digest as a strong tag.
func Quote(d layers.Digest) string { return `"` + d.String() + `"` }

// Tag is the tag of a feature. Its representations have it in front, with a dot and a tag of their own behind.
func Tag(t *snapshot.Table, row uint32) string { return Quote(features.Version(t, row)) }

// anyTag is a precondition that holds for whatever state of a feature that is there.
const anyTag = "*"

// Base reads of which state of the feature an edit was made, as the header If-Match has it: tags of any of the feature's
// representations. Of several it takes the one that the feature has now, if one is that. Weak tags hold for nothing (RFC 9110,
// 13.1.1). The base is nil where no tag can be one of the feature.
func (r *Reading) Base(header string) *layers.Base {
	base := &layers.Base{Fields: r.Table.Layer.StoredFields(), Hidden: r.Hidden}
	if strings.TrimSpace(header) == anyTag {
		return base
	}
	now, found := features.Version(r.Table, *r.Row), false
	for part := range strings.SplitSeq(header, ",") {
		tag, ok := strings.CutPrefix(strings.TrimSpace(part), `"`)
		if !ok {
			continue
		}
		if tag, ok = strings.CutSuffix(tag, `"`); !ok {
			continue
		}
		tag, _, _ = strings.Cut(strings.TrimSuffix(tag, negotiate.CompressedSuffix), ".")
		d, ok := layers.ParseDigest(tag)
		if ok && (!found || d == now) {
			base.Digest, found = d, true
		}
	}
	if !found {
		return nil
	}
	return base
}

// Stale refuses an edit whose precondition can be of no state of the feature.
func (r *Reading) Stale(mine []byte) *problem.Problem {
	f := r.Table.Feature(*r.Row)
	return &problem.Problem{
		Title: "Precondition failed", Status: http.StatusPreconditionFailed,
		Detail:  "the tag is none of this feature: read it again and edit what it is now",
		Current: featureJSON(r.Table.Layer, &f, &layers.Base{Fields: r.Table.Layer.StoredFields()}), Mine: mine,
	}
}
