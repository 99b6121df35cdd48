package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/comments"
	"github.com/cuntu/cuntu/data/gpkg"
	"github.com/cuntu/cuntu/layers"
)

func TestCommentsAreListedAndTheirFilesTakenOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.gpkg")
	store := must(gpkg.Open(t.Context(), path, catalog(), gpkg.Options{Create: true}))(t)
	book := &comments.Book{Store: store}
	said := comments.Comment{By: comments.Person{Name: "liu"}, Text: "桥已修好", Class: layers.Internal}
	c := must(book.Add(t.Context(), comments.Place{Layer: "road", ID: 3}, said, []comments.Sent{
		{Name: "好.txt", Content: []byte("好")}, {Name: "坏.txt", Content: []byte("坏")},
	}))(t)
	spoilt := data.Document{Kind: "comment-file", ID: "road/3/" + c.ID + "/2/0", Time: c.At, Content: []byte("!!!")}
	if err := store.PutDocument(t.Context(), spoilt); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	if out, code := runSaying(t, "", "comments", "--store", path, "road", "3"); code != 0 || !strings.Contains(out, "liu") ||
		!strings.Contains(out, "桥已修好") || !strings.Contains(out, c.Files[0].SHA256) {
		t.Errorf("%d %s", code, out)
	}
	dir := filepath.Join(t.TempDir(), "out")
	out, code := runSaying(t, "", "comments", "--store", path, "--json", "--save", dir, "road", "3")
	var list []comments.Comment
	err := json.NewDecoder(strings.NewReader(out)).Decode(&list)
	if code == 0 || err != nil || len(list) != 1 || !strings.Contains(out, "the file is not as it was kept: 2 of comment") {
		t.Errorf("%d %v %s", code, err, out)
	}
	if kept, err := os.ReadFile(filepath.Join(dir, c.ID+"-1-好.txt")); err != nil || string(kept) != "好" {
		t.Errorf("%q %v", kept, err)
	}
	if out, code := runSaying(t, "", "comments", "--store", path, "moon", "3"); code == 0 || !strings.Contains(out, `"moon" is not a layer`) {
		t.Errorf("%d %s", code, out)
	}
}
