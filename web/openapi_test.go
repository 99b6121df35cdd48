package web

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/layers/questions"
	"github.com/cuntu/cuntu/web/ogc"
	"github.com/cuntu/cuntu/web/openapi"
)

// TestEveryRouteIsInTheOpenAPIDocument walks the router and the document.
func TestEveryRouteIsInTheOpenAPIDocument(t *testing.T) {
	w := newWorld(t)
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]any
	}
	_, body := w.get("/api/openapi.json")
	if err := json.Unmarshal([]byte(body), &doc); err != nil || !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Fatalf("%v %.200s", err, body)
	}
	pattern := regexp.MustCompile(`\{(\w+):[^}]*\}`)
	served := map[string]bool{}
	err := w.router.Walk(func(route *mux.Route, _ *mux.Router, _ []*mux.Route) error {
		path, err := route.GetPathTemplate()
		if err != nil {
			return err
		}
		methods, err := route.GetMethods()
		if path = pattern.ReplaceAllString(path, "{$1}"); path == "/{path}" || strings.HasPrefix(path, ogc.Root) {
			return err // the page, and what has a document of its own
		}
		for _, m := range methods {
			if m != http.MethodHead {
				served[m+" "+path] = true
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{}
	for path, operations := range doc.Paths {
		for method := range operations {
			told[strings.ToUpper(method)+" "+path] = true
		}
	}
	for _, route := range slices.Sorted(maps.Keys(served)) {
		if !told[route] {
			t.Errorf("%s is served and not in the document", route)
		}
	}
	for _, route := range slices.Sorted(maps.Keys(told)) {
		if !served[route] {
			t.Errorf("%s is in the document and not served", route)
		}
	}
}

var update = flag.Bool("update", false, "write the OpenAPI document that the app's types are made from")

// TestTheOpenAPIDocumentIsTheOneThatTheAppIsBuiltBy compares with the file that an independent validator checks and the
// app's types are made from: make fmt writes both.
func TestTheOpenAPIDocumentIsTheOneThatTheAppIsBuiltBy(t *testing.T) {
	const file = "testdata/openapi.json"
	_, body := newWorld(t).get("/api/openapi.json")
	var indented bytes.Buffer
	if err := json.Indent(&indented, []byte(body), "", " "); err != nil {
		t.Fatal(err)
	}
	indented.WriteByte('\n')
	if *update {
		if err := os.WriteFile(file, indented.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if kept, err := os.ReadFile(file); err != nil || !bytes.Equal(kept, indented.Bytes()) {
		t.Errorf("%s is not what the server tells: make fmt writes it anew (%v)", file, err)
	}
}

// TestEveryQuestionAnswersItsExampleAsItsSchemaSays sends each question the request that its declaration gives, in each of
// its formats, and holds the JSON against the schema that the document has for it.
func TestEveryQuestionAnswersItsExampleAsItsSchemaSays(t *testing.T) {
	w := covered(t)
	registry := openapi.Schemas()
	for _, q := range questions.All() {
		t.Run(q.ID, func(t *testing.T) {
			path, query, body := example(t, q)
			for _, format := range q.Formats {
				to := path + "?" + query
				if len(q.Formats) > 1 {
					to += "&f=" + format
				}
				resp, answer := w.do(q.Method, to, body)
				if resp.StatusCode == http.StatusAccepted && q.Job != "" {
					_, answer = w.result(resp.Header.Get("Location"))
					resp.StatusCode = http.StatusOK
				}
				if resp.StatusCode != http.StatusOK || answer == "" {
					t.Fatalf("%s %s: %d %.500s", q.Method, to, resp.StatusCode, answer)
				}
				if format != "json" {
					continue
				}
				var value any
				if err := json.Unmarshal([]byte(answer), &value); err != nil {
					t.Fatal(err)
				}
				schema := openapi.SchemaOf(registry, q.Answer)
				result := huma.ValidateResult{}
				huma.Validate(registry, schema, huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, value, &result)
				for _, wrong := range result.Errors {
					t.Errorf("%s: %v", to, wrong)
				}
			}
			if resp, answer := w.do(q.Method, path+"?"+query+"&nonsense=1", body); resp.StatusCode != http.StatusBadRequest ||
				!strings.Contains(answer, "nonsense") {
				t.Errorf("an unknown parameter: %d %.300s", resp.StatusCode, answer)
			}
		})
	}
}

// example is the request that a question's declaration gives: a village in it is one of the world's.
func example(t *testing.T, q *questions.Question) (path, query, body string) {
	t.Helper()
	path, query = q.Path, strings.ReplaceAll(q.Example, "@village", "611002001201")
	var rest []string
	for part := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(part, "=")
		switch {
		case name == "body":
			body = value
		case strings.Contains(path, "{"+name+"}"):
			path = strings.ReplaceAll(path, "{"+name+"}", value)
		case part != "":
			rest = append(rest, name+"="+url.QueryEscape(value))
		}
	}
	return path, strings.Join(rest, "&"), body
}
