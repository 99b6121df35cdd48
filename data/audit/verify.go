package audit

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/cuntu/cuntu/data"
)

// Head is a seal as it was noted outside of the store.
type Head struct {
	N    int64  `json:"n"`
	Hash string `json:"hash"`
}

// Verdict is what Verify finds.
type Verdict struct {
	Acts     int      `json:"acts"`
	Seals    int      `json:"seals"`
	Unsealed int      `json:"unsealed"` // acts at the end, of the last seconds
	Head     Head     `json:"head"`
	Wrong    []string `json:"wrong"` // what is the matter; none where all is well
}

// mostWrong is how many faults a verdict lists.
const mostWrong = 100

func (v *Verdict) fault(format string, args ...any) {
	if len(v.Wrong) < mostWrong {
		v.Wrong = append(v.Wrong, fmt.Sprintf(format, args...))
	}
}

// Verify reads a whole record and holds it against its seals, and those against heads that were noted outside. It holds a
// hash for each act in memory.
func Verify(ctx context.Context, log data.Audit, heads []Head) (Verdict, error) {
	v := Verdict{Wrong: []string{}}
	var acts []data.Act
	var seals []data.Seal
	err := log.ReadActs(ctx, func(a data.Act) error {
		acts = append(acts, a)
		return nil
	}, func(s data.Seal) error {
		seals = append(seals, s)
		return nil
	})
	if err != nil {
		return v, err
	}
	slices.SortFunc(seals, func(a, b data.Seal) int { return int(a.N - b.N) })
	v.judge(acts, seals, heads)
	return v, nil
}

// judge holds acts, by ascending number, against seals by theirs.
func (v *Verdict) judge(acts []data.Act, seals []data.Seal, heads []Head) {
	v.Acts, v.Seals = len(acts), len(seals)
	bySeq := make(map[int64]*data.Act, len(acts))
	for i := range acts {
		if bySeq[acts[i].Seq] != nil {
			v.fault("act %d stands there twice", acts[i].Seq)
		}
		bySeq[acts[i].Seq] = &acts[i]
	}
	sealed := make(map[int64]int64, len(acts)) // the number of the seal of each act
	last, highest := data.Seal{}, int64(0)
	for _, s := range seals {
		if s.N != last.N+1 {
			v.fault("seal %d follows on seal %d", s.N, last.N)
		}
		if s.Before != last.Hash {
			v.fault("seal %d does not hold the hash of seal %d", s.N, last.N)
		}
		if _, err := ParseHashing(s.Hashing); err != nil {
			v.fault("seal %d: %v", s.N, err)
			last = s
			continue
		}
		if hashOf(s) != s.Hash {
			v.fault("seal %d is not what its hash was made of", s.N)
		}
		highest = max(highest, v.judgeSeal(s, bySeq, sealed))
		last = s
	}
	for _, a := range acts {
		if sealed[a.Seq] != 0 {
			continue
		}
		if v.Unsealed++; a.Seq < highest && (a.At.Before(last.At.Add(-mostLate)) || a.At.After(last.At)) {
			v.fault("act %d is in no seal, though later ones are", a.Seq)
		}
	}
	v.Head = Head{last.N, last.Hash}
	for _, h := range heads {
		i, ok := slices.BinarySearchFunc(seals, h.N, func(s data.Seal, n int64) int { return int(s.N - n) })
		switch {
		case !ok:
			v.fault("seal %d, which was noted elsewhere, is gone", h.N)
		case seals[i].Hash != h.Hash:
			v.fault("seal %d is another one than was noted elsewhere", h.N)
		}
	}
}

// mostLate is how long an act may wait for its seal when later ones have theirs: as long as its writer may take to end.
const mostLate = time.Minute

// judgeSeal holds a seal against its acts, and gives the highest number among them.
func (v *Verdict) judgeSeal(s data.Seal, bySeq map[int64]*data.Act, sealed map[int64]int64) (highest int64) {
	list, err := spans(s.Acts)
	if err != nil {
		v.fault("seal %d: %v", s.N, err)
		return 0
	}
	h, missing := Hashing(s.Hashing), false
	var leaves [][]byte
	for _, part := range list {
		if part.to-part.from >= int64(len(bySeq)) {
			v.fault("acts of seal %d from %d to %d are not all there", s.N, part.from, part.to)
			return 0
		}
		for seq := part.from; seq <= part.to; seq++ {
			a := bySeq[seq]
			if a == nil {
				v.fault("act %d of seal %d is gone", seq, s.N)
				missing = true
				continue
			}
			if sealed[seq] != 0 {
				v.fault("act %d is in seals %d and %d", seq, sealed[seq], s.N)
			}
			sealed[seq] = s.N
			leaves = append(leaves, h.leaf(*a))
			highest = seq
		}
	}
	if !missing && hex.EncodeToString(h.root(leaves)) != s.Root {
		v.fault("acts %s are not what seal %d was made of", s.Acts, s.N)
	}
	return highest
}
