package kept

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime/debug"
	"slices"
	"sync"
)

// Limit bounds what a cache keeps. The answers used longest ago go first.
type Limit[V any] struct {
	Most     int           // answers; 0 for any number
	Weight   func(V) int64 // of an answer, in a unit of the owner's; nil where only the number counts
	Heaviest int64         // all answers together, but for the Least last used
	Least    int
}

// Cache keeps answers by their keys. The zero Cache is ready for any number of
// goroutines. Finding a key takes time by the number of answers, which is meant to be
// some dozens.
type Cache[K comparable, V any] struct {
	mu      sync.Mutex
	entries []*entry[K, V] // the one last asked for at the end; those still computed among them
}

// entry is an answer, or the work on one.
type entry[K comparable, V any] struct {
	key       K
	cancel    context.CancelFunc
	waiting   int  // who waits for the work
	abandoned bool // all who waited have left

	done     chan struct{} // closed when what follows is set for good
	value    V
	err      error
	panicked *panicked
}

type panicked struct {
	value any
	stack []byte
}

var errNoAnswer = errors.New("the work on an answer ended without one")

// Get is the answer kept under the key, or what compute makes. The context that compute
// is given has the values of the first asker's, and ends when nobody waits any longer.
// The one who leaves last waits for compute to return. A panic of compute reaches all who
// wait.
func (c *Cache[K, V]) Get(ctx context.Context, key K, limit Limit[V], compute func(context.Context) (V, error)) (V, error) {
	for {
		e, joined, err := c.join(ctx, key, limit, compute)
		if err != nil {
			var none V
			return none, err
		}
		if joined {
			return c.wait(ctx, e)
		}
		select { // work that was abandoned is let end, so that no two run for one key
		case <-e.done:
		case <-ctx.Done():
		}
	}
}

// join finds or begins the work on a key. joined is false for work that was abandoned
// and has not ended yet.
func (c *Cache[K, V]) join(
	ctx context.Context, key K, limit Limit[V], compute func(context.Context) (V, error),
) (e *entry[K, V], joined bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if i := slices.IndexFunc(c.entries, func(e *entry[K, V]) bool { return e.key == key }); i >= 0 {
		e = c.entries[i]
		copy(c.entries[i:], c.entries[i+1:])
		c.entries[len(c.entries)-1] = e
		if e.ended() {
			return e, true, nil
		}
	}
	if err := context.Cause(ctx); err != nil {
		return nil, false, err
	}
	if e == nil {
		e = &entry[K, V]{key: key, done: make(chan struct{})}
		var work context.Context
		work, e.cancel = context.WithCancel(context.WithoutCancel(ctx))
		c.entries = append(c.entries, e)
		go c.work(work, e, limit, compute)
	}
	if e.abandoned {
		return e, false, nil
	}
	e.waiting++
	return e, true, nil
}

func (e *entry[K, V]) ended() bool {
	select {
	case <-e.done:
		return true
	default:
		return false
	}
}

// work computes an answer, and keeps it if it is still wanted under its key.
func (c *Cache[K, V]) work(ctx context.Context, e *entry[K, V], limit Limit[V], compute func(context.Context) (V, error)) {
	e.err = errNoAnswer
	defer func() {
		if p := recover(); p != nil {
			e.panicked = &panicked{p, debug.Stack()}
		}
		e.cancel()
		c.mu.Lock()
		defer c.mu.Unlock()
		e.cancel = nil // it holds the first asker's context
		close(e.done)
		if e.err != nil {
			c.entries = slices.DeleteFunc(c.entries, func(o *entry[K, V]) bool { return o == e })
		}
		c.shrink(limit)
	}()
	e.value, e.err = compute(ctx)
}

// wait is the answer of an entry that was joined.
func (c *Cache[K, V]) wait(ctx context.Context, e *entry[K, V]) (V, error) {
	if !e.ended() {
		select {
		case <-e.done:
		case <-ctx.Done():
			if err := c.leave(ctx, e); err != nil {
				var none V
				return none, err
			}
		}
	}
	if p := e.panicked; p != nil {
		panic(fmt.Sprintf("%v\n\n%s", p.value, p.stack))
	}
	return e.value, e.err
}

// leave ends an asker's waiting. It is nil where the work ended meanwhile.
func (c *Cache[K, V]) leave(ctx context.Context, e *entry[K, V]) error {
	c.mu.Lock()
	if e.ended() {
		c.mu.Unlock()
		return nil
	}
	e.waiting--
	last := e.waiting == 0
	if last {
		e.abandoned = true
		e.cancel()
	}
	c.mu.Unlock()
	if last {
		<-e.done
		if e.panicked != nil {
			return nil
		}
	}
	return context.Cause(ctx)
}

// shrink removes answers beyond a limit. Work that goes on is not counted.
func (c *Cache[K, V]) shrink(limit Limit[V]) {
	count, weight := 0, int64(0)
	full := false
	for i := len(c.entries) - 1; i >= 0; i-- {
		e := c.entries[i]
		if !e.ended() {
			continue
		}
		if !full {
			if limit.Weight != nil {
				weight += limit.Weight(e.value)
			}
			tooHeavy := limit.Weight != nil && weight > limit.Heaviest && count >= limit.Least
			full = tooHeavy || limit.Most > 0 && count == limit.Most
		}
		if full {
			c.entries = slices.Delete(c.entries, i, i+1)
			continue
		}
		count++
	}
}

// Remove removes the answers whose keys match. Work on such an answer goes on for those
// who wait for it, and is not kept.
func (c *Cache[K, V]) Remove(match func(K) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entries = slices.DeleteFunc(c.entries, func(e *entry[K, V]) bool { return match(e.key) })
}

// All are the answers kept at the time of the call, the last used first.
func (c *Cache[K, V]) All() iter.Seq2[K, V] {
	c.mu.Lock()
	entries := slices.Clone(c.entries)
	c.mu.Unlock()
	return func(yield func(K, V) bool) {
		for _, e := range slices.Backward(entries) {
			if e.ended() && e.err == nil && !yield(e.key, e.value) {
				return
			}
		}
	}
}
