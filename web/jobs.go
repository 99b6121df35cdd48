package web

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/cuntu/cuntu/layers/question"
)

// Limits of the jobs of one server.
const (
	jobsRunning  = 2        // at once; the others wait their turn
	jobsWaiting  = 20       // beyond that, starting one is refused
	jobsKept     = 50       // ended ones, of which the oldest go
	jobBytesKept = 64 << 20 // of results of ended ones
	mostJobBytes = jobBytesKept / 2
	newsEvery    = 100 * time.Millisecond
)

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

// Jobs are runs that take longer than a request may: started by a POST, watched,
// cancelled, and their results fetched when they are done. They live in memory
// and end with the server.
type Jobs struct {
	log  *slog.Logger
	life context.Context
	end  context.CancelFunc
	runs sync.WaitGroup
	turn chan struct{} // holds a token for each that runs

	mu   sync.Mutex
	byID map[string]*job
	list []*job // as started
}

// NewJobs makes an empty list of jobs. Close ends them.
func NewJobs(log *slog.Logger) *Jobs {
	j := &Jobs{log: log, byID: map[string]*job{}, turn: make(chan struct{}, jobsRunning)}
	j.life, j.end = context.WithCancel(context.Background())
	return j
}

// Close cancels all jobs and waits until they have ended.
func (j *Jobs) Close() {
	j.mu.Lock() // so that none starts after
	j.end()
	j.mu.Unlock()
	j.runs.Wait()
}

// job is one run.
type job struct {
	id     string
	kind   string
	cancel context.CancelFunc

	mu      sync.Mutex
	status  jobStatus
	result  []byte // JSON
	changed chan struct{}
}

// jobStatus is what a caller sees of a job.
type jobStatus struct {
	ID      string     `json:"id"`
	Kind    string     `json:"kind"`
	State   JobState   `json:"state"`
	Done    int64      `json:"done"`
	Total   int64      `json:"total"` // 0 while it is not known
	Message string     `json:"message,omitempty"`
	Started time.Time  `json:"started"`
	Ended   *time.Time `json:"ended,omitempty"`
	Result  string     `json:"result,omitempty"` // where the result is
	Error   *problem   `json:"error,omitempty"`
}

func (s *jobStatus) final() bool {
	return s.State == JobDone || s.State == JobFailed || s.State == JobCancelled
}

// jobRun does the work of a job. Telling how far it is costs little and may be done often.
type jobRun func(ctx context.Context, tell func(question.Step)) (any, error)

// step tells whoever watches how far the job is.
func (b *job) step(s question.Step) {
	b.change(func(now *jobStatus) { now.Done, now.Total, now.Message = s.Done, s.Total, s.Message })
}

func (b *job) change(do func(*jobStatus)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.status.final() {
		return
	}
	do(&b.status)
	close(b.changed)
	b.changed = make(chan struct{})
}

// look is the job's status, and what is closed when it changes.
func (b *job) look() (jobStatus, <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.status, b.changed
}

// start begins a run as soon as there is room, or refuses it. The run's result is
// kept as JSON; its error is told to the caller where it is a *problem or one of who
// asks, and else only to the log. It must return soon after ctx ends.
// What comes after is done also where the run is cancelled before its turn.
func (j *Jobs) start(kind string, run jobRun, after ...func()) (*job, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.life.Err() != nil {
		return nil, unavailable("the server is stopping")
	}
	pending := 0
	for _, b := range j.list {
		if s, _ := b.look(); !s.final() {
			pending++
		}
	}
	if pending >= jobsRunning+jobsWaiting {
		return nil, unavailable(fmt.Sprintf("%d jobs are running or waiting already; try again when one has ended", pending))
	}
	b := &job{id: rand.Text(), kind: kind, changed: make(chan struct{})}
	b.status = jobStatus{ID: b.id, Kind: kind, State: JobWaiting, Started: time.Now().UTC()}
	ctx, cancel := context.WithCancel(j.life)
	b.cancel = cancel
	j.byID[b.id], j.list = b, append(j.list, b)
	j.runs.Go(func() {
		defer cancel()
		result, err := j.await(ctx, b, run)
		for _, do := range after {
			do()
		}
		j.finish(ctx, b, result, err)
		j.tidy()
	})
	return b, nil
}

// await runs when it is the job's turn.
func (j *Jobs) await(ctx context.Context, b *job, run jobRun) (result []byte, err error) {
	select {
	case j.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-j.turn }()
	if ctx.Err() != nil { // both were ready
		return nil, ctx.Err()
	}
	defer func() {
		if p := recover(); p != nil {
			result, err = nil, fmt.Errorf("panic: %v", p)
		}
	}()
	b.change(func(s *jobStatus) { s.State = JobRunning })
	value, err := run(ctx, b.step)
	if err != nil || value == nil {
		return nil, err
	}
	if result, err = json.Marshal(value); err == nil && len(result) > mostJobBytes {
		return nil, tooLarge(fmt.Sprintf("the result has %d bytes; %d are allowed", len(result), mostJobBytes))
	}
	return result, err
}

// finish notes how a job ended.
func (j *Jobs) finish(ctx context.Context, b *job, result []byte, err error) {
	now := time.Now().UTC()
	told := asked(err)
	switch {
	case told != nil || err == nil || ctx.Err() != nil && errors.Is(err, context.Canceled):
	case !errors.As(err, &told):
		j.log.Error("job failed", "kind", b.kind, "job", b.id, "error", err)
		told = &problem{Title: "Internal error", Status: 500}
	}
	b.change(func(s *jobStatus) {
		s.Ended, s.Error = &now, told
		switch {
		case err == nil:
			s.State = JobDone
			if result != nil {
				b.result, s.Result = result, "/api/jobs/"+b.id+"/result"
			}
		case told == nil:
			s.State = JobCancelled
		default:
			s.State = JobFailed
		}
	})
}

// tidy forgets the oldest of the ended jobs that are too many or too large.
func (j *Jobs) tidy() {
	j.mu.Lock()
	defer j.mu.Unlock()
	var ended []*job
	for _, b := range j.list {
		if s, _ := b.look(); s.final() {
			ended = append(ended, b)
		}
	}
	slices.SortStableFunc(ended, func(a, b *job) int { return cmp.Compare(b.status.Ended.UnixNano(), a.status.Ended.UnixNano()) })
	bytes := 0
	for i, b := range ended {
		if bytes += len(b.result); i >= jobsKept || bytes > jobBytesKept {
			j.drop(b)
		}
	}
}

// drop forgets a job; j.mu must be held.
func (j *Jobs) drop(b *job) {
	delete(j.byID, b.id)
	j.list = slices.DeleteFunc(j.list, func(o *job) bool { return o == b })
}

func (j *Jobs) find(id string) (*job, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if b := j.byID[id]; b != nil {
		return b, nil
	}
	return nil, notFound("there is no such job, or it ended too long ago")
}
