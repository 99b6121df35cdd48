package data

import (
	"context"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/cuntu/cuntu/layers/question"
)

// Job is a run that takes longer than a request may, as a store keeps it: asked for on one server, done by that one or
// another, and seen on all. It outlives every server.
type Job struct {
	ID    string // unique; whoever knows it may watch and end the job
	Kind  string // what work it is; a-z, 0-9, _ and -
	Title string // what it is about, for a person, such as the name of a file
	Owner string // the id of the user who asked; "" of nobody who has signed in
	// Params are what was asked. What they mean is known to who does the work. They go when the job ends.
	Params []byte
	// Place names the directory that holds the files of the job: only a server that has it can do the job. "" is for jobs
	// that any server can do. Files is the folder there that must stay until the job has ended, "" for none.
	Place, Files string

	State    JobState
	Step     question.Step // how far it is
	Attempts int           // how often a server began it
	Stopping bool          // it was asked to end, and has not yet
	Created  time.Time     // kept to the microsecond, in UTC, as Ended is
	Ended    time.Time     // zero until it has
	Results  bool          // it has a result
	Failure  []byte        // why it failed, in JSON for who asked; empty where they are told no more than that
}

// JobState is where a job stands.
type JobState string

// The states. Done, failed and cancelled are final.
const (
	JobWaiting   JobState = "waiting"
	JobRunning   JobState = "running"
	JobDone      JobState = "done"
	JobFailed    JobState = "failed"
	JobCancelled JobState = "cancelled"
)

// Final tells whether a job in this state has ended.
func (s JobState) Final() bool { return s == JobDone || s == JobFailed || s == JobCancelled }

// Jobs are the jobs of a Store. A server takes a job for the time of a lease, which it renews for as long as it lives; when
// it is killed the lease ends, and another server begins the job anew. A server that was only slow finds that it has lost
// the job: whatever it still writes for it is refused, so that a job comes to effect once.
type Jobs interface {
	// AddJob adds a job that waits, and removes the oldest of the ended jobs that are more than KeptJobs or whose results
	// are more than KeptJobBytes. The error wraps ErrManyJobs where MostPendingJobs have not ended, ErrInvalid where the
	// job is not allowed.
	AddJob(ctx context.Context, j Job) error

	// TakeJob gives a holder the oldest job among those that wait and those whose lease has ended. The error wraps ErrNoJob
	// where there is none.
	TakeJob(ctx context.Context, t JobTaking) (Job, error)

	// RenewJob notes how far a job is and begins its lease anew. It tells whether the job was asked to end. The error wraps
	// ErrJobLost where the job is not the holder's any more.
	RenewJob(ctx context.Context, h JobHold, s question.Step, lease time.Duration) (stopping bool, err error)

	// ReleaseJob lets a job wait again as if it had not been begun. The error is as of RenewJob.
	ReleaseJob(ctx context.Context, h JobHold) error

	// EndJob ends a job. The error is as of RenewJob. Where the end must come to pass together with edits or not at all,
	// it stands in the Writing.
	EndJob(ctx context.Context, e JobEnd) error

	// StopJob cancels a job that waits and asks one that runs to end, which its holder hears with the next renewal. It
	// gives the job as it is then. The error wraps ErrNoJob.
	StopJob(ctx context.Context, id string) (Job, error)

	// Job finds a job, without its parameters; the error wraps ErrNoJob.
	Job(ctx context.Context, id string) (Job, error)

	// JobResult is what a job that is done has found; the error wraps ErrNoJob, also where it has found nothing.
	JobResult(ctx context.Context, id string) ([]byte, error)

	// ListJobs gives all jobs without their parameters, the newest first.
	ListJobs(ctx context.Context) ([]Job, error)

	// DropJob removes a job that has ended; the error wraps ErrNoJob where there is none such.
	DropJob(ctx context.Context, id string) error
}

// JobTaking says who takes a job, and which ones it can do.
type JobTaking struct {
	Holder string // unique to this taking
	Kinds  []string
	Place  string   // of the holder's files
	Not    []string // ids of jobs that the holder's process does already, however old their leases
	Lease  time.Duration
}

// JobHold is a job in somebody's hands.
type JobHold struct{ ID, Holder string }

// JobEnd is how a job ends.
type JobEnd struct {
	JobHold
	State   JobState // a final one
	Step    question.Step
	Result  []byte // of one that is done, JSON; nil for none
	Failure []byte // of one that failed
}

// What errors of jobs wrap.
var (
	ErrNoJob    = errors.New("no such job")
	ErrManyJobs = errors.New("too many jobs are running or waiting already")
	ErrJobLost  = errors.New("the job has ended, or another server has taken it")
)

// Limits of the jobs of a store.
const (
	MostPendingJobs = 22       // running or waiting
	KeptJobs        = 50       // that have ended
	KeptJobBytes    = 64 << 20 // of the results of these
	MostJobBytes    = KeptJobBytes / 2
	mostJobParams   = 20 << 20
	mostJobTitle    = 200 // characters
)

// CheckJob is what every store asks of a job before it adds it. The error wraps ErrInvalid. It cuts a long title.
func CheckJob(j *Job) error {
	refuse := func(format string, args ...any) error {
		return fmt.Errorf("%w: job %s of kind %s: %s", ErrInvalid, j.ID, j.Kind, fmt.Sprintf(format, args...))
	}
	if err := checkKind(j.Kind); err != nil {
		return refuse("%v", err)
	}
	j.Title = cutText(j.Title, mostJobTitle)
	switch {
	case j.ID == "":
		return refuse("needs an id")
	case len(j.Owner) > mostDocumentName:
		return refuse("an owner may have up to %d bytes", mostDocumentName)
	case len(j.ID) > mostDocumentName || len(j.Place) > mostDocumentName || len(j.Files) > mostDocumentName:
		return refuse("id, place and files may have up to %d bytes", mostDocumentName)
	case len(j.Params) > mostJobParams:
		return refuse("its parameters have %d bytes; %d are allowed", len(j.Params), mostJobParams)
	}
	for _, s := range []string{j.ID, j.Title, j.Owner, j.Place, j.Files} {
		if err := checkText(s); err != nil {
			return refuse("%v", err)
		}
	}
	return nil
}

// CheckJobEnd is what every store asks of an end. The error wraps ErrInvalid. It cuts a long message.
func CheckJobEnd(e *JobEnd) error {
	switch {
	case !e.State.Final():
		return fmt.Errorf("%w: job %s: %s is not how a job ends", ErrInvalid, e.ID, e.State)
	case len(e.Result) > MostJobBytes || len(e.Failure) > MostJobBytes:
		return fmt.Errorf("%w: job %s: its result has %d bytes; %d are allowed",
			ErrInvalid, e.ID, len(e.Result)+len(e.Failure), MostJobBytes)
	}
	e.Step = CutStep(e.Step)
	return nil
}

// CutStep keeps what is said of a step as short as a title.
func CutStep(s question.Step) question.Step {
	s.Message = cutText(s.Message, mostJobTitle)
	return s
}

// cutText is the first characters of a text that are valid, and … where there were more.
func cutText(s string, most int) string {
	n := 0
	for i, r := range s {
		if n++; n > most || r == utf8.RuneError || r == 0 {
			return s[:i] + "…"
		}
	}
	return s
}

// NoJob is the error of a store that lacks a job.
func NoJob(id string) error { return fmt.Errorf("%w: %s", ErrNoJob, id) }

// JobLost is the error of a store in which a job is not the holder's.
func JobLost(h JobHold) error { return fmt.Errorf("job %s: %w", h.ID, ErrJobLost) }
