package question

import (
	"context"
	"reflect"
)

// Work is what is left to do for an answer once what was asked is found good.
type Work[A any] struct {
	// Long is more than a caller over HTTP should wait for: it is done as a job.
	Long bool
	// Do makes the answer, and tells every now and then how far it is.
	Do func(ctx context.Context, tell func(Step)) (A, error)
}

// Step is how far the work for an answer is.
type Step struct {
	Done    int64
	Total   int64  // 0 while it is not known
	Message string // what is being done, for a person
}

// NewLong declares a question whose answer may take long: begin checks what was asked and says what is left to do.
// Its Job names what runs.
func NewLong[W, P, A any](name Name, formats []string, begin func(ctx context.Context, world W, params P) (Work[A], error)) *Question[W] {
	if name.Job == "" {
		panic("question " + name.ID + ": what takes long needs the name of its jobs")
	}
	return declare[W, P, A](name, formats, func(ctx context.Context, world W, params reflect.Value) (Work[any], error) {
		work, err := begin(ctx, world, params.Interface().(P))
		return Work[any]{work.Long, func(ctx context.Context, tell func(Step)) (any, error) { return work.Do(ctx, tell) }}, err
	})
}

// atOnce is the work of a question that is answered at once.
func atOnce[W, P, A any](ask func(ctx context.Context, world W, params P) (A, error)) begin[W] {
	return func(_ context.Context, world W, params reflect.Value) (Work[any], error) {
		return Work[any]{Do: func(ctx context.Context, _ func(Step)) (any, error) { return ask(ctx, world, params.Interface().(P)) }}, nil
	}
}

type begin[W any] func(ctx context.Context, world W, params reflect.Value) (Work[any], error)

// Begin checks what was asked and says what is left to do. The errors are those of Ask.
func (a *Asked[W]) Begin(ctx context.Context, world W) (Work[any], error) {
	return a.begin(ctx, world, a.values)
}

// Ask answers, however long it takes. The error is layers.Faults, a NotFound, a TooLarge, or what is wrong inside.
func (a *Asked[W]) Ask(ctx context.Context, world W) (any, error) {
	work, err := a.Begin(ctx, world)
	if err != nil {
		return nil, err
	}
	return work.Do(ctx, func(Step) {})
}
