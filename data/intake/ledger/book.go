package ledger

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/klauspost/compress/zstd"
	"github.com/paulmach/orb/geojson"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
)

// The kinds of documents that ledgers keep in a store.
const (
	bookKind     = "ledger"
	rulesKind    = "ledger_rules"
	disputesKind = "ledger_disputes"
	refusedKind  = "ledger_refused"
)

// MostSender is how long the name of a sender may be, in bytes.
const MostSender = 120

// CheckSender is an error where a text cannot name a sender.
func CheckSender(s string) error {
	if len(s) > MostSender || !utf8.ValidString(s) || strings.HasPrefix(s, unnamed) {
		return layers.NewFault("sender", "may have %d bytes of UTF-8, the first of which is not %s", MostSender, unnamed)
	}
	return nil
}

const unnamed = "="

// Unnamed stands for whoever sends files of a layout and is not named.
func Unnamed(layout string) string { return unnamed + layout }

// Named is the sender's name; "" where nobody has said it.
func (b *Book) Named() string {
	if strings.HasPrefix(b.Sender, unnamed) {
		return ""
	}
	return b.Sender
}

// Exchange is an occasion on which a sender and the store came to know of each other: a ledger that was imported, or that was
// handed out.
type Exchange struct {
	At     time.Time `json:"at"` // of the last writing that it knows of; zero where the layer had no history yet
	Day    time.Time `json:"day"`
	File   string    `json:"file,omitempty"`
	Import string    `json:"import,omitempty"` // the id of its record; "" of what was handed out, or changed nothing
	Layout string    `json:"layout,omitempty"` // of the file
	By     string    `json:"by,omitempty"`
	// Covers are the ids of the features that it was about, from one to another; none of what was handed out whole.
	Covers [][2]int64 `json:"covers,omitempty"`
	Whole  bool       `json:"whole,omitempty"` // it was about all that the layer had
}

// mostRuns is how many runs of ids an exchange keeps. Of features beyond them the sender knows nothing, which is asked.
const mostRuns = 10_000

// Cover notes the features that an exchange was about, by their ids.
func (e *Exchange) Cover(ids []int64) {
	slices.Sort(ids)
	for _, id := range ids {
		if n := len(e.Covers); n > 0 && id <= e.Covers[n-1][1]+1 {
			e.Covers[n-1][1] = id
			continue
		}
		if len(e.Covers) == mostRuns {
			return
		}
		e.Covers = append(e.Covers, [2]int64{id, id})
	}
}

// Has tells whether an exchange was about a feature.
func (e *Exchange) Has(id int64) bool {
	if e.Whole {
		return true
	}
	i, found := slices.BinarySearchFunc(e.Covers, id, func(run [2]int64, id int64) int { return cmp.Compare(run[0], id) })
	return found || i > 0 && id <= e.Covers[i-1][1]
}

// Book is what is on record of a sender and a layer, the latest exchange last.
type Book struct {
	Sender    string     `json:"sender"`
	Layer     string     `json:"layer"`
	Exchanges []Exchange `json:"exchanges"`
}

// mostExchanges are kept of a book: so many imports can be taken back, one after another.
const mostExchanges = 20

// Last is the latest exchange; ok is false where there was none.
func (b *Book) Last() (e Exchange, ok bool) {
	if len(b.Exchanges) == 0 {
		return e, false
	}
	return b.Exchanges[len(b.Exchanges)-1], true
}

// Add notes an exchange.
func (b *Book) Add(e Exchange) {
	b.Exchanges = append(b.Exchanges, e)
	b.Exchanges = slices.Clone(b.Exchanges[max(0, len(b.Exchanges)-mostExchanges):])
}

// Drop forgets the exchange of an import, and tells whether there was one.
func (b *Book) Drop(id string) bool {
	n := len(b.Exchanges)
	b.Exchanges = slices.DeleteFunc(b.Exchanges, func(e Exchange) bool { return e.Import == id })
	return len(b.Exchanges) < n
}

func bookID(layer, sender string) string {
	sum := sha256.Sum256([]byte(sender))
	return layer + "/" + hex.EncodeToString(sum[:12])
}

// Document is the book as a store keeps it.
func (b *Book) Document(by string) (data.Document, error) {
	content, err := json.Marshal(b)
	return data.Document{Kind: bookKind, ID: bookID(b.Layer, b.Sender), Author: by, Time: time.Now(), Content: content}, err
}

// ReadBook finds what is on record of a sender and a layer; the book is empty where nothing is.
func ReadBook(ctx context.Context, store data.Documents, layer, sender string) (*Book, error) {
	b := &Book{Sender: sender, Layer: layer}
	return b, read(ctx, store, bookKind, bookID(layer, sender), b)
}

// ReadBooks finds the books of a layer, or of all for "".
func ReadBooks(ctx context.Context, store data.Documents, layer string) (list []*Book, err error) {
	docs, err := store.ListDocuments(ctx, bookKind)
	if err != nil {
		return nil, err
	}
	for _, d := range docs {
		b := &Book{}
		if err := read(ctx, store, bookKind, d.ID, b); err != nil {
			return nil, err
		}
		if len(b.Exchanges) > 0 && (layer == "" || b.Layer == layer) {
			list = append(list, b)
		}
	}
	return list, nil
}

// office is the name of an office that a file's begins with: 水利局供水台账.xlsx.
var office = regexp.MustCompile(`^\p{Han}{1,10}?(?:局|委员会|办公室|委|办|中心|公司|站|院|所)`)

// Guess is who a file of a layer may be from: a sender whose name is in the file's, or the office that it is named after, or who
// sent the last file of the layout. known are all who have sent ledgers of the layer.
func Guess(ctx context.Context, store data.Documents, layer, file, layout string) (sender string, known []string, err error) {
	books, err := ReadBooks(ctx, store, layer)
	if err != nil {
		return "", nil, err
	}
	named, alike := "", ""
	var day time.Time
	for _, b := range books {
		name := b.Named()
		if name == "" {
			continue
		}
		known = append(known, name)
		if strings.Contains(file, name) && len(name) > len(named) {
			named = name
		}
		if last, _ := b.Last(); last.Layout == layout && last.Day.After(day) {
			alike, day = name, last.Day
		}
	}
	slices.Sort(known)
	return cmp.Or(named, office.FindString(file), alike), known, nil
}

const onlyRules = "rules"

// ReadRules finds the rules of a store.
func ReadRules(ctx context.Context, store data.Documents) (r Rules, err error) {
	return r, read(ctx, store, rulesKind, onlyRules, &r)
}

// Document is the rules as a store keeps them.
func (r Rules) Document(by string) (data.Document, error) {
	content, err := json.Marshal(r)
	return data.Document{Kind: rulesKind, ID: onlyRules, Author: by, Time: time.Now(), Content: content}, err
}

// MostConflicts is how many cells in dispute an import keeps. Where there are more they are settled by field, or by rule.
const MostConflicts = 20_000

// Disputes is the document of an import's cells in dispute.
func Disputes(id, by string, list []Conflict) (data.Document, error) {
	return packed(disputesKind, id, by, list)
}

// ReadDisputes finds the cells that are, or were, in dispute since an import; none where there is no such document.
func ReadDisputes(ctx context.Context, store data.Documents, id string) (list []Conflict, err error) {
	return list, unpack(ctx, store, disputesKind, id, &list)
}

// Refused is what a sender last said of a layer and was not followed in: as long as he says the same again, he says nothing new.
type Refused struct {
	Cells  map[string]layers.Value      `json:"cells"`  // by Cell
	Places map[string]*geojson.Geometry `json:"places"` // by Cell
	Rows   map[string]bool              `json:"rows"`   // whole features, which the store has no more, by key
}

// Empty tells whether nothing was refused.
func (r *Refused) Empty() bool { return len(r.Cells)+len(r.Places)+len(r.Rows) == 0 }

// RefusedDocument is what was refused the sender, as a store keeps it.
func (b *Book) RefusedDocument(r *Refused, by string) (data.Document, error) {
	return packed(refusedKind, bookID(b.Layer, b.Sender), by, r)
}

// ReadRefused finds what was refused the sender of a book.
func (b *Book) ReadRefused(ctx context.Context, store data.Documents) (*Refused, error) {
	r := &Refused{}
	err := unpack(ctx, store, refusedKind, bookID(b.Layer, b.Sender), r)
	if r.Cells == nil {
		r.Cells = map[string]layers.Value{}
	}
	if r.Places == nil {
		r.Places = map[string]*geojson.Geometry{}
	}
	if r.Rows == nil {
		r.Rows = map[string]bool{}
	}
	return r, err
}

// Forget takes back that the store did not follow a sender in disputes, as where the import that had them is taken back.
func (r *Refused) Forget(list []Conflict) {
	for i := range list {
		delete(r.Cells, list[i].Cell())
		delete(r.Places, list[i].Cell())
	}
}

// packed is a document of what may be much.
func packed(kind, id, by string, v any) (data.Document, error) {
	content, err := json.Marshal(v)
	if err != nil {
		return data.Document{}, err
	}
	z, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return data.Document{}, err
	}
	return data.Document{Kind: kind, ID: id, Author: by, Time: time.Now(), Content: z.EncodeAll(content, nil)}, nil
}

// mostUnpacked is how much a packed document may be, unpacked.
const mostUnpacked = 256 << 20

// unpack reads a packed document into to, which stays as it is where there is none.
func unpack(ctx context.Context, store data.Documents, kind, id string, to any) error {
	d, err := store.Document(ctx, kind, id)
	if errors.Is(err, data.ErrNoDocument) {
		return nil
	}
	if err != nil {
		return err
	}
	z, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(mostUnpacked))
	if err != nil {
		return err
	}
	defer z.Close()
	content, err := z.DecodeAll(d.Content, nil)
	if err == nil {
		err = json.Unmarshal(content, to)
	}
	if err != nil {
		return fmt.Errorf("document %s/%s is damaged: %w", kind, id, err)
	}
	return nil
}

// DropDisputes forgets the disputes of an import.
func DropDisputes(ctx context.Context, store data.Documents, id string) error {
	err := store.DeleteDocument(ctx, disputesKind, id)
	if errors.Is(err, data.ErrNoDocument) {
		return nil
	}
	return err
}

// read reads a document into to, which stays as it is where there is none.
func read(ctx context.Context, store data.Documents, kind, id string, to any) error {
	d, err := store.Document(ctx, kind, id)
	if errors.Is(err, data.ErrNoDocument) {
		return nil
	}
	if err == nil {
		err = json.Unmarshal(d.Content, to)
	}
	if err != nil {
		return fmt.Errorf("read document %s/%s: %w", kind, id, err)
	}
	return nil
}
