package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cuntu/cuntu/data/signin"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/web/comments"
)

const secretWord = "秘密户主" // in sensitive comments

// comment sends a comment, and files by name and content.
func (o *office) comment(who []string, at, text, class string, files ...string) (*http.Response, string) {
	o.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	_ = form.WriteField("text", text) // to memory, which takes it
	_ = form.WriteField("class", class)
	for i := 0; i < len(files); i += 2 {
		part, err := form.CreateFormFile("file", files[i])
		if err != nil {
			o.t.Fatal(err)
		}
		_, _ = part.Write([]byte(files[i+1]))
	}
	_ = form.Close()
	headers := append([]string{"Content-Type", form.FormDataContentType()}, who...)
	return o.do("POST", "/api/features/"+at+"/comments", body.String(), headers...)
}

func (o *office) said(who []string, at string) (list comments.List) {
	o.t.Helper()
	resp, body := o.get("/api/features/"+at+"/comments", who...)
	if err := json.Unmarshal([]byte(body), &list); resp.StatusCode != http.StatusOK || err != nil {
		o.t.Fatalf("%d %s", resp.StatusCode, body)
	}
	return list
}

// newForum is an office with people of several rights in the second county, where the secrets are. It gives their headers.
func newForum(t *testing.T) (*office, map[string][]string) {
	o := newOffice(t)
	for login, grants := range map[string][]access.Grant{
		"viewer": access.Viewer.Grants("611003"), "editor": access.Editor.Grants("611003"), "checker": access.Checker.Grants("611003"),
		"warden": {
			{Verb: access.Read, Layer: access.AllLayers, Class: access.Sensitive, Area: "611003"},
			{Verb: access.Submit, Layer: access.AllLayers, Area: "611003"},
		},
		"open": {{Verb: access.Read, Layer: access.AllLayers}},
	} {
		user := signin.NewUser{Login: login, Grants: grants, Password: password}
		if _, _, err := o.desk.AddUser(t.Context(), signin.ByMachine(), user); err != nil {
			t.Fatal(err)
		}
	}
	people := map[string][]string{"nobody": nil}
	for _, login := range []string{"officer", "viewer", "editor", "checker", "warden", "open"} {
		people[login] = o.signIn(login)
	}
	return o, people
}

func TestWhoMayReadAndWriteComments(t *testing.T) {
	o, people := newForum(t)
	const at = "village/2" // of the second county
	paper := []string{"a.txt", "报告"}
	for _, c := range []struct {
		who, class string
		files      []string
		status     int
	}{
		{"nobody", "internal", nil, 401},
		{"open", "internal", nil, 403},    // reads open fields alone
		{"officer", "internal", nil, 403}, // edits another county
		{"viewer", "internal", nil, 201},
		{"viewer", "internal", paper, 403},
		{"viewer", "sensitive", nil, 403},
		{"editor", "internal", paper, 201},
		{"checker", "internal", paper, 201},
		{"warden", "sensitive", paper, 201},
		{"warden", "open", nil, 400},
	} {
		if resp, body := o.comment(people[c.who], at, "看过了", c.class, c.files...); resp.StatusCode != c.status {
			t.Errorf("%s, %s with %v: %d %s", c.who, c.class, c.files, resp.StatusCode, body)
		}
	}
	for who, want := range map[string]int{"open": 0, "officer": 0, "viewer": 3, "editor": 3, "warden": 4} {
		if got := o.said(people[who], at); len(got.Comments) != want {
			t.Errorf("%s reads %d", who, len(got.Comments))
		}
	}
	for who, want := range map[string]comments.May{
		"open": {}, "officer": {}, "viewer": {Read: true, Comment: true}, "checker": {Read: true, Comment: true, Attach: true},
		"warden": {Read: true, Comment: true, Attach: true, Sensitive: true},
	} {
		if got := o.said(people[who], at).May; got != want {
			t.Errorf("%s may %+v", who, got)
		}
	}
	if resp, _ := o.get("/api/features/village/611003001201/comments", people["viewer"]...); resp.StatusCode != 200 {
		t.Errorf("by its code: %d", resp.StatusCode)
	}
}

// TestAttackIDSwapOnComments asks for a comment and its file at other features, and as those who may not read it.
func TestAttackIDSwapOnComments(t *testing.T) {
	o, people := newForum(t)
	resp, body := o.comment(people["warden"], "village/2", secretWord, "sensitive", secretWord+".txt", secretWord)
	var made comments.Comment
	if err := json.Unmarshal([]byte(body), &made); err != nil || resp.StatusCode != 201 {
		t.Fatalf("%d %s", resp.StatusCode, body)
	}
	for _, at := range []string{"village/1", "village/2", "road/2", "water/1", "village/99"} {
		for who, headers := range people {
			for _, path := range []string{"/comments", "/comments/" + made.ID, "/comments/" + made.ID + "/files/1"} {
				for _, method := range []string{"GET", "DELETE"} {
					if who == "warden" && at == "village/2" {
						continue
					}
					resp, body := o.do(method, "/api/features/"+at+path, "", headers...)
					if strings.Contains(body, secretWord) || resp.StatusCode >= 500 || method == "DELETE" && resp.StatusCode < 400 {
						t.Errorf("%s %s%s as %s: %d %s", method, at, path, who, resp.StatusCode, body)
					}
				}
			}
		}
	}
	if resp, body := o.get("/api/features/village/2/comments/"+made.ID+"/files/1", people["warden"]...); body != secretWord {
		t.Errorf("who may read it is answered %d %s", resp.StatusCode, body)
	}
}

// TestCommentsAreNowhereElse reads all that can be read as everybody, after something was said.
func TestCommentsAreNowhereElse(t *testing.T) {
	o, people := newForum(t)
	if resp, body := o.comment(people["warden"], "village/2", secretWord, "internal", secretWord+".txt", secretWord); resp.StatusCode != 201 {
		t.Fatalf("%d %s", resp.StatusCode, body)
	}
	for path, requests := range samples(o.catalog) {
		if strings.Contains(path, "/comments") {
			continue
		}
		for _, request := range requests {
			o.expectSilence(request, []string{secretWord}, people["warden"]...)
		}
	}
}

func TestAFileIsSentAsSomethingToKeepAndNotToRun(t *testing.T) {
	o, people := newForum(t)
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 9, 9))); err != nil {
		t.Fatal(err)
	}
	_, body := o.comment(people["editor"], "village/2", "", "internal", "照片.png", picture.String(), `a"b.txt`, "<script>alert(1)</script>")
	var made comments.Comment
	if err := json.Unmarshal([]byte(body), &made); err != nil || len(made.Files) != 2 {
		t.Fatalf("%v %s", err, body)
	}
	for _, c := range []struct{ file, media, name string }{
		{"1", "image/png", "file-1.png"}, {"1?size=preview", "image/jpeg", "file-1.png"}, {"2", "text/plain", "file-2.txt"},
	} {
		path := fmt.Sprintf("/api/features/village/2/comments/%s/files/%s", made.ID, c.file)
		resp, _ := o.get(path, people["viewer"]...)
		h := resp.Header
		if resp.StatusCode != 200 || h.Get("Content-Type") != c.media ||
			!strings.HasPrefix(h.Get("Content-Disposition"), "attachment; filename="+c.name) ||
			h.Get("Content-Security-Policy") != "sandbox; default-src 'none'" || h.Get("X-Content-Type-Options") != "nosniff" ||
			h.Get("Cache-Control") != "private, no-cache" {
			t.Errorf("%s: %d %v", c.file, resp.StatusCode, h)
		}
		tag := []string{"If-None-Match", h.Get("ETag")}
		if resp, _ := o.get(path, append(tag, people["viewer"]...)...); resp.StatusCode != http.StatusNotModified {
			t.Errorf("%s again: %d", c.file, resp.StatusCode)
		}
		if resp, _ := o.get(path, append(tag, people["officer"]...)...); resp.StatusCode != http.StatusForbidden {
			t.Errorf("%s by its tag, for who may not: %d", c.file, resp.StatusCode)
		}
	}
}

func TestWhoTakesAwayWhichComments(t *testing.T) {
	o, people := newForum(t)
	for _, c := range []struct {
		by, removes string
		status      int
	}{
		{"viewer", "viewer", 204}, {"viewer", "checker", 403}, {"viewer", "editor", 204}, {"checker", "viewer", 403}, {"checker", "checker", 204},
	} {
		_, body := o.comment(people[c.by], "village/2", "一句话", "internal")
		var made comments.Comment
		if err := json.Unmarshal([]byte(body), &made); err != nil {
			t.Fatal(body)
		}
		resp, body := o.do("DELETE", "/api/features/village/2/comments/"+made.ID, "", people[c.removes]...)
		if resp.StatusCode != c.status {
			t.Errorf("%s's by %s: %d %s", c.by, c.removes, resp.StatusCode, body)
		}
	}
	gone := 0
	for _, c := range o.said(people["viewer"], "village/2").Comments {
		if c.Removed != nil && c.Text == "" && !c.Removable {
			gone++
		}
	}
	if gone != 3 {
		t.Errorf("of three that were taken away, %d look so", gone)
	}
}

// TestSensitiveCommentsAreReadOnRecord does so while the record can be written, and while it cannot.
func TestSensitiveCommentsAreReadOnRecord(t *testing.T) {
	o, people := newForum(t)
	_, body := o.comment(people["warden"], "village/2", secretWord, "sensitive", "名单.txt", secretWord)
	var made comments.Comment
	if err := json.Unmarshal([]byte(body), &made); err != nil {
		t.Fatal(body)
	}
	file := "/api/features/village/2/comments/" + made.ID + "/files/1"
	o.said(people["warden"], "village/2")
	o.get(file, people["warden"]...)
	acts := strings.Join(o.acts(), "\n")
	for _, want := range []string{
		"warden add-comment village/2/comments done 1 files", "warden read-sensitive village/2/comments done",
		"warden read-file village/2/comments/" + made.ID + "/files/1 done",
	} {
		if !strings.Contains(acts, want) {
			t.Errorf("not on record: %s in\n%s", want, acts)
		}
	}
	if strings.Contains(acts, secretWord) || strings.Contains(acts, "名单") {
		t.Error("the record tells what it says")
	}
	o.log.muted.Store(true)
	if got := o.said(people["warden"], "village/2"); len(got.Comments) != 0 {
		t.Error("a sensitive comment is read off the record")
	}
	if resp, body := o.get(file, people["warden"]...); strings.Contains(body, secretWord) {
		t.Errorf("its file is read off the record: %d", resp.StatusCode)
	}
	if resp, _ := o.comment(people["warden"], "village/2", "不在案", "internal"); resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("what cannot be put on record is taken: %d", resp.StatusCode)
	}
}

func TestATokenThatMayReadDoesNotComment(t *testing.T) {
	o, people := newForum(t)
	headers := append([]string{"Content-Type", "application/json"}, people["editor"]...)
	for verbs, status := range map[string]int{`"read"`: 403, `"read","submit"`: 201} {
		expires := time.Now().Add(time.Hour).Format(time.RFC3339)
		wish := fmt.Sprintf(`{"name":"t","verbs":[%s],"layers":null,"area":"","expires":%q}`, verbs, expires)
		resp, body := o.do("POST", "/api/tokens", wish, headers...)
		var token struct{ Text string }
		if err := json.Unmarshal([]byte(body), &token); err != nil || token.Text == "" {
			t.Fatalf("%d %s", resp.StatusCode, body)
		}
		if resp, body := o.comment([]string{"Authorization", "Bearer " + token.Text}, "village/2", "程序", "internal"); resp.StatusCode != status {
			t.Errorf("with %s: %d %s", verbs, resp.StatusCode, body)
		}
	}
}

func TestAttackACommentFromAPageOfAnotherSite(t *testing.T) {
	o, people := newForum(t)
	for _, headers := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"X-Cuntu", ""}} {
		if resp, body := o.comment(append(people["editor"], headers...), "village/2", "伪造", "internal"); resp.StatusCode < 400 {
			t.Errorf("%v: %d %s", headers, resp.StatusCode, body)
		}
	}
}
