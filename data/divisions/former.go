package divisions

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

// FirstYear is that of the earliest edition of which the pack knows codes of counties and towns; those of villages begin a
// year later.
const FirstYear = 2015

// Former is a code that is not in use any more, or was that of another name.
type Former struct {
	Code string
	// Name is what the place was called; "" of a village, whose old name is not kept.
	Name string
	// Until is the year of the last edition that has the code, by this name.
	Until int
	// Now is what became of the place, where Known tells that this is known: it has another code, or was merged into that, or only
	// its name is another.
	Now   Division
	Known bool
}

// Former finds a code of an earlier edition that the last one has not, or has by another name. What became of a place was found
// by comparing the editions by name, and is for people to judge.
func (p *Pack) Former(code string) (f Former, ok bool, err error) {
	if len(code) != countyDigits && len(code) != townDigits && len(code) != villageDigits {
		return f, false, nil
	}
	text, err := p.formerText(code[:2])
	if errors.Is(err, fs.ErrNotExist) {
		return f, false, nil
	}
	if err != nil {
		return f, false, fmt.Errorf("read the former divisions of %s: %w", code[:2], err)
	}
	f, now, ok, err := findFormer(text, code)
	if !ok || err != nil || now == "" {
		return f, ok, err
	}
	f.Now, f.Known, err = p.Find(now)
	return f, true, err
}

func (p *Pack) formerText(province string) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.formerProvince != province {
		text, err := unpack("former-" + province)
		if err != nil {
			return "", err
		}
		p.formerProvince, p.former = province, "\n"+text // so that each line follows a line's end
	}
	return p.former, nil
}

// findFormer looks for a code in the text of its province, as packing writes it. now is the code of what became of it, "" where
// that is not known.
func findFormer(text, code string) (f Former, now string, ok bool, err error) {
	head := code[2:min(len(code), townDigits)]
	_, rest, found := strings.Cut(text, "\n="+head+" ")
	townNow := ""
	if found {
		line, _, _ := strings.Cut(rest, "\n")
		words := strings.SplitN(line, " ", 3)
		if len(words) != 3 {
			return f, "", false, fmt.Errorf("line %q of %s", line, head)
		}
		if townNow = words[1]; townNow == "=" {
			townNow = code[:2] + head
		}
		if townNow == "-" {
			townNow = ""
		}
		if len(code) < villageDigits {
			f = Former{Code: code, Name: words[2]}
			f.Until, err = strconv.Atoi(words[0])
			return f, townNow, true, err
		}
	} else if _, rest, found = strings.Cut(text, "\n="+head+"\n"); found {
		rest, townNow = "\n"+rest, code[:townDigits]
	}
	if !found || len(code) < villageDigits {
		return f, "", false, nil
	}
	villages, _, _ := strings.Cut(rest, "\n=")
	suffix := code[townDigits:]
	_, line, found := strings.Cut(villages, "\n"+suffix)
	if !found {
		return f, "", false, nil
	}
	line, _, _ = strings.Cut(line, "\n")
	if line == "" {
		return f, "", false, fmt.Errorf("village %s has no year", code)
	}
	f = Former{Code: code, Until: villageYear(line[0])}
	switch now := line[1:]; {
	case now == "=":
		return f, townNow + suffix, true, nil
	case len(now) == len(suffix):
		return f, townNow + now, true, nil
	default:
		return f, now, true, nil
	}
}

// villageYear is the year that ends in a digit, after FirstYear.
func villageYear(digit byte) int {
	year := FirstYear/10*10 + int(digit-'0')
	if year < FirstYear {
		year += 10
	}
	return year
}
