package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	neturl "net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/cuntu/cuntu/cmd/cuntu/printing"
)

type printCmd struct {
	storeFlag
	Paper       string   `enum:"A4,A3,A2,A1,A0" default:"A3" help:"One of ${enum}."`
	Orientation string   `enum:"landscape,portrait" default:"landscape" help:"One of ${enum}."`
	Theme       string   `placeholder:"FIELD" help:"The field of villages that colours them, such as exit_status, fibre or tap_water_rate."`
	Layers      []string `placeholder:"LAYER" help:"Layers to draw; those of the map as it opens by default."`
	Year        int      `help:"What is complete by then counts as existing; now by default."`
	County      string   `placeholder:"CODE" help:"Only this county or town."`
	Atlas       bool     `help:"A page of the whole and one for each county."`
	Title       string   `help:"The map's heading; made from area and theme by default."`
	Lang        string   `enum:"zh,en" default:"zh" help:"One of ${enum}."`
	Browser     string   `placeholder:"PATH" help:"The Chromium, Chrome or Edge to draw with; the first that is found by default."`
	Out         string   `required:"" placeholder:"FILE" help:"A .pdf or, of one page, a .png."`
}

// printDPI is the resolution of a PNG, as the map in a PDF has it (web/app/src/views/print/paper.ts).
const printDPI = 300

// Run serves the store to a browser of its own and prints what that draws.
func (c *printCmd) Run(ctx context.Context, log *slog.Logger) error {
	suffix := strings.ToLower(filepath.Ext(c.Out))
	switch {
	case suffix != ".pdf" && suffix != ".png":
		return fmt.Errorf("--out must end in .pdf or .png, not %q", filepath.Base(c.Out))
	case suffix == ".png" && c.Atlas:
		return errors.New("--atlas has several pages: --out must end in .pdf")
	case c.Atlas && c.County != "":
		return errors.New("--atlas is of all counties: leave out --county")
	}
	browser, err := printing.Browser(c.Browser)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	address := make(chan string, 1)
	server := serveCmd{
		Store:       c.Store,
		Addr:        "127.0.0.1:0",
		CacheMB:     256,
		ElevationMB: 192,
		Edits:       "off",
		listening:   func(at string) { address <- at },
	}
	quiet := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	var tasks errgroup.Group
	tasks.Go(func() error {
		defer close(address)
		return server.Run(ctx, quiet)
	})
	at, ok := <-address
	if ok {
		if err = untilReady(ctx, at); err == nil {
			err = c.print(ctx, browser, at+"/"+c.page(), suffix)
		}
	}
	stop()
	return errors.Join(err, tasks.Wait())
}

func (c *printCmd) print(ctx context.Context, browser, page, suffix string) error {
	shown := -1
	progress := func(drawn, all int) {
		if drawn != shown {
			shown = drawn
			fmt.Fprintf(os.Stderr, "drawn %d of %d\n", drawn, all)
		}
	}
	return printing.Open(ctx, browser, page, progress, func(p printing.Page) error {
		return whole(c.Out, func(temporary string) error {
			f, err := os.Create(temporary)
			if err != nil {
				return err
			}
			if suffix == ".png" {
				err = p.PNG(f, printDPI/96.)
			} else {
				err = p.PDF(f)
			}
			return errors.Join(err, f.Sync(), f.Close())
		})
	})
}

// page is the address of what is printed, as web/app/src/views/print/link.ts reads it.
func (c *printCmd) page() string {
	parts := neturl.Values{"paper": {c.Paper}, "orientation": {c.Orientation}, "lang": {c.Lang}}
	set := func(name, value string) {
		if value != "" {
			parts.Set(name, value)
		}
	}
	set("theme", c.Theme)
	set("layers", strings.Join(c.Layers, ","))
	set("area", c.County)
	set("title", c.Title)
	if c.Year != 0 {
		set("year", strconv.Itoa(c.Year))
	}
	if c.Atlas {
		set("atlas", "1")
	}
	return "?print=1#" + strings.ReplaceAll(parts.Encode(), "+", "%20")
}

// untilReady waits until the store is loaded.
func untilReady(ctx context.Context, server string) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, server+"/readyz", nil)
		if err != nil {
			return err
		}
		response, err := http.DefaultClient.Do(request)
		if err == nil {
			_, _ = io.Copy(io.Discard, response.Body)
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}
