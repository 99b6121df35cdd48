package kept_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cuntu/cuntu/layers/kept"
)

type numbers = kept.Cache[int, int]

func double(n int) func(context.Context) (int, error) {
	return func(context.Context) (int, error) { return 2 * n, nil }
}

func keys(c *numbers) (list []int) {
	for key := range c.All() {
		list = append(list, key)
	}
	return list
}

// TestACacheKeepsWhatASimpleListDoes compares with a list of keys, the last used first.
func TestACacheKeepsWhatASimpleListDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := kept.Limit[int]{
			Most:     rapid.IntRange(0, 6).Draw(t, "most"),
			Heaviest: rapid.Int64Range(0, 60).Draw(t, "heaviest"),
			Least:    rapid.IntRange(0, 3).Draw(t, "least"),
		}
		if rapid.Bool().Draw(t, "weighed") {
			limit.Weight = func(v int) int64 { return int64(v) }
		}
		var c numbers
		var want []int
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			key := rapid.IntRange(0, 12).Draw(t, "key")
			if rapid.IntRange(0, 9).Draw(t, "action") == 0 {
				c.Remove(func(k int) bool { return k < key })
				want = slices.DeleteFunc(want, func(k int) bool { return k < key })
			} else {
				computed := false
				got, err := c.Get(t.Context(), key, limit, func(context.Context) (int, error) { computed = true; return 2 * key, nil })
				if err != nil || got != 2*key || computed == slices.Contains(want, key) {
					t.Fatalf("%d gives %d, %v, computed %t with %v kept", key, got, err, computed, want)
				}
				want = append([]int{key}, slices.DeleteFunc(want, func(k int) bool { return k == key })...)
				if computed {
					want = want[:within(limit, want)]
				}
			}
			if got := keys(&c); !slices.Equal(got, want) {
				t.Fatalf("%v are kept, not %v", got, want)
			}
		}
	})
}

// within is how many of the keys a limit leaves.
func within(limit kept.Limit[int], keys []int) int {
	n := 0
	for weight := 0; n < len(keys); n++ {
		weight += 2 * keys[n]
		if limit.Most > 0 && n == limit.Most {
			break
		}
		if limit.Weight != nil && int64(weight) > limit.Heaviest && n >= limit.Least {
			break
		}
	}
	return n
}

func TestHeavyAnswersAreFewButForTheLeast(t *testing.T) {
	for weight, want := range map[int64]int{100: 2, 25: 4, 1: 6} {
		limit := kept.Limit[int]{Most: 6, Weight: func(int) int64 { return weight }, Heaviest: 100, Least: 2}
		if weight == 100 {
			limit.Heaviest = 99
		}
		var c numbers
		for n := range 9 {
			if _, err := c.Get(t.Context(), n, limit, double(n)); err != nil {
				t.Fatal(err)
			}
		}
		if got := keys(&c); len(got) != want || got[0] != 8 {
			t.Errorf("of weight %d, %v are kept", weight, got)
		}
	}
}

func TestAnAnswerIsComputedOnceForAllWhoWait(t *testing.T) {
	var c numbers
	var computed atomic.Int32
	begun, finish := make(chan struct{}), make(chan struct{})
	compute := func(context.Context) (int, error) {
		computed.Add(1)
		close(begun)
		<-finish
		return 7, nil
	}
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if v, err := c.Get(t.Context(), 1, kept.Limit[int]{Most: 1}, compute); v != 7 || err != nil {
				t.Errorf("%d, %v", v, err)
			}
		})
	}
	<-begun
	for c.Waiting(1) < 8 {
		runtime.Gosched()
	}
	// Work that goes on is not pushed out by other answers.
	for n := 2; n < 5; n++ {
		if _, err := c.Get(t.Context(), n, kept.Limit[int]{Most: 1}, double(n)); err != nil {
			t.Fatal(err)
		}
	}
	close(finish)
	wait.Wait()
	if computed.Load() != 1 {
		t.Errorf("computed %d times", computed.Load())
	}
}

func TestOneWhoLeavesDoesNotStopTheOthers(t *testing.T) {
	var c numbers
	begun, finish := make(chan struct{}), make(chan struct{})
	compute := func(ctx context.Context) (int, error) {
		close(begun)
		select {
		case <-finish:
			return 7, nil
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	ctx, leave := context.WithCancel(t.Context())
	first, second := make(chan error), make(chan error)
	go func() {
		_, err := c.Get(ctx, 1, kept.Limit[int]{}, compute)
		first <- err
	}()
	<-begun
	joined := make(chan struct{})
	go func() {
		close(joined)
		v, err := c.Get(t.Context(), 1, kept.Limit[int]{}, compute) // a second run would close begun again
		if v != 7 {
			t.Errorf("who stayed is given %d", v)
		}
		second <- err
	}()
	<-joined
	for c.Waiting(1) < 2 {
		time.Sleep(time.Millisecond)
	}
	leave()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("who left is told %v", err)
	}
	close(finish)
	if err := <-second; err != nil {
		t.Errorf("who stayed is told %v", err)
	}
}

func TestWorkEndsWhenAllHaveLeft(t *testing.T) {
	var c numbers
	ctx, leave := context.WithCancel(t.Context())
	ended := false
	_, err := c.Get(ctx, 1, kept.Limit[int]{}, func(work context.Context) (int, error) {
		leave()
		<-work.Done()
		ended = true
		return 0, work.Err()
	})
	if !errors.Is(err, context.Canceled) || !ended {
		t.Errorf("%v, work ended %t", err, ended)
	}
	if v, err := c.Get(t.Context(), 1, kept.Limit[int]{}, double(1)); v != 2 || err != nil {
		t.Errorf("who comes after is given %d, %v", v, err)
	}
}

func TestWorkThatWasDoneAlthoughAllLeftIsKept(t *testing.T) {
	var c numbers
	ctx, leave := context.WithCancel(t.Context())
	_, err := c.Get(ctx, 1, kept.Limit[int]{}, func(work context.Context) (int, error) {
		leave()
		<-work.Done()
		return 7, nil
	})
	if v, next := c.Get(t.Context(), 1, kept.Limit[int]{}, double(1)); !errors.Is(err, context.Canceled) || v != 7 || next != nil {
		t.Errorf("who left is told %v, the next is given %d, %v", err, v, next)
	}
	if v, err := c.Get(ctx, 1, kept.Limit[int]{}, double(1)); v != 7 || err != nil {
		t.Errorf("what is kept needs no time, and yet it is %d, %v", v, err)
	}
	if _, err := c.Get(ctx, 2, kept.Limit[int]{}, double(2)); !errors.Is(err, context.Canceled) || len(keys(&c)) != 1 {
		t.Errorf("work is begun for one who has left: %v", err)
	}
}

func TestErrorsAndPanicsAreNotKept(t *testing.T) {
	var c numbers
	fault := errors.New("no")
	if _, err := c.Get(t.Context(), 1, kept.Limit[int]{}, func(context.Context) (int, error) { return 0, fault }); err != fault {
		t.Errorf("the error is %v", err)
	}
	func() {
		defer func() {
			if p, _ := recover().(string); !strings.HasPrefix(p, "broken\n") || !strings.Contains(p, "cache_test.go") {
				t.Errorf("the panic is %q", p)
			}
		}()
		_, _ = c.Get(t.Context(), 1, kept.Limit[int]{}, func(context.Context) (int, error) { panic("broken") })
	}()
	if v, err := c.Get(t.Context(), 1, kept.Limit[int]{}, double(1)); v != 2 || err != nil {
		t.Errorf("after them: %d, %v", v, err)
	}
}

func TestWhatWasRemovedWhileItWasComputedIsNotKept(t *testing.T) {
	var c numbers
	v, err := c.Get(t.Context(), 1, kept.Limit[int]{}, func(context.Context) (int, error) {
		c.Remove(func(key int) bool { return key == 1 })
		return 7, nil
	})
	if v != 7 || err != nil || len(keys(&c)) != 0 {
		t.Errorf("%d, %v; %v are kept", v, err, keys(&c))
	}
}

// TestNoTwoWorkOnOneKey lets many ask, leave and remove at once.
func TestNoTwoWorkOnOneKey(t *testing.T) {
	const most, keyCount = 3, 6
	var c numbers
	var working [keyCount]atomic.Int32
	limit := kept.Limit[int]{Most: most}
	var wait sync.WaitGroup
	for seed := range uint64(8) {
		wait.Go(func() {
			random := rand.New(rand.NewPCG(seed, 0))
			for range 300 {
				key := random.IntN(keyCount)
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(random.IntN(400))*time.Microsecond)
				v, err := c.Get(ctx, key, limit, func(work context.Context) (int, error) {
					if working[key].Add(1) != 1 {
						t.Error("two work on one key")
					}
					defer working[key].Add(-1)
					select {
					case <-time.After(100 * time.Microsecond):
						return 2 * key, nil
					case <-work.Done():
						return 0, work.Err()
					}
				})
				if err == nil && v != 2*key || err != nil && !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("%d gives %d, %v", key, v, err)
				}
				cancel()
			}
		})
	}
	wait.Wait()
	if n := len(keys(&c)); n > most {
		t.Errorf("%d are kept", n)
	}
}
