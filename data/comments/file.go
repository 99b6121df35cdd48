package comments

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/richardlehane/mscfb"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/cuntu/cuntu/layers"
)

// prepared is a file as it is to be kept.
type prepared struct {
	File
	content, preview []byte
}

// kind is a kind of files that are taken.
type kind struct {
	media   string
	endings []string // the first is given to a file that has none of them
}

var (
	jpegKind = kind{"image/jpeg", []string{".jpg", ".jpeg", ".jpe", ".jfif"}}
	pngKind  = kind{"image/png", []string{".png"}}
	pdfKind  = kind{"application/pdf", []string{".pdf"}}
	ofdKind  = kind{"application/ofd", []string{".ofd"}} // GB/T 33190
	textKind = kind{"text/plain", []string{".txt", ".csv"}}
)

// inZip are the kinds of documents that are zips, by a file that stands in each.
var inZip = []struct {
	entry string
	kind  kind
}{
	{"word/document.xml", kind{"application/vnd.openxmlformats-officedocument.wordprocessingml.document", []string{".docx"}}},
	{"xl/workbook.xml", kind{"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", []string{".xlsx"}}},
	{"ppt/presentation.xml", kind{"application/vnd.openxmlformats-officedocument.presentationml.presentation", []string{".pptx"}}},
	{"OFD.xml", ofdKind},
}

// byMimetype are the OpenDocument kinds, by what their entry mimetype says.
var byMimetype = []kind{
	{"application/vnd.oasis.opendocument.text", []string{".odt"}},
	{"application/vnd.oasis.opendocument.spreadsheet", []string{".ods"}},
	{"application/vnd.oasis.opendocument.presentation", []string{".odp"}},
}

// byStream are the kinds of Office before 2007 and of WPS, by a stream of their compound file.
var byStream = map[string]kind{
	"WordDocument":        {"application/msword", []string{".doc", ".wps"}},
	"Workbook":            {"application/vnd.ms-excel", []string{".xls", ".et"}},
	"Book":                {"application/vnd.ms-excel", []string{".xls", ".et"}},
	"PowerPoint Document": {"application/vnd.ms-powerpoint", []string{".ppt", ".dps"}},
}

// taken says what is taken, for those who send something else.
const taken = "photos (JPEG, PNG) and documents (PDF, OFD, DOCX, XLSX, PPTX, ODT, ODS, ODP, DOC, XLS, PPT, TXT, CSV) are taken"

// prepare finds out what a file is, and makes it fit to be kept. Faults have one fault, of a part that the caller names.
func prepare(ctx context.Context, s Sent) (prepared, error) {
	if len(s.Content) == 0 {
		return prepared{}, layers.NewFault("", "is empty")
	}
	k, why := kindOf(s)
	if why != "" {
		return prepared{}, layers.NewFault("", "%s", why)
	}
	name := cleanName(s.Name)
	ending := strings.ToLower(path.Ext(name))
	made := prepared{File: File{Type: k.media}, content: s.Content}
	if k.media == jpegKind.media || k.media == pngKind.media {
		if err := made.photo(ctx); err != nil {
			return made, err
		}
		k = jpegKind
		if made.Type == pngKind.media {
			k = pngKind
		}
		if !slices.Contains(k.endings, ending) { // messengers often name one for the other
			name = strings.TrimSuffix(name, path.Ext(name)) + k.endings[0]
		}
	} else if !slices.Contains(k.endings, ending) {
		return made, layers.NewFault("", "is named %s and is %s inside: name it %s", cleanName(s.Name), k.media, strings.Join(k.endings, " or "))
	}
	made.Name, made.Bytes, made.SHA256 = name, len(made.content), digest(made.content)
	return made, nil
}

// kindOf finds out what a file is by what is in it, and else says why it is not taken.
func kindOf(s Sent) (k kind, why string) {
	b := s.Content
	has := func(start string) bool { return bytes.HasPrefix(b, []byte(start)) }
	switch {
	case has("\xff\xd8\xff"):
		return jpegKind, ""
	case has("\x89PNG\r\n\x1a\n"):
		return pngKind, ""
	case has("%PDF-"):
		return pdfKind, ""
	case has("PK\x03\x04"):
		return zipped(b)
	case has("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
		return compound(b)
	case len(b) > 12 && string(b[4:8]) == "ftyp" && strings.Contains("heic heix hevc mif1 msf1 heim heis avif", string(b[8:12])):
		return k, "is a HEIC or AVIF photo, which few programs can open: send it as JPEG " +
			"(on an iPhone: Settings, Camera, Formats, Most Compatible)"
	case slices.Contains(textKind.endings, strings.ToLower(path.Ext(s.Name))) && isText(b):
		return textKind, ""
	}
	return k, "is not of a kind that is taken: " + taken
}

const mostEntries = 20_000 // of a document that is a zip

// zipped tells documents that are zips from each other. Nothing but the entry mimetype is unpacked.
func zipped(b []byte) (k kind, why string) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil || len(z.File) > mostEntries {
		return k, "is a zip that is cut off or no document"
	}
	names := map[string]*zip.File{}
	for _, f := range z.File {
		low := strings.ToLower(f.Name)
		if strings.Contains(low, "vbaproject") || strings.Contains(low, "/macrosheets/") || strings.HasPrefix(low, "basic/") {
			return k, "has macros, which may do harm on the machine of who opens it: save it without"
		}
		names[f.Name] = f
	}
	for _, one := range inZip {
		if names[one.entry] != nil {
			return one.kind, ""
		}
	}
	if f := names["mimetype"]; f != nil {
		in, err := f.Open()
		if err != nil {
			return k, "is a zip that cannot be read"
		}
		defer in.Close()
		said, _ := io.ReadAll(io.LimitReader(in, 200)) // what cannot be read names no kind
		for _, one := range byMimetype {
			if string(said) == one.media {
				return one, ""
			}
		}
	}
	return k, "is a zip: send the documents in it themselves; " + taken
}

// compound tells documents of Office before 2007 from each other.
func compound(b []byte) (k kind, why string) {
	f, err := mscfb.New(bytes.NewReader(b))
	if err != nil {
		return k, "is an Office document that is cut off"
	}
	for e, err := f.Next(); err == nil; e, err = f.Next() {
		switch {
		case e.Name == "EncryptedPackage":
			return k, "is encrypted: whoever is to read it would need the password; save it without"
		case e.Name == "VBA" || e.Name == "_VBA_PROJECT_CUR" || e.Name == "_VBA_PROJECT":
			return k, "has macros, which may do harm on the machine of who opens it: save it without"
		}
		if found, ok := byStream[e.Name]; ok && len(e.Path) == 0 {
			k = found
		}
	}
	if k.media == "" {
		return k, "is not of a kind that is taken: " + taken
	}
	return k, ""
}

// isText tells whether something is text in UTF-8 or GB 18030, and nothing else.
func isText(b []byte) bool {
	if !utf8.Valid(b) {
		decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(b)
		if err != nil || bytes.ContainsRune(decoded, utf8.RuneError) {
			return false
		}
		b = decoded
	}
	return !bytes.ContainsFunc(b, func(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune("\t\r\n\f", r) })
}

const longestName = 120 // characters of a file's

// cleanName is a file's name as people may be shown it: without folders and without characters that hide what it is.
func cleanName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune(`<>:"|?*`, r) {
			return -1
		}
		return r
	}, name)
	name = strings.Trim(name, ". ")
	if stem, ending := []rune(strings.TrimSuffix(name, path.Ext(name))), path.Ext(name); len(stem)+len(ending) > longestName {
		name = string(stem[:max(0, min(len(stem), longestName-len(ending)))]) + ending
	}
	if name == "" || strings.HasPrefix(name, ".") {
		name = fmt.Sprintf("file%s", name)
	}
	return name
}
