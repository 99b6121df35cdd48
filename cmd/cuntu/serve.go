package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/tiles"
	"github.com/cuntu/cuntu/web"
)

type serveCmd struct {
	storeFlag
	Addr      string   `default:"127.0.0.1:8080" help:"Address and port to listen on."`
	PublicURL string   `name:"public-url" placeholder:"URL" help:"The address that clients know, where a proxy stands before the server."`
	CacheMB   int64    `name:"cache-mb" default:"256" help:"Memory for tiles that are ready to send, in MiB."`
	Cors      []string `placeholder:"ORIGIN" help:"Sites whose pages may use the API; * for all."`
}

// shutdownPatience is how long requests under way may take to finish.
const shutdownPatience = 10 * time.Second

// Run serves until ctx ends.
func (c *serveCmd) Run(ctx context.Context, log *slog.Logger) error {
	catalog := layers.Builtin()
	store, err := openStore(ctx, c.Store, catalog, log)
	if err != nil {
		return err
	}
	defer store.Close()
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", c.Addr, err)
	}
	live := data.NewLive(store, catalog, log)
	cache := tiles.NewCache(c.CacheMB << 20)
	defer live.Listen(func(e data.Event) { cache.Update(e.Snapshot, e.Delta) })()
	server := &http.Server{
		Handler: web.New(web.Config{
			Live: live, Tiles: cache, Log: log, Version: version,
			PublicURL: c.PublicURL, Origins: c.Cors, Closing: ctx.Done(),
		}),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		IdleTimeout:       2 * time.Minute,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	tasks, ctx := errgroup.WithContext(ctx)
	tasks.Go(func() error { return live.Run(ctx) })
	tasks.Go(func() error { return server.Serve(listener) })
	tasks.Go(func() error {
		<-ctx.Done()
		patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownPatience)
		defer cancel()
		return server.Shutdown(patience)
	})
	fmt.Printf("Cuntu serves the map at %s\n", url(listener.Addr()))
	if err := tasks.Wait(); !errors.Is(err, http.ErrServerClosed) && !errors.Is(err, context.Canceled) {
		return err
	}
	log.Info("stopped")
	return nil
}

// url is what to type into a browser on this machine.
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
