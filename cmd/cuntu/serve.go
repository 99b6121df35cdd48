package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	neturl "net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/audit"
	"github.com/cuntu/cuntu/data/elevation"
	"github.com/cuntu/cuntu/data/jobs"
	"github.com/cuntu/cuntu/data/postgis/address"
	"github.com/cuntu/cuntu/data/signin"
	"github.com/cuntu/cuntu/layers/area"
	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/procedure"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/siting"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/tiles"
	"github.com/cuntu/cuntu/web"
	"github.com/cuntu/cuntu/web/account"
)

type serveCmd struct {
	Store string   `placeholder:"STORE" help:"postgres://user@host/database, or a path ending in .gpkg, which is made where there is none."`
	Tiles []string `type:"existingfile" placeholder:"FILE" help:"PMTiles archives to serve too; without --store, instead of it."`
	rulesFlag
	Addr        string `default:"127.0.0.1:8080" help:"Address and port to listen on."`
	PublicURL   string `name:"public-url" placeholder:"URL" help:"The address that clients know, where a proxy stands before the server."`
	CacheMB     int64  `name:"cache-mb" default:"256" help:"Memory for tiles that are ready to send, in MiB."`
	ElevationMB int64  `name:"elevation-mb" default:"192" help:"Memory for unpacked tiles of the elevation model, in MiB."`
	Procedures  string `type:"existingfile" placeholder:"FILE" help:"A YAML file with what differs from the procedures that are built in."`
	Criteria    string `type:"existingfile" placeholder:"FILE" help:"A YAML file with what differs from the criteria for settlements that are built in."`
	watchFlags
	Cors      []string `placeholder:"ORIGIN" help:"Sites whose pages may use the API; * for all."`
	Basemap   []string `placeholder:"ORIGIN" help:"Sites whose tiles the page may show under the map, such as https://*.tianditu.gov.cn; the address and key of the tiles stay in each browser."`
	Embed     []string `placeholder:"ORIGIN" help:"Sites whose pages may show the map in a frame, at /?embed=1."`
	Edits     string   `enum:"auto,on,off" default:"auto" help:"Whether data may be changed over HTTP: ${enum}; auto is on for callers on this machine, as long as --addr is a loopback address and there is no --public-url, and for those who know the --edit-token."`
	WorkDir   string   `type:"path" placeholder:"DIR" help:"Where uploads and the files of jobs lie, for servers to share."`
	EditToken string   `name:"edit-token" placeholder:"TOKEN" help:"What every request that changes data must bring along, as Authorization: Bearer TOKEN; better set as CUNTU_EDIT_TOKEN, where no process list shows it."`

	accountFlags

	// listening is told the address; without it, it is printed.
	listening func(address string)
}

// edits says who may change data over HTTP.
func (c *serveCmd) edits() (web.Edits, error) {
	if c.EditToken != "" && len(c.EditToken) < shortestToken {
		return web.Edits{}, fmt.Errorf(
			"--edit-token has %d characters; give it %d or more, such as from `openssl rand -hex 16`", len(c.EditToken), shortestToken,
		)
	}
	e := web.Edits{Allowed: c.Edits != "off", Off: c.Edits == "off", Token: c.EditToken}
	if c.Edits == "auto" && c.EditToken == "" {
		host, _, _ := net.SplitHostPort(c.Addr) // a bad address fails when it is listened on
		e.Local = true
		e.Allowed = c.PublicURL == "" && web.IsLocal(host)
	}
	return e, nil
}

// workDir is where the files of jobs lie. No two stores have one in common: who works on one sweeps away what none of its
// jobs needs.
func (c *serveCmd) workDir() (string, error) {
	switch {
	case c.WorkDir != "":
		return c.WorkDir, nil
	case !isPostgres(c.Store):
		return c.Store + "-work", nil
	}
	database, err := address.Name(c.Store)
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("serve needs --work-dir DIR: %w", err)
	}
	return filepath.Join(cache, "cuntu", neturl.PathEscape(database)), nil
}

// shortestToken is short enough to type and too long to guess.
const shortestToken = 16

// shutdownPatience is how long requests under way may take to finish.
const shutdownPatience = 10 * time.Second

// Run serves until ctx ends.
func (c *serveCmd) Run(ctx context.Context, log *slog.Logger) error {
	if c.Store == "" && len(c.Tiles) == 0 {
		return errors.New("serve needs --store STORE, --tiles FILE or both")
	}
	archives, closeArchives, err := openArchives(c.Tiles)
	defer closeArchives()
	if err != nil {
		return err
	}
	if err := c.check(); err != nil {
		return err
	}
	edits, err := c.edits()
	if err != nil {
		return err
	}
	for flag, origins := range map[string][]string{"basemap": c.Basemap, "embed": c.Embed} {
		for _, origin := range origins {
			if err := web.CheckOrigin(origin); err != nil {
				return fmt.Errorf("--%s: %w", flag, err)
			}
		}
	}
	services, err := c.services()
	if err != nil {
		return err
	}
	criteria := siting.Default()
	if c.Criteria != "" {
		err := readFile(c.Criteria, func(r io.Reader) (err error) {
			criteria, err = siting.Parse(r)
			return err
		})
		if err != nil {
			return err
		}
	}
	procedures := procedure.Default()
	if c.Procedures != "" {
		err := readFile(c.Procedures, func(r io.Reader) (err error) {
			procedures, err = procedure.Read(r, catalog())
			return err
		})
		if err != nil {
			return err
		}
	}
	watching, workdays, err := c.watchFlags.read()
	if err != nil {
		return err
	}
	config := web.Config{
		Criteria: criteria, Procedures: procedures, Watching: watching, Workdays: workdays,
		Archives: archives, Log: log, Version: version,
		PublicURL: c.PublicURL, Origins: c.Cors, Basemaps: c.Basemap, Framers: c.Embed, Closing: ctx.Done(), Edits: edits,
	}
	var desk *signin.Desk
	wake := make(chan struct{}, 1)
	if c.Store != "" {
		workDir, err := c.workDir()
		if err != nil {
			return err
		}
		catalog := catalog()
		store, err := serveStore(ctx, c.Store, catalog, log)
		if err != nil {
			return err
		}
		defer store.Close()
		config.Store, config.Jobs = store, jobs.New(jobs.Options{Store: store, Files: jobs.NewFiles(workDir), Log: log})
		config.Live, config.Tiles = data.NewLive(store, catalog, log), tiles.NewCache(c.CacheMB<<20)
		config.Elevation = elevation.NewLive(store, c.ElevationMB<<20, log)
		config.Audit = audit.New(audit.Options{Store: store, Log: log, Hashing: audit.Hashing(c.AuditHashing), Heads: c.AuditHeads})
		if desk, err = c.desk(ctx, c.Store, store, config.Audit, unitNames(config.Live), log); err != nil {
			return err
		}
		proxies, err := c.proxies()
		if err != nil {
			return err
		}
		config.Accounts = account.New(account.Config{Desk: desk, PublicURL: c.PublicURL, Proxies: proxies, Log: log})
		config.Coverage, config.Roads = &coverage.Cache{Services: services}, &roads.Cache{}
		config.Marks = coverage.NewMarker(
			config.Coverage, config.Roads, func(snap *snapshot.Snapshot, delta snapshot.Delta) { config.Tiles.Update(snap, delta) },
		)
		config.Tiles.ByYear(tiles.Yearly{Layer: service.MarkedLayer, Reads: coverage.MarkReads(), AsOf: config.Marks.AsOf})
		defer config.Live.Listen(func(e data.Event) {
			config.Marks.Hear(e.Snapshot, e.Delta)
			if e.Delta == nil || e.Delta["dataset"] != nil { // which an import of elevation edits
				select {
				case wake <- struct{}{}:
				default: // it is to wake already
				}
			}
		})()
	}
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", c.Addr, err)
	}
	server := &http.Server{
		Handler:           web.New(config),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		IdleTimeout:       2 * time.Minute,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	tasks, ctx := errgroup.WithContext(ctx)
	if config.Live != nil {
		tasks.Go(func() error { return config.Live.Run(ctx) })
		tasks.Go(func() error { return desk.Run(ctx) })
		tasks.Go(func() error { return config.Audit.Run(ctx) })
		tasks.Go(func() error { return config.Marks.Run(ctx) })
		tasks.Go(func() error { return config.Elevation.Run(ctx, wake) })
		tasks.Go(func() error {
			if err := config.Live.Wait(ctx); err != nil {
				return err
			}
			return config.Jobs.Run(ctx)
		})
	}
	tasks.Go(func() error {
		if c.TLSCert != "" {
			return server.ServeTLS(listener, c.TLSCert, c.TLSKey)
		}
		return server.Serve(listener)
	})
	tasks.Go(func() error {
		<-ctx.Done()
		patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownPatience)
		defer cancel()
		return server.Shutdown(patience)
	})
	switch {
	case c.listening != nil:
		c.listening(c.url(listener.Addr()))
	case config.Live != nil:
		fmt.Printf("Cuntu serves the map at %s\n", c.url(listener.Addr()))
		if code := desk.SetupCode(); code != "" {
			fmt.Printf("There are no accounts: %s. To make the first, open %s/#setup=%s\n", openness(edits), c.url(listener.Addr()), code)
		}
	}
	for _, path := range c.Tiles {
		fmt.Printf("Cuntu serves %s at %s/tiles/%s.json\n", path, c.url(listener.Addr()), archiveName(path))
	}
	if err := tasks.Wait(); !errors.Is(err, http.ErrServerClosed) && !errors.Is(err, context.Canceled) {
		return err
	}
	log.Info("stopped")
	return nil
}

// archiveName is what the addresses of an archive's tiles call it.
func archiveName(path string) string { return strings.TrimSuffix(filepath.Base(path), ".pmtiles") }

// openArchives opens archives, which stay open until they are closed.
func openArchives(paths []string) (archives []*web.Archive, closeAll func(), err error) {
	var files []*os.File
	closeAll = func() {
		for _, f := range files {
			_ = f.Close() // was only read
		}
	}
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			return nil, closeAll, err
		}
		files = append(files, f)
		info, err := f.Stat()
		if err != nil {
			return nil, closeAll, err
		}
		a, err := web.NewArchive(archiveName(path), f, info.Size(), info.ModTime())
		if err != nil {
			return nil, closeAll, fmt.Errorf("%s: %w", path, err)
		}
		archives = append(archives, a)
	}
	return archives, closeAll, nil
}

// openness says who may edit while there are no accounts.
func openness(e web.Edits) string {
	switch {
	case !e.Allowed:
		return "everybody may see all, and nobody may edit"
	case e.Token != "":
		return "everybody may see all, and who has the --edit-token may edit"
	case e.Local:
		return "everybody who uses this machine may see and edit all"
	}
	return "everybody may see and edit all"
}

// unitNames name areas by their codes, once they are loaded.
func unitNames(live *data.Live) func(code string) string {
	var areas area.Cache
	return func(code string) string {
		snap := live.Snapshot()
		if snap == nil || code == "" {
			return ""
		}
		return areas.Get(snap).Name(code)
	}
}

// url is what to type into a browser on this machine, by http or https.
func (c *serveCmd) url(addr net.Addr) string {
	if c.TLSCert != "" {
		return "https" + strings.TrimPrefix(url(addr), "http")
	}
	return url(addr)
}

// url is what to type into a browser on this machine where there is no TLS.
func url(addr net.Addr) string {
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return addr.String()
	}
	if ip := net.ParseIP(host); ip.IsLoopback() || ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}
