package comments

import (
	"path"
	"testing"
	"unicode/utf8"
)

// FuzzFile gives odd files to what finds out what they are. What is taken has a name that ends as its kind does.
func FuzzFile(f *testing.F) {
	const exif = "Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00"
	f.Add("a.jpg", []byte("\xff\xd8\xff\xe1\x00\x22"+exif))
	f.Add("a.doc", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
	f.Add("a.docx", []byte("PK\x03\x04"))
	f.Add("../\u202ea.txt", []byte("字"))
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		if o := orientation(content); o < 1 || o > 8 {
			t.Errorf("the orientation is %d", o)
		}
		made, err := prepare(t.Context(), Sent{name, content})
		if err != nil {
			return
		}
		if !utf8.ValidString(made.Name) || path.Base(made.Name) != made.Name || len([]rune(made.Name)) > longestName || made.Bytes == 0 {
			t.Errorf("%q is kept as %+v", name, made.File)
		}
	})
}
