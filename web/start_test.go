package web

import (
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
				if !strings.Contains(text.String(), word) {
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
