package jobs_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/gpkg"
	"github.com/cuntu/cuntu/data/jobs"
	"github.com/cuntu/cuntu/data/postgis"
	"github.com/cuntu/cuntu/data/postgis/pgtest"
	"github.com/cuntu/cuntu/data/storetest"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/question"
)

const (
	lease    = 700 * time.Millisecond
	poll     = 50 * time.Millisecond
	patience = 30 * time.Second
)

// TestMain runs the test binary as another server where a test asks it to.
func TestMain(m *testing.M) {
	address, at, ok := strings.Cut(os.Getenv(storetest.ChildWork), "|")
	if !ok {
		os.Exit(m.Run())
	}
	if err := child(address, at); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// slowly is how another server comes to its writing too late.
const slowly = "slowly"

// child serves jobs, and says when it comes to the point at which it is to hold.
func child(address, at string) error {
	ctx := context.Background()
	store, err := open(ctx, address)
	if err != nil {
		return err
	}
	r := newRunner(store, filepath.Join(os.TempDir(), "none"))
	work := importing(store, func(here string) {
		switch at {
		case here:
			fmt.Println("here")
			select {} // until it is killed
		case slowly:
			if here == "before the writing" {
				fmt.Println("here")
				time.Sleep(4 * lease) // for most of which it is stopped
			}
		}
	})
	r.Handle("import", func(ctx context.Context, run *jobs.Run) ([]byte, error) {
		result, err := work(ctx, run)
		fmt.Println("ended", err == nil)
		return result, err
	})
	return r.Run(ctx)
}

func open(ctx context.Context, address string) (data.Store, error) {
	if strings.HasPrefix(address, "postgres") {
		return postgis.Open(ctx, address, layers.Builtin())
	}
	return gpkg.Open(ctx, address, layers.Builtin(), gpkg.Options{Create: true})
}

func newRunner(store data.Store, work string) *jobs.Runner {
	return jobs.New(jobs.Options{
		Store: store, Files: jobs.NewFiles(work), Log: slog.New(slog.DiscardHandler), Lease: lease, Poll: poll,
	})
}

// importing is work whose effect is a river. It tells where it is.
func importing(store data.Store, at func(string)) jobs.Work {
	return func(ctx context.Context, run *jobs.Run) ([]byte, error) {
		at("before the writing")
		_, err := store.Write(ctx, data.Writing{
			Edits: func(yield func(layers.Edit, error) bool) {
				if yield(river(run.ID), nil) {
					at("in the writing")
				}
			},
			Ends: func() (data.JobEnd, error) { return run.Done([]byte(`"written"`)), nil },
		})
		if err == nil {
			at("after the writing")
		}
		return []byte(`"returned"`), err
	}
}

func river(name string) layers.Edit {
	l, _ := layers.Builtin().Layer("river")
	f := layers.Feature{Values: make([]layers.Value, len(l.Fields))}
	f.Values[l.Field("name")] = layers.Text(name)
	return layers.Edit{Op: layers.Insert, Layer: "river", Feature: f}
}

// onBoth runs a test over both kinds of stores.
func onBoth(t *testing.T, test func(t *testing.T, address string)) {
	t.Run("GeoPackage", func(t *testing.T) { test(t, filepath.Join(t.TempDir(), "test.gpkg")) })
	t.Run("PostGIS", func(t *testing.T) {
		url := pgtest.URL(t)
		if err := postgis.Migrate(t.Context(), url, layers.Builtin()); err != nil {
			t.Fatal(err)
		}
		test(t, url)
	})
}

// server is a Runner over a store of its own, as another process has it.
type server struct {
	*jobs.Runner
	t     *testing.T
	store data.Store
}

func newServer(t *testing.T, address string) *server {
	t.Helper()
	store, err := open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return &server{newRunner(store, filepath.Join(t.TempDir(), "work")), t, store}
}

// run does jobs until the test ends, or stop is called.
func (s *server) run() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = s.Run(ctx) })
	stop = sync.OnceFunc(func() { cancel(); running.Wait() })
	s.t.Cleanup(stop)
	return stop
}

func (s *server) add(kind string) string {
	s.t.Helper()
	job, err := s.Add(s.t.Context(), data.Job{Kind: kind})
	if err != nil {
		s.t.Fatal(err)
	}
	return job.ID
}

// until waits for a job to be as a test wants it.
func (s *server) until(id string, ok func(data.Job) bool) data.Job {
	s.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		job, _, err := s.Look(s.t.Context(), id)
		if err != nil || time.Now().After(deadline) {
			s.t.Fatalf("%+v, %v", job, err)
		}
		if ok(job) {
			return job
		}
	}
}

func (s *server) ended(id string) data.Job {
	s.t.Helper()
	return s.until(id, func(j data.Job) bool { return j.State.Final() })
}

// expect sees that a job has come to effect once, and found what it should.
func (s *server) expect(id string, attempts int, result string) {
	s.t.Helper()
	job := s.ended(id)
	found, err := s.store.JobResult(s.t.Context(), id)
	if job.State != data.JobDone || job.Attempts != attempts || err != nil || string(found) != result {
		s.t.Errorf("%+v, %s, %v", job, found, err)
	}
	rivers := 0
	if _, err := s.store.LoadLayers(s.t.Context(), []string{"river"}, func(*layers.Layer, *layers.Feature) error {
		rivers++
		return nil
	}); err != nil || rivers != 1 {
		s.t.Errorf("the store has %d rivers, %v", rivers, err)
	}
}

// process starts another server, and returns when its job has come to a point.
func process(t *testing.T, address, at string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd, lines := storetest.Child(t, address+"|"+at)
	expectLine(t, lines, "here")
	return cmd, lines
}

func expectLine(t *testing.T, lines *bufio.Scanner, want string) {
	t.Helper()
	if !lines.Scan() || lines.Text() != want {
		t.Fatalf("the process says %q, not %q", lines.Text(), want)
	}
}

func TestAJobOfAServerThatIsKilledComesToEffectOnce(t *testing.T) {
	for _, c := range []struct {
		at       string
		attempts int
	}{{"before the writing", 2}, {"in the writing", 2}, {"after the writing", 1}} {
		t.Run(c.at, func(t *testing.T) {
			onBoth(t, func(t *testing.T, address string) {
				s := newServer(t, address)
				id := s.add("import")
				other, _ := process(t, address, c.at)
				if err := other.Process.Kill(); err != nil {
					t.Fatal(err)
				}
				_ = other.Wait() // it was killed
				s.Handle("import", importing(s.store, func(string) {}))
				s.run()
				s.expect(id, c.attempts, `"written"`)
			})
		})
	}
}

// freeze stops a process at a moment at which it has not locked the store.
func (s *server) freeze(other *exec.Cmd) {
	s.t.Helper()
	for range 10 {
		if err := other.Process.Signal(syscall.SIGSTOP); err != nil {
			s.t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(s.t.Context(), lease/7)
		err := s.store.AddJob(ctx, data.Job{ID: rand.Text(), Kind: "unknown"})
		cancel()
		if err == nil {
			return
		}
		if err := other.Process.Signal(syscall.SIGCONT); err != nil {
			s.t.Fatal(err)
		}
		time.Sleep(poll / 10)
	}
	s.t.Fatal("the store is locked whenever the other process is stopped")
}

// TestAServerThatWasStoppedWritesNothingForAJobThatAnotherHasDone stops a process for longer than its lease.
func TestAServerThatWasStoppedWritesNothingForAJobThatAnotherHasDone(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := newServer(t, address)
		id := s.add("import")
		other, says := process(t, address, slowly)
		s.freeze(other)
		s.Handle("import", importing(s.store, func(string) {}))
		s.run()
		s.expect(id, 2, `"written"`)
		if err := other.Process.Signal(syscall.SIGCONT); err != nil {
			t.Fatal(err)
		}
		expectLine(t, says, "ended false")
		s.expect(id, 2, `"written"`)
		if err := other.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = other.Wait() // it was killed
	})
}

func TestAJobThatOutlivesNoServerIsGivenUp(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := newServer(t, address)
		id := s.add("import")
		for i := range jobs.MostAttempts {
			s.until(id, func(data.Job) bool {
				_, err := s.store.TakeJob(t.Context(), data.JobTaking{
					Holder: fmt.Sprint(i), Kinds: []string{"import"}, Lease: time.Millisecond,
				})
				return err == nil
			})
		}
		s.Handle("import", func(context.Context, *jobs.Run) ([]byte, error) { return nil, errors.New("it was begun") })
		s.run()
		if job := s.ended(id); !jobs.GaveUp(job) {
			t.Errorf("%+v", job)
		}
	})
}

func TestProgressIsToldInOrderOnEveryServer(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s, other := newServer(t, address), newServer(t, address)
		seen := make(chan struct{})
		s.Handle("count", func(ctx context.Context, run *jobs.Run) ([]byte, error) {
			tick := time.NewTicker(time.Millisecond)
			defer tick.Stop()
			for n := int64(1); ; n++ {
				run.Tell(question.Step{Done: n, Message: fmt.Sprint(n)})
				select {
				case <-tick.C:
				case <-seen:
					return nil, nil
				case <-ctx.Done():
					return nil, ctx.Err()
				}
			}
		})
		s.run()
		id := s.add("count")
		for _, server := range []*server{s, other} {
			last, news := int64(0), 0
			server.until(id, func(j data.Job) bool {
				if j.Step.Done < last || j.Step.Done > 0 && j.Step.Message != fmt.Sprint(j.Step.Done) {
					t.Errorf("%+v comes after %d", j.Step, last)
				}
				if j.Step.Done > last {
					last, news = j.Step.Done, news+1
				}
				return news == 5
			})
		}
		close(seen)
		s.ended(id)
	})
}

func TestAJobIsCancelledOnAnyServerWithinTwoSeconds(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s, other := newServer(t, address), newServer(t, address)
		s.Options.Poll = time.Second // as a server has it
		began := make(chan struct{}, 2)
		s.Handle("wait", func(ctx context.Context, run *jobs.Run) ([]byte, error) {
			began <- struct{}{}
			<-ctx.Done()
			return nil, ctx.Err()
		})
		s.run()
		for _, server := range []*server{s, other} {
			id := s.add("wait")
			<-began
			at := time.Now()
			if _, err := server.Stop(t.Context(), id); err != nil {
				t.Fatal(err)
			}
			if job := server.ended(id); job.State != data.JobCancelled {
				t.Errorf("%+v", job)
			}
			if took := time.Since(at); took > 2*time.Second {
				t.Errorf("it took %v", took)
			}
		}
	})
}

// TestAJobIsCancelledThoughItsOwnWritingKeepsTheStore has a GeoPackage locked by what the job itself writes.
func TestAJobIsCancelledThoughItsOwnWritingKeepsTheStore(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := newServer(t, address)
		writing := make(chan struct{})
		s.Handle("import", func(ctx context.Context, run *jobs.Run) ([]byte, error) {
			_, err := s.store.Apply(ctx, func(yield func(layers.Edit, error) bool) {
				if yield(river("half"), nil) {
					close(writing)
					<-ctx.Done()
					yield(river("whole"), nil)
				}
			})
			return nil, err
		})
		s.run()
		id := s.add("import")
		<-writing
		at := time.Now()
		if _, err := s.Stop(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		if job := s.ended(id); job.State != data.JobCancelled || time.Since(at) > 2*time.Second {
			t.Errorf("%+v after %v", job, time.Since(at))
		}
	})
}

func TestAServerThatStopsHandsItsJobsOn(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s, other := newServer(t, address), newServer(t, address)
		began := make(chan struct{})
		s.Handle("import", func(ctx context.Context, run *jobs.Run) ([]byte, error) {
			close(began)
			<-ctx.Done()
			return nil, ctx.Err()
		})
		stop := s.run()
		id := s.add("import")
		<-began
		stop()
		if job := other.until(id, func(data.Job) bool { return true }); job.State != data.JobWaiting {
			t.Errorf("%+v", job)
		}
		other.Handle("import", importing(other.store, func(string) {}))
		other.run()
		other.expect(id, 1, `"written"`)
	})
}
