package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/tiles"
)

// brittle is a store of two villages, one of them off the Earth, which fails as a test has it.
type brittle struct {
	data.Store
	catalog    *layers.Catalog
	load, feed error
}

func (s *brittle) Load(_ context.Context, add func(*layers.Layer, *layers.Feature) error) (data.Cursor, error) {
	l, _ := s.catalog.Layer("village")
	for id, lon := range []float64{110, 200} {
		f := layers.Feature{ID: int64(id + 1), Geometry: orb.Point{lon, 33}, Values: make([]layers.Value, len(l.Fields))}
		if err := add(l, &f); err != nil {
			return "", err
		}
	}
	return "loaded", s.load
}

func (s *brittle) Follow(ctx context.Context, since data.Cursor, fn func(data.Batch) error) error {
	if s.feed != nil {
		return s.feed
	}
	if err := fn(data.Batch{Cursor: since}); err != nil {
		return err
	}
	<-ctx.Done()
	return ctx.Err()
}

func TestReadyzSaysWhyAndHowManyRowsAreLeftOut(t *testing.T) {
	broken := errors.New("host=db.internal: column note does not exist")
	lost := fmt.Errorf("%w: host=db.internal", data.ErrUnreachable)
	for _, c := range []struct {
		name       string
		load, feed error
		status     int
		says       []string
	}{
		{"all is well", nil, nil, 200, []string{`"status":"ready"`, `"left_out":1`}},
		{"it is lost", nil, lost, 200, []string{`"status":"degraded"`, "out of reach", `"left_out":1`}},
		{"it cannot be followed", nil, broken, 200, []string{`"status":"degraded"`, "answers but cannot be followed", `"left_out":1`}},
		{"it was never reached", lost, nil, 503, []string{"out of reach"}},
		{"it cannot be loaded", broken, nil, 503, []string{"answers but cannot be loaded"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			catalog := service.Builtin().Extend(layers.Builtin())
			log := slog.New(slog.DiscardHandler)
			live := data.NewLive(&brittle{catalog: catalog, load: c.load, feed: c.feed}, catalog, log)
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				_ = live.Run(t.Context()) // ends with the test
			}()
			t.Cleanup(func() { <-ended })
			w := &world{t: t, live: live, server: httptest.NewServer(New(Config{Live: live, Tiles: tiles.NewCache(1 << 20), Log: log}))}
			t.Cleanup(w.server.Close)
			lacks := func() string {
				resp, body := w.get("/readyz")
				for _, says := range c.says {
					if !strings.Contains(body, says) {
						return fmt.Sprintf("%s lacks %q", body, says)
					}
				}
				if resp.StatusCode != c.status || strings.Contains(body, "db.internal") {
					return fmt.Sprintf("%d %s", resp.StatusCode, body)
				}
				return ""
			}
			w.eventually("so: "+lacks(), func() bool { return lacks() == "" })
		})
	}
}

func TestRowsThatAreLeftOutAreListed(t *testing.T) {
	w := newWorld(t)
	if resp, body := w.get("/api/left-out"); resp.StatusCode != http.StatusOK || body != `{"count":0,"layers":{},"rows":[]}`+"\n" {
		t.Errorf("none: %d %s", resp.StatusCode, body)
	}
	if resp, body := w.get("/api/left-out?limit=1001"); resp.StatusCode != http.StatusBadRequest || !strings.Contains(body, "from 0 to 1000") {
		t.Errorf("too many: %d %s", resp.StatusCode, body)
	}
}

func TestWhatNeedsAStoreThatIsAwaySaysSo(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/api/history", "/api/history/writings", "/api/imports", "/api/siting/scenarios"} {
		own := *w
		own.config.Store = away{w.store}
		own.server = httptest.NewServer(New(own.config))
		resp, body := own.get(path)
		own.server.Close()
		if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" {
			t.Errorf("%s is answered %d %s", path, resp.StatusCode, body)
		}
	}
}

// away is a store that cannot be reached.
type away struct{ data.Store }

func (away) Pasts(context.Context, data.PastQuery, func(*data.Past) error) error {
	return data.ErrUnreachable
}

func (away) Tallies(context.Context, data.PastQuery) ([]data.Tally, error) {
	return nil, data.ErrUnreachable
}

func (away) ListDocuments(context.Context, string) ([]data.Document, error) {
	return nil, data.ErrUnreachable
}
