package data

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"
)

// Document is something small that a store keeps beside its layers, such as the
// record of an import, a saved mapping of columns or a siting scenario. What its
// bytes mean is known to who wrote it.
type Document struct {
	Kind    string    // such as "import"; a-z, 0-9, _ and -
	ID      string    // unique in its kind
	Author  string    // who wrote it, as far as known
	Time    time.Time // when; kept to the microsecond, in UTC
	Content []byte
}

// Documents are the documents of a Store.
type Documents interface {
	// PutDocument writes a document in place of the one with its kind and id.
	PutDocument(ctx context.Context, d Document) error

	// Document finds a document; the error wraps ErrNoDocument where there is none.
	Document(ctx context.Context, kind, id string) (Document, error)

	// ListDocuments gives the documents of a kind, or of all kinds for "", without
	// their content, the newest first.
	ListDocuments(ctx context.Context, kind string) ([]Document, error)

	// DeleteDocument removes a document; the error wraps ErrNoDocument where there
	// is none.
	DeleteDocument(ctx context.Context, kind, id string) error
}

// ErrNoDocument tells that there is no such document.
var ErrNoDocument = errors.New("no such document")

// Limits of a document. Whoever has more to keep cuts it into several.
const (
	MostDocumentBytes = 8 << 20
	mostDocumentName  = 200 // bytes of a kind, id or author
)

// CheckDocument is what every store asks of a document before it writes it. The
// error wraps ErrInvalid.
func CheckDocument(d *Document) error {
	refuse := func(format string, args ...any) error {
		return fmt.Errorf("%w: document %s/%s: %s", ErrInvalid, d.Kind, d.ID, fmt.Sprintf(format, args...))
	}
	if err := checkKind(d.Kind); err != nil {
		return refuse("%v", err)
	}
	switch {
	case d.ID == "":
		return refuse("needs an id")
	case len(d.ID) > mostDocumentName || len(d.Author) > mostDocumentName:
		return refuse("id and author may have up to %d bytes", mostDocumentName)
	case len(d.Content) > MostDocumentBytes:
		return refuse("has %d bytes; %d are allowed", len(d.Content), MostDocumentBytes)
	case d.Time.Year() < 1 || d.Time.Year() > 9999:
		return refuse("has a time out of reach")
	}
	for _, s := range []string{d.ID, d.Author} {
		if err := checkText(s); err != nil {
			return refuse("%v", err)
		}
	}
	d.Time = d.Time.UTC().Truncate(time.Microsecond)
	return nil
}

// checkKind is an error where a text cannot name a kind of documents or jobs.
func checkKind(kind string) error {
	if kind == "" || len(kind) > mostDocumentName {
		return fmt.Errorf("a kind has from 1 to %d bytes", mostDocumentName)
	}
	for _, r := range kind {
		if !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_' || r == '-') {
			return errors.New("a kind is made of a-z, 0-9, _ and -")
		}
	}
	return nil
}

// NoDocument is the error of a store that lacks a document.
func NoDocument(kind, id string) error { return fmt.Errorf("%w: %s/%s", ErrNoDocument, kind, id) }

// Keep makes what Writing.Documents wants out of a list that does not depend on
// the ids.
func Keep(list ...Document) func([]int64) iter.Seq2[Document, error] {
	return func([]int64) iter.Seq2[Document, error] {
		return func(yield func(Document, error) bool) {
			for _, d := range list {
				if !yield(d, nil) {
					return
				}
			}
		}
	}
}
