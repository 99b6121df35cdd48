package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/cuntu/cuntu/layers/questions"
)

func TestPastedCoordinatesAreReadWithWhereTheyLie(t *testing.T) {
	w := newWorld(t)
	ask := func(q string) (got struct{ Results []questions.Reading }) {
		t.Helper()
		response, body := w.get("/api/locate?q=" + url.QueryEscape(q))
		if response.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d %s", q, response.StatusCode, body)
		}
		if err := json.Unmarshal([]byte(body), &got); err != nil {
			t.Fatal(err)
		}
		return got
	}
	for _, row := range []struct{ q, system, read string }{
		{"33.85, 109.99", "CGCS2000 经纬度", "纬度在前，经度在后"},
		{"高德 109.9948,33.8486", "GCJ-02（高德、腾讯地图）", "经度在前，纬度在后"},
		{"X=3746800 Y=37406570", "CGCS2000 3度带 37带（中央经线 111°）", "X 为北、Y 为东（测量习惯）"},
		{"406570 3746800", "CGCS2000 3度带 中央经线 111°，不带带号", "东坐标在前，北坐标在后"},
		{"西安80 37406570 3746800", "西安80 3度带 37带（中央经线 111°）", "东坐标在前，北坐标在后"},
	} {
		got := ask(row.q).Results
		if len(got) == 0 {
			t.Errorf("%s: nothing", row.q)
			continue
		}
		first := got[0]
		if first.System.Title.Zh != row.system || first.Read.Zh != row.read || !first.Inside || first.County.Name != "商州区" ||
			first.Village.Name != "东店子村" ||
			first.Village.Metres > 1500 {
			t.Errorf("%s is read as %+v, county %+v, village %+v", row.q, first, first.County, first.Village)
		}
	}
	for _, r := range ask("109.99 33.85").Results {
		if r.System.Title.Zh == "" || r.System.Title.En == "" {
			t.Errorf("%s has no title", r.System.ID)
		}
	}
	if abroad := ask("2.35, 48.85").Results[0]; abroad.Inside || abroad.County != nil {
		t.Errorf("Paris lies in %+v", abroad.County)
	}
}

func TestWhatIsNoPlaceIsRefused(t *testing.T) {
	w := newWorld(t)
	response, body := w.get("/api/locate?q=" + url.QueryEscape("109°75′ 33°") + "&lang=zh")
	if response.StatusCode != http.StatusBadRequest || !strings.Contains(body, "not below 60") || !strings.Contains(body, "lang") {
		t.Errorf("%d %s", response.StatusCode, body)
	}
}
