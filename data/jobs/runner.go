package jobs

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/cuntu/cuntu/data"
)

// How a Runner works where Options do not say.
const (
	runsAtOnce   = 2
	defaultLease = 10 * time.Second
	defaultPoll  = time.Second // well below the two seconds in which a job must stop, and the lease
	sweepEvery   = time.Minute
	partingTime  = 5 * time.Second // for a server that stops to hand its jobs on
)

// MostAttempts is how often a job is begun. One that outlives no server is more likely to be what kills them.
const MostAttempts = 3

// Work does the work of a job of one kind. It must return soon after ctx ends. What it returns is kept as the job's result,
// nil for none. Of its error who asked hears what is in a *Refusal, and else only that the job failed.
type Work func(ctx context.Context, run *Run) (result []byte, err error)

// Refusal is an error that who asked for a job may know, as JSON.
type Refusal struct{ JSON []byte }

func (r *Refusal) Error() string { return "the job was refused: " + string(r.JSON) }

// Options are what a Runner needs, and its choices.
type Options struct {
	Store data.Jobs
	Files *Files
	Log   *slog.Logger
	Lease time.Duration // how long after a server was killed its jobs begin anew; 10 s if 0
	Poll  time.Duration // how often a Runner looks for what other servers did, and tells how far it is; 1 s if 0
}

// Runner takes jobs out of a store and does them, up to two at once.
type Runner struct {
	Options
	wake chan struct{}

	mu    sync.Mutex
	works map[string]Work // by kind
	runs  map[string]*Run // under way, by the ids of their jobs
}

// New makes a Runner that knows no work yet.
func New(o Options) *Runner {
	o.Lease, o.Poll = cmp.Or(o.Lease, defaultLease), cmp.Or(o.Poll, defaultPoll)
	return &Runner{Options: o, works: map[string]Work{}, wake: make(chan struct{}, 1), runs: map[string]*Run{}}
}

// Handle says how jobs of a kind are done, from now on. Until it has, jobs of that kind are left to others.
func (r *Runner) Handle(kind string, do Work) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.works[kind] = do
}

// Run does jobs until ctx ends, hands on those that it has not done by then and returns ctx's error.
func (r *Runner) Run(ctx context.Context) error {
	var tasks sync.WaitGroup
	for range runsAtOnce {
		tasks.Go(func() { r.serve(ctx) })
	}
	tasks.Go(func() { r.sweepNowAndThen(ctx) })
	tasks.Wait()
	return ctx.Err()
}

// serve does one job after another.
func (r *Runner) serve(ctx context.Context) {
	said := ""
	for ctx.Err() == nil {
		run, err := r.take(ctx)
		if err == nil {
			r.poke() // there may be one more, for another to do
			r.do(ctx, run)
			continue
		}
		pause := r.Poll
		if !errors.Is(err, data.ErrNoJob) && ctx.Err() == nil {
			if pause = r.Lease; err.Error() != said {
				r.Log.Warn("cannot look for jobs", "error", err)
			}
			said = err.Error()
		} else {
			said = ""
		}
		select {
		case <-ctx.Done():
		case <-r.wake:
		case <-time.After(pause):
		}
	}
}

// poke has somebody look for a job at once.
func (r *Runner) poke() {
	select {
	case r.wake <- struct{}{}:
	default: // somebody is to look already
	}
}

func (r *Runner) take(ctx context.Context) (*Run, error) {
	r.mu.Lock()
	mine, kinds := slices.Collect(maps.Keys(r.runs)), slices.Collect(maps.Keys(r.works))
	r.mu.Unlock()
	holder := rand.Text()
	job, err := r.Store.TakeJob(ctx, data.JobTaking{
		Holder: holder, Kinds: kinds, Place: r.Files.Place(), Not: mine, Lease: r.Lease,
	})
	if err != nil {
		return nil, err
	}
	run := &Run{Job: job, hold: data.JobHold{ID: job.ID, Holder: holder}, changed: make(chan struct{})}
	r.mu.Lock()
	r.runs[job.ID] = run
	r.mu.Unlock()
	return run, nil
}

// Add adds a job, which is begun as soon as it is its turn, and gives it as it is then.
func (r *Runner) Add(ctx context.Context, job data.Job) (data.Job, error) {
	job.ID = cmp.Or(job.ID, rand.Text())
	if err := r.Store.AddJob(ctx, job); err != nil {
		return job, err
	}
	r.poke()
	return r.Store.Job(ctx, job.ID)
}

// Look finds a job, and gives what is closed when it changes where this Runner does it. Where the store is out of reach it
// tells what it knows itself.
func (r *Runner) Look(ctx context.Context, id string) (data.Job, <-chan struct{}, error) {
	r.mu.Lock()
	run := r.runs[id]
	r.mu.Unlock()
	job, err := r.Store.Job(ctx, id)
	if run == nil {
		return job, nil, err
	}
	if errors.Is(err, data.ErrUnreachable) {
		job, err = run.Job, nil
	}
	step, changed := run.look()
	if !job.State.Final() {
		job.Step = step
	}
	return job, changed, err
}

// Stop cancels a job, whichever server does it, and gives it as it is then. One that this Runner does ends at once, even
// where the store is busy with what the job itself is writing.
func (r *Runner) Stop(ctx context.Context, id string) (data.Job, error) {
	r.mu.Lock()
	run := r.runs[id]
	r.mu.Unlock()
	if run != nil {
		run.end(errStopped)
	}
	return r.Store.StopJob(ctx, id)
}

// Drop removes a job that has ended, and the files that it made.
func (r *Runner) Drop(ctx context.Context, id string) error {
	if err := r.Store.DropJob(ctx, id); err != nil {
		return err
	}
	_ = r.Files.Drop(id) // one that made none has no folder; what is being read is swept later
	return nil
}

// DropFiles removes a folder that no job needs. The error wraps ErrBusyFolder where one does.
func (r *Runner) DropFiles(ctx context.Context, id string) error {
	jobs, err := r.Store.ListJobs(ctx)
	if err != nil {
		return err
	}
	for _, j := range jobs {
		if j.Files == id && !j.State.Final() {
			return fmt.Errorf("%w: %q by job %s", ErrBusyFolder, id, j.ID)
		}
	}
	return r.Files.Drop(id)
}

func (r *Runner) sweepNowAndThen(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := r.Sweep(ctx, time.Now()); err != nil && ctx.Err() == nil {
				r.Log.Warn("cannot sweep the files of jobs", "error", err)
			}
		}
	}
}

// Sweep removes the files that no job needs and nobody has used for long.
func (r *Runner) Sweep(ctx context.Context, now time.Time) error {
	jobs, err := r.Store.ListJobs(ctx)
	if err != nil {
		return err
	}
	needed := map[string]bool{}
	for _, j := range jobs {
		needed[j.ID] = true
		if !j.State.Final() {
			needed[j.Files] = true
		}
	}
	return r.Files.sweep(now, func(id string) bool { return needed[id] })
}
