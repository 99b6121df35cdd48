package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/jobs"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/layers/questions"
)

// jobStatus is what a caller sees of a job.
type jobStatus struct {
	ID      string        `json:"id"`
	Kind    string        `json:"kind"`
	Title   string        `json:"title,omitempty"` // what it is about, such as the name of a file
	State   data.JobState `json:"state"`
	Done    int64         `json:"done"`
	Total   int64         `json:"total"` // 0 while it is not known
	Message string        `json:"message,omitempty"`
	// Attempts is how often it was begun: more than once where its server ended before it.
	Attempts int        `json:"attempts,omitempty"`
	Started  time.Time  `json:"started"`
	Ended    *time.Time `json:"ended,omitempty"`
	Result   string     `json:"result,omitempty"` // where the result is
	Error    *problem   `json:"error,omitempty"`
}

func statusOf(j data.Job) jobStatus {
	s := jobStatus{
		ID: j.ID, Kind: j.Kind, Title: j.Title, State: j.State,
		Done: j.Step.Done, Total: j.Step.Total, Message: j.Step.Message,
		Attempts: j.Attempts, Started: j.Created,
	}
	if j.State.Final() {
		s.Ended = &j.Ended
	}
	if j.Results {
		s.Result = "/api/jobs/" + j.ID + "/result"
	}
	if j.State == data.JobFailed {
		s.Error = failureOf(j)
	}
	return s
}

// failureOf is why a job failed.
func failureOf(j data.Job) *problem {
	var told problem
	switch {
	case j.Failure != nil && json.Unmarshal(j.Failure, &told) == nil:
		return &told
	case jobs.GaveUp(j):
		return unavailable(fmt.Sprintf("the server ended %d times while it did this, and does not begin it again: "+
			"look into the server's log before you start it anew", jobs.MostAttempts))
	}
	return &problem{Title: "Internal error", Status: http.StatusInternalServerError}
}

// jobProblem makes what the caller of a job can mend a problem.
func jobProblem(err error) error {
	switch {
	case errors.Is(err, data.ErrNoJob):
		return notFound("there is no such job, or it ended too long ago")
	case errors.Is(err, data.ErrManyJobs):
		return unavailable(fmt.Sprintf("%d jobs are running or waiting already; try again when one has ended",
			data.MostPendingJobs))
	case errors.Is(err, data.ErrUnreachable):
		return unavailable("the database, where jobs stand, is out of reach; try again when it is back")
	}
	return err
}

// handleJobs says how each kind of jobs is done.
func (s *server) handleJobs() {
	for _, q := range questions.All() {
		if q.Job != "" {
			s.handleJob(q.Job, s.answerJob(q))
		}
	}
	s.handleJob(checkJob, s.checkUpload)
	s.handleJob(importJob, s.importUpload)
	s.handleJob(undoJob, s.undo)
	s.handleJob(archiveJob, s.makeArchive)
}

// handleJob says how jobs of a kind are done. What is found is kept as JSON; an error is told to who asked where it is a
// *problem or one of theirs, and else only to the log.
func (s *server) handleJob(kind string, do func(ctx context.Context, run *jobs.Run) (any, error)) {
	s.jobs.Handle(kind, func(ctx context.Context, run *jobs.Run) ([]byte, error) {
		var b begun
		if err := json.Unmarshal(run.Params, &b); err != nil {
			return nil, err
		}
		run.Params = b.Params
		found, err := do(access.WithRights(access.With(ctx, b.By), s.rightsAtWork(b)), run)
		if err != nil || found == nil {
			return nil, refusal(err)
		}
		result, err := jobResult(found)
		return result, refusal(err)
	})
}

// begun is what a job keeps of who began it, and what it is to do.
type begun struct {
	By     access.Actor    `json:"by"`
	All    bool            `json:"all,omitempty"` // by who had the token of --edit-token
	Params json.RawMessage `json:"params"`
}

// rightsAtWork are what a job may do: what who began it may do now.
func (s *server) rightsAtWork(b begun) access.Rights {
	if b.All {
		return access.All()
	}
	return s.rightsOf(b.By)
}

// mayWatch is nil where who asks may see how a job is, and end it: who began it, and system administrators. Where nobody
// had signed in, whoever knows its id.
func (s *server) mayWatch(r *http.Request, job data.Job) error {
	if job.Owner == "" || job.Owner == access.From(r.Context()).ID || s.rights(r).Admin.Has(access.SystemAdmin) {
		return nil
	}
	return data.NoJob(job.ID)
}

// mayFetch is nil where who asks may have what a job has found.
func (s *server) mayFetch(r *http.Request, job data.Job) error {
	if job.Owner == "" || job.Owner == access.From(r.Context()).ID {
		return nil
	}
	return data.NoJob(job.ID)
}

// jobResult is what a job has found, as it is kept.
func jobResult(found any) ([]byte, error) {
	result, err := json.Marshal(found)
	if err == nil && len(result) > data.MostJobBytes {
		return nil, tooLarge(fmt.Sprintf("the result has %d bytes; %d are allowed", len(result), data.MostJobBytes))
	}
	return result, err
}

// refusal marks an error that who asked may know.
func refusal(err error) error {
	told := asked(err)
	if told == nil && !errors.As(err, &told) {
		return err
	}
	text, marshalErr := json.Marshal(told)
	if marshalErr != nil {
		return marshalErr
	}
	return &jobs.Refusal{JSON: text}
}

// startJob adds a job and answers with where it can be watched.
func (s *server) startJob(w http.ResponseWriter, r *http.Request, job data.Job, params any) (err error) {
	if s.jobs == nil {
		return unavailable("this server runs no jobs")
	}
	b := begun{By: access.From(r.Context()), All: s.edits.Allowed && s.hasEditToken(r)}
	if b.Params, err = json.Marshal(params); err != nil {
		return err
	}
	if job.Params, err = json.Marshal(b); err != nil {
		return err
	}
	job.Owner = b.By.ID
	if job, err = s.jobs.Add(r.Context(), job); err != nil {
		return jobProblem(err)
	}
	w.Header().Set("Location", "/api/jobs/"+job.ID)
	w.Header().Set("Cache-Control", "no-store")
	return writeJSONStatus(w, http.StatusAccepted, statusOf(job))
}
