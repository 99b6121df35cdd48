package main

import (
	"testing"

	"github.com/cuntu/cuntu/web"
)

func TestEditsAreForThisMachineUnlessToldOtherwise(t *testing.T) {
	const token = "0123456789abcdef"
	for _, c := range []struct {
		name  string
		serve serveCmd
		want  web.Edits
	}{
		{"loopback", serveCmd{Addr: "127.0.0.1:8080", Edits: "auto"}, web.Edits{Allowed: true, Local: true}},
		{"loopback by name", serveCmd{Addr: "localhost:8080", Edits: "auto"}, web.Edits{Allowed: true, Local: true}},
		{"loopback behind a proxy", serveCmd{Addr: "127.0.0.1:8080", PublicURL: "https://map.example", Edits: "auto"}, web.Edits{Local: true}},
		{"every address", serveCmd{Addr: "0.0.0.0:8080", Edits: "auto"}, web.Edits{Local: true}},
		{"no address", serveCmd{Addr: ":8080", Edits: "auto"}, web.Edits{Local: true}},
		{"every address, on", serveCmd{Addr: ":8080", Edits: "on"}, web.Edits{Allowed: true}},
		{"every address, a token", serveCmd{Addr: ":8080", Edits: "auto", EditToken: token}, web.Edits{Allowed: true, Token: token}},
		{"off", serveCmd{Addr: "127.0.0.1:8080", Edits: "off", EditToken: token}, web.Edits{Off: true, Token: token}},
	} {
		if got, err := c.serve.edits(); err != nil || got != c.want {
			t.Errorf("%s: %+v, %v", c.name, got, err)
		}
	}
	if _, err := (&serveCmd{Addr: ":8080", Edits: "on", EditToken: "secret"}).edits(); err == nil {
		t.Error("a short token is taken")
	}
}
