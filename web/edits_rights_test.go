package web

import (
	"net/http"
	"strings"
	"testing"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/layers/service"
)

// Somebody who may not see all of a village edits it: his tag is good for what he sees, what he does not see stays, and no
// refusal tells of it.
func TestAnEditorWhoDoesNotSeeAllChangesNothingElse(t *testing.T) {
	w := newWorldOf(t, layers.Builtin(), service.Builtin(), true)
	w.fillSecrets()
	editor := w.seenBy(t, []access.Grant{
		{Verb: access.Read, Layer: access.AllLayers},
		{Verb: access.Read, Layer: access.AllLayers, Class: access.Internal, Area: "611002"}, // so that the field is null elsewhere
		{Verb: access.Write, Layer: "village"},
	})
	const path = "/ogc/collections/village/items/2"
	silent := func(what, body string) {
		t.Helper()
		for _, secret := range []string{hiddenLeader, hiddenNote, hiddenPoor} {
			if strings.Contains(body, secret) {
				t.Errorf("%s tells %s: %s", what, secret, body)
			}
		}
	}
	seen, tag := editor.item(path)
	if seen.Properties["note"] != nil || seen.Properties["name"] != hiddenPlace {
		t.Fatalf("the test means an editor who does not see the note: %v", seen.Properties)
	}
	resp, body := editor.do(http.MethodPatch, path, `{"properties":{"name":"新名"}}`, "Content-Type", asMergePatch, "If-Match", tag)
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("PATCH: %s %s", resp.Status, body)
	}
	silent("PATCH", body)
	resp, body = editor.do(http.MethodPatch, path, `{"properties":{"name":"又名"}}`, "Content-Type", asMergePatch, "If-Match", tag)
	if resp.StatusCode != http.StatusPreconditionFailed || !strings.Contains(body, "新名") {
		t.Errorf("a stale tag: %s %s", resp.Status, body)
	}
	silent("a stale tag", body)

	get, whole := editor.get(path)
	whole = strings.Replace(whole, "新名", "又名", 1)
	resp, body = editor.do(http.MethodPut, path, whole, "Content-Type", asGeoJSON, "If-Match", get.Header.Get("ETag"))
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("PUT: %s %s", resp.Status, body)
	}
	silent("PUT", body)
	all, _ := w.item(path)
	if all.Properties["name"] != "又名" || all.Properties["note"] != hiddenNote || all.Properties["leader"] != hiddenLeader {
		t.Errorf("the village is now %v", all.Properties)
	}

	_, tag = editor.item(path)
	for body, status := range map[string]int{
		`{"properties":{"note":"我的备注"}}`:   http.StatusForbidden,
		`{"properties":{"leader":"我的队长"}}`: http.StatusBadRequest, // a field that he sees nowhere is none
	} {
		resp, answer := editor.do(http.MethodPatch, path, body, "Content-Type", asMergePatch, "If-Match", tag)
		if resp.StatusCode != status {
			t.Errorf("%s: %s %s", body, resp.Status, answer)
		}
		silent(body, answer)
	}
	resp, body = editor.do(http.MethodDelete, "/ogc/collections/road/items/1", "", "If-Match", "*")
	if resp.StatusCode != http.StatusForbidden {
		t.Errorf("a layer that he may only read: %s %s", resp.Status, body)
	}
}
