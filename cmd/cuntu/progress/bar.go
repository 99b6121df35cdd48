// Package progress shows on a terminal or in a log how far something is.
//
// Numbers flow in, what people see flows out to a file. It measures nothing but time, and what it cannot show stops nobody.
package progress

import (
	"fmt"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// Bar tells how far something is: on a terminal by a bar with rate and time
// left, elsewhere, such as in a log, by a line now and then.
type Bar struct {
	to       *os.File
	what     string
	terminal bool
	bar      *progressbar.ProgressBar // once there is something to show
	began    time.Time
	said     time.Time
}

// pauseBeforeBar is for how long nothing need be shown.
const pauseBeforeBar = time.Second

// pauseInLog is how long a log waits for the next line.
const pauseInLog = 5 * time.Second

// New makes a bar that counts what, a plural.
func New(to *os.File, what string) *Bar {
	return &Bar{to: to, what: what, terminal: term.IsTerminal(int(to.Fd())), began: time.Now(), said: time.Now()}
}

// Set says that done of total is done; a total of 0 is one that is not known. What cannot be shown is no reason to stop.
func (p *Bar) Set(done, total int) {
	if p.terminal {
		if p.bar == nil && time.Since(p.began) < pauseBeforeBar {
			return
		}
		if p.bar == nil {
			if total == 0 {
				total = -1 // for the library
			}
			p.bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(p.to),
				progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString(p.what),
				progressbar.OptionSetPredictTime(true), progressbar.OptionFullWidth(),
				progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
		}
		_ = p.bar.Set(done)
		return
	}
	now := time.Now()
	if now.Sub(p.said) < pauseInLog || done == 0 {
		return
	}
	p.said = now
	passed := now.Sub(p.began)
	if total == 0 {
		fmt.Fprintf(p.to, "%d %s, %.0f a second\n", done, p.what, float64(done)/passed.Seconds())
		return
	}
	left := time.Duration(float64(passed) * float64(total-done) / float64(done))
	fmt.Fprintf(p.to, "%d of %d %s, %.0f a second, %v left\n", done, total, p.what, float64(done)/passed.Seconds(), left.Round(time.Second))
}

// End takes the bar away.
func (p *Bar) End() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}
