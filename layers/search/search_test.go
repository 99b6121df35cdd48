package search

import (
	"fmt"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

func places(t *testing.T) *snapshot.Snapshot {
	c := layers.Builtin()
	b := snapshot.NewBuilder(c)
	add := func(layer string, id int64, g orb.Geometry, values map[string]string) {
		l, _ := c.Layer(layer)
		f := &layers.Feature{ID: id, Geometry: g, Values: make([]layers.Value, len(l.Fields))}
		for k, v := range values {
			f.Values[l.Field(k)] = layers.Text(v)
		}
		if err := b.Add(l, f); err != nil {
			t.Fatal(err)
		}
	}
	at := orb.Point{110, 33.5}
	add("county", 1, orb.Polygon{{{109, 33}, {110, 33}, {110, 34}, {109, 33}}}, map[string]string{"name": "洛南县", "code": "611021"})
	add("county", 2, orb.Polygon{{{109, 33}, {110, 33}, {110, 34}, {109, 33}}}, map[string]string{"name": "柞水县", "code": "611026"})
	add("town", 1, at, map[string]string{"name": "洛源镇", "code": "611021101"})
	add("county", 3, orb.Polygon{{{109, 33}, {110, 33}, {110, 34}, {109, 33}}}, map[string]string{"name": "商州区", "code": "611002"})
	add("town", 2, at, map[string]string{"name": "城关街道", "code": "611002001", "county": "611002"})
	add("village", 1, at, map[string]string{"name": "东店子村", "code": "611002001201"})
	add("village", 2, at, map[string]string{"name": "洛南村", "code": "611002001202"})
	add("village", 3, at, map[string]string{"name": "下洛南村", "code": "611002001203"})
	add("village", 4, at, map[string]string{"name": "杏树园村", "code": "611002001204", "county": "611002", "town": "611002001"})
	add("village", 5, at, map[string]string{"name": "杏树园村", "code": "611021101204", "county": "611021", "town": "611021101"})
	add("park", 1, at, map[string]string{"name": "𠅤家园区"})
	add("park", 2, at, map[string]string{"name": "𰻝𰻝面园"})
	add("park", 3, at, map[string]string{"name": "绿略园"})
	add("park", 4, at, map[string]string{"name": "吕河園"})
	add("park", 5, at, map[string]string{"name": "乾佑园"})
	add("road", 1, orb.LineString{{109, 33}, {110, 33}}, map[string]string{"name": "沪陕高速"})
	add("road", 2, orb.LineString{{109, 33}, {110, 33}}, map[string]string{"name": "沪陕高速"})
	return b.Snapshot()
}

func TestSearchFindsByNamePinyinInitialsAndCode(t *testing.T) {
	snap := places(t)
	var s Searcher
	for _, c := range []struct {
		query string
		want  []string
	}{
		{"洛南", []string{"county/1", "village/2", "village/3"}},
		{"洛", []string{"county/1", "town/1", "village/2", "village/3"}},
		{"luonan", []string{"county/1", "village/2", "village/3"}},
		{"Luo Nan", []string{"county/1", "village/2", "village/3"}},
		{"lnx", []string{"county/1"}},
		{"luonx", []string{"county/1"}},
		{"zhashui", []string{"county/2"}},
		{"ddz", []string{"village/1"}},
		{"dongdianz", []string{"village/1"}},
		{"店子", []string{"village/1"}},
		{"611021", []string{"county/1", "town/1", "village/5"}},
		{"611002001202", []string{"village/2"}},
		{"hushan", []string{"road/1"}},
		{"没有", nil},
		{"xingshuyuam", []string{"village/4", "village/5"}},
		{"xingshuyan", []string{"village/4", "village/5"}},
		{"xingshhuyuan", []string{"village/4", "village/5"}},
		{"xingyuyuan", nil},
		{"zhoshui", []string{"county/2"}},
		{"zhaxhui", []string{"county/2"}},
		{"luoman", []string{"county/1", "village/2"}},
		{"ruonan", []string{"county/1", "village/2"}},
		{"shangzhou xingsuyuan", []string{"village/4"}},
		{"zzzz", nil},
		{"ｘｓｙ", []string{"village/4", "village/5"}},
		{"６１１００２００１２０１", []string{"village/1"}},
		{"柞水縣", []string{"county/2"}},
		{"洛nan", []string{"county/1", "village/2", "village/3"}},
		{"luo南县", []string{"county/1"}},
		{"zhs", []string{"county/2"}},
		{"商州杏树园", []string{"village/4"}},
		{"商州区杏树园村", []string{"village/4"}},
		{"商州 xsy", []string{"village/4"}},
		{"商州城关街道杏树园", []string{"village/4"}},
		{"洛南县杏树园", []string{"village/5"}},
		{"柞水杏树园", nil},
		{"吕河园", []string{"park/4"}},
		{"呂河園", []string{"park/4"}},
		{"lü", []string{"park/3", "park/4"}},
		{"lv", []string{"park/3", "park/4"}},
		{"lyu", []string{"park/3", "park/4", "town/1"}},
		{"lvlue", []string{"park/3"}},
		{"lvlve", []string{"park/3"}},
		{"lüe", []string{"park/3"}},
		{"𠅤家", []string{"park/1"}},
		{"xijia", []string{"park/1"}},
		{"𰻝", []string{"park/2"}},
		{"biangbiang", []string{"park/2"}},
		{"乾佑", []string{"park/5"}},
		{"qianyou", []string{"park/5"}},
		{"qian'you", []string{"park/5"}},
		{"luonan xsy", []string{"village/5"}},
		{"sz cgjd xsy", []string{"village/4"}},
		{"商州 杏园村", []string{"village/4"}},
		{"商州杏树圆", []string{"village/4"}},
		{"商州区 杏树大园", []string{"village/4"}},
		{"罗男", []string{"county/1", "village/2", "village/3"}},
		{"杏树圆", []string{"village/4", "village/5"}},
		{"杏数圆", []string{"village/4", "village/5"}},
		{"杏X园", nil},
		{"杏大园", []string{"village/4", "village/5"}},
		{"杏园村", []string{"village/4", "village/5"}},
		{"杏树大园", []string{"village/4", "village/5"}},
		{"東店子村", []string{"village/1"}},
		{"东店子屯", []string{"village/1"}},
		{"洛南县", []string{"county/1", "village/2", "village/3"}},
		{"  ", nil},
	} {
		var got []string
		for _, f := range s.Search(snap, c.query, 10) {
			got = append(got, fmt.Sprint(f.Table.Layer.ID, "/", f.Table.ID(f.Row)))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("search %q: %v, want %v", c.query, got, c.want)
		}
	}
	if n := len(s.Search(snap, "洛", 2)); n != 2 {
		t.Errorf("limit 2 gives %d results", n)
	}
}
