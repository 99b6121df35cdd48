package web

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/gpkg"
	"github.com/cuntu/cuntu/data/jobs"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/question"
)

// jobWork does the work of a job in a test.
type jobWork = func(ctx context.Context, run *jobs.Run) (any, error)

// bench is a server of jobs alone over a store, whose POST /start/{name} starts a job. Several may share a store, as
// several servers do.
type bench struct {
	t    *testing.T
	http *httptest.Server
	stop func() // of the server
}

func newBench(t *testing.T, path string, works map[string]jobWork) *bench {
	t.Helper()
	store, err := gpkg.Open(t.Context(), path, &layers.Catalog{}, gpkg.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	runner := jobs.New(jobs.Options{Store: store, Files: jobs.NewFiles(path + "-work"), Log: log, Poll: 50 * time.Millisecond})
	s := &server{jobs: runner, log: log, store: store, edits: Edits{Allowed: true}}
	for kind, do := range works {
		s.handleJob(kind, do)
	}
	r := mux.NewRouter()
	s.jobRoutes(func(path string, h http.HandlerFunc) { r.HandleFunc(path, h).Methods(http.MethodGet) }, r)
	r.HandleFunc("/start/{name}", func(w http.ResponseWriter, r *http.Request) {
		if err := s.startJob(w, r, data.Job{Kind: mux.Vars(r)["name"]}, nil); err != nil {
			s.fail(w, r, err)
		}
	})
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = runner.Run(ctx) })
	b := &bench{t: t, http: httptest.NewServer(r)}
	b.stop = sync.OnceFunc(func() {
		cancel()
		running.Wait()
		b.http.Close()
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(b.stop)
	return b
}

func newPath(t *testing.T) string { return filepath.Join(t.TempDir(), "test.gpkg") }

func (b *bench) do(method, path string, headers ...string) (int, jobStatus, string) {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.http.URL+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	var body strings.Builder
	if _, err := bufio.NewReader(resp.Body).WriteTo(&body); err != nil {
		b.t.Fatal(err)
	}
	var status jobStatus
	_ = json.Unmarshal([]byte(body.String()), &status) // zero where it is no status
	return resp.StatusCode, status, body.String()
}

func (b *bench) start(name string) jobStatus {
	b.t.Helper()
	code, status, body := b.do(http.MethodPost, "/start/"+name)
	if code != http.StatusAccepted || status.ID == "" || status.Kind != name {
		b.t.Fatalf("start %s: %d %s", name, code, body)
	}
	return status
}

// until waits for a job to be as a test wants it.
func (b *bench) until(id string, ok func(jobStatus) bool) jobStatus {
	b.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		code, status, body := b.do(http.MethodGet, "/api/jobs/"+id)
		if ok(status) {
			return status
		}
		if code != http.StatusOK || time.Now().After(deadline) {
			b.t.Fatalf("%d %s", code, body)
		}
	}
}

// watch reads a job's events until they end and gives the statuses told.
func (b *bench) watch(id string) []jobStatus {
	b.t.Helper()
	code, _, body := b.do(http.MethodGet, "/api/jobs/"+id+"/events")
	if code != http.StatusOK {
		b.t.Fatalf("watch: %d %s", code, body)
	}
	var all []jobStatus
	for line := range strings.Lines(body) {
		if text, ok := strings.CutPrefix(line, "data: "); ok {
			var s jobStatus
			if err := json.Unmarshal([]byte(text), &s); err != nil {
				b.t.Fatal(err)
			}
			all = append(all, s)
		}
	}
	return all
}

func (b *bench) last(id string) jobStatus {
	b.t.Helper()
	told := b.watch(id)
	return told[len(told)-1]
}

func untilCancelled(ctx context.Context, _ *jobs.Run) (any, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestAJobTellsHowFarItIsAndKeepsItsResult(t *testing.T) {
	goOn := make(chan struct{})
	path := newPath(t)
	b := newBench(t, path, map[string]jobWork{"count": func(_ context.Context, run *jobs.Run) (any, error) {
		run.Tell(question.Step{Done: 3, Total: 10, Message: "counting"})
		<-goOn
		for i := range int64(7) {
			run.Tell(question.Step{Done: 4 + i, Total: 10})
		}
		return map[string]int{"counted": 10}, nil
	}})
	other := newBench(t, path, nil)
	id := b.start("count").ID
	for _, server := range []*bench{b, other} {
		status := server.until(id, func(s jobStatus) bool { return s.Message != "" })
		if status.State != data.JobRunning || status.Done != 3 || status.Total != 10 ||
			status.Ended != nil || status.Result != "" {
			t.Errorf("while it runs: %+v", status)
		}
	}
	if code, _, body := b.do(http.MethodGet, "/api/jobs/"+id+"/result"); code != http.StatusNotFound {
		t.Errorf("its result: %d %s", code, body)
	}
	close(goOn)
	for _, server := range []*bench{b, other} {
		done := int64(0)
		told := server.watch(id)
		for _, s := range told {
			if s.Done < done {
				t.Errorf("%d comes after %d", s.Done, done)
			}
			done = s.Done
		}
		last := told[len(told)-1]
		if last.State != data.JobDone || last.Ended == nil || last.Attempts != 1 {
			t.Errorf("at the end: %+v", last)
		}
		if code, _, body := server.do(http.MethodGet, last.Result); code != http.StatusOK || body != `{"counted":10}` {
			t.Errorf("its result: %d %s", code, body)
		}
	}
	if code, _, body := other.do(http.MethodGet, "/api/jobs"); code != http.StatusOK || !strings.Contains(body, id) {
		t.Errorf("all jobs: %d %s", code, body)
	}
	if code, _, body := other.do(http.MethodGet, "/api/jobs", "Sec-Fetch-Site", "cross-site"); code != http.StatusForbidden {
		t.Errorf("all jobs, read by another site's page: %d %s", code, body)
	}
	if code, _, _ := other.do(http.MethodDelete, "/api/jobs/"+id); code != http.StatusNoContent {
		t.Errorf("forget it: %d", code)
	}
	for _, path := range []string{"", "/result", "/events"} {
		if code, _, _ := b.do(http.MethodGet, "/api/jobs/"+id+path); code != http.StatusNotFound {
			t.Errorf("what is forgotten: %s %d", path, code)
		}
	}
}

func TestAJobThatFailsTellsWhatTheCallerMayKnow(t *testing.T) {
	b := newBench(t, newPath(t), map[string]jobWork{
		"refused": func(context.Context, *jobs.Run) (any, error) {
			return nil, badRequest(layers.Fault{Part: "file", Detail: "is empty"})
		},
		"broken": func(context.Context, *jobs.Run) (any, error) { return nil, errors.New("password=secret") },
		"panics": func(context.Context, *jobs.Run) (any, error) { panic("secret") },
		"large":  func(context.Context, *jobs.Run) (any, error) { return strings.Repeat("x", data.MostJobBytes), nil },
	})
	for name, want := range map[string]problem{
		"refused": {Title: "Bad request", Status: 400, Detail: "file: is empty"},
		"broken":  {Title: "Internal error", Status: 500},
		"panics":  {Title: "Internal error", Status: 500},
		"large":   {Title: "Too large", Status: 413, Detail: "the result has 33554434 bytes; 33554432 are allowed"},
	} {
		last := b.last(b.start(name).ID)
		if last.State != data.JobFailed || last.Error == nil ||
			last.Error.Title != want.Title || last.Error.Status != want.Status ||
			last.Error.Detail != want.Detail {
			t.Errorf("%s: %+v, %+v", name, last, last.Error)
		}
	}
}

func TestAJobCanBeCancelledOnAnyServer(t *testing.T) {
	path := newPath(t)
	b := newBench(t, path, map[string]jobWork{"wait": untilCancelled})
	other := newBench(t, path, nil)
	running := []string{b.start("wait").ID, b.start("wait").ID}
	for _, id := range running {
		b.until(id, func(s jobStatus) bool { return s.State == data.JobRunning })
	}
	waiting := b.start("wait").ID // there is room for two
	for _, id := range append([]string{waiting}, running...) {
		if code, _, body := b.do(http.MethodDelete, "/api/jobs/"+id, "Sec-Fetch-Site", "cross-site"); code != http.StatusForbidden {
			t.Errorf("cancelled by another site's page: %d %s", code, body)
		}
		server := b
		if id == running[0] {
			server = other
		}
		began := time.Now()
		if code, _, body := server.do(http.MethodDelete, "/api/jobs/"+id); code != http.StatusAccepted {
			t.Errorf("cancel: %d %s", code, body)
		}
		if last := server.last(id); last.State != data.JobCancelled || last.Error != nil {
			t.Errorf("cancelled: %+v", last)
		}
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("it took %v", took)
		}
	}
}

func TestJobsAreBounded(t *testing.T) {
	b := newBench(t, newPath(t), map[string]jobWork{"wait": untilCancelled})
	for range data.MostPendingJobs {
		b.start("wait")
	}
	code, _, body := b.do(http.MethodPost, "/start/wait")
	if code != http.StatusServiceUnavailable || !strings.Contains(body, "22 jobs") {
		t.Errorf("one too many: %d %s", code, body)
	}
}

func TestJobsOutliveTheirServer(t *testing.T) {
	path := newPath(t)
	first := newBench(t, path, map[string]jobWork{"wait": untilCancelled})
	var ids []string
	for range 3 {
		ids = append(ids, first.start("wait").ID)
	}
	first.until(ids[1], func(s jobStatus) bool { return s.State == data.JobRunning })
	first.stop()
	next := newBench(t, path, map[string]jobWork{
		"wait": func(context.Context, *jobs.Run) (any, error) { return "waited", nil },
	})
	for _, id := range ids {
		// A server that stops hands on what it has begun.
		if last := next.last(id); last.State != data.JobDone || last.Attempts != 1 {
			t.Errorf("on the next server: %+v", last)
		}
	}
}
