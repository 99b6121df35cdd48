// Package office tells whose map it is: the one place that knows what an office says of itself, and in which words whatever
// leaves the map repeats it.
//
// A store's documents flow in and out, lines of credit flow out. It draws nothing, and knows no format of files.
package office

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"image/png"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
)

// Office is whose map it is. The zero Office says nothing.
type Office struct {
	Name string `json:"name"`
	// Review is the number under which the map was reviewed for publication (审图号), "" where it was not.
	Review string `json:"review"`
	// Internal marks the map as for internal use.
	Internal bool `json:"internal"`
	// Emblem is a PNG as a data URL, "" for none.
	Emblem string `json:"emblem"`
}

// Bounds of what an office may say of itself.
const (
	mostName         = 60 // characters
	mostReview       = 40
	mostEmblemBytes  = 96 << 10
	mostEmblemPixels = 1024 // a side
)

const (
	kind       = "settings"
	id         = "office"
	emblemHead = "data:image/png;base64,"
)

// Read is the office of a store; the zero Office where none was set.
func Read(ctx context.Context, store data.Documents) (o Office, err error) {
	d, err := store.Document(ctx, kind, id)
	if errors.Is(err, data.ErrNoDocument) {
		return o, nil
	}
	if err == nil {
		err = json.Unmarshal(d.Content, &o)
	}
	return o, err
}

// Put keeps an office that was checked.
func Put(ctx context.Context, store data.Documents, o Office, author string) error {
	content, err := json.Marshal(o)
	if err != nil {
		return err
	}
	return store.PutDocument(ctx, data.Document{Kind: kind, ID: id, Author: author, Time: time.Now(), Content: content})
}

// Line is what whatever leaves the map says of the office: 某县自然资源局 · 审图号：某S(2026)001号, or … · 内部使用. It is "" where
// nothing was set.
func (o Office) Line() string {
	var parts []string
	if o.Name != "" {
		parts = append(parts, o.Name)
	}
	switch {
	case o.Review != "":
		parts = append(parts, "审图号："+o.Review)
	case o.Internal:
		parts = append(parts, "内部使用")
	}
	return strings.Join(parts, " · ")
}

// Check finds all that is wrong, and makes the emblem anew of its pixels alone.
func (o *Office) Check() (wrong layers.Faults) {
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
