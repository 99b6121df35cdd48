package divisions

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/mozillazg/go-pinyin"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/search"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// villages are a map of some of the country's villages, and their names.
func villages(b *testing.B, most int) (*snapshot.Snapshot, []string) {
	b.Helper()
	catalog := layers.Builtin()
	l, _ := catalog.Layer("village")
	builder := snapshot.NewBuilder(catalog)
	var names []string
	u, err := pack.upper()
	if err != nil {
		b.Fatal(err)
	}
	for _, province := range []string{"610000", "410000", "510000", "520000"} {
		for _, prefecture := range u.children[province] {
			for _, county := range u.children[prefecture.Code] {
				list, err := pack.below(county.Code)
				if err != nil {
					b.Fatal(err)
				}
				for _, d := range list {
					if len(d.Code) != villageDigits || len(names) == most {
						continue
					}
					names = append(names, villageName(d.Name))
					f := &layers.Feature{ID: int64(len(names)), Values: valuesOf(l, map[string]string{
						"code": d.Code, "name": names[len(names)-1], "county": county.Code, "town": d.Parent,
					})}
					if err := builder.Add(l, f); err != nil {
						b.Fatal(err)
					}
				}
			}
		}
	}
	return builder.Snapshot(), names
}

// keystrokes are what is in the search box while a name is typed: its characters, its pinyin, its initials, characters and
// pinyin mixed, and the name with a character that is wrong or missing, or a letter of its pinyin.
func keystrokes(r *rand.Rand, name string) (list []string) {
	chars := []rune(name)
	args := pinyin.NewArgs()
	full, initials := "", ""
	for _, c := range chars {
		if sounds := pinyin.SinglePinyin(c, args); len(sounds) > 0 {
			full, initials = full+sounds[0], initials+sounds[0][:1]
		}
	}
	for i := range chars {
		list = append(list, string(chars[:i+1]))
	}
	for i := range full {
		list = append(list, full[:i+1], string(chars[:1])+full[i:])
	}
	for i := range initials {
		list = append(list, initials[:i+1])
	}
	at := r.IntN(len(chars))
	wrong := slices.Clone(chars)
	wrong[at] = '龘'
	list = append(list, string(wrong), string(chars[:at])+string(chars[at+1:]))
	if full != "" { // its pinyin with a letter that is wrong, missing and too many
		at := r.IntN(len(full))
		list = append(list, full[:at]+"q"+full[at+1:], full[:at]+full[at+1:], full[:at]+"q"+full[at:])
	}
	return list
}

func BenchmarkSearchOfHundredThousandNames(b *testing.B) {
	snap, names := villages(b, 100_000)
	var searcher search.Searcher
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	begin := time.Now()
	searcher.Search(snap, "x", 1)
	built := time.Since(begin)
	runtime.GC()
	runtime.ReadMemStats(&after)
	r := rand.New(rand.NewPCG(6, 1))
	var typed []string
	var took []time.Duration
	for b.Loop() {
		if len(typed) == 0 {
			typed = keystrokes(r, names[r.IntN(len(names))])
		}
		begin := time.Now()
		searcher.Search(snap, typed[0], 12)
		took = append(took, time.Since(begin))
		typed = typed[1:]
	}
	slices.Sort(took)
	b.ReportMetric(took[len(took)/2].Seconds()*1000, "p50-ms")
	b.ReportMetric(took[len(took)*99/100].Seconds()*1000, "p99-ms")
	b.ReportMetric(built.Seconds()*1000, "index-ms")
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(len(names)), "index-B/name")
	runtime.KeepAlive(&searcher)
}
