// Package audit puts on record what people do, and proves that the record is as it was.
//
// Acts flow in and stand in the store, in seals of which each holds the hash of the one before; heads of that chain flow out
// to where whoever writes to the database cannot reach them. Verify reads the record and says what is the matter with it;
// verify_audit.py, which knows nothing of this program, does the same.
package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"strconv"
	"strings"
	"time"

	"github.com/emmansun/gmsm/sm3"

	"github.com/cuntu/cuntu/data"
)

// Hashing is how seals are made: sha256, or sm3 (GB/T 32905).
type Hashing string

// The ways of hashing.
const (
	SHA256 Hashing = "sha256"
	SM3    Hashing = "sm3"
)

// ParseHashing reads the name of a way of hashing.
func ParseHashing(name string) (Hashing, error) {
	if h := Hashing(name); h == SHA256 || h == SM3 {
		return h, nil
	}
	return "", fmt.Errorf("%q is not sha256 or sm3", name)
}

func (h Hashing) new() hash.Hash {
	if h == SM3 {
		return sm3.New()
	}
	return sha256.New()
}

func (h Hashing) sum(parts ...[]byte) []byte {
	d := h.new()
	for _, p := range parts {
		d.Write(p)
	}
	return d.Sum(nil)
}

// canon writes fields so that no two lists of fields are written alike: each with its length in bytes and a colon before it.
func canon(fields ...string) []byte {
	var b []byte
	for _, f := range fields {
		b = strconv.AppendInt(b, int64(len(f)), 10)
		b = append(b, ':')
		b = append(b, f...)
	}
	return b
}

// timeText is how times are hashed.
func timeText(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

// leaf is the hash of an act.
func (h Hashing) leaf(a data.Act) []byte {
	return h.sum([]byte{0}, canon(
		strconv.FormatInt(a.Seq, 10), timeText(a.At), a.Actor, a.Name, string(a.Origin), a.Address, a.Agent,
		a.Verb, a.Object, string(a.Outcome), a.Detail, a.Request,
	))
}

// root is that of the Merkle tree over leaves, as RFC 6962 has it.
func (h Hashing) root(leaves [][]byte) []byte {
	switch len(leaves) {
	case 0:
		return h.sum()
	case 1:
		return leaves[0]
	}
	k := 1
	for 2*k < len(leaves) {
		k *= 2
	}
	return h.sum([]byte{1}, h.root(leaves[:k]), h.root(leaves[k:]))
}

// hashOf is the hash of a seal.
func hashOf(s data.Seal) string {
	return hex.EncodeToString(Hashing(s.Hashing).sum([]byte{2}, canon(
		strconv.FormatInt(s.N, 10), timeText(s.At), s.Hashing, s.Acts, s.Root, s.Before,
	)))
}

// NewSeal closes acts, which stand in ascending order, behind the last seal.
func NewSeal(h Hashing, last data.Seal, acts []data.Act, at time.Time) data.Seal {
	leaves, numbers := make([][]byte, len(acts)), make([]int64, len(acts))
	for i, a := range acts {
		leaves[i], numbers[i] = h.leaf(a), a.Seq
	}
	s := data.Seal{
		N: last.N + 1, At: at.UTC().Truncate(time.Microsecond), Hashing: string(h), Acts: ranges(numbers),
		Root: hex.EncodeToString(h.root(leaves)), Before: last.Hash,
	}
	s.Hash = hashOf(s)
	return s
}

// ranges writes ascending numbers as 1-5,7.
func ranges(numbers []int64) string {
	var parts []string
	for i := 0; i < len(numbers); {
		j := i
		for j+1 < len(numbers) && numbers[j+1] == numbers[j]+1 {
			j++
		}
		if i == j {
			parts = append(parts, strconv.FormatInt(numbers[i], 10))
		} else {
			parts = append(parts, fmt.Sprintf("%d-%d", numbers[i], numbers[j]))
		}
		i = j + 1
	}
	return strings.Join(parts, ",")
}

// span is numbers from one to another, both included.
type span struct{ from, to int64 }

// spans reads what ranges writes.
func spans(text string) ([]span, error) {
	var list []span
	for _, part := range strings.Split(text, ",") {
		first, last, isRange := strings.Cut(part, "-")
		if !isRange {
			last = first
		}
		from, err := strconv.ParseInt(first, 10, 64)
		if err == nil {
			var to int64
			if to, err = strconv.ParseInt(last, 10, 64); err == nil && to < from {
				err = fmt.Errorf("%s ends before it begins", part)
			}
			list = append(list, span{from, to})
		}
		if err != nil {
			return nil, err
		}
	}
	for i := 1; i < len(list); i++ {
		if list[i].from <= list[i-1].to {
			return nil, fmt.Errorf("the numbers %s do not ascend", text)
		}
	}
	return list, nil
}
