package start

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"image/png"
	"net/http"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/web/problem"
	"github.com/cuntu/cuntu/web/query"
)

// Office is whose map it is, as every page and print of it says.
type Office struct {
	Name string `json:"name"`
	// Review is the number under which the map was reviewed for publication (审图号), "" where it was not.
	Review string `json:"review"`
	// Internal marks the map as for internal use.
	Internal bool `json:"internal"`
	// Emblem is a PNG as a data URL, "" for none.
	Emblem string `json:"emblem"`
	// Mine tells that who asks may change it.
	Mine bool `json:"mine"`
}

// Bounds of what an office may say of itself. MostOfficeBytes is of the body of a request.
const (
	MostOfficeBytes  = 256 << 10
	mostName         = 60 // characters
	mostReview       = 40
	mostEmblemBytes  = 96 << 10
	mostEmblemPixels = 1024 // a side
)

const (
	officeKind = "settings"
	officeID   = "office"
	emblemHead = "data:image/png;base64,"
	staleAfter = 10 * time.Second // another server may have changed it
)

// Offices keeps the office of a store, so that pages are answered while the store is away. The zero Offices is of no store.
type Offices struct {
	Store data.Documents
	// Allowed is nil where who asks may change it.
	Allowed func(*http.Request) error

	mu     sync.Mutex
	office Office
	read   time.Time
}

// Show answers GET /api/office.
func (o *Offices) Show(w http.ResponseWriter, r *http.Request) error {
	if err := query.New(r).Done(); err != nil {
		return err
	}
	office := o.get(r.Context())
	office.Mine = o.Store != nil && o.Allowed(r) == nil
	w.Header().Set("Cache-Control", "no-cache")
	return writeJSON(w, office)
}

func writeJSON(w http.ResponseWriter, v any) error {
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(v)
}

// get is the office as it was last read, which is not long ago unless the store is away.
func (o *Offices) get(ctx context.Context) Office {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.Store == nil || time.Since(o.read) < staleAfter {
		return o.office
	}
	o.read = time.Now()
	d, err := o.Store.Document(ctx, officeKind, officeID)
	var office Office
	if err == nil && json.Unmarshal(d.Content, &office) == nil {
		o.office = office
	}
	return o.office
}

// Put answers PUT /api/office.
func (o *Offices) Put(w http.ResponseWriter, r *http.Request, author string) error {
	var office Office
	in := json.NewDecoder(r.Body)
	in.DisallowUnknownFields()
	if err := in.Decode(&office); err != nil {
		if long := (*http.MaxBytesError)(nil); errors.As(err, &long) {
			return err
		}
		return refuse(layers.NewFault("body", "must be a JSON object with name, review, internal and emblem"))
	}
	if wrong := office.check(); wrong != nil {
		return refuse(wrong)
	}
	office.Mine = false
	content, err := json.Marshal(office)
	if err != nil {
		return err
	}
	d := data.Document{Kind: officeKind, ID: officeID, Author: author, Time: time.Now(), Content: content}
	if err := o.Store.PutDocument(r.Context(), d); err != nil {
		return err
	}
	o.mu.Lock()
	o.office, o.read = office, time.Now()
	o.mu.Unlock()
	office.Mine = true
	return writeJSON(w, office)
}

func refuse(wrong layers.Faults) error {
	return &problem.Problem{Title: "Bad request", Status: http.StatusBadRequest, Detail: wrong.Error(), Errors: wrong}
}

// check finds all that is wrong, and makes the emblem anew of its pixels alone.
func (o *Office) check() (wrong layers.Faults) {
	text := func(part string, s *string, most int) {
		*s = strings.TrimSpace(*s)
		if utf8.RuneCountInString(*s) > most || strings.ContainsFunc(*s, unicode.IsControl) {
			wrong.Add(part, "is one line of at most %d characters", most)
		}
	}
	text("name", &o.Name, mostName)
	text("review", &o.Review, mostReview)
	if o.Review != "" && o.Internal {
		wrong.Add("internal", "does not go with a review number: a map for internal use has none")
	}
	if o.Emblem == "" {
		return wrong
	}
	clean, err := cleanEmblem(o.Emblem)
	if err != nil {
		wrong.Add("emblem", "%v", err)
	}
	o.Emblem = clean
	return wrong
}

// cleanEmblem takes a PNG apart and puts it together again: what else the file held is gone.
func cleanEmblem(emblem string) (string, error) {
	encoded, ok := strings.CutPrefix(emblem, emblemHead)
	if !ok {
		return "", errors.New("must be a PNG, as " + emblemHead + "…; SVG is not taken, since it may hold scripts")
	}
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return "", errors.New("is no base64")
	}
	size, err := png.DecodeConfig(bytes.NewReader(raw))
	if err != nil {
		return "", errors.New("is no PNG that can be read")
	}
	if size.Width > mostEmblemPixels || size.Height > mostEmblemPixels {
		return "", fmt.Errorf("has %d × %d pixels; at most %d a side are allowed", size.Width, size.Height, mostEmblemPixels)
	}
	image, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		return "", errors.New("is no PNG that can be read")
	}
	var out bytes.Buffer
	if err := png.Encode(&out, image); err != nil {
		return "", err
	}
	if out.Len() > mostEmblemBytes {
		return "", fmt.Errorf("has %d bytes; at most %d are allowed", out.Len(), mostEmblemBytes)
	}
	return emblemHead + base64.StdEncoding.EncodeToString(out.Bytes()), nil
}
