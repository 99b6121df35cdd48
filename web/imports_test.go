package web

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/elevation"
	"github.com/cuntu/cuntu/data/intake"
	"github.com/cuntu/cuntu/data/intake/ledger"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
)

// sent uploads files, name by content, and gives the status and the upload's id.
func (w *world) sent(files ...string) (int, string, string) {
	w.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i < len(files); i += 2 {
		part, err := form.CreateFormFile("file", files[i])
		if err == nil {
			_, err = part.Write([]byte(files[i+1]))
		}
		if err != nil {
			w.t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		w.t.Fatal(err)
	}
	resp, text := w.do(http.MethodPost, "/api/uploads", body.String(), "Content-Type", form.FormDataContentType())
	var answer struct{ ID string }
	_ = json.Unmarshal([]byte(text), &answer) // none for a problem
	return resp.StatusCode, answer.ID, text
}

// ran starts a job and waits for its end; it gives the result's text.
func (w *world) ran(path, body string) (jobStatus, string) {
	w.t.Helper()
	resp, text := w.do(http.MethodPost, path, body)
	if resp.StatusCode != http.StatusAccepted {
		w.t.Fatalf("%s: %d %s", path, resp.StatusCode, text)
	}
	return w.result(resp.Header.Get("Location"))
}

// result waits for a job to end.
func (w *world) result(job string) (s jobStatus, text string) {
	w.t.Helper()
	w.eventually("ended", func() bool {
		_, text = w.get(job)
		if err := json.Unmarshal([]byte(text), &s); err != nil {
			w.t.Fatal(err)
		}
		return s.State.Final()
	})
	if s.Result == "" {
		return s, ""
	}
	_, text = w.get(s.Result)
	return s, text
}

const ledgerText = "代码,名称,人口,经度,纬度\n611002001201,东店子村,900,110.0,33.85\n611002101209,新村,80,110.1,33.8\n"

func TestAFileGoesFromUploadToUndo(t *testing.T) {
	w := newWorld(t)
	status, id, text := w.sent("台账.csv", ledgerText)
	if status != http.StatusCreated {
		t.Fatalf("upload: %d %s", status, text)
	}
	at := "/api/uploads/" + id

	var sheet intake.Sheet
	_, text = w.do(http.MethodPost, at+"/inspect", `{}`)
	if err := json.Unmarshal([]byte(text), &sheet); err != nil {
		t.Fatal(err, text)
	}
	if sheet.File != "台账.csv" || sheet.Layer != "village" || len(sheet.Needs) != 2 || len(sheet.Proposals) == 0 || len(sheet.Rows) != 2 ||
		sheet.Rows[0].Geometry == nil {
		t.Errorf("recognised: %s", text)
	}

	if s, _ := w.ran(at+"/check", `{"layer":"village"}`); s.State != data.JobFailed || s.Error == nil || s.Error.Status != 400 ||
		s.Error.Errors[0].Part != "crs" {
		t.Errorf("a check without crs: %+v", s)
	}
	options := `{"layer":"village","crs":"EPSG:4490"}`
	var report intake.Report
	_, text = w.ran(at+"/check", options)
	if err := json.Unmarshal([]byte(text), &report); err != nil || report.Added != 1 || report.Changed != 1 || report.Bad != 0 {
		t.Errorf("checked: %s, %v", text, err)
	}
	if resp, _ := w.get(at + "/rejects"); resp.StatusCode != http.StatusNotFound {
		t.Errorf("rejects of a good file: %d", resp.StatusCode)
	}
	_, text = w.ran(at+"/import", options)
	if err := json.Unmarshal([]byte(text), &report); err != nil || report.Import == nil {
		t.Fatalf("imported: %s, %v", text, err)
	}
	w.eventually("on the map", func() bool {
		resp, _ := w.get("/api/features/village/611002101209")
		return resp.StatusCode == http.StatusOK
	})
	if _, text = w.get("/api/imports"); !strings.Contains(text, report.Import.ID) {
		t.Errorf("imports: %s", text)
	}
	if s, text := w.ran("/api/imports/"+report.Import.ID+"/undo", ""); s.State != data.JobDone || !strings.Contains(text, `"undone":"`) {
		t.Errorf("undo: %+v %s", s, text)
	}
	w.eventually("off the map", func() bool {
		resp, _ := w.get("/api/features/village/611002101209")
		return resp.StatusCode == http.StatusNotFound
	})
	if s, _ := w.ran("/api/imports/"+report.Import.ID+"/undo", ""); s.Error == nil || s.Error.Status != http.StatusConflict {
		t.Errorf("undone again: %+v", s)
	}
	if resp, text := w.do(http.MethodDelete, at, ""); resp.StatusCode != http.StatusNoContent {
		t.Errorf("drop: %d %s", resp.StatusCode, text)
	}
	if resp, _ := w.do(http.MethodPost, at+"/inspect", `{}`); resp.StatusCode != http.StatusNotFound {
		t.Errorf("after it was dropped: %d", resp.StatusCode)
	}
}

func TestBadRowsComeBackAndNothingIsWritten(t *testing.T) {
	w := newWorld(t)
	_, id, _ := w.sent("台账.csv", ledgerText+"611002101210,坏村,很多,110.1,33.8\n")
	at := "/api/uploads/" + id
	s, text := w.ran(at+"/import", `{"layer":"village","crs":"EPSG:4490"}`)
	var report intake.Report
	if err := json.Unmarshal([]byte(text), &report); err != nil || s.State != data.JobDone || report.Bad != 1 || report.Import != nil ||
		!report.Rejects {
		t.Errorf("%+v %s", s, text)
	}
	resp, text := w.get(at + "/rejects")
	if resp.StatusCode != http.StatusOK || !strings.Contains(text, "坏村") || !strings.Contains(text, "不是数字") || strings.Contains(text, "新村") {
		t.Errorf("rejects: %d %s", resp.StatusCode, text)
	}
	if _, text := w.get("/api/imports"); text != "{\"imports\":[]}\n" {
		t.Errorf("imports: %s", text)
	}
	resp, _ = w.do(http.MethodPut, "/api/mappings/台账", `{"layer":"village","crs":"EPSG:4490","map":{"代码":"code"}}`)
	if resp.StatusCode != http.StatusNoContent {
		t.Errorf("save a mapping: %d", resp.StatusCode)
	}
	if _, text := w.get("/api/mappings"); text != "{\"mappings\":[\"台账\"]}\n" {
		t.Errorf("mappings: %s", text)
	}
	s, text = w.ran(at+"/check", `{"mapping":"台账"}`)
	if err := json.Unmarshal([]byte(text), &report); err != nil || report.Bad != 1 {
		t.Errorf("by a saved mapping: %+v %s", s, text)
	}
}

func TestUploadsThatAreWrongSayWhy(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		name   string
		files  []string
		status int
		says   string
	}{
		{"nothing", nil, 400, "missing"},
		{"two tables", []string{"a.csv", ledgerText, "b.csv", ledgerText}, 400, ".shp"},
		{"a shapefile and what does not go with it", []string{"a.shp", "", "a.dbf", "", "b.dbf", ""}, 400, "b.dbf"},
		{"one name twice", []string{"a.shp", "", "a.shp", ""}, 400, "same name"},
		{"a hidden file", []string{".htaccess", ""}, 400, "cannot be taken"},
		{"a way out of the directory", []string{"..", ""}, 400, "cannot be taken"},
	} {
		if status, _, text := w.sent(c.files...); status != c.status || !strings.Contains(text, c.says) {
			t.Errorf("%s: %d %s", c.name, status, text)
		}
	}
	resp, text := w.do(http.MethodPost, "/api/uploads", "x", "Content-Type", "text/csv")
	if resp.StatusCode != http.StatusUnsupportedMediaType {
		t.Errorf("no form: %d %s", resp.StatusCode, text)
	}
	_, id, _ := w.sent("a.csv", ledgerText)
	for body, says := range map[string]string{
		`{"layers":"village"}`: "layers", `{"layer":"castle"}`: "castle", `{"crs":"Mars"}`: "known are", `{"mapping":"none"}`: "mapping",
		``: "JSON",
	} {
		if resp, text := w.do(http.MethodPost, "/api/uploads/"+id+"/inspect", body); resp.StatusCode < 400 || resp.StatusCode > 499 ||
			!strings.Contains(text, says) {
			t.Errorf("%s: %d %s", body, resp.StatusCode, text)
		}
	}
	_, id, _ = w.sent("a.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	if resp, text := w.do(http.MethodPost, "/api/uploads/"+id+"/inspect", `{}`); resp.StatusCode != http.StatusUnprocessableEntity ||
		!strings.Contains(text, "xls") {
		t.Errorf("an old workbook: %d %s", resp.StatusCode, text)
	}
	if resp, text := w.get("/api/imports", "Sec-Fetch-Site", "cross-site"); resp.StatusCode != http.StatusForbidden {
		t.Errorf("read by another site's page: %d %s", resp.StatusCode, text)
	}
}

func TestLedgersThatDisagreeAreSettledOverHTTP(t *testing.T) {
	w := newWorld(t)
	imported := func(name, text, options string) (report intake.Report) {
		t.Helper()
		_, id, _ := w.sent(name, text)
		s, found := w.ran("/api/uploads/"+id+"/import", options)
		if err := json.Unmarshal([]byte(found), &report); err != nil || s.State != data.JobDone {
			t.Fatalf("%s: %+v %s", name, s, found)
		}
		return report
	}
	poverty := "代码,名称,人口\n611002001201,东店子村,900\n"
	if r := imported("扶贫办.csv", poverty, `{"layer":"village","sender":"扶贫办","conflicts":{"rest":"file"}}`); r.Import == nil {
		t.Fatalf("%+v", r)
	}
	water := "代码,名称,人口,队长\n611002001201,东店子村,950,新队长\n"
	r := imported("水利局.csv", water, `{"layer":"village","sender":"水利局"}`)
	if r.Import != nil || r.Disagreement.Open == 0 {
		t.Fatalf("imported unseen: %+v", r.Disagreement)
	}
	r = imported("水利局.csv", water, `{"layer":"village","sender":"水利局","conflicts":{"rest":"later"}}`)
	at := "/api/imports/" + r.Import.ID + "/conflicts"
	_, text := w.get(at)
	var told struct{ Conflicts []ledger.Conflict }
	if err := json.Unmarshal([]byte(text), &told); err != nil || len(told.Conflicts) != int(r.Import.Open) || len(told.Conflicts) == 0 {
		t.Fatalf("%d open: %s", r.Import.Open, text)
	}
	cell := ""
	for _, c := range told.Conflicts {
		if c.Field == "population" {
			cell = c.Cell()
		}
	}
	if resp, text := w.do(http.MethodPost, at, `{"cells":{"`+cell+`":"perhaps"}}`); resp.StatusCode != http.StatusBadRequest ||
		!strings.Contains(text, "perhaps") {
		t.Errorf("%d %s", resp.StatusCode, text)
	}
	if resp, text := w.do(http.MethodPost, at, `{"cells":{"`+cell+`":"file"}}`); resp.StatusCode != http.StatusOK {
		t.Errorf("%d %s", resp.StatusCode, text)
	}
	w.eventually("950 people", func() bool {
		_, text := w.get("/api/features/village/611002001201")
		return strings.Contains(text, `"population":950`)
	})

	if resp, text := w.do(http.MethodPut, "/api/ledgers/rules", `[{"layer":"village","field":"moon","wins":"水利局"}]`); resp.StatusCode != 400 ||
		!strings.Contains(text, "rules[0].field") {
		t.Errorf("%d %s", resp.StatusCode, text)
	}
	rule := `{"layer":"village","field":"population","wins":"水利局"}`
	if resp, text := w.do(http.MethodPut, "/api/ledgers/rules", "["+rule+"]"); resp.StatusCode != http.StatusNoContent {
		t.Errorf("%d %s", resp.StatusCode, text)
	}
	if resp, text := w.do(http.MethodPost, "/api/ledgers", `{"layer":"village","sender":"交通局"}`); resp.StatusCode != http.StatusNoContent {
		t.Errorf("%d %s", resp.StatusCode, text)
	}
	_, text = w.get("/api/ledgers")
	for _, part := range []string{rule, "交通局", "水利局.csv"} {
		if !strings.Contains(text, part) {
			t.Errorf("no %s in %s", part, text)
		}
	}
}

// TestConflictsTellWhatTheirReaderMayRead has a reader of open fields ask for conflicts about a sensitive one.
func TestConflictsTellWhatTheirReaderMayRead(t *testing.T) {
	w := newWorld(t)
	s := &server{live: w.live}
	villages, _ := w.live.Snapshot().Table("village")
	row, _ := villages.FindCode("611002001201")
	list := []ledger.Conflict{
		{Feature: villages.ID(row), Field: "population"},
		{Feature: villages.ID(row), Field: "leader"},
		{Feature: 1 << 40, Field: "population"},
	}
	for class, want := range map[layers.Secrecy]int{layers.Open: 1, layers.Sensitive: 2} {
		rights := access.Rights{Grants: []access.Grant{{Verb: access.Read, Layer: "village", Class: class, Area: "611002"}}}
		if got := s.readable(rights, "village", list); len(got) != want {
			t.Errorf("who reads %s fields is told of %v", class, got)
		}
	}
	if got := s.readable(access.All(), "village", list); len(got) != 3 {
		t.Errorf("who reads all is told of %v", got)
	}
}

// heights is an SRTM file with a height in one row of twenty.
func heights(row int) string {
	b := make([]byte, 2*1201*1201)
	for i := range 1201 * 1201 {
		h := -32768
		if i/1201%20 == row {
			h = 500 + i%1201
		}
		b[2*i], b[2*i+1] = byte(h>>8), byte(h)
	}
	return string(b)
}

func TestHeightsAreImportedFromThePage(t *testing.T) {
	w := newWorld(t)
	status, id, text := w.sent("N33E110.hgt", heights(0), "N33E109.hgt", heights(1))
	if status != http.StatusCreated || !strings.Contains(text, "N33E109.hgt") {
		t.Fatalf("upload: %d %s", status, text)
	}
	at := "/api/uploads/" + id
	var sheet heightsSheet
	_, text = w.do(http.MethodPost, at+"/inspect", `{}`)
	if err := json.Unmarshal([]byte(text), &sheet); err != nil {
		t.Fatal(err, text)
	}
	east := sheet.Heights[len(sheet.Heights)-1]
	if sheet.Format != "dem" || sheet.CRS != "EPSG:4326" || len(sheet.Heights) != 2 || east.Width != 1201 || east.File != "N33E110.hgt" {
		t.Errorf("recognised: %s", text)
	}
	for i, want := range []float64{110, 33, 111, 34} {
		if d := east.Bounds[i] - want; d < -0.001 || d > 0.001 {
			t.Errorf("it lies in %v", east.Bounds)
		}
	}
	resp, text := w.do(http.MethodPost, at+"/check", `{}`)
	if resp.StatusCode != http.StatusBadRequest || !strings.Contains(text, "import them") {
		t.Errorf("a check: %d %s", resp.StatusCode, text)
	}
	s, text := w.ran(at+"/import", `{"layer":"dem"}`)
	var report elevation.Report
	// The files have 61 and 60 rows with heights, and one column in common.
	cells := 1201*61 + 1201*60
	if err := json.Unmarshal([]byte(text), &report); err != nil || s.State != data.JobDone || report.Cells != cells {
		t.Fatalf("imported: %+v %s, %v", s, text, err)
	}
	w.eventually("credited", func() bool {
		_, text := w.get("/ogc/collections/dataset/items?f=csv")
		return strings.Contains(text, "数字高程模型 N33E109.hgt、N33E110.hgt")
	})
}

func TestHeightsThatCannotBeReadSayWhy(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct{ file, content, want string }{
		"no GeoTIFF":         {"a.tif", "no tiff at all", "a.tif: is neither; allowed are GeoTIFF"},
		"cut off":            {"N33E110.hgt", "too short", "N33E110.hgt"},
		"nothing is known":   {"N33E110.hgt", strings.Repeat("\x80\x00", 1201*1201), "know no height anywhere"},
		"no place in a name": {"ground.hgt", heights(0), "ground.hgt"},
	} {
		t.Run(name, func(t *testing.T) {
			w := *w
			w.t = t
			_, id, _ := w.sent(c.file, c.content)
			s, _ := w.ran("/api/uploads/"+id+"/import", `{}`)
			if s.State != data.JobFailed || s.Error == nil || s.Error.Status != 422 || !strings.Contains(s.Error.Detail, c.want) {
				t.Errorf("%+v %+v", s, s.Error)
			}
		})
	}
	status, _, text := w.sent("a.tif", "", "b.csv", "")
	if status != http.StatusBadRequest || !strings.Contains(text, "where all are of heights") {
		t.Errorf("with another file: %d %s", status, text)
	}
}

func TestWhoMayNotWriteEverywhereImportsNoHeights(t *testing.T) {
	w := newWorld(t).seenBy(t, []access.Grant{
		{Verb: access.Read, Layer: access.AllLayers, Class: access.Internal, Area: "611002"},
		{Verb: access.Write, Layer: access.AllLayers, Class: access.Internal, Area: "611002"},
	})
	_, id, _ := w.sent("N33E110.hgt", heights(0))
	s, _ := w.ran("/api/uploads/"+id+"/import", `{}`)
	if s.State != data.JobFailed || s.Error == nil || s.Error.Status != http.StatusForbidden {
		t.Errorf("%+v %+v", s, s.Error)
	}
}
