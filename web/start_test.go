package web

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/png"
	"net/http"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/cuntu/cuntu/layers/access"
)

func TestATemplateHasTheFieldsThatOneMayWrite(t *testing.T) {
	w := newWorld(t)
	grant := func(v access.Verb, c access.Class) access.Grant {
		return access.Grant{Verb: v, Layer: access.AllLayers, Class: c, Area: "611002"}
	}
	read, write := grant(access.Read, access.Sensitive), func(c access.Class) access.Grant { return grant(access.Write, c) }
	for _, c := range []struct {
		name     string
		grants   []access.Grant
		status   int
		has, not []string
	}{
		{"who writes all", []access.Grant{read, write(access.Sensitive)}, 200, []string{"区划代码*", "贫困户", "队长", "经度"}, nil},
		{"an editor", []access.Grant{read, write(access.Internal)}, 200, []string{"区划代码*", "贫困户"}, []string{"队长"}},
		{"who writes what is open", []access.Grant{read, write(access.Open)}, 200, []string{"区划代码*"}, []string{"贫困户", "队长"}},
		{
			"who writes more than they read",
			[]access.Grant{grant(access.Read, access.Open), write(access.Sensitive)},
			200,
			[]string{"区划代码*"},
			[]string{"贫困户", "队长"},
		},
		{"who only reads", []access.Grant{read}, 403, nil, nil},
		{"nobody", nil, 404, nil, nil},
	} {
		resp, body := w.seenBy(t, c.grants).get("/api/templates/village.xlsx")
		if resp.StatusCode != c.status {
			t.Errorf("%s: %d %s", c.name, resp.StatusCode, body)
		}
		if resp.StatusCode != http.StatusOK {
			continue
		}
		book, err := excelize.OpenReader(strings.NewReader(body))
		if err != nil {
			t.Fatal(c.name, err)
		}
		for _, sheet := range book.GetSheetList() {
			rows, err := book.GetRows(sheet)
			if err != nil {
				t.Fatal(err)
			}
			var text strings.Builder
			for _, row := range rows {
				text.WriteString(strings.Join(row, "\t") + "\n")
			}
			for _, word := range c.has {
				// Counties and towns to choose from are no fields.
				if sheet != "可选的县镇" && !strings.Contains(text.String(), word) {
					t.Errorf("%s: sheet %s lacks %s", c.name, sheet, word)
				}
			}
			for _, word := range c.not {
				if strings.Contains(text.String(), word) {
					t.Errorf("%s: sheet %s has %s", c.name, sheet, word)
				}
			}
		}
		book.Close()
	}
	if resp, body := w.get("/api/templates/moon.xlsx"); resp.StatusCode != 404 || !strings.Contains(body, "village") {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
}

// drawn is a PNG of so many pixels a side.
func drawn(t *testing.T, side int) string {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewGray(image.Rect(0, 0, side, side))); err != nil {
		t.Fatal(err)
	}
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(out.Bytes())
}

func TestAnOfficeSaysWhoseMapItIs(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		name, body string
		status     int
		says       string
	}{
		{"a name alone", `{"name":" 示例县自然资源局 "}`, 200, `"name":"示例县自然资源局"`},
		{"an emblem", `{"name":"甲","emblem":"` + drawn(t, 64) + `","review":"示S(2026)001号"}`, 200, "示S(2026)001号"},
		{"an SVG", `{"name":"甲","emblem":"data:image/svg+xml;base64,PHN2Zy8+"}`, 400, "scripts"},
		{"a large emblem", `{"emblem":"` + drawn(t, 1025) + `"}`, 400, "1025"},
		{"no picture", `{"emblem":"data:image/png;base64,AAAA"}`, 400, "no PNG"},
		{"a long name and a number of what is internal", `{"name":"` + strings.Repeat("长", 61) + `","review":"1","internal":true}`, 400, "60"},
		{"two lines", `{"review":"1\n2"}`, 400, "one line"},
		{"something else", `{"nam":"甲"}`, 400, "JSON object"},
	} {
		resp, body := w.do(http.MethodPut, "/api/office", c.body)
		if resp.StatusCode != c.status || !strings.Contains(body, c.says) {
			t.Errorf("%s: %d %.300s", c.name, resp.StatusCode, body)
		}
	}
	// What was refused has changed nothing, and another server reads the same.
	other := w.seenBy(t, []access.Grant{{Verb: access.Read, Layer: access.AllLayers}})
	if _, body := other.get("/api/office"); !strings.Contains(body, `"name":"甲"`) || !strings.Contains(body, "data:image/png") {
		t.Errorf("%.200s", body)
	}
}

func TestWhatLeavesAMapSaysWhoseItIs(t *testing.T) {
	w := newWorld(t)
	if resp, body := w.do(http.MethodPut, "/api/office", `{"name":"甲&乙局","review":"示S(2026)001号"}`); resp.StatusCode != 200 {
		t.Fatal(resp.StatusCode, body)
	}
	const line = "甲&乙局 · 审图号：示S(2026)001号"
	for _, c := range []struct{ path, says string }{
		{"/tiles/village,road.json", `"description":"` + line + `","attribution":"` + strings.ReplaceAll(line, "&", "&amp;")},
		{"/api/export/village?f=geojson", `"attribution":"` + line},
		{"/api/export/village?f=kml", "<description>" + strings.ReplaceAll(line, "&", "&amp;")},
		{"/ogc?f=json", `"attribution":"` + line},
		{"/ogc?f=html", "<footer class=\"soft\">" + strings.ReplaceAll(line, "&", "&amp;")},
		{"/ogc/collections/village?f=json", `"attribution":"` + line},
	} {
		_, body := w.get(c.path)
		if !strings.Contains(strings.ReplaceAll(body, `\u0026`, "&"), c.says) {
			t.Errorf("%s does not say %s: %.400s", c.path, c.says, body)
		}
	}
	_, body := w.get("/api/coverage?service=road&f=xlsx")
	book, err := excelize.OpenReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if text, err := book.GetCellValue("说明", "A1"); err != nil || !strings.HasPrefix(text, line) {
		t.Errorf("the list says %q, %v", text, err)
	}
}

func TestAnEmblemKeepsNothingButItsPixels(t *testing.T) {
	w := newWorld(t)
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(drawn(t, 8), "data:image/png;base64,"))
	if err != nil {
		t.Fatal(err)
	}
	tail := base64.StdEncoding.EncodeToString(append(raw, "<script>alert(1)</script>"...))
	_, body := w.do(http.MethodPut, "/api/office", `{"emblem":"data:image/png;base64,`+tail+`"}`)
	_, encoded, _ := strings.Cut(body, "base64,")
	encoded, _, _ = strings.Cut(encoded, `"`)
	clean, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || bytes.Contains(clean, []byte("script")) {
		t.Errorf("%v %q", err, clean)
	}
}
