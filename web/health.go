package web

import (
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/web/query"
)

// healthz answers that the process is alive.
func (s *server) healthz(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("ok\n"))
}

// readyz tells whether requests can be answered (503 until the first load),
// whether answers follow the store, and how many of its rows are left out:
// degraded is still 200, since a load balancer that took the server away would
// take the map away.
func (s *server) readyz(w http.ResponseWriter, r *http.Request) {
	state := data.State{Loaded: true, Connected: true} // as archives are from the first
	answer := struct {
		Status  string    `json:"status"`
		Reason  string    `json:"reason,omitempty"`
		Since   time.Time `json:"since,omitzero"`
		LeftOut int       `json:"left_out"`
	}{Status: "ready"}
	if s.live != nil {
		state = s.live.State()
		for _, n := range s.live.CountLeftOut() {
			answer.LeftOut += n
		}
	}
	answer.Since = state.Since.UTC().Truncate(time.Millisecond)
	switch {
	case !state.Loaded:
		s.fail(w, r, unavailable(notLoaded(state)))
		return
	case !state.Connected && state.Lost:
		answer.Status = "degraded"
		answer.Reason = "the database is out of reach; answers are as of since, and edits are refused"
	case !state.Connected:
		answer.Status = "degraded"
		answer.Reason = "the database answers but cannot be followed, and the server's log says why; answers are as of since"
	}
	w.Header().Set("Cache-Control", "no-store")
	if err := writeJSON(w, answer); err != nil {
		s.fail(w, r, err)
	}
}

// notLoaded says why there is nothing to answer from yet. The problem itself is
// for the log: it may name hosts and files.
func notLoaded(state data.State) string {
	switch {
	case state.Lost:
		return "the database is out of reach; it is loaded once it answers"
	case state.Failed:
		return "the database answers but cannot be loaded; the server's log says why"
	}
	return "loading the store"
}

// mostLeftOut is how many rows that are left out one answer lists.
const mostLeftOut = 1000

// leftOutJSON is the answer of /api/left-out.
type leftOutJSON struct {
	Count  int            `json:"count"`
	Layers map[string]int `json:"layers"` // how many of each layer, of those that have any
	Rows   []data.LeftOut `json:"rows"`   // the first, by layer and id
}

// leftOut lists the rows of the store that are not served, since their layers cannot hold them, of layers that who asks may
// read all of.
func (s *server) leftOut(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	q := query.New(r)
	most := q.Whole("limit", 0, mostLeftOut, mostLeftOut)
	if err := q.Done(); err != nil {
		return err
	}
	answer := leftOutJSON{Layers: s.live.CountLeftOut(), Rows: s.live.LeftOut(most)}
	rights := s.rights(r)
	hidden := func(layer string) bool { // where such a row lies, nobody knows
		l, ok := snap.Whole().Catalog.Layer(layer)
		if !ok {
			return true
		}
		all, _ := access.DecideLayer(rights, access.Read, l, access.Sensitive)
		return !all
	}
	maps.DeleteFunc(answer.Layers, func(layer string, _ int) bool { return hidden(layer) })
	answer.Rows = slices.DeleteFunc(answer.Rows, func(row data.LeftOut) bool { return hidden(row.Layer) })
	for _, n := range answer.Layers {
		answer.Count += n
	}
	return writeJSON(w, answer)
}
