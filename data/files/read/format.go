package read

import (
	"slices"
	"strings"
)

// Format is what reading must be told of a format.
type Format struct {
	ID         string
	Name       string   // with its endings, as error messages list it
	Extensions []string // of files' names, with the dot, in lower case; the main file's first
	Read       func(*Job) error
}

// Formats are all that are read.
type Formats []Format

// of is the format that a file's ending promises, "" for none.
func (f Formats) of(name string) string {
	for _, format := range f {
		if slices.Contains(format.Extensions, extension(name)) {
			return format.ID
		}
	}
	return ""
}

// known says in one line what is read; error messages end with it.
func (f Formats) known() string {
	names := make([]string, len(f))
	for i, format := range f {
		names[i] = format.Name
	}
	return strings.Join(names, ", ")
}

func (f Formats) find(id string) (Format, bool) {
	i := slices.IndexFunc(f, func(format Format) bool { return format.ID == id })
	if i < 0 {
		return Format{}, false
	}
	return f[i], true
}
