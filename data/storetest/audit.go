package storetest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cuntu/cuntu/data"
)

func act(verb, object string) data.Act {
	return data.Act{
		Actor: "U1", Name: "zhang", Origin: data.FromPage, Address: "10.0.0.1", Agent: "Firefox", Verb: verb, Object: object,
		Outcome: data.Done, Detail: "因为", Request: "R1",
	}
}

// sealing is a seal that tells of acts by their numbers alone.
func sealing(last data.Seal, acts []data.Act) (data.Seal, error) {
	var numbers []string
	for _, a := range acts {
		numbers = append(numbers, fmt.Sprint(a.Seq))
	}
	return data.Seal{
		N: last.N + 1, At: time.UnixMicro(1_700_000_000_123_456).UTC(), Hashing: "sha256", Acts: strings.Join(numbers, ","),
		Root: "r", Before: last.Hash, Hash: fmt.Sprint("h", last.N+1),
	}, nil
}

func readLog(t *testing.T, store data.Store) (acts []data.Act, seals []data.Seal) {
	t.Helper()
	err := store.ReadActs(t.Context(),
		func(a data.Act) error { acts = append(acts, a); return nil },
		func(s data.Seal) error { seals = append(seals, s); return nil })
	if err != nil {
		t.Fatal(err)
	}
	return acts, seals
}

func testActs(t *testing.T, s *setting) {
	store := s.open()
	defer store.Close()
	before := time.Now().Add(-time.Minute)
	long := act("export", "village\nroad")
	long.Detail, long.Outcome = strings.Repeat("长", 5000), data.Refused
	if err := store.PutActs(t.Context(), act("sign-in", ""), act("grant", "100%_a")); err != nil {
		t.Fatal(err)
	}
	if err := store.PutActs(t.Context(), long); err != nil {
		t.Fatal(err)
	}
	if err := store.PutActs(t.Context(), act("sign-in", ""), data.Act{Verb: "nothing"}); err == nil {
		t.Error("an act without an outcome is taken")
	}
	acts, seals := readLog(t, store)
	if len(acts) != 3 || len(seals) != 0 {
		t.Fatalf("there are %d acts and %d seals", len(acts), len(seals))
	}
	for i, want := range []data.Act{act("sign-in", ""), act("grant", "100%_a")} {
		got := acts[i]
		if got.At.Before(before) || got.At.After(time.Now().Add(time.Minute)) || got.Seq <= 0 {
			t.Errorf("act %d is of %v with number %d", i, got.At, got.Seq)
		}
		got.At, got.Seq = time.Time{}, 0
		if got != want {
			t.Errorf("act %d is %+v, not %+v", i, got, want)
		}
	}
	if d := acts[2].Detail; len(d) > 2000 || len(d) < 1990 || acts[2].Object != "village road" {
		t.Errorf("a long act has %d bytes, of %q", len(d), acts[2].Object)
	}
	for name, c := range map[string]struct {
		q    data.ActQuery
		want []int
	}{
		"all":         {data.ActQuery{Limit: 10}, []int{2, 1, 0}},
		"some":        {data.ActQuery{Limit: 2}, []int{2, 1}},
		"the rest":    {data.ActQuery{Limit: 10, Before: acts[1].Seq}, []int{0}},
		"by verb":     {data.ActQuery{Limit: 10, Verb: "grant"}, []int{1}},
		"by outcome":  {data.ActQuery{Limit: 10, Outcome: data.Refused}, []int{2}},
		"by login":    {data.ActQuery{Limit: 10, Actor: "zhang"}, []int{2, 1, 0}},
		"by id":       {data.ActQuery{Limit: 10, Actor: "U1"}, []int{2, 1, 0}},
		"by another":  {data.ActQuery{Limit: 10, Actor: "U"}, nil},
		"by text":     {data.ActQuery{Limit: 10, Text: "VILLAGE"}, []int{2}},
		"not as like": {data.ActQuery{Limit: 10, Text: "%"}, []int{1}},
		"since":       {data.ActQuery{Limit: 10, Since: acts[2].At}, []int{2}},
		"until":       {data.ActQuery{Limit: 10, Until: acts[2].At}, []int{1, 0}},
	} {
		found, err := store.Acts(t.Context(), c.q)
		if err != nil {
			t.Fatal(err)
		}
		var got []int
		for _, a := range found {
			got = append(got, slices.IndexFunc(acts, func(o data.Act) bool { return o == a }))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v are found, not %v", name, got, c.want)
		}
	}
}

func testSeals(t *testing.T, s *setting) {
	store := s.open()
	defer store.Close()
	if sealed, more, err := store.SealActs(t.Context(), sealing); err != nil || sealed.N != 0 || more {
		t.Fatalf("of nothing a seal %+v is made, %v", sealed, err)
	}
	put := func(n int) {
		t.Helper()
		for i := range n {
			if err := store.PutActs(t.Context(), act("sign-in", fmt.Sprint(i))); err != nil {
				t.Fatal(err)
			}
		}
	}
	put(3)
	first, _, err := store.SealActs(t.Context(), sealing)
	if err != nil || first.N != 1 || strings.Count(first.Acts, ",") != 2 {
		t.Fatalf("the first seal is %+v, %v", first, err)
	}
	put(1)
	failing := func(data.Seal, []data.Act) (data.Seal, error) { return data.Seal{}, errClosed }
	if _, _, err := store.SealActs(t.Context(), failing); err == nil {
		t.Error("an error of the maker is lost")
	}
	second, _, err := store.SealActs(t.Context(), sealing)
	if err != nil || second.N != 2 || second.Before != first.Hash {
		t.Fatalf("the second seal is %+v, %v", second, err)
	}
	acts, seals := readLog(t, store)
	if len(acts) != 4 || len(seals) != 2 || seals[0] != first || seals[1] != second {
		t.Errorf("there are %d acts and the seals %+v", len(acts), seals)
	}
	if again, _, err := store.SealActs(t.Context(), sealing); err != nil || again.N != 0 {
		t.Errorf("what is sealed is sealed again: %+v, %v", again, err)
	}
}

// testSealers has many write and seal at once: each act comes into one seal, and the seals follow on each other.
func testSealers(t *testing.T, s *setting) {
	const writers, each = 4, 25
	var tasks sync.WaitGroup
	for range writers {
		tasks.Go(func() {
			store := s.open()
			defer store.Close()
			for i := range each {
				if err := store.PutActs(t.Context(), act("export", fmt.Sprint(i))); err != nil {
					t.Error(err)
				}
				if i%5 == 0 {
					if _, _, err := store.SealActs(t.Context(), sealing); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	tasks.Wait()
	store := s.open()
	defer store.Close()
	if _, _, err := store.SealActs(t.Context(), sealing); err != nil {
		t.Fatal(err)
	}
	acts, seals := readLog(t, store)
	seen := map[string]int{}
	before := ""
	for i, seal := range seals {
		if seal.N != int64(i+1) || seal.Before != before {
			t.Errorf("seal %d follows on %q, not %q", seal.N, seal.Before, before)
		}
		before = seal.Hash
		for _, number := range strings.Split(seal.Acts, ",") {
			seen[number]++
		}
	}
	if len(acts) != writers*each || len(seen) != writers*each {
		t.Errorf("of %d acts %d are there, and %d sealed", writers*each, len(acts), len(seen))
	}
	for number, n := range seen {
		if n != 1 {
			t.Errorf("act %s is in %d seals", number, n)
		}
	}
}
