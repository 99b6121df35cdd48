package storetest

import (
	"errors"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/question"
)

const (
	longLease  = time.Hour
	shortLease = time.Millisecond
)

func addJobs(t *testing.T, store data.Store, jobs ...data.Job) {
	t.Helper()
	for _, j := range jobs {
		if err := store.AddJob(t.Context(), j); err != nil {
			t.Fatal(err)
		}
	}
}

func taking(holder string, lease time.Duration) data.JobTaking {
	return data.JobTaking{Holder: holder, Kinds: []string{"count", "import"}, Place: "here", Lease: lease}
}

// take has somebody take a job, waiting for a lease to end where one must.
func take(t *testing.T, store data.Store, holder string, lease time.Duration) (data.Job, data.JobHold) {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		j, err := store.TakeJob(t.Context(), taking(holder, lease))
		if err == nil {
			return j, data.JobHold{ID: j.ID, Holder: holder}
		}
		if !errors.Is(err, data.ErrNoJob) || time.Now().After(deadline) {
			t.Fatalf("take a job: %v", err)
		}
	}
}

func expectJob(t *testing.T, store data.Store, id string, state data.JobState, attempts int) data.Job {
	t.Helper()
	j, err := store.Job(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if j.State != state || j.Attempts != attempts || j.State.Final() == j.Ended.IsZero() {
		t.Errorf("job %s is %s, begun %d times, ended %v; it should be %s, %d", id, j.State, j.Attempts, j.Ended, state, attempts)
	}
	return j
}

func expectJobs(t *testing.T, store data.Store, want ...string) {
	t.Helper()
	list, err := store.ListJobs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, j := range list {
		if j.Params != nil {
			t.Errorf("the list has the parameters of job %s", j.ID)
		}
		got = append(got, j.ID)
	}
	if !slices.Equal(got, want) {
		t.Errorf("jobs %v, not %v", got, want)
	}
}

func testJobs(t *testing.T, s *setting) {
	store, other := s.store(t), s.store(t)
	first := data.Job{ID: "1", Kind: "count", Title: "台账.csv", Owner: "U1", Params: []byte("\x00\xff到十"), Place: "here", Files: "folder"}
	addJobs(t, store, first, data.Job{ID: "2", Kind: "import"})
	expectJobs(t, other, "2", "1")

	got, hold := take(t, other, "a", longLease)
	if got.Created.IsZero() || time.Since(got.Created).Abs() > patience {
		t.Errorf("the job is of %v", got.Created)
	}
	want := first
	want.State, want.Attempts, want.Created = data.JobRunning, 1, got.Created
	if !reflect.DeepEqual(got, want) {
		t.Errorf("took %+v, not %+v", got, want)
	}
	step := question.Step{Done: 3, Total: 10, Message: "数数"}
	if stopping, err := other.RenewJob(t.Context(), hold, step, longLease); err != nil || stopping {
		t.Errorf("renew: %v, %v", stopping, err)
	}
	if j := expectJob(t, store, "1", data.JobRunning, 1); j.Step != step || j.Params != nil {
		t.Errorf("while it runs: %+v", j)
	}
	if _, err := store.JobResult(t.Context(), "1"); !errors.Is(err, data.ErrNoJob) {
		t.Errorf("the result of a job that runs: %v", err)
	}
	if err := store.DropJob(t.Context(), "1"); !errors.Is(err, data.ErrNoJob) {
		t.Errorf("drop a job that runs: %v", err)
	}
	step.Done = 10
	end := data.JobEnd{JobHold: hold, State: data.JobDone, Step: step, Result: []byte(`{"n":10}`)}
	if err := other.EndJob(t.Context(), end); err != nil {
		t.Fatal(err)
	}
	if j := expectJob(t, store, "1", data.JobDone, 1); !j.Results || j.Step != step {
		t.Errorf("done: %+v", j)
	}
	if result, err := store.JobResult(t.Context(), "1"); err != nil || string(result) != `{"n":10}` {
		t.Errorf("the result: %s, %v", result, err)
	}

	_, hold = take(t, store, "b", longLease)
	end = data.JobEnd{JobHold: hold, State: data.JobFailed, Failure: []byte(`{"title":"no"}`)}
	if err := store.EndJob(t.Context(), end); err != nil {
		t.Fatal(err)
	}
	if j := expectJob(t, other, "2", data.JobFailed, 1); j.Results || string(j.Failure) != `{"title":"no"}` {
		t.Errorf("failed: %+v", j)
	}
	if err := other.DropJob(t.Context(), "1"); err != nil {
		t.Error(err)
	}
	expectJobs(t, store, "2")
	_, err := store.Job(t.Context(), "1")
	_, stopErr := store.StopJob(t.Context(), "1")
	for what, err := range map[string]error{"find": err, "stop": stopErr, "drop": store.DropJob(t.Context(), "1")} {
		if !errors.Is(err, data.ErrNoJob) {
			t.Errorf("%s what is gone: %v", what, err)
		}
	}
}

func testJobChoice(t *testing.T, s *setting) {
	store := s.store(t)
	addJobs(t, store, data.Job{ID: "dance", Kind: "dance"}, data.Job{ID: "there", Kind: "count", Place: "there"},
		data.Job{ID: "mine", Kind: "count"}, data.Job{ID: "older", Kind: "count", Place: "here"},
		data.Job{ID: "newer", Kind: "import"})
	for _, want := range []string{"older", "newer"} {
		t1 := taking("a", longLease)
		t1.Not = []string{"mine", "other"}
		if j, err := store.TakeJob(t.Context(), t1); err != nil || j.ID != want {
			t.Errorf("took %s, %v, not %s", j.ID, err, want)
		}
	}
	if j, hold := take(t, store, "b", longLease); j.ID != "mine" || hold.ID != "mine" {
		t.Errorf("took %s", j.ID)
	}
	if j, err := store.TakeJob(t.Context(), taking("c", longLease)); !errors.Is(err, data.ErrNoJob) {
		t.Errorf("took %s, %v", j.ID, err)
	}
}

func testJobRefusals(t *testing.T, s *setting) {
	store := s.store(t)
	for name, j := range map[string]data.Job{
		"no kind":         {ID: "1"},
		"a kind of words": {ID: "1", Kind: "Kind of words"},
		"no id":           {Kind: "count"},
		"an id with NUL":  {ID: "a\x00", Kind: "count"},
		"too much":        {ID: "1", Kind: "count", Params: make([]byte, 20<<20+1)},
	} {
		if err := store.AddJob(t.Context(), j); !errors.Is(err, data.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for i := range data.MostPendingJobs {
		addJobs(t, store, data.Job{ID: fmt.Sprintf("%02d", i), Kind: "count"})
	}
	if err := store.AddJob(t.Context(), data.Job{ID: "more", Kind: "count"}); !errors.Is(err, data.ErrManyJobs) {
		t.Errorf("one too many: %v", err)
	}
	_, hold := take(t, store, "a", longLease)
	for name, e := range map[string]data.JobEnd{
		"not an end": {JobHold: hold, State: data.JobRunning},
		"too much":   {JobHold: hold, State: data.JobDone, Result: make([]byte, data.MostJobBytes+1)},
	} {
		if err := store.EndJob(t.Context(), e); !errors.Is(err, data.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	expectJob(t, store, hold.ID, data.JobRunning, 1)
}

// testJobLease has a holder that is slow lose its job to another, and whatever it still writes for it refused.
func testJobLease(t *testing.T, s *setting) {
	slow, other, want := s.store(t), s.store(t), state{}
	addJobs(t, slow, data.Job{ID: "1", Kind: "import", Params: []byte("x")})
	_, lost := take(t, slow, "slow", shortLease)
	j, hold := take(t, other, "other", longLease)
	if j.Attempts != 2 || string(j.Params) != "x" {
		t.Errorf("taken again: %+v", j)
	}
	feature := NewMaker(21).Feature(s.layer(t, "village"))
	writing := func(h data.JobHold) data.Writing {
		return data.Writing{
			Edits:     data.Edits(insert("village", feature)),
			Documents: data.Keep(document("import", h.Holder, "", noon)),
			Jobs:      []data.Job{{ID: "next of " + h.Holder, Kind: "count"}},
			Ends: func() (data.JobEnd, error) {
				return data.JobEnd{JobHold: h, State: data.JobDone, Result: []byte("1")}, nil
			},
		}
	}
	_, renewErr := slow.RenewJob(t.Context(), lost, question.Step{}, longLease)
	_, writeErr := slow.Write(t.Context(), writing(lost))
	for what, err := range map[string]error{
		"renew": renewErr, "write": writeErr, "release": slow.ReleaseJob(t.Context(), lost),
		"end": slow.EndJob(t.Context(), data.JobEnd{JobHold: lost, State: data.JobFailed}),
	} {
		if !errors.Is(err, data.ErrJobLost) {
			t.Errorf("%s what is lost: %v", what, err)
		}
	}
	want.expect(t, s, other)
	expectList(t, other, "")
	expectJobs(t, other, "1")

	ids, err := other.Write(t.Context(), writing(hold))
	if err != nil {
		t.Fatal(err)
	}
	want.do([]layers.Edit{insert("village", feature)}, ids)
	want.expect(t, s, slow)
	expectList(t, slow, "", "import/other")
	expectJob(t, slow, "1", data.JobDone, 2)
	expectJobs(t, slow, "next of other", "1")
	again := writing(hold)
	again.Jobs = nil
	again.Edits = data.Edits(insert("village", NewMaker(23).Feature(s.layer(t, "village"))))
	if _, err := other.Write(t.Context(), again); !errors.Is(err, data.ErrJobLost) {
		t.Errorf("to effect twice: %v", err)
	}
	want.expect(t, s, slow)
}

// testJobsWithEdits has jobs share the fate of the edits that they come with.
func testJobsWithEdits(t *testing.T, s *setting) {
	store, want := s.store(t), state{}
	broken := errors.New("the disk is full")
	feature := NewMaker(22).Feature(s.layer(t, "village"))
	for name, w := range map[string]data.Writing{
		"a bad edit": {Edits: data.Edits(remove("village", 99999)), Jobs: []data.Job{{ID: "1", Kind: "count"}}},
		"a bad job":  {Edits: data.Edits(insert("village", feature)), Jobs: []data.Job{{ID: "1", Kind: "count"}, {ID: "2"}}},
		"a bad end": {
			Edits: data.Edits(insert("village", feature)), Jobs: []data.Job{{ID: "1", Kind: "count"}},
			Ends: func() (data.JobEnd, error) { return data.JobEnd{}, broken },
		},
	} {
		if _, err := store.Write(t.Context(), w); err == nil {
			t.Errorf("%s is written", name)
		}
	}
	want.expect(t, s, store)
	expectJobs(t, store)
	var told []string
	ids, err := store.Write(t.Context(), data.Writing{
		Edits: data.Edits(insert("village", feature)),
		Documents: func([]int64) iter.Seq2[data.Document, error] {
			told = append(told, "documents")
			return data.Keep()(nil)
		},
		Jobs: []data.Job{{ID: "1", Kind: "count"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	want.do([]layers.Edit{insert("village", feature)}, ids)
	want.expect(t, s, store)
	expectJobs(t, store, "1")
	_, hold := take(t, store, "a", longLease)
	if _, err := store.Write(t.Context(), data.Writing{
		Documents: func([]int64) iter.Seq2[data.Document, error] {
			told = append(told, "documents")
			return data.Keep()(nil)
		},
		Ends: func() (data.JobEnd, error) {
			told = append(told, "end")
			return data.JobEnd{JobHold: hold, State: data.JobDone}, nil
		},
	}); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(told, []string{"documents", "documents", "end"}) {
		t.Errorf("asked for %v", told)
	}
	expectJob(t, store, "1", data.JobDone, 1)
}

func testStopJob(t *testing.T, s *setting) {
	store, other := s.store(t), s.store(t)
	addJobs(t, store, data.Job{ID: "1", Kind: "count"}, data.Job{ID: "2", Kind: "count"}, data.Job{ID: "3", Kind: "count"})
	_, hold := take(t, store, "a", longLease)
	for id, want := range map[string]data.JobState{"1": data.JobRunning, "3": data.JobCancelled} {
		if j, err := other.StopJob(t.Context(), id); err != nil || j.State != want || j.Stopping == want.Final() {
			t.Errorf("stop job %s: %+v, %v", id, j, err)
		}
	}
	expectJob(t, store, "3", data.JobCancelled, 0)
	if stopping, err := store.RenewJob(t.Context(), hold, question.Step{}, longLease); err != nil || !stopping {
		t.Errorf("the holder hears %v, %v", stopping, err)
	}
	if err := store.ReleaseJob(t.Context(), hold); err != nil {
		t.Error(err)
	}
	expectJob(t, store, "1", data.JobCancelled, 0)

	take(t, store, "gone", shortLease)
	for deadline := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		j, err := other.StopJob(t.Context(), "2")
		if err != nil || time.Now().After(deadline) {
			t.Fatalf("a job whose holder is gone: %+v, %v", j, err)
		}
		if j.State == data.JobCancelled {
			break
		}
	}
	if j, err := other.StopJob(t.Context(), "2"); err != nil || j.State != data.JobCancelled || j.Stopping {
		t.Errorf("stop what has ended: %+v, %v", j, err)
	}
	if j, err := store.TakeJob(t.Context(), taking("b", longLease)); !errors.Is(err, data.ErrNoJob) {
		t.Errorf("took %+v, %v", j, err)
	}
}

func testReleaseJob(t *testing.T, s *setting) {
	store, other := s.store(t), s.store(t)
	addJobs(t, store, data.Job{ID: "1", Kind: "count", Params: []byte("x")}, data.Job{ID: "2", Kind: "count"})
	_, hold := take(t, store, "a", longLease)
	if _, err := store.RenewJob(t.Context(), hold, question.Step{Done: 9, Message: "half"}, longLease); err != nil {
		t.Fatal(err)
	}
	if err := store.ReleaseJob(t.Context(), hold); err != nil {
		t.Fatal(err)
	}
	if j := expectJob(t, other, "1", data.JobWaiting, 0); j.Step != (question.Step{}) {
		t.Errorf("released at %+v", j.Step)
	}
	if j, _ := take(t, other, "b", longLease); j.ID != "1" || j.Attempts != 1 || string(j.Params) != "x" {
		t.Errorf("taken again: %+v", j)
	}
}

// testTakers has many take jobs at once: each is taken once.
func testTakers(t *testing.T, s *setting) {
	stores := []data.Store{s.store(t), s.store(t)}
	for i := range data.MostPendingJobs {
		addJobs(t, stores[0], data.Job{ID: fmt.Sprintf("%02d", i), Kind: "count"})
	}
	var mu sync.Mutex
	var all sync.WaitGroup
	taken := map[string]int{}
	for i := range 8 {
		all.Go(func() {
			for {
				j, err := stores[i%2].TakeJob(t.Context(), taking(fmt.Sprint(i), longLease))
				if errors.Is(err, data.ErrNoJob) {
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				taken[j.ID]++
				mu.Unlock()
			}
		})
	}
	all.Wait()
	for i := range data.MostPendingJobs {
		if id := fmt.Sprintf("%02d", i); taken[id] != 1 {
			t.Errorf("job %s was taken %d times", id, taken[id])
		}
	}
}

// testKeptJobs has the oldest of the ended jobs go where they are too many or too large.
func testKeptJobs(t *testing.T, s *setting) {
	store := s.store(t)
	end := func(id string, result []byte) {
		t.Helper()
		addJobs(t, store, data.Job{ID: id, Kind: "count"})
		_, hold := take(t, store, "a", longLease)
		if err := store.EndJob(t.Context(), data.JobEnd{JobHold: hold, State: data.JobDone, Result: result}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range data.KeptJobs + 3 {
		end(fmt.Sprint(i), []byte("1"))
	}
	addJobs(t, store, data.Job{ID: "next", Kind: "count"})
	list, err := store.ListJobs(t.Context())
	if err != nil || len(list) != data.KeptJobs+1 || list[1].ID != fmt.Sprint(data.KeptJobs+2) ||
		list[data.KeptJobs].ID != "3" {
		t.Errorf("%d jobs are kept, %v", len(list), err)
	}
	if _, err := store.StopJob(t.Context(), "next"); err != nil {
		t.Fatal(err)
	}
	end("large", make([]byte, data.MostJobBytes))
	end("larger", make([]byte, data.MostJobBytes))
	addJobs(t, store, data.Job{ID: "last", Kind: "count"})
	expectJobs(t, store, "last", "larger", "large", "next") // which has no result
}
