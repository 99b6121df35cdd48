// Package printing has a browser of this machine draw the page that prints the
// battle map, and takes it from there as a PDF or a PNG. The page and its drawing are
// the web app's (web/app/src/views/print); this package only drives the browser.
package printing

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// names are what Chromium and its kin are called.
var names = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "headless_shell"}

// ErrNoBrowser says that there is nothing to print with.
var ErrNoBrowser = fmt.Errorf(
	"printing needs Chromium, Chrome or Edge on this machine, and there is none of %s; install one or name it with --browser",
	strings.Join(names, ", "),
)

// Browser is the browser named or, where that is "", the first one of this machine.
func Browser(named string) (string, error) {
	if named != "" {
		path, err := exec.LookPath(named)
		if err != nil {
			return "", fmt.Errorf("browser %s: %w", named, err)
		}
		return path, nil
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", ErrNoBrowser
}

// Page is a page that has drawn its sheets.
type Page struct{ tab context.Context }

// Open opens the address in a browser without a window and waits until all sheets are
// drawn; progress, if not nil, is told how many are. use may print it; the browser ends
// with Open.
func Open(ctx context.Context, browser, address string, progress func(drawn, all int), use func(Page) error) error {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(browser),
		// Where there is no graphics card, the processor draws.
		chromedp.Flag("use-angle", "swiftshader"), chromedp.Flag("enable-unsafe-swiftshader", true),
	)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // which Chromium refuses to have for root
	}
	allocator, cancel := chromedp.NewExecAllocator(ctx, options...)
	defer cancel()
	tab, cancel := chromedp.NewContext(allocator)
	defer cancel()
	if err := chromedp.Do(tab, chromedp.Navigate(address)); err != nil {
		return fmt.Errorf("open the page to print in %s: %w", browser, err)
	}
	if err := drawn(tab, progress); err != nil {
		return err
	}
	return use(Page{tab})
}

// drawn waits for the sheets. Each look at the page waits a little in the page itself.
func drawn(tab context.Context, progress func(drawn, all int)) error {
	const look = `new Promise((resolve) => setTimeout(() => {
		const p = window.__cuntuPrint
		resolve(p ? { ready: p.ready.value, failed: p.failed.value ?? "", drawn: p.drawn.value, all: p.sheets.value.length } : {})
	}, 200))`
	type state struct {
		Ready  bool   `json:"ready"`
		Failed string `json:"failed"`
		Drawn  int    `json:"drawn"`
		All    int    `json:"all"`
	}
	for {
		now, err := chromedp.Run(tab, chromedp.Evaluate[state](look, chromedp.EvalAwaitPromise))
		switch {
		case err != nil:
			return fmt.Errorf("wait for the sheets: %w", err)
		case now.Failed != "":
			return errors.New("draw the sheets: " + now.Failed)
		}
		if progress != nil && now.All > 0 {
			progress(now.Drawn, now.All)
		}
		if now.Ready {
			return nil
		}
	}
}

// PDF writes the sheets, each a page of its paper's size, with the fonts of their words.
func (p Page) PDF(out io.Writer) error {
	b, err := chromedp.Run(p.tab, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize(), chromedp.PDFPrintBackground(), chromedp.PDFStream()))
	if err != nil {
		return fmt.Errorf("print: %w", err)
	}
	_, err = out.Write(b)
	return err
}

// PNG writes the first sheet at so many dots for each of the page's pixels (of 96 an
// inch). It is taken in pieces, for a browser draws no more at a time.
func (p Page) PNG(out io.Writer, ratio float64) error {
	type rectangle struct{ X, Y, Width, Height float64 }
	// Nothing of the page but the sheet, from its corner on.
	const alone = `(() => {
		document.querySelector('.print').replaceChildren(document.querySelector('.sheet'))
		const r = document.querySelector('.sheet').getBoundingClientRect()
		return { X: r.x + scrollX, Y: r.y + scrollY, Width: r.width, Height: r.height }
	})()`
	sheet, err := chromedp.Run(p.tab, chromedp.Evaluate[rectangle](alone))
	if err != nil {
		return fmt.Errorf("find the sheet: %w", err)
	}
	whole := image.NewRGBA(image.Rect(0, 0, int(sheet.Width*ratio), int(sheet.Height*ratio)))
	step := float64(int(pieceDots / ratio))
	for y := 0.; y < sheet.Height; y += step {
		for x := 0.; x < sheet.Width; x += step {
			clip := page.Viewport{X: sheet.X + x, Y: sheet.Y + y, Width: min(step, sheet.Width-x), Height: min(step, sheet.Height-y), Scale: ratio}
			piece, err := p.screenshot(clip)
			if err != nil {
				return err
			}
			at := image.Pt(int(x*ratio), int(y*ratio))
			draw.Draw(whole, piece.Bounds().Add(at), piece, piece.Bounds().Min, draw.Src)
		}
	}
	return png.Encode(out, whole)
}

// pieceDots is how wide and high a piece of a picture may be.
const pieceDots = 3000

func (p Page) screenshot(clip page.Viewport) (image.Image, error) {
	beyond := true
	shot, err := chromedp.Call(p.tab, page.CaptureScreenshot, page.CaptureScreenshotParams{
		Format: page.CaptureScreenshotFormatPng, Clip: &clip, CaptureBeyondViewport: &beyond,
	})
	if err != nil {
		return nil, fmt.Errorf("take the picture: %w", err)
	}
	piece, err := png.Decode(bytes.NewReader(shot.Data))
	if err != nil {
		return nil, fmt.Errorf("read the picture: %w", err)
	}
	return piece, nil
}
