package divisions

import (
	"embed"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"

	"github.com/cuntu/cuntu/layers/area"
)

//go:embed pack
var packed embed.FS

func unpack(name string) (string, error) {
	f, err := packed.Open("pack/" + name + ".br")
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(brotli.NewReader(f))
	return string(text), err
}

// Pack is all divisions. It is read where it is asked: what is above the towns once, and the province asked for last is kept.
// Any number of goroutines may ask it.
type Pack struct {
	upper func() (*upper, error)

	mu             sync.Mutex
	province, text string // the one read last

	formerProvince, former string // the same of codes that are no more
}

// New is the pack that the program has.
func New() *Pack { return &Pack{upper: sync.OnceValues(readUpper)} }

// provinceText is the text of a province.
func (p *Pack) provinceText(code string) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.province != code {
		text, err := unpack(code)
		if err != nil {
			return "", err
		}
		p.province, p.text = code, text
	}
	return p.text, nil
}

// below are the towns and villages of a county, each town before its villages. There are none of what is no county.
func (p *Pack) below(county string) ([]Division, error) {
	u, err := p.upper()
	if err != nil {
		return nil, err
	}
	if u.known[county].Level != area.County {
		return nil, nil
	}
	text, err := p.provinceText(county[:2])
	if err != nil {
		return nil, fmt.Errorf("read the divisions of %s: %w", county, err)
	}
	var list []Division
	town, last := "", 0
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if rest, ok := strings.CutPrefix(line, "="); ok {
			town, last = "", 0
			if code := county[:2] + rest[:townDigits-2]; strings.HasPrefix(code, county) {
				town = code
				list = append(list, Division{town, rest[townDigits-2:], area.Town, county})
			}
			continue
		}
		if town == "" {
			continue
		}
		var name string
		if last, name, err = villageOf(line, last); err != nil {
			return nil, err
		}
		list = append(list, Division{fmt.Sprintf("%s%0*d", town, villageDigits-townDigits, last), name, area.Village, town})
	}
	return list, nil
}

// villageOf is the number and name of the village on a line behind one with the number last: the next one, or by how many it
// says further.
func villageOf(line string, last int) (number int, name string, err error) {
	step, name, ok := strings.Cut(strings.TrimPrefix(line, "+"), " ")
	if !ok || line[0] != '+' {
		return last + 1, line, nil
	}
	n, err := strconv.Atoi(step)
	return last + n, name, err
}
