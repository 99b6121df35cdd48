package storetest

import (
	"bytes"
	"errors"
	"iter"
	"reflect"
	"testing"
	"time"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers"
)

func document(kind, id, content string, at time.Time) data.Document {
	return data.Document{Kind: kind, ID: id, Author: "王小明", Time: at, Content: []byte(content)}
}

// noon has a zone and nanoseconds, which a store gives back in UTC and cut off.
var noon = time.Date(2026, 11, 24, 12, 0, 0, 123_456_789, time.FixedZone("CST", 8*3600))

func testDocuments(t *testing.T, s *setting) {
	store, other := s.store(t), s.store(t)
	older := document("import", "1", "\x00\xff任意字节", noon)
	newer := document("import", "2", "", noon.Add(time.Hour))
	mapping := document("mapping", "贫困村台账", "{}", noon.Add(2*time.Hour))
	for _, d := range []data.Document{newer, older, mapping} {
		if err := store.PutDocument(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	if d, err := other.Document(t.Context(), "import", "1"); err != nil || !sameDocument(d, older) {
		t.Errorf("got %v, %v", d, err)
	}
	expectList(t, other, "import", "import/2", "import/1")
	expectList(t, other, "", "mapping/贫困村台账", "import/2", "import/1")
	expectList(t, other, "scenario")

	again := document("import", "1", "anew", noon.Add(3*time.Hour))
	again.Author = ""
	if err := other.PutDocument(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	if d, err := store.Document(t.Context(), "import", "1"); err != nil || !sameDocument(d, again) {
		t.Errorf("put again: got %v, %v", d, err)
	}
	expectList(t, store, "import", "import/1", "import/2")

	if err := store.DeleteDocument(t.Context(), "import", "1"); err != nil {
		t.Error(err)
	}
	_, err := other.Document(t.Context(), "import", "1")
	for what, err := range map[string]error{"read": err, "delete": store.DeleteDocument(t.Context(), "import", "1")} {
		if !errors.Is(err, data.ErrNoDocument) {
			t.Errorf("%s what is gone: %v", what, err)
		}
	}
	expectList(t, other, "import", "import/2")
}

func sameDocument(got, want data.Document) bool {
	want.Time = want.Time.UTC().Truncate(time.Microsecond)
	same := bytes.Equal(got.Content, want.Content)
	got.Content, want.Content = nil, nil
	return same && reflect.DeepEqual(got, want)
}

func expectList(t *testing.T, store data.Store, kind string, want ...string) {
	t.Helper()
	list, err := store.ListDocuments(t.Context(), kind)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range list {
		if d.Content != nil || d.Time.IsZero() {
			t.Errorf("the list has %v", d)
		}
		got = append(got, d.Kind+"/"+d.ID)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("documents of kind %q: %v, not %v", kind, got, want)
	}
}

func testDocumentRefusals(t *testing.T, s *setting) {
	store := s.store(t)
	for name, d := range map[string]data.Document{
		"no kind":         document("", "1", "", noon),
		"a kind of words": document("Kind of words", "1", "", noon),
		"no id":           document("import", "", "", noon),
		"an id with NUL":  document("import", "a\x00", "", noon),
		"a long id":       document("import", string(bytes.Repeat([]byte("x"), 201)), "", noon),
		"too much":        {Kind: "import", ID: "1", Content: make([]byte, data.MostDocumentBytes+1), Time: noon},
	} {
		if err := store.PutDocument(t.Context(), d); !errors.Is(err, data.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	expectList(t, store, "")
	most := data.Document{Kind: "import", ID: "most", Content: bytes.Repeat([]byte{0, 1}, data.MostDocumentBytes/2), Time: noon}
	if err := store.PutDocument(t.Context(), most); err != nil {
		t.Fatal(err)
	}
	if d, err := store.Document(t.Context(), "import", "most"); err != nil || !sameDocument(d, most) {
		t.Errorf("the largest document comes back with %d bytes, %v", len(d.Content), err)
	}
}

// testWrite has documents know the ids of the edits they come with, and share
// their fate.
func testWrite(t *testing.T, s *setting) {
	store, maker, want := s.store(t), NewMaker(11), state{}
	l := s.layer(t, "village")
	var edits []layers.Edit
	for range 300 {
		edits = append(edits, insert("village", maker.Feature(l)))
	}
	var told []int64
	ids, err := store.Write(t.Context(),
		data.Writing{Edits: data.Edits(edits...), Documents: func(ids []int64) iter.Seq2[data.Document, error] {
			told = append(told, ids...)
			return data.Keep(document("import", "1", "a", noon), document("undo", "1", "b", noon))(ids)
		}})
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(ids, told) {
		t.Errorf("the documents were told the ids %v, the caller %v", told, ids)
	}
	want.do(edits, ids)
	want.expect(t, s, store)
	expectList(t, store, "", "import/1", "undo/1")

	broken := errors.New("the disk is full")
	bad := []data.Writing{
		{
			Edits:     data.Edits(insert("village", maker.Feature(l))),
			Documents: data.Keep(document("import", "2", "", noon), document("", "", "", noon)),
		},
		{Edits: data.Edits(remove("village", ids[0])), Documents: func([]int64) iter.Seq2[data.Document, error] {
			return func(yield func(data.Document, error) bool) {
				if yield(document("import", "2", "", noon), nil) {
					yield(data.Document{}, broken)
				}
			}
		}},
		{Edits: data.Edits(remove("village", 99999)), Documents: data.Keep(document("import", "2", "", noon))},
	}
	for i, why := range []error{data.ErrInvalid, broken, data.ErrNotFound} {
		if _, err := store.Write(t.Context(), bad[i]); !errors.Is(err, why) {
			t.Errorf("writing %d: %v, not %v", i, err, why)
		}
	}
	want.expect(t, s, store)
	expectList(t, store, "", "import/1", "undo/1")

	if ids, err := store.Write(t.Context(), data.Writing{Documents: data.Keep(document("import", "3", "", noon))}); err != nil ||
		len(ids) != 0 {
		t.Errorf("a writing without edits: %v, %v", ids, err)
	}
	expectList(t, store, "import", "import/1", "import/3")
	if _, err := store.Write(t.Context(), data.Writing{OnlyDocuments: true, Documents: data.Keep(document("", "", "", noon))}); !errors.Is(err,
		data.ErrInvalid) {
		t.Errorf("only a bad one: %v", err)
	}
	expectList(t, store, "import", "import/1", "import/3")
	if _, err := store.Write(t.Context(),
		data.Writing{OnlyDocuments: true, Documents: data.Keep(document("mapping", "1", "", noon))}); err != nil {
		t.Error(err)
	}
	expectList(t, store, "", "mapping/1")
	if _, err := store.Write(t.Context(), data.Writing{OnlyDocuments: true}); err != nil {
		t.Error(err)
	}
	expectList(t, store, "")
}

func testWriteSince(t *testing.T, s *setting) {
	store, other, maker, want := s.store(t), s.store(t), NewMaker(12), state{}
	village, town := s.layer(t, "village"), s.layer(t, "town")
	do := func(edits ...layers.Edit) { want.do(edits, apply(t, other, edits...)) }
	do(insert("village", maker.Feature(village)))
	_, before := load(t, s, store)
	do(insert("town", maker.Feature(town)))

	write := func(since data.Cursor, layer string) error {
		edits := []layers.Edit{insert(layer, maker.Feature(s.layer(t, layer)))}
		ids, err := store.Write(t.Context(), data.Writing{
			Edits: data.Edits(edits...), Since: since, Layers: []string{layer},
			Documents: data.Keep(document("import", layer, "", noon)),
		})
		if err == nil {
			want.do(edits, ids)
		}
		return err
	}
	if err := write(before, "town"); !errors.Is(err, data.ErrChanged) {
		t.Errorf("a layer that has changed: %v", err)
	}
	expectList(t, store, "")
	if err := write(before, "village"); err != nil {
		t.Errorf("a layer that has not changed: %v", err)
	}
	if err := write(before, "village"); !errors.Is(err, data.ErrChanged) {
		t.Errorf("a layer that its own writing has changed: %v", err)
	}
	for _, cursor := range []data.Cursor{"nonsense", "1'; DROP TABLE village; --"} {
		if err := write(cursor, "village"); !errors.Is(err, data.ErrExpired) {
			t.Errorf("cursor %q: %v", cursor, err)
		}
	}
	want.expect(t, s, store)
	_, now := load(t, s, store)
	if err := write(now, "town"); err != nil {
		t.Errorf("from a new cursor: %v", err)
	}
	want.expect(t, s, store)
}
