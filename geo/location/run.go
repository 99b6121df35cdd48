package location

import (
	"context"
	"math"
	"time"
)

// Options of a search. The zero value searches to its end with seed 0.
type Options struct {
	Seed uint64
	// Limit ends the search with the best so far; 0 for none. A search that it does not
	// end gives the same answer whatever the machine.
	Limit time.Duration
	// Effort multiplies how long a search goes on that proves nothing more; 0 is 1.
	Effort float64
	// Progress, if given, is told from time to time how far the search is; it must not
	// take long.
	Progress func(Progress)
}

// Progress is the state of a search.
type Progress struct {
	Value float64 // of the best solution so far; infinite while there is none
	Bound float64 // proven so far; infinite, of the sign that says nothing, while there is none
	Phase string  // what is being done
}

// run is a search under way: when it must end, and who is told.
type run struct {
	ctx      context.Context
	options  Options
	deadline time.Time
	told     time.Time
	cut      bool // ended by the limit or the context
	shape    func(value, bound float64, phase string) Progress
}

func newRun(ctx context.Context, o Options) *run {
	r := &run{ctx: ctx, options: o}
	if o.Effort <= 0 {
		r.options.Effort = 1
	}
	if o.Limit > 0 {
		r.deadline = time.Now().Add(o.Limit)
	}
	return r
}

// over tells whether the search must end now.
func (r *run) over() bool {
	if r.cut {
		return true
	}
	if r.ctx.Err() != nil || (!r.deadline.IsZero() && time.Now().After(r.deadline)) {
		r.cut = true
	}
	return r.cut
}

// tell reports at most some times a second.
func (r *run) tell(value, bound float64, phase string) {
	if r.options.Progress == nil || time.Since(r.told) < 200*time.Millisecond {
		return
	}
	r.told = time.Now()
	p := Progress{value, bound, phase}
	if r.shape != nil {
		p = r.shape(value, bound, phase)
	}
	r.options.Progress(p)
}

// effort scales a number of steps.
func (r *run) effort(steps int) int { return max(1, int(math.Round(float64(steps)*r.options.Effort))) }
