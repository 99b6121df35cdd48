package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/web/query"
)

// jobRoutes adds what watches and ends jobs; what starts them stands with what
// they do.
func (s *server) jobRoutes(get func(path string, h http.HandlerFunc), r *mux.Router) {
	if s.jobs == nil {
		return
	}
	get("/api/jobs/{id}", s.onJob(s.showJob))
	get("/api/jobs/{id}/result", s.onJob(s.jobResult))
	get("/api/jobs/{id}/events", s.onJob(s.watchJob))
	// Whoever may start a job and knows its id may end it: no more than that is
	// asked, since asking questions is open to all where edits are not.
	r.Handle("/api/jobs/{id}", s.sameOrigin(s.onJob(s.endJob))).Methods(http.MethodDelete)
}

// onJob adapts a handler of one job, whose id stands in the path.
func (s *server) onJob(h func(http.ResponseWriter, *http.Request, *job) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		err := query.New(r).Done()
		var b *job
		if err == nil {
			b, err = s.jobs.find(mux.Vars(r)["id"])
		}
		if err == nil {
			w.Header().Set("Cache-Control", "no-store")
			err = h(w, r, b)
		}
		if err != nil {
			s.fail(w, r, err)
		}
	}
}

// startJob starts a run and answers with where it can be watched.
func (s *server) startJob(w http.ResponseWriter, kind string, run jobRun, after ...func()) error {
	if s.jobs == nil {
		return unavailable("this server runs no jobs")
	}
	b, err := s.jobs.start(kind, run, after...)
	if err != nil {
		return err
	}
	status, _ := b.look()
	w.Header().Set("Location", "/api/jobs/"+b.id)
	w.Header().Set("Cache-Control", "no-store")
	return writeJSONStatus(w, http.StatusAccepted, status)
}

func (s *server) showJob(w http.ResponseWriter, _ *http.Request, b *job) error {
	status, _ := b.look()
	return writeJSON(w, status)
}

func (s *server) jobResult(w http.ResponseWriter, _ *http.Request, b *job) error {
	b.mu.Lock()
	state, result := b.status.State, b.result
	b.mu.Unlock()
	if result == nil {
		return notFound(fmt.Sprintf("the job is %s and has no result", state))
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(result) // a caller that is gone needs no answer
	return nil
}

// endJob cancels a job, or forgets one that has ended.
func (s *server) endJob(w http.ResponseWriter, _ *http.Request, b *job) error {
	status, _ := b.look()
	if !status.final() {
		b.cancel()
		return writeJSONStatus(w, http.StatusAccepted, status)
	}
	s.jobs.mu.Lock()
	s.jobs.drop(b)
	s.jobs.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// watchJob sends the job's status as event "job" at once, whenever it changes,
// though not more often than newsEvery, and a last time when the job has ended.
func (s *server) watchJob(w http.ResponseWriter, r *http.Request, b *job) error {
	stream := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // else nginx holds events back
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	for {
		status, changed := b.look()
		text, err := json.Marshal(status)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "event: job\ndata: %s\n\n", text); err != nil || stream.Flush() != nil || status.final() {
			return nil // the caller is gone, or has heard it all
		}
		pause := time.After(newsEvery)
		for waiting := true; waiting; {
			select {
			case <-r.Context().Done():
				return nil
			case <-s.closing:
				return nil
			case <-tick.C:
				if _, err := fmt.Fprint(w, ": still here\n\n"); err != nil || stream.Flush() != nil {
					return nil
				}
			case <-changed:
				waiting = false
			}
		}
		select {
		case <-r.Context().Done():
			return nil
		case <-pause:
		}
	}
}
