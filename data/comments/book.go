package comments

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
)

// Limits of comments.
const (
	MostText     = 4000     // characters of one
	MostFiles    = 10       // of one
	MostBytes    = 64 << 20 // of the files of one, as they are sent
	MostComments = 500      // of a feature

	pieceBytes = 4 << 20 // of a file in one document of the store
	longestID  = 64
)

// What errors of comments wrap.
var (
	ErrNone    = errors.New("there is no such comment or file")
	ErrSpoilt  = errors.New("the file is not as it was kept")
	ErrIDTaken = errors.New("another comment has this id")
)

// Place is the feature at which comments stand. Those of one that is deleted stay, and are there again once it is put back.
type Place struct {
	Layer string
	ID    int64
}

func (p Place) kind() string { return "comment-" + p.Layer + "-" + strconv.FormatInt(p.ID, 10) }

// fileKind is the kind of the documents that hold files, in pieces.
const fileKind = "comment-file"

// Comment is what somebody said at a feature.
type Comment struct {
	ID    string         `json:"id"`
	At    time.Time      `json:"at"`
	By    Person         `json:"by"`
	Text  string         `json:"text"`
	Class layers.Secrecy `json:"class"` // Internal, or Sensitive where it tells of persons
	Files []File         `json:"files"`
	// Removed says who took it away. Then the text and what was in the files are gone; their digests stay.
	Removed *Removal `json:"removed,omitempty"`
}

// Person is who commented.
type Person struct {
	ID   string `json:"id,omitempty"`   // of the user; "" where nobody has signed in
	Name string `json:"name,omitempty"` // the user's login at that time
}

// Removal is that a comment was taken away.
type Removal struct {
	At time.Time `json:"at"`
	By Person    `json:"by"`
}

// File is a photo or document of a comment, as it is kept.
type File struct {
	ID     string `json:"id"`   // within its comment
	Name   string `json:"name"` // for people to read
	Type   string `json:"type"` // its media type, by what is in it
	Bytes  int    `json:"bytes"`
	SHA256 string `json:"sha256"` // of what is kept, in hexadecimal digits
	// Width and Height are a photo's, in pixels; a document has none.
	Width  int `json:"width,omitempty"`
	Height int `json:"height,omitempty"`
}

// Photo tells whether the file is a picture, of which there is a preview.
func (f File) Photo() bool { return f.Width > 0 }

// Sent is a file as somebody sends it.
type Sent struct {
	Name    string
	Content []byte
}

// Store is what of a store the book needs.
type Store interface {
	data.Documents
	Write(ctx context.Context, w data.Writing) ([]int64, error)
}

// Book keeps comments in a store. Any number of goroutines may use it.
type Book struct{ Store Store }

// NewID makes an id for a comment that is to be sent.
func NewID() string { return rand.Text() }

// Add keeps a comment with its files, all or nothing. Where its author has sent one with its id before, as where the answer was
// lost on the way, it gives that one. At, Files and an empty ID are Add's to say. The error is layers.Faults where the sender can
// mend it.
func (b *Book) Add(ctx context.Context, p Place, c Comment, sent []Sent) (Comment, error) {
	c.ID = cmp.Or(c.ID, NewID())
	c.Text = strings.TrimSpace(c.Text)
	if wrong := check(c, sent); len(wrong) > 0 {
		return c, wrong
	}
	list, err := b.Store.ListDocuments(ctx, p.kind())
	if err != nil {
		return c, err
	}
	if slices.ContainsFunc(list, func(d data.Document) bool { return d.ID == c.ID }) {
		before, err := b.get(ctx, p, c.ID)
		if err == nil && before.By != c.By {
			err = ErrIDTaken
		}
		return before, err
	}
	if len(list) >= MostComments {
		return c, layers.NewFault("text", "cannot be taken: there are %d comments here, which is as many as a feature may have", len(list))
	}
	c.At, c.Files = time.Now().UTC().Truncate(time.Microsecond), []File{}
	var documents []data.Document
	put := func(kind, id string, content []byte) {
		documents = append(documents, data.Document{Kind: kind, ID: id, Author: c.By.Name, Time: c.At, Content: content})
	}
	for i, s := range sent {
		made, err := prepare(ctx, s)
		if wrong, ok := errors.AsType[layers.Faults](err); ok {
			wrong[0].Part = fmt.Sprintf("file[%d] %s", i, cleanName(s.Name))
			return c, wrong
		} else if err != nil {
			return c, err
		}
		made.ID = strconv.Itoa(i + 1)
		c.Files = append(c.Files, made.File)
		n := 0
		for piece := range slices.Chunk(made.content, pieceBytes) {
			put(fileKind, pieceID(p, c.ID, made.ID, strconv.Itoa(n)), piece)
			n++
		}
		if made.preview != nil {
			put(fileKind, pieceID(p, c.ID, made.ID, "preview"), made.preview)
		}
	}
	head, err := json.Marshal(c)
	if err != nil {
		return c, err
	}
	put(p.kind(), c.ID, head)
	return c, b.write(ctx, documents)
}

func check(c Comment, sent []Sent) (wrong layers.Faults) {
	if c.Text == "" && len(sent) == 0 {
		wrong.Add("text", "is empty, and there is no file: one of them is needed")
	}
	if n := utf8.RuneCountInString(c.Text); n > MostText || !utf8.ValidString(c.Text) || strings.ContainsRune(c.Text, 0) {
		wrong.Add("text", "has %d characters; up to %d of UTF-8 are allowed", n, MostText)
	}
	if c.Class != layers.Internal && c.Class != layers.Sensitive {
		wrong.Add("class", "must be internal or sensitive")
	}
	if len(sent) > MostFiles {
		wrong.Add("file", "are %d; a comment may have %d", len(sent), MostFiles)
	}
	all := 0
	for _, s := range sent {
		all += len(s.Content)
	}
	if all > MostBytes {
		wrong.Add("file", "have %d bytes; those of a comment may have %d together", all, MostBytes)
	}
	if len(c.ID) > longestID || strings.Trim(c.ID, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-") != "" || len(c.ID) < 16 {
		wrong.Add("id", "must have from 16 to %d letters, digits and hyphens", longestID)
	}
	return wrong
}

func pieceID(p Place, comment, file, piece string) string {
	return strings.Join([]string{p.Layer, strconv.FormatInt(p.ID, 10), comment, file, piece}, "/")
}

func (b *Book) write(ctx context.Context, documents []data.Document) error {
	_, err := b.Store.Write(ctx, data.Writing{Documents: func([]int64) iter.Seq2[data.Document, error] {
		return data.Keep(documents...)(nil)
	}})
	return err
}

// List gives the comments of a feature, the oldest first.
func (b *Book) List(ctx context.Context, p Place) ([]Comment, error) {
	list, err := b.Store.ListDocuments(ctx, p.kind())
	if err != nil {
		return nil, err
	}
	comments := make([]Comment, 0, len(list))
	for _, d := range list {
		c, err := b.get(ctx, p, d.ID)
		if errors.Is(err, ErrNone) {
			continue // gone in between, as by a restore
		}
		if err != nil {
			return nil, err
		}
		comments = append(comments, c)
	}
	slices.SortStableFunc(comments, func(a, b Comment) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	return comments, nil
}

// Get finds a comment. The error wraps ErrNone where there is none.
func (b *Book) Get(ctx context.Context, p Place, id string) (Comment, error) {
	return b.get(ctx, p, id)
}

func (b *Book) get(ctx context.Context, p Place, id string) (c Comment, err error) {
	d, err := b.Store.Document(ctx, p.kind(), id)
	if err != nil {
		return c, missing(err)
	}
	if err := json.Unmarshal(d.Content, &c); err != nil {
		return c, fmt.Errorf("comment %s: %w", id, err)
	}
	return c, nil
}

func missing(err error) error {
	if errors.Is(err, data.ErrNoDocument) {
		return fmt.Errorf("%w: %w", ErrNone, err)
	}
	return err
}

// Open gives a file of a comment, and what is in it, which is held against its digest: the error wraps ErrSpoilt where it is
// another.
func (b *Book) Open(ctx context.Context, p Place, comment, file string) (f File, content []byte, err error) {
	f, err = b.file(ctx, p, comment, file)
	if err != nil {
		return f, nil, err
	}
	for n := 0; len(content) < f.Bytes; n++ {
		d, err := b.Store.Document(ctx, fileKind, pieceID(p, comment, file, strconv.Itoa(n)))
		if err != nil {
			return f, nil, missing(err)
		}
		if len(d.Content) == 0 {
			break
		}
		content = append(content, d.Content...)
	}
	if digest(content) != f.SHA256 {
		return f, nil, fmt.Errorf("%w: %s of comment %s", ErrSpoilt, file, comment)
	}
	return f, content, nil
}

// Preview gives a small picture of a photo, a JPEG.
func (b *Book) Preview(ctx context.Context, p Place, comment, file string) (f File, content []byte, err error) {
	f, err = b.file(ctx, p, comment, file)
	if err == nil && !f.Photo() {
		err = ErrNone
	}
	if err != nil {
		return f, nil, err
	}
	d, err := b.Store.Document(ctx, fileKind, pieceID(p, comment, file, "preview"))
	return f, d.Content, missing(err)
}

func (b *Book) file(ctx context.Context, p Place, comment, file string) (File, error) {
	c, err := b.get(ctx, p, comment)
	if err != nil {
		return File{}, err
	}
	i := slices.IndexFunc(c.Files, func(f File) bool { return f.ID == file })
	if i < 0 || c.Removed != nil {
		return File{}, ErrNone
	}
	return c.Files[i], nil
}

// Remove takes away a comment's text and what is in its files. That there was one, whose, and the digests of its files stay.
func (b *Book) Remove(ctx context.Context, p Place, id string, by Person) error {
	c, err := b.get(ctx, p, id)
	if err != nil || c.Removed != nil {
		return err
	}
	c.Removed = &Removal{At: time.Now().UTC().Truncate(time.Microsecond), By: by}
	c.Text = ""
	var emptied []data.Document
	for i, f := range c.Files {
		c.Files[i].Name = ""
		pieces := []string{}
		for n := range (f.Bytes + pieceBytes - 1) / pieceBytes {
			pieces = append(pieces, strconv.Itoa(n))
		}
		if f.Photo() {
			pieces = append(pieces, "preview")
		}
		for _, piece := range pieces {
			emptied = append(emptied, data.Document{
				Kind: fileKind, ID: pieceID(p, id, f.ID, piece), Author: by.Name, Time: c.Removed.At,
			})
		}
	}
	head, err := json.Marshal(c)
	if err != nil {
		return err
	}
	kept := data.Document{Kind: p.kind(), ID: id, Author: c.By.Name, Time: c.At, Content: head}
	// What is in the files goes in the one transaction; that their rows go after it is only tidy.
	if err := b.write(ctx, append(slices.Clone(emptied), kept)); err != nil {
		return err
	}
	for _, d := range emptied {
		if err := b.Store.DeleteDocument(ctx, d.Kind, d.ID); err != nil && !errors.Is(err, data.ErrNoDocument) {
			return err
		}
	}
	return nil
}

func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
