package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/web/query"
)

// Who watches a job hears of it at most, and of one that another server does at least, so often.
const (
	newsEvery = 100 * time.Millisecond
	lookEvery = 500 * time.Millisecond
)

// jobRoutes adds what watches and ends jobs; what starts them stands with what
// they do.
func (s *server) jobRoutes(get func(path string, h http.HandlerFunc), r *mux.Router) {
	if s.jobs == nil {
		return
	}
	// Where there are no accounts, whoever sees all jobs can end them, and see what files others have sent: that is for those
	// who may edit.
	r.Handle("/api/jobs", s.write(0, s.listJobs)).Methods(http.MethodGet)
	get("/api/jobs/{id}", s.onJob(s.mayWatch, s.showJob))
	get("/api/jobs/{id}/result", s.onJob(s.mayFetch, s.jobResult))
	get("/api/jobs/{id}/events", s.onJob(s.mayWatch, s.watchJob))
	get("/api/jobs/{id}/file", s.onJob(s.mayFetch, s.jobFile))
	// Whoever may start a job and knows its id may end it: no more than that is
	// asked, since asking questions is open to all where edits are not.
	r.Handle("/api/jobs/{id}", s.sameOrigin(s.onJob(s.mayWatch, s.endJob))).Methods(http.MethodDelete)
}

func (s *server) listJobs(w http.ResponseWriter, r *http.Request) error {
	if err := query.New(r).Done(); err != nil {
		return err
	}
	list, err := s.store.ListJobs(r.Context())
	if err != nil {
		return jobProblem(err)
	}
	all := []jobStatus{}
	for _, j := range list {
		if s.mayWatch(r, j) == nil {
			all = append(all, statusOf(j))
		}
	}
	return writeJSON(w, map[string]any{"jobs": all})
}

// checkJob is nil where may says so of a job.
func (s *server) checkJob(r *http.Request, id string, may func(*http.Request, data.Job) error) error {
	job, _, err := s.jobs.Look(r.Context(), id)
	if err != nil {
		return err
	}
	return may(r, job)
}

// onJob adapts a handler of one job, whose id stands in the path, for those who may.
func (s *server) onJob(
	may func(*http.Request, data.Job) error, h func(w http.ResponseWriter, r *http.Request, id string) error,
) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		id, err := mux.Vars(r)["id"], query.New(r).Done()
		if err == nil {
			err = s.checkJob(r, id, may)
		}
		if err == nil {
			err = h(w, r, id)
		}
		if err != nil {
			s.fail(w, r, jobProblem(err))
		}
	}
}

func (s *server) showJob(w http.ResponseWriter, r *http.Request, id string) error {
	job, _, err := s.jobs.Look(r.Context(), id)
	if err != nil {
		return err
	}
	return writeJSON(w, statusOf(job))
}

func (s *server) jobResult(w http.ResponseWriter, r *http.Request, id string) error {
	result, err := s.jobs.Store.JobResult(r.Context(), id)
	if errors.Is(err, data.ErrNoJob) {
		job, _, lookErr := s.jobs.Look(r.Context(), id)
		if lookErr != nil {
			return lookErr
		}
		return notFound(fmt.Sprintf("the job is %s and has no result", job.State))
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(result) // a caller that is gone needs no answer
	return nil
}

// endJob cancels a job, or forgets one that has ended.
func (s *server) endJob(w http.ResponseWriter, r *http.Request, id string) error {
	job, _, err := s.jobs.Look(r.Context(), id)
	switch {
	case err != nil:
		return err
	case job.State.Final():
		if err := s.jobs.Drop(r.Context(), id); err != nil {
			return err
		}
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	if job, err = s.jobs.Stop(r.Context(), id); err != nil {
		return err
	}
	return writeJSONStatus(w, http.StatusAccepted, statusOf(job))
}

// watchJob sends the job's status as event "job" at once, whenever it changes,
// though not more often than newsEvery, and a last time when the job has ended.
func (s *server) watchJob(w http.ResponseWriter, r *http.Request, id string) error {
	job, changed, err := s.jobs.Look(r.Context(), id)
	if err != nil {
		return err
	}
	stream := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // else nginx holds events back
	said, at := "", time.Time{}
	for {
		news, err := jobNews(job, said, time.Since(at))
		if err != nil {
			return err
		}
		if news != "" {
			if _, err := fmt.Fprint(w, news); err != nil || stream.Flush() != nil {
				return nil // the caller is gone
			}
			at = time.Now()
			if news != stillHere {
				said = news
			}
		}
		if job.State.Final() || !s.wait(r, changed) {
			return nil
		}
		if next, nextChanged, err := s.jobs.Look(r.Context(), id); err == nil {
			job, changed = next, nextChanged
		} else if errors.Is(err, data.ErrNoJob) {
			return nil // it was dropped as soon as it had ended
		}
	}
}

const stillHere = ": still here\n\n"

// jobNews is what is to be said of a job to who has heard said that long ago.
func jobNews(job data.Job, said string, ago time.Duration) (string, error) {
	text, err := json.Marshal(statusOf(job))
	news := fmt.Sprintf("event: job\ndata: %s\n\n", text)
	switch {
	case news != said:
		return news, err
	case ago > heartbeat:
		return stillHere, err
	}
	return "", err
}

// wait lets time pass until there may be news of a job; false where nobody is to hear it.
func (s *server) wait(r *http.Request, changed <-chan struct{}) bool {
	look := time.After(lookEvery)
	pause := time.After(newsEvery)
	select {
	case <-r.Context().Done():
		return false
	case <-s.closing:
		return false
	case <-changed:
	case <-look:
	}
	select {
	case <-r.Context().Done():
		return false
	case <-pause:
	}
	return true
}
