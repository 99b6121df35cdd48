package web

import (
	"net/http"
	"time"

	"github.com/cuntu/cuntu/data"
)

// healthz answers that the process is alive.
func (s *server) healthz(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("ok\n"))
}

// readyz tells whether requests can be answered (503 until the first load) and
// whether answers follow the store: degraded is still 200, since a load
// balancer that took the server away would take the map away.
func (s *server) readyz(w http.ResponseWriter, r *http.Request) {
	state := data.State{Loaded: true, Connected: true} // as archives are from the first
	if s.live != nil {
		state = s.live.State()
	}
	answer := struct {
		Status string    `json:"status"`
		Reason string    `json:"reason,omitempty"`
		Since  time.Time `json:"since,omitzero"`
	}{Status: "ready", Since: state.Since.UTC().Truncate(time.Millisecond)}
	switch {
	case !state.Loaded:
		s.fail(w, r, unavailable("loading the store"))
		return
	case !state.Connected:
		answer.Status = "degraded"
		answer.Reason = "the database is out of reach; answers are as of since, and edits are refused"
	}
	w.Header().Set("Cache-Control", "no-store")
	if err := writeJSON(w, answer); err != nil {
		s.fail(w, r, err)
	}
}
