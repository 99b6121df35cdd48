package audit

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/geo/trial"
)

// record is a log of n acts with gaps between their numbers, sealed in batches, and the head that was noted.
func record(r *rand.Rand, n int, h Hashing) (acts []data.Act, seals []data.Seal, head Head) {
	at := time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC)
	seq := int64(0)
	for i := range n {
		seq += 1 + r.Int64N(2)
		at = at.Add(time.Duration(r.IntN(10_000)) * time.Millisecond)
		acts = append(acts, data.Act{
			Seq: seq, At: at, Actor: fmt.Sprint("u", r.IntN(5)), Name: "张三", Origin: data.FromPage, Address: "10.0.0.1",
			Verb: []string{"sign-in", "export", "grant"}[r.IntN(3)], Object: fmt.Sprint("village/", i), Outcome: data.Done,
		})
	}
	last := data.Seal{}
	for from := 0; from < n; {
		to := min(n, from+1+r.IntN(20))
		last = NewSeal(h, last, acts[from:to], acts[to-1].At.Add(time.Second))
		seals = append(seals, last)
		from = to
	}
	return acts, seals, Head{last.N, last.Hash}
}

// mutate changes a sealed record in one way, and says how.
func mutate(r *rand.Rand, acts []data.Act, seals []data.Seal) ([]data.Act, []data.Seal, string) {
	acts, seals = slices.Clone(acts), slices.Clone(seals)
	i, n := r.IntN(len(acts)), r.IntN(len(seals))
	a, s := &acts[i], &seals[n]
	switch what := r.IntN(12); what {
	case 0:
		a.Object += "x"
		return acts, seals, "an object edited"
	case 1:
		a.Actor, a.Name = "", a.Actor+a.Name
		return acts, seals, "text moved from one field to the next"
	case 2:
		a.At = a.At.Add(time.Microsecond)
		return acts, seals, "a time edited"
	case 3:
		a.Outcome = data.Refused
		return acts, seals, "an outcome edited"
	case 4:
		return slices.Delete(acts, i, i+1), seals, "an act taken out"
	case 5:
		other := (i + 1 + r.IntN(len(acts)-1)) % len(acts)
		acts[i].Seq, acts[other].Seq = acts[other].Seq, acts[i].Seq
		slices.SortFunc(acts, func(a, b data.Act) int { return int(a.Seq - b.Seq) })
		return acts, seals, "two acts swapped"
	case 6:
		for k := range acts {
			if k > 0 && acts[k].Seq > acts[k-1].Seq+1 {
				forged := acts[k]
				forged.Seq, forged.Object = acts[k].Seq-1, "forged"
				return slices.Insert(acts, k, forged), seals, "an act put in"
			}
		}
		panic("no gap")
	case 7:
		cut := seals[len(seals)-1]
		list, _ := spans(cut.Acts)
		acts = slices.DeleteFunc(acts, func(a data.Act) bool { return a.Seq >= list[0].from })
		return acts, seals[:len(seals)-1], "the tail cut off, with its seal"
	case 8:
		s.Root = fmt.Sprintf("%064x", r.Uint64())
		s.Hash = hashOf(*s)
		return acts, seals, "a root forged, its seal hashed anew"
	case 9:
		return acts, slices.Delete(seals, n, n+1), "a seal taken out"
	case 10:
		a.Detail = "forged"
		last := data.Seal{}
		for k := range seals { // all seals made anew: only what was noted elsewhere tells
			list, _ := spans(seals[k].Acts)
			own := slices.DeleteFunc(slices.Clone(acts), func(a data.Act) bool {
				return !slices.ContainsFunc(list, func(p span) bool { return a.Seq >= p.from && a.Seq <= p.to })
			})
			seals[k] = NewSeal(Hashing(seals[k].Hashing), last, own, seals[k].At)
			last = seals[k]
		}
		return acts, seals, "the whole record rewritten"
	default:
		s.At = s.At.Add(time.Second)
		return acts, seals, "the time of a seal edited"
	}
}

func TestEveryMutationOfASealedRecordIsFound(t *testing.T) {
	for _, h := range []Hashing{SHA256, SM3} {
		r := rand.New(rand.NewPCG(1, 2))
		acts, seals, head := record(r, 300, h)
		v := Verdict{}
		v.judge(acts, seals, []Head{head})
		if len(v.Wrong) > 0 || v.Acts != 300 || v.Unsealed != 0 || v.Head != head {
			t.Fatalf("%s: of the record as it is: %+v", h, v)
		}
		for n := range trial.Part(5000) {
			acts, seals, what := mutate(r, acts, seals)
			v := Verdict{}
			if v.judge(acts, seals, []Head{head}); len(v.Wrong) == 0 {
				t.Fatalf("%s: mutation %d is not found: %s", h, n, what)
			}
		}
	}
}

// TestTheTreeIsThatOfRFC6962 holds roots against those of the RFC's own example, of which section 2.1.3 draws the tree.
func TestTheTreeIsThatOfRFC6962(t *testing.T) {
	leaves := make([][]byte, 7)
	for i := range leaves {
		leaves[i] = SHA256.sum([]byte{0}, []byte{byte(i)})
	}
	pair := func(a, b []byte) []byte { return SHA256.sum([]byte{1}, a, b) }
	g, h, i, j := pair(leaves[0], leaves[1]), pair(leaves[2], leaves[3]), pair(leaves[4], leaves[5]), leaves[6]
	if want := pair(pair(g, h), pair(i, j)); string(SHA256.root(leaves)) != string(want) {
		t.Error("the root of seven leaves is another one")
	}
	if string(SHA256.root(nil)) != string(SHA256.sum()) {
		t.Error("the root of nothing is another one")
	}
}

func TestNumbersAreWrittenAsRanges(t *testing.T) {
	for text, numbers := range map[string][]int64{"1": {1}, "1-3": {1, 2, 3}, "1-2,4,7-8": {1, 2, 4, 7, 8}} {
		if got := ranges(numbers); got != text {
			t.Errorf("%v is written %s, not %s", numbers, got, text)
		}
		list, err := spans(text)
		var back []int64
		for _, s := range list {
			for n := s.from; n <= s.to; n++ {
				back = append(back, n)
			}
		}
		if err != nil || !slices.Equal(back, numbers) {
			t.Errorf("%s is read as %v, %v", text, back, err)
		}
	}
	for _, bad := range []string{"", "a", "3-1", "1,1", "5,3", "1-"} {
		if _, err := spans(bad); err == nil {
			t.Errorf("%q is read", bad)
		}
	}
}

// TestSM3IsThatOfGBT32905 is the first example of the standard's appendix A.
func TestSM3IsThatOfGBT32905(t *testing.T) {
	const want = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
	if got := fmt.Sprintf("%x", SM3.sum([]byte("abc"))); got != want {
		t.Errorf("the hash of abc is %s", got)
	}
}

// TestTheIndependentVerifierFindsTheSame gives mutated records to verify_audit.py, which shares no code with us.
func TestTheIndependentVerifierFindsTheSame(t *testing.T) {
	python := exec.Command("python3", "-c", `
import json, sys
sys.path.insert(0, "../../cmd/cuntu/deploy")
from verify_audit import verify
for line in sys.stdin:
    case = json.loads(line)
    print(len(verify(case["acts"] or [], case["seals"] or [], [case["head"]])), flush=True)
`)
	in, err := python.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := python.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	python.Stderr = os.Stderr
	if err := python.Start(); err != nil {
		t.Fatal(err)
	}
	answers, write := bufio.NewScanner(out), json.NewEncoder(in)
	ask := func(acts []data.Act, seals []data.Seal, head Head) string {
		var c struct {
			Acts  []actLine  `json:"acts"`
			Seals []sealLine `json:"seals"`
			Head  Head       `json:"head"`
		}
		for _, a := range acts {
			c.Acts = append(c.Acts, actLine{a, timeText(a.At)})
		}
		for _, s := range seals {
			c.Seals = append(c.Seals, sealLine{s, timeText(s.At)})
		}
		c.Head = head
		if err := write.Encode(c); err != nil || !answers.Scan() {
			t.Fatal("the verifier has ended: ", err, answers.Err())
		}
		return answers.Text()
	}
	for _, h := range []Hashing{SHA256, SM3} {
		r := rand.New(rand.NewPCG(3, 4))
		acts, seals, head := record(r, 60, h)
		if found := ask(acts, seals, head); found != "0" {
			t.Fatalf("%s: it finds %s faults in the record as it is", h, found)
		}
		for n := range trial.Part(5000) {
			acts, seals, what := mutate(r, acts, seals)
			if ask(acts, seals, head) == "0" {
				t.Fatalf("%s: it does not find mutation %d: %s", h, n, what)
			}
		}
	}
	in.Close()
	if err := python.Wait(); err != nil {
		t.Fatal(err)
	}
}
