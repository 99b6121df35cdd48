package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/layers/served"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/web/query"
)

const (
	maxEventIDs = 100 // of a layer, of which a client is told
	heartbeat   = 15 * time.Second
)

// news is what one client of /api/events has not been told yet. Changes merge
// while the client is slow, so a client costs the same however far behind it is.
type news struct {
	mu      sync.Mutex
	layers  map[string]*layerNews
	all     bool // everything may have changed
	state   *data.State
	pending chan struct{} // holds one token while there is something to tell
}

type layerNews struct {
	IDs   []int64   `json:"ids,omitempty"` // the first maxEventIDs
	Count int       `json:"count"`
	BBox  []float64 `json:"bbox,omitempty"`
	box   geo.Box
}

func (n *news) hear(e data.Event) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.state = &e.State
	n.all = n.all || e.Delta == nil
	for layer, touched := range e.Delta {
		l := n.layers[layer]
		if l == nil {
			l = &layerNews{box: geo.Empty}
			n.layers[layer] = l
		}
		l.Count += len(touched.IDs)
		l.IDs = append(l.IDs, touched.IDs[:min(len(touched.IDs), maxEventIDs-len(l.IDs))]...)
		l.box = l.box.Union(touched.Box())
	}
	select {
	case n.pending <- struct{}{}:
	default:
	}
}

func (n *news) take() (layers map[string]*layerNews, all bool, state *data.State) {
	n.mu.Lock()
	defer n.mu.Unlock()
	layers, all, state = n.layers, n.all, n.state
	n.layers, n.all, n.state = map[string]*layerNews{}, false, nil
	return layers, all, state
}

// events answers /api/events with server-sent events: "change" with the layers,
// ids and box of what an edit touched ("all": true after a load), "state" with
// whether the map follows the store.
func (s *server) events(w http.ResponseWriter, r *http.Request) {
	if err := query.New(r).Done(); err != nil {
		s.fail(w, r, err)
		return
	}
	if s.live == nil {
		s.fail(w, r, s.noStore())
		return
	}
	stream := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no") // else nginx holds events back
	n := &news{layers: map[string]*layerNews{}, pending: make(chan struct{}, 1)}
	defer s.live.Listen(n.hear)()
	if s.marks != nil {
		defer s.marks.Listen(func(d snapshot.Delta) { n.hear(data.Event{Delta: d, State: s.live.State()}) })()
	}
	send := func(event string, v any) error {
		b, err := json.Marshal(v)
		if err == nil {
			_, err = fmt.Fprintf(w, "event: %s\ndata: %s\n\n", event, b)
		}
		if err != nil {
			return err
		}
		return stream.Flush()
	}
	state := s.live.State()
	err := send("state", map[string]bool{"connected": state.Connected})
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	for err == nil {
		select {
		case <-r.Context().Done():
			return
		case <-s.closing:
			return
		case <-tick.C:
			if _, err = fmt.Fprint(w, ": still here\n\n"); err == nil {
				err = stream.Flush()
			}
		case <-n.pending:
			err = s.sendNews(n, s.reader(r), send, &state)
		}
	}
}

func (s *server) sendNews(n *news, reader *access.Reader, send func(string, any) error, told *data.State) error {
	changed, all, state := n.take()
	if state != nil && state.Connected != told.Connected {
		*told = *state
		if err := send("state", map[string]bool{"connected": state.Connected}); err != nil {
			return err
		}
	}
	if snap := s.live.Snapshot(); snap != nil && reader.Class() != "" {
		tellLess(changed, snap, reader.See(snap))
	}
	if !all && len(changed) == 0 {
		return nil
	}
	for _, l := range changed {
		l.BBox = served.BoundsOf(l.box)
	}
	return send("change", struct {
		All    bool                  `json:"all,omitempty"`
		Layers map[string]*layerNews `json:"layers"`
	}{all, changed})
}

// tellLess leaves of news what is in a view. Of a layer of which some is hidden it tells what is there now, by its ids.
func tellLess(changed map[string]*layerNews, whole, view *snapshot.Snapshot) {
	for layer, l := range changed {
		all, _ := whole.Table(layer)
		seen, ok := view.Table(layer)
		if !ok {
			delete(changed, layer)
			continue
		}
		if seen.Len() == all.Len() {
			continue
		}
		ids := l.IDs
		*l = layerNews{box: geo.Empty}
		for _, id := range ids {
			if row, ok := seen.Find(id); ok {
				l.IDs, l.Count, l.box = append(l.IDs, id), l.Count+1, l.box.Union(seen.Shape(row).Box())
			}
		}
		if l.Count == 0 {
			delete(changed, layer)
		}
	}
}
