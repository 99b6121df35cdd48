package web

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/question"
)

// bench is a server of jobs alone, whose POST /start/{name} starts a run.
type bench struct {
	t    *testing.T
	jobs *Jobs
	http *httptest.Server
}

func newBench(t *testing.T, runs map[string]jobRun) *bench {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	b := &bench{t: t, jobs: NewJobs(log)}
	s := &server{jobs: b.jobs, log: log}
	r := mux.NewRouter()
	s.jobRoutes(func(path string, h http.HandlerFunc) { r.HandleFunc(path, h).Methods(http.MethodGet) }, r)
	r.HandleFunc("/start/{name}", func(w http.ResponseWriter, r *http.Request) {
		if err := s.startJob(w, mux.Vars(r)["name"], runs[mux.Vars(r)["name"]]); err != nil {
			s.fail(w, r, err)
		}
	})
	b.http = httptest.NewServer(r)
	t.Cleanup(func() { b.jobs.Close(); b.http.Close() })
	return b
}

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

func untilCancelled(ctx context.Context, _ func(question.Step)) (any, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestAJobTellsHowFarItIsAndKeepsItsResult(t *testing.T) {
	goOn := make(chan struct{})
	b := newBench(t, map[string]jobRun{"count": func(_ context.Context, tell func(question.Step)) (any, error) {
		tell(question.Step{Done: 3, Total: 10, Message: "counting"})
		<-goOn
		tell(question.Step{Done: 10, Total: 10})
		return map[string]int{"counted": 10}, nil
	}})
	id := b.start("count").ID
	_, status, _ := b.do(http.MethodGet, "/api/jobs/"+id)
	for status.Message == "" {
		_, status, _ = b.do(http.MethodGet, "/api/jobs/"+id)
	}
	if status.State != JobRunning || status.Done != 3 || status.Total != 10 || status.Ended != nil || status.Result != "" {
		t.Errorf("while it runs: %+v", status)
	}
	if code, _, body := b.do(http.MethodGet, "/api/jobs/"+id+"/result"); code != http.StatusNotFound {
		t.Errorf("its result before the end: %d %s", code, body)
	}
	close(goOn)
	told := b.watch(id)
	last := told[len(told)-1]
	if last.State != JobDone || last.Done != 10 || last.Ended == nil {
		t.Errorf("the last event: %+v", last)
	}
	if code, _, body := b.do(http.MethodGet, last.Result); code != http.StatusOK || body != `{"counted":10}` {
		t.Errorf("its result: %d %s", code, body)
	}
	if code, _, _ := b.do(http.MethodDelete, "/api/jobs/"+id); code != http.StatusNoContent {
		t.Errorf("forgetting it: %d", code)
	}
	if code, _, _ := b.do(http.MethodGet, "/api/jobs/"+id); code != http.StatusNotFound {
		t.Errorf("when it is forgotten: %d", code)
	}
}

func TestAJobThatFailsTellsOnlyWhatIsForTheCaller(t *testing.T) {
	b := newBench(t, map[string]jobRun{
		"refused": func(context.Context, func(question.Step)) (any, error) {
			return nil, badRequest(layers.Fault{Part: "file", Detail: "is empty"})
		},
		"broken": func(context.Context, func(question.Step)) (any, error) { return nil, errors.New("password=secret") },
		"panics": func(context.Context, func(question.Step)) (any, error) { panic("secret") },
	})
	for name, want := range map[string]problem{
		"refused": {Title: "Bad request", Status: 400, Detail: "file: is empty"},
		"broken":  {Title: "Internal error", Status: 500},
		"panics":  {Title: "Internal error", Status: 500},
	} {
		told := b.watch(b.start(name).ID)
		last := told[len(told)-1]
		if last.State != JobFailed || last.Error == nil || last.Error.Title != want.Title || last.Error.Status != want.Status ||
			last.Error.Detail != want.Detail {
			t.Errorf("%s: %+v, %+v", name, last, last.Error)
		}
	}
}

func TestAJobCanBeCancelled(t *testing.T) {
	b := newBench(t, map[string]jobRun{"wait": untilCancelled})
	running := []string{b.start("wait").ID, b.start("wait").ID}
	waiting := b.start("wait").ID // there is room for two
	for _, id := range append([]string{waiting}, running...) {
		if code, _, body := b.do(http.MethodDelete, "/api/jobs/"+id, "Sec-Fetch-Site", "cross-site"); code != http.StatusForbidden {
			t.Errorf("cancelled by another site's page: %d %s", code, body)
		}
		if code, _, body := b.do(http.MethodDelete, "/api/jobs/"+id); code != http.StatusAccepted {
			t.Errorf("cancel: %d %s", code, body)
		}
		told := b.watch(id)
		if last := told[len(told)-1]; last.State != JobCancelled || last.Error != nil {
			t.Errorf("cancelled: %+v", last)
		}
	}
}

func TestWhatComesAfterAJobIsDoneThoughItNeverRan(t *testing.T) {
	b := newBench(t, map[string]jobRun{"wait": untilCancelled})
	b.start("wait")
	b.start("wait")
	done := make(chan struct{})
	waiting, err := b.jobs.start("waits", func(context.Context, func(question.Step)) (any, error) {
		t.Error("it ran")
		return nil, nil
	}, func() { close(done) })
	if err != nil {
		t.Fatal(err)
	}
	waiting.cancel()
	<-done
}

func TestJobsAreBounded(t *testing.T) {
	b := newBench(t, map[string]jobRun{
		"wait":  untilCancelled,
		"quick": func(context.Context, func(question.Step)) (any, error) { return 1, nil },
	})
	var first string
	for i := range jobsKept + 5 {
		id := b.start("quick").ID
		if i == 0 {
			first = id
		}
		b.watch(id)
	}
	if code, _, _ := b.do(http.MethodGet, "/api/jobs/"+first); code != http.StatusNotFound {
		t.Errorf("the oldest of too many ended jobs: %d", code)
	}
	var ids []string
	for range jobsRunning + jobsWaiting {
		ids = append(ids, b.start("wait").ID)
	}
	if code, _, body := b.do(http.MethodPost, "/start/wait"); code != http.StatusServiceUnavailable {
		t.Errorf("one too many: %d %s", code, body)
	}
	b.jobs.Close()
	for _, id := range ids {
		if _, s, _ := b.do(http.MethodGet, "/api/jobs/"+id); s.State != JobCancelled {
			t.Errorf("after the end of the server: %+v", s)
		}
	}
	if code, _, _ := b.do(http.MethodPost, "/start/quick"); code != http.StatusServiceUnavailable {
		t.Errorf("started after the end: %d", code)
	}
}
