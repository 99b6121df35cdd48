package read

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	unicodes "unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/cuntu/cuntu/data/files/record"
)

// The names of encodings that are detected; GB18030 holds GBK and GB 2312.
const (
	utf8Name    = "UTF-8"
	gb18030Name = "GB18030"
)

// charset finds an encoding by the names that people, .cpg files and DBF's
// authors give it. UTF-8 is nil.
func charset(name string) (encoding.Encoding, string, error) {
	key := strings.ToUpper(strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.TrimSpace(name)))
	switch key {
	case "UTF8", "65001", "CP65001", "UTF8SIG", "UTF8BOM":
		return nil, utf8Name, nil
	case "GBK", "GB2312", "GB18030", "936", "CP936", "MS936", "54936", "CP54936", "EUCCN", "CHINESE", "ANSI936", "WINDOWS936", "OEM936":
		return simplifiedchinese.GB18030, gb18030Name, nil
	case "BIG5", "950", "CP950", "OEM950", "ANSI950":
		return traditionalchinese.Big5, "Big5", nil
	case "UTF16", "UTF16LE", "1200":
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), "UTF-16LE", nil
	case "UTF16BE", "1201":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM), "UTF-16BE", nil
	case "ISO88591", "88591", "LATIN1", "1252", "CP1252", "WINDOWS1252", "ANSI1252":
		return charmap.Windows1252, "Windows-1252", nil
	}
	return nil, "", fmt.Errorf("encoding %q is not known; allowed are UTF-8, GBK, GB18030, Big5, UTF-16 and Windows-1252", name)
}

var bom = []byte{0xEF, 0xBB, 0xBF}

// guess tells UTF-8 from GB18030: "" for plain ASCII. Text that is valid UTF-8 is
// UTF-8, for Chinese in GBK is so by chance only when very short. A rune cut off
// at the end of the sample counts as whole.
func guess(sample []byte) string {
	ascii := true
	for _, c := range sample {
		if c >= 0x80 {
			ascii = false
			break
		}
	}
	switch {
	case ascii:
		return ""
	case utf8.Valid(record.WholeRunes(sample)):
		return utf8Name
	}
	return gb18030Name
}

// byChance tells whether texts that are valid UTF-8 are so by chance, being GBK: two
// bytes of GBK may make a letter of Cyrillic, Armenian or Arabic, which no ledger has,
// and then every one of them is such. Letters and signs of Latin (°, ×, é) and all that
// takes three bytes are meant.
func byChance(texts [][]byte) bool {
	letters := 0
	for _, t := range texts {
		for s := t; len(s) > 0; {
			r, n := utf8.DecodeRune(s)
			s = s[n:]
			switch {
			case r < 0x80:
			case r < 0x370 || r > 0x7FF:
				return false
			default:
				letters++
			}
		}
		if s, err := simplifiedchinese.GB18030.NewDecoder().Bytes(t); err != nil || strings.ContainsFunc(string(s), unreadable) {
			return false
		}
	}
	return letters > 0
}

// unreadable tells what beyond ASCII is no Chinese.
func unreadable(r rune) bool {
	return r >= 0x80 && !unicodes.Is(unicodes.Han, r) && !(r >= 0x3000 && r <= 0x303F) && !(r >= 0xFF00 && r <= 0xFF60)
}

// doubt hints that texts said to be UTF-8 are GBK, by an example.
func (j *Job) doubt(texts [][]byte) {
	if !byChance(texts) {
		return
	}
	i := slices.IndexFunc(texts, func(t []byte) bool { return guess(t) == utf8Name })
	read, err := simplifiedchinese.GB18030.NewDecoder().String(string(texts[i]))
	if err != nil {
		return
	}
	j.src.Hints = append(j.src.Hints, &record.CellError{
		File:    j.src.File,
		Value:   string(texts[i]),
		Want:    fmt.Sprintf("is %q in GBK; the file says it is UTF-8: if that is wrong, state the encoding GBK", read),
		Zh:      fmt.Sprintf("按 GBK 读是“%s”；文件自称 UTF-8，如有误请指定编码 GBK", read),
		Warning: true,
	})
}

// textReader decodes to UTF-8. An encoding that is not given is told by the
// first bytes beyond ASCII, wherever they come.
type textReader struct {
	in      *bufio.Reader
	out     io.Reader
	name    string // "" until known
	why     string // how it is known
	started bool
}

func newTextReader(r io.Reader, given string) (*textReader, error) {
	t := &textReader{in: bufio.NewReaderSize(r, sampleBytes)}
	head, err := t.in.Peek(4)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if given != "" {
		enc, name, err := charset(given)
		if err != nil {
			return nil, err
		}
		t.decide(enc, name, "as told")
		return t, nil
	}
	switch {
	case bytes.HasPrefix(head, bom):
		t.decide(nil, utf8Name, "by its byte order mark")
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE}):
		t.decide(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), "UTF-16LE", "by its byte order mark")
	case bytes.HasPrefix(head, []byte{0xFE, 0xFF}):
		t.decide(unicode.UTF16(unicode.BigEndian, unicode.UseBOM), "UTF-16BE", "by its byte order mark")
	default:
		t.look()
	}
	return t, nil
}

func (t *textReader) decide(enc encoding.Encoding, name, why string) {
	t.name, t.why, t.out = name, why, t.in
	if enc != nil {
		t.out = transform.NewReader(t.in, enc.NewDecoder())
	} else if head, _ := t.in.Peek(3); !t.started && bytes.Equal(head, bom) {
		t.in.Discard(3) //nolint:errcheck // just peeked
	}
}

// look decides by the bytes buffered, if they tell. The buffer fills by one read
// at least, more when the source gives more.
func (t *textReader) look() {
	sample, _ := t.in.Peek(sampleBytes)
	seen := guess(sample)
	if seen == utf8Name && byChance([][]byte{record.WholeRunes(sample)}) {
		seen = gb18030Name
	}
	switch seen {
	case utf8Name:
		t.decide(nil, utf8Name, "by its bytes")
	case gb18030Name:
		t.decide(simplifiedchinese.GB18030, gb18030Name, "by its bytes")
	}
}

func (t *textReader) Read(p []byte) (int, error) {
	if t.out == nil {
		t.look()
	}
	t.started = true
	if t.out != nil {
		return t.out.Read(p)
	}
	// All that is buffered is ASCII.
	if n := t.in.Buffered(); n > 0 && len(p) > n {
		p = p[:n]
	}
	return t.in.Read(p)
}

// encodingName is what is known by now: a file of ASCII is UTF-8 as well.
func (t *textReader) encodingName() string {
	if t.name == "" {
		return utf8Name
	}
	return t.name
}
