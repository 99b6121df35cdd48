package divisions

import (
	"bufio"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/area"
	"github.com/cuntu/cuntu/layers/snapshot"
)

var pack = New()

func names(list []Division, err error) string {
	var all []string
	for _, d := range list {
		all = append(all, d.Code+d.Name)
	}
	if err != nil {
		return err.Error()
	}
	return strings.Join(all, " ")
}

func TestDivisionsAreFoundFromTheProvinceDown(t *testing.T) {
	provinces := names(pack.Children(""))
	for _, name := range []string{"110000北京市", "610000陕西省", "710000台湾省", "820000澳门特别行政区"} {
		if !strings.Contains(provinces, name) {
			t.Errorf("%s is not among %s", name, provinces)
		}
	}
	for code, want := range map[string]string{
		"610000":       "611000商洛市",
		"611000":       "611002商州区 611021洛南县 611022丹凤县",
		"611002":       "611002001城关街道",
		"611002001":    "611002001001东店子社区居委会",
		"440000":       "441900东莞市",
		"441900":       "441900003东城街道",
		"611002001001": "",
		"999999":       "",
		"6":            "",
	} {
		list, err := pack.Children(code)
		if got := names(list, err); !strings.Contains(got, want) || (want == "") != (got == "") {
			t.Errorf("below %q: %.80s, not %q", code, got, want)
		}
		for _, d := range list {
			if found, ok, err := pack.Find(d.Code); !ok || err != nil || found != d || d.Parent != code {
				t.Errorf("%v is found as %v, %v", d, found, err)
				break
			}
		}
	}
}

// TestThePackIsThatOfTheDemo compares with the villages that the demo has from the same edition.
func TestThePackIsThatOfTheDemo(t *testing.T) {
	f, err := os.Open("../demo/source/shangluo/villages.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	count := 0
	for lines.Scan() {
		code, rest, _ := strings.Cut(lines.Text(), ",")
		name, _, _ := strings.Cut(rest, ",")
		if len(code) != villageDigits {
			continue
		}
		count++
		if d, ok, err := pack.Find(code); !ok || err != nil || d.Name != name || d.Parent != code[:townDigits] {
			t.Fatalf("%s %s is %v, %v", code, name, d, err)
		}
		if count == 100 {
			return
		}
	}
	t.Errorf("only %d villages", count)
}

func TestCountiesAreSearchedByName(t *testing.T) {
	for typed, want := range map[string]string{
		"柞水": "611026", "zhashui": "611026", "zsx": "611026", "６１１００２": "611002", "洛南縣": "611021", "柞山县": "611026",
	} {
		list, err := pack.Search(typed, 100) // there are many 山县
		i := slices.IndexFunc(list, func(m Match) bool { return m.Code == want })
		if err != nil || i < 0 || list[i].Title != "陕西省 · 商洛市" {
			t.Errorf("%s: %v, %v", typed, list, err)
		}
	}
}

func TestACountyIsBegunWithItsTownsAndVillages(t *testing.T) {
	catalog := layers.Builtin()
	snap := snapshot.NewBuilder(catalog).Snapshot()
	county, _, _ := pack.Find("611026")
	b, err := pack.BeginCounty(snap, county)
	if err != nil || b.Kept != 0 || b.Added["county"] != 1 || b.Added["town"] < 5 || b.Added["village"] < 50 {
		t.Fatalf("%v %d, %v", b.Added, b.Kept, err)
	}
	var changes []layers.Change
	for i, e := range b.Edits {
		e.Feature.ID = int64(i + 1)
		changes = append(changes, layers.Change{Layer: e.Layer, ID: e.Feature.ID, Feature: &e.Feature})
	}
	snap, _, err = snap.Apply(changes)
	if err != nil {
		t.Fatal(err)
	}
	villages, _ := snap.Table("village")
	areas := area.New(snap)
	for row := range villages.Rows {
		if got := villages.Get(row, "town").Text(); areas.LevelOf(got) != area.Town {
			t.Fatalf("%s lies in %q", villages.Get(row, "name").Text(), got)
		}
	}
	again, err := pack.BeginCounty(snap, county)
	if err != nil || len(again.Edits) != 0 || again.Kept != len(b.Edits) {
		t.Errorf("a second time %d are added, %d kept: %v", len(again.Edits), again.Kept, err)
	}
}

func TestCodesThatAreNoMoreAreKnownByWhatBecameOfThem(t *testing.T) {
	for code, want := range map[string]string{
		"610125":       "户县 until 2016, now 610118 鄠邑区",      // a county that became a district
		"610125101":    "余下镇 until 2016, now 610118002 余下街道", // and its town a subdistrict, by two steps
		"610322100":    "城关镇 until 2020, now 610305100 城关镇",  // another county's code alone
		"610326100":    "首善镇 until 2015, now 610326001 首善街道", // in the edition of 2015
		"610404001":    "中山街道 until 2020, now 610404001 ",    // another name of the same code
		"611023001006": " until 2017, now 611023001206 ",     // a village, of which the name is the same
		"611025001209": " until 2021, now ",                  // one that was merged
		"611002001001": "",                                   // in use
		"611002":       "",                                   // in use
		"999999":       "",                                   //
		"6110":         "",                                   //
		"110101001999": "",                                   // never in use
	} {
		f, ok, err := pack.Former(code)
		got := ""
		if ok {
			got = f.Name + " until " + strconv.Itoa(f.Until) + ", now " + f.Now.Code
			if f.Known {
				got += " " + f.Now.Name
			}
		}
		if err != nil || (want == "") != (got == "") || !strings.HasPrefix(got, want) {
			t.Errorf("%s is %q, not %q: %v", code, got, want, err)
		}
	}
}

// TestNoCodeInUseIsNoMore looks at every code of a few provinces.
func TestNoCodeInUseIsNoMore(t *testing.T) {
	renamed := 0
	for _, province := range []string{"46", "61"} {
		for _, prefecture := range must(pack.Children(province + "0000"))(t) {
			for _, county := range must(pack.Children(prefecture.Code))(t) {
				for _, d := range append(must(pack.below(county.Code))(t), county) {
					f, ok, err := pack.Former(d.Code)
					if err != nil || ok && (f.Now.Code != d.Code || f.Name == d.Name) {
						t.Errorf("%v was %+v, %v", d, f, err)
					}
					if ok {
						renamed++
					}
				}
			}
		}
	}
	if renamed == 0 {
		t.Error("none has had another name")
	}
}

func must[V any](v V, err error) func(*testing.T) V {
	return func(t *testing.T) V {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestVillagesAreCalledByTheirNames(t *testing.T) {
	for committee, want := range map[string]string{
		"杏树园村委会": "杏树园村", "杏树园村村民委员会": "杏树园村", "东店子社区居委会": "东店子社区", "车站居委会": "车站社区", "红星农场": "红星农场",
	} {
		if got := villageName(committee); got != want {
			t.Errorf("%s: %s, not %s", committee, got, want)
		}
	}
}
