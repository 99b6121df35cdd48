package web

import (
	"cmp"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"github.com/gorilla/mux"
	"github.com/klauspost/compress/gzhttp"
	"github.com/rs/cors"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/audit"
	"github.com/cuntu/cuntu/data/divisions"
	"github.com/cuntu/cuntu/data/elevation"
	"github.com/cuntu/cuntu/data/jobs"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/layers/area"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/procedure"
	"github.com/cuntu/cuntu/layers/questions"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/siting"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/layers/watch"
	"github.com/cuntu/cuntu/layers/workday"
	"github.com/cuntu/cuntu/tiles"
	"github.com/cuntu/cuntu/tiles/encode"
	"github.com/cuntu/cuntu/web/account"
	"github.com/cuntu/cuntu/web/casework"
	"github.com/cuntu/cuntu/web/history"
	"github.com/cuntu/cuntu/web/negotiate"
	"github.com/cuntu/cuntu/web/openapi"
	"github.com/cuntu/cuntu/web/start"
	"github.com/cuntu/cuntu/web/witness"
)

// Config is what a server needs.
type Config struct {
	Live  *data.Live   // nil where there are only archives
	Tiles *tiles.Cache // kept in step with Live by the caller
	// Elevation is the ground's model; nil where there are only archives.
	Elevation *elevation.Live
	// Criteria judge where settlements may go; nil for those that Cuntu ships with.
	Criteria *siting.Criteria
	// Procedures are what villages, counties and projects go through; nil for those that Cuntu ships with.
	Procedures *procedure.Catalog
	// Watching says what is watched, and Workdays on which days one works; nil for those that Cuntu ships with.
	Watching *watch.Rules
	Workdays *workday.Calendar
	Log      *slog.Logger
	Version  string
	// Archives are served beside the store or, without one, instead of it.
	Archives []*Archive
	// PublicURL is the address that clients know, for TileJSON behind a proxy; ""
	// takes it from the request.
	PublicURL string
	// Origins may use the API from other sites' pages; "*" is all, none is none.
	Origins []string
	// Basemaps are the origins of outside basemaps that the page may ask for tiles; see
	// CheckOrigin.
	Basemaps []string
	// Framers are the origins of pages that may show this one in a frame, as ?embed=1 is
	// made for.
	Framers []string
	// Store takes edits, documents and imports; nil where there are only archives.
	// Edits says who may.
	Store data.Store
	Edits Edits
	// Accounts finds out who asks; nil where nobody can sign in.
	Accounts *account.API
	// Audit puts on record what people do; nil where there are no accounts.
	Audit *audit.Recorder
	// Rights are what somebody may do; nil asks Accounts, and without them lets everybody do all.
	Rights func(access.Actor) access.Rights
	// Coverage and Roads keep what coverage finds and the networks it is found on; nil for
	// caches of the server's own. Marks, unless it is nil, tells when villages' states in
	// tiles change.
	Coverage *coverage.Cache
	Roads    *roads.Cache
	Marks    *coverage.Marker
	// Jobs does what takes long; nil for none. New tells it how; its owner runs it once Live has a snapshot.
	Jobs *jobs.Runner
	// Closing, once closed, ends the event streams, which else never end.
	Closing <-chan struct{}
}

type server struct {
	live      *data.Live
	relief    *reliefs
	tiles     *tiles.Cache
	archives  []*Archive
	log       *slog.Logger
	version   string
	publicURL string
	basemaps  []string
	framers   []string
	closing   <-chan struct{}
	store     data.Store
	edits     Edits
	accounts  *account.API
	witness   *witness.API // nil where nothing is put on record
	asks      func(access.Actor) access.Rights
	views     access.Views
	areas     area.Cache // of what is written
	jobs      *jobs.Runner
	past      *history.API
	start     *start.API
	offices   *start.Offices
	divisions *divisions.Pack
	casework  *casework.API
	roads     *roads.Cache
	coverage  *coverage.Cache
	services  *service.Catalog
	desk      *questions.Desk
	marks     *coverage.Marker
	exports   chan struct{} // holds a token for each in the making
}

// New makes the handler of everything under "/".
func New(c Config) http.Handler {
	s := newServer(c)
	return s.shield(share(c.Origins, compress(s.identified(s.routes(newMetrics(c.Live, c.Tiles))))))
}

func newServer(c Config) *server {
	s := &server{
		live:      c.Live,
		relief:    newReliefs(c.Elevation),
		tiles:     c.Tiles,
		archives:  c.Archives,
		log:       c.Log,
		version:   c.Version,
		publicURL: c.PublicURL,
		basemaps:  c.Basemaps,
		framers:   c.Framers,
		closing:   c.Closing,
		store:     c.Store,
		edits:     c.Edits,
		accounts:  c.Accounts,
		asks:      c.Rights,
		jobs:      c.Jobs,
		roads:     cmp.Or(c.Roads, &roads.Cache{}),
		coverage:  cmp.Or(c.Coverage, &coverage.Cache{}),
		marks:     c.Marks,
		exports:   make(chan struct{}, exportsAtOnce),
		divisions: divisions.New(),
	}
	if s.services = s.coverage.Services; s.services == nil {
		s.services = service.Builtin()
	}
	s.desk = questions.NewDesk(s.services)
	s.desk.Roads, s.desk.Coverage = s.roads, s.coverage
	s.desk.Ground = s.relief.model
	if c.Criteria != nil {
		s.desk.Criteria = c.Criteria
	}
	s.desk.Watching, s.desk.Workdays = cmp.Or(c.Watching, s.desk.Watching), cmp.Or(c.Workdays, s.desk.Workdays)
	if c.Procedures != nil {
		s.desk.Procedures = c.Procedures
	}
	s.casework = s.newCasework()
	if s.jobs != nil {
		s.handleJobs()
	}
	if c.Audit != nil && c.Accounts != nil {
		s.witness = witness.New(witness.Config{Recorder: c.Audit, Rights: s.rights, Address: c.Accounts.Address, Heads: c.Audit.NotedHeads})
	}
	s.start = &start.API{
		Rights: s.rights, Disposition: disposition, Services: s.services, Heights: func() bool { return s.relief.brief() != nil },
	}
	s.offices = &start.Offices{Allowed: s.mayAdminister}
	if c.Store != nil {
		s.offices.Store = c.Store
	}
	s.past = history.New(history.Config{
		Store: c.Store,
		For: func(r *http.Request) data.Store {
			g := s.guarded(s.cautious(r, "history", ""))
			g.Stranger = s.accounts != nil && !s.accounts.Open() && !access.From(r.Context()).Known()
			return g
		},
		See: func(r *http.Request, past *snapshot.Snapshot) *snapshot.Snapshot {
			return s.views.Reader(access.RightsFrom(r.Context())).SeePast(s.live.Snapshot(), past)
		},
		Catalog: func() *layers.Catalog { return s.live.Snapshot().Catalog },
		Desk: func() *questions.Desk {
			desk := questions.NewDesk(s.services)
			desk.Criteria, desk.Ground, desk.Procedures = s.desk.Criteria, s.desk.Ground, s.desk.Procedures
			desk.Watching, desk.Workdays = s.desk.Watching, s.desk.Workdays
			return desk
		},
	})
	return s
}

// routes are the ways to everything. A route that is no question stands in operations too.
func (s *server) routes(m *metrics) *mux.Router {
	r := mux.NewRouter()
	get := func(path string, h http.HandlerFunc) { r.HandleFunc(path, h).Methods(http.MethodGet, http.MethodHead) }

	get("/tiles/dem/{z:[0-9]+}/{x:[0-9]+}/{y:[0-9]+}.png", s.answer(s.reliefTile))
	get("/tiles/dem.json", s.answer(s.reliefJSON))
	for _, f := range []encode.Format{encode.MVT, encode.MLT} {
		get("/tiles/{layers}/{z:[0-9]+}/{x:[0-9]+}/{y:[0-9]+}."+f.String(), s.archived(s.archiveTile, s.loaded(s.tile)))
	}
	get("/tiles/{layers}.json", s.archived(s.archiveJSON, s.answerMarked(s.tileJSON)))
	get("/tiles/{layers}.pmtiles", s.archived(s.archiveFile, s.noArchive))
	get("/api/layers", s.answer(s.layers))
	s.questionRoutes(r)
	s.featureRoutes(get, r)
	s.commentRoutes(r)
	get("/api/export/{layer}", s.answer(s.export))
	get("/api/guide", s.answer(s.start.Guide))
	get("/api/templates/{layer}.xlsx", s.answer(s.start.Template))
	get("/api/features/{layer}/{id}", s.answer(s.withCare("layer", "id", s.past.Earlier(layerAsked, s.pastFeature, s.feature))))
	get("/api/events", s.events)
	get("/api/left-out", s.answer(s.leftOut))
	s.jobRoutes(get, r)
	s.archiveRoutes(r)
	s.caseRoutes(r)
	s.importRoutes(r)
	s.historyRoutes(get, r)
	s.scenarioRoutes(get, r)
	s.officeRoutes(get, r)
	s.accountRoutes(r)
	r.Use(m.measure)
	get("/api/openapi.json", s.openAPI(func(d openapi.Document) []byte { return d.V31 }))
	get("/api/openapi-3.0.json", s.openAPI(func(d openapi.Document) []byte { return d.V30 }))
	get("/metrics", m.handler().ServeHTTP)
	get("/healthz", s.healthz)
	get("/readyz", s.readyz)
	r.MethodNotAllowedHandler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		detail := r.Method + " is not a method of " + r.URL.Path
		s.fail(w, r, &problem{Title: "Method not allowed", Status: http.StatusMethodNotAllowed, Detail: detail})
	})
	r.NotFoundHandler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, notFound("there is nothing at "+r.URL.Path))
	})
	get("/{path:.*}", s.app().ServeHTTP)
	return r
}

// identified finds out who asks, before h answers.
func (s *server) identified(h http.Handler) http.Handler {
	if s.accounts == nil {
		return h
	}
	h = s.accounts.Identify(h, s.fail)
	if s.witness != nil {
		h = s.witness.Place(h)
	}
	return h
}

// accountRoutes adds signing in and the administration of accounts.
func (s *server) accountRoutes(r *mux.Router) {
	if s.accounts == nil {
		return
	}
	plain := func(h func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if err := h(w, r); err != nil {
				s.fail(w, r, err)
			}
		}
	}
	for _, route := range s.accounts.Routes() {
		methods := []string{route.Method}
		if route.Method == http.MethodGet {
			methods = append(methods, http.MethodHead)
		}
		r.HandleFunc(route.Path, plain(route.Answer)).Methods(methods...)
	}
	if s.witness == nil {
		return
	}
	for _, route := range s.witness.Routes() {
		r.HandleFunc(route.Path, plain(route.Answer)).Methods(http.MethodGet)
	}
}

// share lets other sites' pages use the API; none where there are no origins.
func share(origins []string, h http.Handler) http.Handler {
	if len(origins) == 0 { // which the library would take for all
		return h
	}
	return cors.New(cors.Options{
		AllowedOrigins: origins,
		AllowedMethods: []string{http.MethodGet, http.MethodHead, http.MethodPost},
		ExposedHeaders: []string{
			"ETag", "Link", "Content-Crs", "Content-Range", "Content-Disposition", "OGC-NumberMatched", "OGC-NumberReturned", "Memento-Datetime",
		},
	}).Handler(h)
}

// answerer answers from a snapshot, as who asks may see it.
type answerer = func(http.ResponseWriter, *http.Request, *snapshot.Snapshot) error

// answer adapts a handler that reads the data as it is.
func (s *server) answer(h answerer) http.HandlerFunc {
	return s.loaded(func(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot, reader *access.Reader) error {
		return h(w, r, reader.See(snap))
	})
}

// answerMarked adapts a handler that reads the data with what is derived from it, as far as that is known.
func (s *server) answerMarked(h answerer) http.HandlerFunc {
	return s.loaded(func(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot, reader *access.Reader) error {
		return h(w, r, reader.See(cmp.Or(s.tiles.Snapshot(), snap)))
	})
}

// loaded adapts a handler that needs the data to be there, and who reads.
func (s *server) loaded(
	h func(http.ResponseWriter, *http.Request, *snapshot.Snapshot, *access.Reader) error,
) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if s.live == nil {
			s.fail(w, r, s.noStore())
			return
		}
		snap := s.live.Snapshot()
		if snap == nil {
			s.fail(w, r, unavailable("the store is still being loaded"))
			return
		}
		reader := s.reader(r)
		kept := "no-cache" // a cached answer must be checked: it may have been edited
		if reader.Class() != "" {
			kept = "private, no-cache"
		}
		w.Header().Set("Cache-Control", kept)
		if err := h(w, r, snap, reader); err != nil {
			s.fail(w, r, err)
		}
	}
}

// rights are what who asks may do: all with the token of --edit-token.
func (s *server) rights(r *http.Request) access.Rights {
	if s.edits.Allowed && s.hasEditToken(r) {
		return access.All()
	}
	return s.rightsOf(access.From(r.Context()))
}

// rightsOf are what somebody may do now: all where there are no accounts.
func (s *server) rightsOf(a access.Actor) access.Rights {
	switch {
	case s.asks != nil:
		return s.asks(a)
	case s.accounts == nil || s.accounts.Open():
		return access.All()
	}
	rights := s.accounts.RightsOf(a)
	if s.live != nil && s.live.State().Lost { // then nobody can be put on record for reading more
		return rights.Below(access.Sensitive)
	}
	return rights
}

// cautious are the rights of who asks, of which it is put on record that sensitive fields may be read by them; where that
// cannot be, the rights are without.
func (s *server) cautious(r *http.Request, layer, what string) access.Rights {
	rights := s.rights(r)
	if !witness.Known(r.Context()) || !rights.Reads(access.Sensitive) {
		return rights
	}
	object := strings.TrimSuffix(layer+"/"+what, "/")
	if s.witness.Note(r.Context(), data.Act{Verb: "read-sensitive", Object: object, Detail: witness.Asked(r)}) != nil {
		return rights.Below(access.Sensitive)
	}
	return rights
}

// withCare is for what may hold sensitive fields: that they are read is put on record, and where that cannot be, they are
// left out. The request's context has the rights that are left.
func (s *server) withCare(layer, what string, h answerer) answerer {
	return func(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
		id, rights := mux.Vars(r)[layer], s.rights(r)
		if t, ok := snap.Table(id); ok && witness.Known(r.Context()) && slices.ContainsFunc(t.Layer.Fields, isSensitive) {
			rights = s.cautious(r, id, mux.Vars(r)[what])
			snap = s.views.Reader(rights).See(snap.Whole())
		}
		return h(w, r.WithContext(access.WithRights(r.Context(), rights)), snap)
	}
}

func isSensitive(f layers.Field) bool { return f.Secrecy == access.Sensitive }

// reader is who asks, as far as reading goes.
func (s *server) reader(r *http.Request) *access.Reader { return s.views.Reader(s.rights(r)) }

// compress gzips what is text and long enough to be worth it. Tiles come
// compressed from their cache and pass by; event streams are not of these types.
func compress(h http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(1024), gzhttp.SuffixETag(negotiate.CompressedSuffix), gzhttp.ContentTypes([]string{
		"application/json", "application/geo+json", "application/problem+json", "application/x-ndjson", "application/vnd.google-earth.kml+xml",
		"application/schema+json", "application/vnd.oai.openapi+json", "application/vnd.ogc.fg+json",
		"text/csv", "text/tab-separated-values", "text/html", "text/css", "text/javascript", "image/svg+xml",
	}))
	if err != nil {
		panic(err) // the options are constants
	}
	wrapped := wrap(h)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ".mvt") || strings.HasSuffix(r.URL.Path, ".mlt") {
			h.ServeHTTP(w, r)
			return
		}
		wrapped.ServeHTTP(w, r)
	})
}

// policy lets the page load nothing from elsewhere but the tiles of basemaps, and stand in no
// frames but those of pages that the server was started with. MapLibre needs workers from blobs
// and writes styles into elements.
func policy(basemaps, framers []string) string {
	also := func(origins []string) string { return strings.Join(append([]string{"'self'"}, origins...), " ") }
	return "default-src 'self'; img-src data: blob: " + also(
		basemaps,
	) + "; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; connect-src " + also(
		basemaps,
	) +
		"; frame-ancestors " + also(
		framers,
	) + "; object-src 'none'; base-uri 'self'"
}

// shield sets the usual headers and turns a panic into a 500 that tells the
// caller nothing.
func (s *server) shield(h http.Handler) http.Handler {
	policy := policy(s.basemaps, s.framers)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Referrer-Policy", "same-origin")
		if r.TLS != nil || strings.HasPrefix(s.publicURL, "https:") {
			w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		}
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				s.log.Error("panic", "method", r.Method, "path", r.URL.Path, "panic", p)
				s.fail(w, r, &problem{Title: "Internal error", Status: http.StatusInternalServerError})
			}
		}()
		h.ServeHTTP(w, r)
	})
}
