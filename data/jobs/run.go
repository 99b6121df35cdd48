package jobs

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers/question"
)

// Why a run ends before its work is done, beside the end of its server.
var (
	errStopped = errors.New("the job was cancelled")
	errLost    = errors.New("another server has taken the job")
	errGaveUp  = fmt.Errorf("the job was begun %d times, and each time its server ended before it", MostAttempts)
)

// GaveUp tells whether a job failed since no server outlived it.
func GaveUp(j data.Job) bool { return j.State == data.JobFailed && j.Attempts > MostAttempts }

// Run is a job that is being done.
type Run struct {
	data.Job
	hold data.JobHold
	stop context.CancelCauseFunc

	mu      sync.Mutex
	step    question.Step
	changed chan struct{}
	ending  error // why, where it was told to end before it could be
}

// Tell says how far the work is. It costs little and may be done often.
func (r *Run) Tell(s question.Step) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.step = s
	close(r.changed)
	r.changed = make(chan struct{})
}

// Done is the end of the job with a result, for the Writing that is its effect: they come to pass together or not at all.
func (r *Run) Done(result []byte) data.JobEnd {
	step, _ := r.look()
	return data.JobEnd{JobHold: r.hold, State: data.JobDone, Step: step, Result: result}
}

func (r *Run) look() (question.Step, <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.step, r.changed
}

// end has the run end early.
func (r *Run) end(why error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stop == nil {
		r.ending = why
		return
	}
	r.stop(why)
}

// begin gives the context of the work.
func (r *Run) begin(life context.Context) context.Context {
	ctx, stop := context.WithCancelCause(life)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stop = stop
	if r.ending != nil {
		stop(r.ending)
	}
	return ctx
}

// do does a job that was taken.
func (r *Runner) do(life context.Context, run *Run) {
	defer r.leave(run)
	ctx := run.begin(life)
	if run.Stopping {
		run.end(errStopped)
	}
	var beats sync.WaitGroup
	beat, silence := context.WithCancel(ctx)
	beats.Go(func() { r.beat(beat, run) })
	result, err := r.work(ctx, run)
	why := context.Cause(ctx)
	silence()
	beats.Wait()
	run.end(nil)
	r.settle(life, run, why, result, err)
}

func (r *Runner) leave(run *Run) {
	r.mu.Lock()
	delete(r.runs, run.ID)
	r.mu.Unlock()
	step, _ := run.look()
	run.Tell(step) // wakes who waits for news, who then asks the store
}

// work runs the work, and takes a panic for an error.
func (r *Runner) work(ctx context.Context, run *Run) (result []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			result, err = nil, fmt.Errorf("panic: %v", p)
		}
	}()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if run.Attempts > MostAttempts {
		return nil, errGaveUp
	}
	r.mu.Lock()
	do := r.works[run.Kind]
	r.mu.Unlock()
	result, err = do(ctx, run)
	if err == nil && len(result) > data.MostJobBytes {
		err = fmt.Errorf("the result has %d bytes; %d can be kept", len(result), data.MostJobBytes)
	}
	return result, err
}

// beat renews the lease, and hears whether the job is to stop, until ctx ends. While the store cannot be reached the work
// goes on: whether it still counts is seen when it ends.
func (r *Runner) beat(ctx context.Context, run *Run) {
	tick := time.NewTicker(r.Poll)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		step, _ := run.look()
		switch stopping, err := r.Store.RenewJob(ctx, run.hold, step, r.Lease); {
		case errors.Is(err, data.ErrJobLost):
			run.end(errLost)
		case stopping:
			run.end(errStopped)
		}
	}
}

// settle notes in the store how a run ended. A job that its own writing has ended already is no more the holder's, which
// is as good; so is one whose commit was answered by silence.
func (r *Runner) settle(life context.Context, run *Run, why error, result []byte, err error) {
	if err != nil && errors.Is(why, errLost) {
		r.Log.Warn("lost a job to another server", "kind", run.Kind, "job", run.ID)
		return
	}
	parting, cancel := context.WithCancel(life)
	if life.Err() != nil {
		parting, cancel = context.WithTimeout(context.WithoutCancel(life), partingTime)
	}
	defer cancel()
	if err != nil && life.Err() != nil {
		r.persist(parting, run, "release", func(ctx context.Context) error { return r.Store.ReleaseJob(ctx, run.hold) })
		return
	}
	end := run.Done(result)
	if err != nil {
		end = r.failed(run, why, err)
	}
	r.persist(parting, run, "end", func(ctx context.Context) error { return r.Store.EndJob(ctx, end) })
}

// failed is the end of a run with an error.
func (r *Runner) failed(run *Run, why, err error) data.JobEnd {
	end := run.Done(nil)
	end.State = data.JobFailed
	refusal, told := errors.AsType[*Refusal](err)
	switch {
	case errors.Is(why, errStopped):
		end.State = data.JobCancelled
	case told:
		end.Failure = refusal.JSON
	default:
		r.Log.Error("job failed", "kind", run.Kind, "job", run.ID, "error", err)
	}
	return end
}

// persist tries until the store takes it, the job is lost or ctx ends.
func (r *Runner) persist(ctx context.Context, run *Run, what string, try func(context.Context) error) {
	for {
		err := try(ctx)
		if err == nil || errors.Is(err, data.ErrJobLost) {
			return
		}
		r.Log.Warn("cannot "+what+" a job in the store", "kind", run.Kind, "job", run.ID, "error", err)
		if !errors.Is(err, data.ErrUnreachable) {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(r.Poll):
		}
	}
}
