package intake

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/cuntu/cuntu/data"
)

// Settled is the mapping that would read the same file in the same way.
func (o *Options) Settled() Mapping {
	m := o.Mapping
	m.Columns = overlay(o.Columns, o.Map)
	return m
}

// ParseMapping reads a mapping from JSON. What it does not know is an error.
func ParseMapping(content []byte) (Mapping, error) {
	var m Mapping
	in := json.NewDecoder(bytes.NewReader(content))
	in.DisallowUnknownFields()
	if err := in.Decode(&m); err != nil {
		return Mapping{}, fmt.Errorf("it is no mapping: %w", err)
	}
	return m, nil
}

// SaveMapping keeps a mapping in a store under a name, in place of the one that has
// it.
func SaveMapping(ctx context.Context, store data.Documents, name, author string, m Mapping) error {
	content, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return store.PutDocument(ctx, data.Document{Kind: MappingKind, ID: name, Author: author, Time: time.Now(), Content: content})
}

// LoadMapping finds a mapping by name.
func LoadMapping(ctx context.Context, store data.Documents, name string) (Mapping, error) {
	d, err := store.Document(ctx, MappingKind, name)
	if errors.Is(err, data.ErrNoDocument) {
		names := "none"
		if list, lerr := store.ListDocuments(ctx, MappingKind); lerr == nil && len(list) > 0 {
			names = ""
			for i, d := range list {
				if i > 0 {
					names += ", "
				}
				names += d.ID
			}
		}
		return Mapping{}, fmt.Errorf("mapping %q: %w; there are %s", name, err, names)
	}
	if err != nil {
		return Mapping{}, err
	}
	return ParseMapping(d.Content)
}
