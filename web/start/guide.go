package start

import (
	"net/http"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/guide"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/web/query"
)

// Guide answers /api/guide: what is there of an office's data, and what the map cannot answer yet for want of which.
func (a *API) Guide(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	if err := query.New(r).Done(); err != nil {
		return err
	}
	world := &guide.World{
		Snap:     snap,
		Heights:  a.Heights(),
		Writable: func(l *layers.Layer) bool { return a.writable(r, l)(&layers.Field{}) },
	}
	return writeJSON(w, guide.Of(world, a.Services))
}
