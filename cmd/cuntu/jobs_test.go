package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cuntu/cuntu/data/postgis/pgtest"
)

// job is what the tests read of a job's status.
type job struct {
	ID, Kind, State, Message, Result string
	Attempts                         int
}

func (p *process) send(method, path, kind string, body io.Reader) (status int, text string) {
	p.t.Helper()
	r := must(http.NewRequestWithContext(p.t.Context(), method, p.url+path, body))(p.t)
	r.Header.Set("Content-Type", kind)
	resp := must(http.DefaultClient.Do(r))(p.t)
	defer resp.Body.Close()
	return resp.StatusCode, string(must(io.ReadAll(resp.Body))(p.t))
}

// start starts a job.
func (p *process) start(path, body string) (j job) {
	p.t.Helper()
	status, text := p.send(http.MethodPost, path, "application/json", strings.NewReader(body))
	if err := json.Unmarshal([]byte(text), &j); err != nil || status != http.StatusAccepted {
		p.t.Fatalf("%s: %d %s", path, status, text)
	}
	return j
}

func (p *process) job(id string) (j job) {
	p.t.Helper()
	_, text := p.get("/api/jobs/" + id)
	if err := json.Unmarshal([]byte(text), &j); err != nil {
		p.t.Fatalf("%v: %s", err, text)
	}
	return j
}

// upload sends a file, and gives the path of the upload.
func (p *process) upload(name, content string) string {
	p.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part := must(form.CreateFormFile("file", name))(p.t)
	_ = must(io.WriteString(part, content))(p.t)
	if err := form.Close(); err != nil {
		p.t.Fatal(err)
	}
	status, text := p.send(http.MethodPost, "/api/uploads", form.FormDataContentType(), &body)
	var up struct{ ID string }
	if err := json.Unmarshal([]byte(text), &up); err != nil || status != http.StatusCreated {
		p.t.Fatalf("upload: %d %s", status, text)
	}
	return "/api/uploads/" + up.ID
}

func (p *process) kill() {
	p.t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		p.t.Fatal(err)
	}
	_ = p.cmd.Wait() // it was killed
}

const manyRows = 15_000

// facilities is a file of facilities, which have no code: imported twice, they would be there twice.
func facilities() string {
	var b strings.Builder
	b.WriteString("名称,类型,经度,纬度\n")
	for i := range manyRows {
		fmt.Fprintf(&b, "设施%d,school,%.5f,%.5f\n", i, 109.5+float64(i%1000)*1e-4, 33.5+float64(i/1000)*1e-3)
	}
	return b.String()
}

// TestJobsOutliveAServerThatIsKilled kills a server in the midst of an import, while an archive and a plan wait or run. On
// PostGIS another server, which stands by, goes on with them; on a GeoPackage the next one does.
func TestJobsOutliveAServerThatIsKilled(t *testing.T) {
	for _, c := range []struct {
		name  string
		store func(t *testing.T) string
		other bool // a second server stands by
	}{{"GeoPackage", demoCopy, false}, {"PostGIS", demoDatabase, true}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			flags := []string{"--store", c.store(t), "--work-dir", filepath.Join(t.TempDir(), "work")}
			first := serveWith(t, flags...)
			var next *process
			if c.other {
				next = serveWith(t, flags...)
			}
			before := first.features("facility")
			upload := first.upload("设施.csv", facilities())
			plan := first.start("/api/siting/plan", `{"seconds":1}`)
			imported := first.start(upload+"/import", `{"layer":"facility","crs":"EPSG:4490"}`)
			archive := first.start("/api/archives", `{"layers":["county","town"],"maxzoom":9}`)
			eventually(t, "the import writes", func() bool { return first.job(imported.ID).Message == "write" })
			first.kill()
			if next == nil {
				next = serveWith(t, flags...)
			}
			for _, j := range []job{plan, imported, archive} {
				deadline := time.Now().Add(90 * time.Second)
				for now := next.job(j.ID); now.State != "done"; now = next.job(j.ID) {
					if time.Now().After(deadline) || now.State == "failed" || now.State == "cancelled" {
						t.Fatalf("%+v", now)
					}
					time.Sleep(50 * time.Millisecond)
				}
			}
			expectOnce(t, next, imported.ID, before)
			status, body := next.get("/api/jobs/" + archive.ID + "/file")
			if status != http.StatusOK || !strings.HasPrefix(body, "PMTiles") {
				t.Errorf("the archive: %d, %d bytes", status, len(body))
			}
			status, body = next.send(http.MethodPost, "/api/siting/scenarios", "application/json",
				strings.NewReader(`{"name":"kept","job":"`+plan.ID+`"}`))
			if status != http.StatusCreated {
				t.Errorf("keep the plan: %d %s", status, body)
			}
		})
	}
}

// expectOnce sees that an import into a store that had so many facilities has come to effect once.
func expectOnce(t *testing.T, p *process, id string, before int) {
	t.Helper()
	if j := p.job(id); j.Attempts != 2 {
		t.Errorf("the import was begun %d times: it was not killed in its midst", j.Attempts)
	}
	_, result := p.get(p.job(id).Result)
	if !strings.Contains(result, fmt.Sprintf(`"added":%d`, manyRows)) {
		t.Errorf("the report: %.300s", result)
	}
	_, imports := p.get("/api/imports")
	if n := strings.Count(imports, "设施.csv"); n != 1 {
		t.Errorf("%d imports on record", n)
	}
	eventually(t, "each row is there once", func() bool { return p.features("facility") == before+manyRows })
}

// features is how many features of a layer are served.
func (p *process) features(layer string) (n int) {
	p.t.Helper()
	_, metrics := p.get("/metrics")
	_, found, _ := strings.Cut(metrics, fmt.Sprintf("cuntu_features{layer=%q} ", layer))
	if _, err := fmt.Sscan(found, &n); err != nil {
		p.t.Fatalf("/metrics tells no count of %s: %v", layer, err)
	}
	return n
}

func demoDatabase(t *testing.T) string {
	t.Helper()
	url := pgtest.URL(t)
	for _, command := range [][]string{{"db", "migrate"}, {"demo"}} {
		if out, code := run(t, []string{"CUNTU_STORE=" + url}, command...); code != 0 {
			t.Fatalf("%v: %d %s", command, code, out)
		}
	}
	return url
}
