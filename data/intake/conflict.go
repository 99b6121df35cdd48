package intake

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb/geojson"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/intake/ledger"
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/history"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// comparison brings a file and the store together, cell by cell, by what the file's sender knew: what the store had when the
// sender's last ledger was imported or one was handed out to him, and what he then said and was not followed in.
type comparison struct {
	book   *ledger.Book
	named  bool // else the book is that of files with the same columns
	known  bool // whether there was such an occasion
	last   ledger.Exchange
	since  time.Time // what was written later the sender does not know
	good   numbers   // ids of features that good rows are about
	latest time.Time // of the writings of the layer

	then    *snapshot.Table // the layer as the sender knew it
	refused *ledger.Refused
	next    *ledger.Refused   // once this file is imported
	gone    map[uint64]uint32 // rows of then by key whose features the store has no more
	sent    map[string]bool   // the named senders of ledgers of the layer
	others  bool              // ledgers of others have come
	rules   ledger.Rules

	list     []ledger.Conflict
	more     int64         // conflicts beyond those of the list, none of them settled
	kept     int64         // cells in which the store alone has changed
	replaced map[int]int64 // cells, by field, that are overwritten though nothing is known of their sender
}

// thePlace stands for the place where fields are told by number.
const thePlace = -1

// Disagreement is what a file and the store do not agree in.
type Disagreement struct {
	Sender string     `json:"sender,omitempty"` // as it was named
	Since  *time.Time `json:"since,omitempty"`  // of the ledger that it is compared by
	File   string     `json:"file,omitempty"`   // its name
	Kept   int64      `json:"kept"`             // cells that the store has newer
	Count  int64      `json:"count"`            // cells in dispute
	Open   int64      `json:"open"`             // that are not settled
	// Undecided are those of which it is not even said that they are settled later: nothing is written then.
	Undecided int64      `json:"undecided"`
	Fields    []Disputed `json:"fields"`
	// Replaced counts values of the store that are others in the file and are overwritten, where no ledger of the layer came
	// before and none is said to be somebody's: then there is nothing to compare by.
	Replaced []Disputed `json:"replaced"`
	// Conflicts are the first cells in dispute, ledger.MostConflicts at most.
	Conflicts []ledger.Conflict `json:"conflicts"`
}

// Disputed counts the cells of a field that are in dispute.
type Disputed struct {
	Field string `json:"field"`
	Count int64  `json:"count"`
	Open  int64  `json:"open"`
}

// OpenError tells that nothing was written, because the store has other values than the file, which others have given it
// since, and nobody has said whose count.
type OpenError struct{ Report *Report }

func (e *OpenError) Error() string {
	return fmt.Sprintf("%s: nothing was written: of %d cells the store has another value that is not older, and it is not said which counts",
		e.Report.File, e.Report.Disagreement.Undecided)
}

// compareWith finds what the sender of the file knew.
func (im Importer) compareWith(ctx context.Context, c *checker) (*comparison, error) {
	layer := c.base.layer.ID
	sender := c.options.Sender
	cmp := &comparison{named: sender != "", sent: map[string]bool{}, replaced: map[int]int64{}}
	if !cmp.named {
		sender = ledger.Unnamed(layout(layer, c.src))
	}
	books, err := ledger.ReadBooks(ctx, im.Store, layer)
	if err != nil {
		return nil, err
	}
	cmp.book = &ledger.Book{Sender: sender, Layer: layer}
	for _, b := range books {
		cmp.sent[b.Sender] = true
		if b.Sender == sender {
			cmp.book = b
		} else {
			cmp.others = true
		}
	}
	if cmp.rules, err = ledger.ReadRules(ctx, im.Store); err != nil {
		return nil, err
	}
	if cmp.latest, err = im.latestOf(ctx, data.PastQuery{Layers: []string{layer}}); err != nil {
		return nil, err
	}
	for _, to := range []**ledger.Refused{&cmp.refused, &cmp.next} {
		if *to, err = cmp.book.ReadRefused(ctx, im.Store); err != nil {
			return nil, err
		}
	}
	last, ok := cmp.book.Last()
	if !ok {
		return cmp, nil
	}
	cmp.known, cmp.last, cmp.since = true, last, last.At
	if last.Import != "" {
		at, err := im.latestOf(ctx, data.PastQuery{Layers: []string{layer}, Batch: last.Import, Origin: data.FromImport})
		if err != nil {
			return nil, err
		}
		if !at.IsZero() {
			cmp.since = at
		}
	}
	cmp.then = c.base.table
	if cmp.latest.After(cmp.since) {
		if cmp.then, err = im.tableAt(ctx, c.base.layer, cmp.since); err != nil {
			return nil, err
		}
	}
	cmp.findGone(c)
	return cmp, nil
}

// latestOf is when the latest writing ended of those that a question asks for; zero where there is none.
func (im Importer) latestOf(ctx context.Context, q data.PastQuery) (at time.Time, err error) {
	q.Most = 1
	return at, im.Store.Pasts(ctx, q, func(p *data.Past) error {
		at = p.At
		return nil
	})
}

// tableAt is a layer as of a moment; before all history for the zero one.
func (im Importer) tableAt(ctx context.Context, l *layers.Layer, at time.Time) (*snapshot.Table, error) {
	if at.IsZero() {
		at = time.Unix(0, 0)
	}
	builder := snapshot.NewBuilder(&layers.Catalog{Layers: []*layers.Layer{l}})
	err := im.Store.LoadAt(ctx, []string{l.ID}, at, func(_ *layers.Layer, f *layers.Feature) error {
		_ = builder.Add(l, f) // what the layer cannot hold nobody knew
		return nil
	})
	if err != nil {
		return nil, err
	}
	t, _ := builder.Snapshot().Table(l.ID)
	return t, nil
}

// findGone finds what the sender knew and the store has no more.
func (cmp *comparison) findGone(c *checker) {
	if cmp.then == c.base.table || c.whole() {
		return
	}
	cmp.gone = map[uint64]uint32{}
	for row := range cmp.then.Rows {
		if _, ok := c.base.table.Find(cmp.then.ID(row)); ok {
			continue
		}
		if key := c.keyIn(cmp.then, row); key != 0 {
			cmp.gone[key] = row
		}
	}
}

// knew is what the sender knew of a cell; ok is false where that is not on record.
func (cmp *comparison) knew(l *layers.Layer, id int64, field int) (layers.Value, bool) {
	if !cmp.known || !cmp.last.Has(id) {
		return layers.Null, false
	}
	if v, ok := cmp.refused.Cells[ledger.Cell(id, l.Fields[field].ID)]; ok {
		if v, err := l.Fields[field].Check(v); err == nil { // else the catalogue has changed since
			return v, true
		}
	}
	row, ok := cmp.then.Find(id)
	if !ok {
		return layers.Null, false
	}
	return cmp.then.Value(row, field), true
}

// cautious tells whether a value of whose sender nothing is known may only be overwritten when somebody says so.
func (cmp *comparison) cautious() bool { return cmp.known || cmp.named || cmp.others }

// takes tells whether what a row says of a field, which the store has otherwise, is written.
func (c *checker) takes(r *row, field int) bool {
	cmp := c.comparison
	was, said := c.base.table.Value(r.at, field), r.values[field]
	knew, known := cmp.knew(c.base.layer, r.id, field)
	if !known {
		switch {
		case was.IsNull():
			return true
		case !cmp.cautious():
			r.replaced = append(r.replaced, field)
			return true
		}
	} else {
		switch ledger.Compare(knew, was, said) {
		case ledger.Take:
			return true
		case ledger.Keep:
			r.kept++
			return false
		}
	}
	conflict := ledger.Conflict{Field: c.base.layer.Fields[field].ID, Store: was, File: said}
	if known {
		conflict.Knew = &knew
	}
	return c.dispute(r, r.id, conflict)
}

// moves tells whether a row that has another place than the store moves the feature.
func (c *checker) moves(r *row, to geo.Shape) bool {
	cmp, is := c.comparison, c.base.table.Shape(r.at)
	if is.Kind == geo.None {
		return true
	}
	if refused := cmp.refused.Places[ledger.Cell(r.id, ledger.Geometry)]; refused != nil {
		if shape, err := geo.NewShape(refused.Geometry()); err == nil && shape.Equal(to) {
			r.kept++
			return false
		}
	}
	if cmp.known {
		if row, ok := cmp.then.Find(r.id); ok && cmp.last.Has(r.id) {
			switch was := cmp.then.Shape(row); {
			case was.Equal(is):
				return true
			case was.Equal(to):
				r.kept++
				return false
			}
		}
	} else if !cmp.cautious() {
		r.replaced = append(r.replaced, thePlace)
		return true
	}
	return c.dispute(r, r.id, ledger.Conflict{
		Field: ledger.Geometry, Metres: between(is, to), Place: geojson.NewGeometry(r.geometry),
	})
}

// between is how far two shapes are from each other, in metres, by the middles of their boxes.
func between(a, b geo.Shape) float64 {
	return geo.Distance(a.Box().Bound().Center(), b.Box().Bound().Center())
}

// returns tells whether a row that the store has no feature of is added: not where the sender knew it and says nothing new,
// for then another has removed it.
func (c *checker) returns(r *row) bool {
	cmp := c.comparison
	key := strconv.FormatUint(r.key, 16)
	row, ok := cmp.gone[r.key]
	if !ok && !cmp.refused.Rows[key] {
		return true
	}
	if ok {
		for i, set := range r.set {
			if set && r.values[i] != cmp.then.Value(row, i) {
				taken := c.dispute(r, cmp.then.ID(row), ledger.Conflict{Field: ledger.Whole})
				if !taken {
					cmp.next.Rows[key] = true
				}
				return taken
			}
		}
	} else if c.options.Conflicts.Of(0, ledger.Whole) == ledger.File {
		delete(cmp.next.Rows, key)
		return true
	}
	cmp.next.Rows[key] = true
	r.kept++
	r.problems = append(r.problems, Problem{Row: r.number, Kind: Removed, Warning: true, Message: words(
		"上次交换后该要素已从库中删除，不再加入", "was removed from the store since the sender knew it, and stays removed")})
	return false
}

// dispute notes a cell in dispute, and tells whether the file's value counts.
func (c *checker) dispute(r *row, id int64, conflict ledger.Conflict) bool {
	cmp, layer := c.comparison, c.base.layer
	conflict.Feature, conflict.Row = id, r.number
	conflict.Choice = c.options.Conflicts.Of(id, conflict.Field)
	if _, own := c.options.Conflicts.Cells[conflict.Cell()]; !own {
		if _, own = c.options.Conflicts.Fields[conflict.Field]; !own {
			if by := cmp.rules.Of(layer.ID, conflict.Field, cmp.book.Sender, func(s string) bool { return cmp.sent[s] }); by != "" {
				conflict.Choice, conflict.Rule = by, true
			}
		}
	}
	if c.first {
		title := func(field int) string {
			if field < 0 {
				return ""
			}
			if v := r.values[field]; !v.IsNull() {
				return v.Text()
			}
			if r.id != 0 {
				return c.base.table.Value(r.at, field).Text()
			}
			return ""
		}
		conflict.Code, conflict.Title = title(c.code), title(c.name)
		r.conflicts = append(r.conflicts, conflict)
	}
	return conflict.Choice == ledger.File
}

// agreed notes that a row says of a field what the store has: what it said otherwise before does not count any more.
func (c *checker) agreed(r *row, field int) {
	if next := c.comparison.next; len(next.Cells) > 0 {
		delete(next.Cells, ledger.Cell(r.id, c.base.layer.Fields[field].ID))
	}
}

// stays tells whether a feature that the file has not is to stay all the same, where others would go: the sender did not know
// it, or another has changed it since.
func (c *checker) stays(at uint32) (conflict *ledger.Conflict, stays bool) {
	cmp, t := c.comparison, c.base.table
	if !cmp.known {
		return nil, false
	}
	id := t.ID(at)
	row, ok := cmp.then.Find(id)
	if !ok {
		return nil, true
	}
	same := cmp.then.Shape(row).Equal(t.Shape(at))
	for i := range c.base.layer.Fields {
		same = same && cmp.then.Value(row, i) == t.Value(at, i)
	}
	if same {
		return nil, false
	}
	conflict = &ledger.Conflict{Feature: id, Field: ledger.Whole, Choice: c.options.Conflicts.Of(id, ledger.Whole)}
	for field, into := range map[int]*string{c.code: &conflict.Code, c.name: &conflict.Title} {
		if field >= 0 {
			*into = t.Value(at, field).Text()
		}
	}
	return conflict, conflict.Choice != ledger.File
}

// take notes the disputes of a row that is good.
func (cmp *comparison) take(r *row) {
	cmp.kept += int64(r.kept)
	if r.id != 0 {
		cmp.good.add(r.id)
	}
	for _, field := range r.replaced {
		cmp.replaced[field]++
	}
	for _, conflict := range r.conflicts {
		cmp.add(conflict)
	}
}

func (cmp *comparison) add(conflict ledger.Conflict) {
	if len(cmp.list) == ledger.MostConflicts {
		cmp.more++
		return
	}
	cmp.list = append(cmp.list, conflict)
}

// tell adds to a report what the file and the store do not agree in.
func (cmp *comparison) tell(r *Report, c *checker) {
	// A row may turn out bad after it was taken, when its twin comes.
	cmp.list = slices.DeleteFunc(cmp.list, func(conflict ledger.Conflict) bool { return conflict.Row > 0 && c.bad.has(conflict.Row) })
	d := &Disagreement{
		Kept: cmp.kept, Count: int64(len(cmp.list)) + cmp.more, Fields: []Disputed{}, Replaced: []Disputed{}, Conflicts: cmp.list,
	}
	if d.Conflicts == nil {
		d.Conflicts = []ledger.Conflict{}
	}
	if cmp.named {
		d.Sender = cmp.book.Sender
	}
	if last, ok := cmp.book.Last(); ok {
		d.Since, d.File = &last.Day, last.File
	}
	at := map[string]int{}
	for i := range cmp.list {
		conflict := &cmp.list[i]
		cmp.decided(conflict)
		n, ok := at[conflict.Field]
		if !ok {
			n = len(d.Fields)
			at[conflict.Field] = n
			d.Fields = append(d.Fields, Disputed{Field: conflict.Field})
		}
		d.Fields[n].Count++
		if !conflict.Choice.Settles() {
			d.Fields[n].Open++
			d.Open++
		}
		if conflict.Choice == "" {
			d.Undecided++
		}
		if conflict.Row > 0 {
			conflict.Sheet, conflict.Row = c.src.Place(conflict.Row)
		}
	}
	r.Disagreement = d
	if cmp.more > 0 {
		r.Blocked = true
		r.problem(Problem{Kind: ManyDisputes, Message: words(
			"与库中不一致的单元格超过 %d 处，无法逐项处理；请按字段或整体选择以何者为准，或分县导入",
			"more than %d cells disagree with the store; state whose values count by field or for all, or import county by county",
			ledger.MostConflicts)})
	}
	for _, field := range sortedKeys(cmp.replaced) {
		id := ledger.Geometry
		if field != thePlace {
			id = c.base.layer.Fields[field].ID
		}
		d.Replaced = append(d.Replaced, Disputed{Field: id, Count: cmp.replaced[field]})
	}
}

// decided notes what the sender is refused, and is not any more. Of rows that are bad nothing is noted: they are not imported, and
// what they say is in dispute when they come mended.
func (cmp *comparison) decided(conflict *ledger.Conflict) {
	cell := conflict.Cell()
	switch taken := conflict.Choice == ledger.File; {
	case taken:
		delete(cmp.next.Cells, cell)
		delete(cmp.next.Places, cell)
	case conflict.Field == ledger.Geometry:
		cmp.next.Places[cell] = conflict.Place
	case conflict.Field != ledger.Whole:
		cmp.next.Cells[cell] = conflict.File
	}
}

func sortedKeys(m map[int]int64) (keys []int) {
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// whence finds out from whom the store's values are that are in dispute, as far as history tells.
func (im Importer) whence(ctx context.Context, c *checker) error {
	cmp := c.comparison
	wanted := map[int64]map[string]*ledger.Conflict{}
	left := 0
	for i := range cmp.list {
		conflict := &cmp.list[i]
		if wanted[conflict.Feature] == nil {
			wanted[conflict.Feature] = map[string]*ledger.Conflict{}
		}
		wanted[conflict.Feature][conflict.Field] = conflict
		left++
	}
	if left == 0 {
		return nil
	}
	imports := map[string]*Record{}
	err := im.Store.Pasts(ctx, data.PastQuery{Layers: []string{c.base.layer.ID}, Since: cmp.since}, func(p *data.Past) error {
		for field, conflict := range wanted[p.ID] {
			if !touches(p, field) {
				continue
			}
			delete(wanted[p.ID], field)
			left--
			conflict.From = &ledger.Source{Name: p.By.Name, Origin: string(p.By.Origin), At: p.At}
			if p.By.Origin != data.FromImport {
				continue
			}
			r, ok := imports[p.By.Batch]
			if !ok {
				r, _ = im.Record(ctx, p.By.Batch) // where it is gone, nobody knows more
				imports[p.By.Batch] = r
			}
			if r != nil {
				conflict.From.Sender = orElse(r.Sender, r.File)
			}
		}
		if left == 0 {
			return errStopped
		}
		return nil
	})
	if errors.Is(err, errStopped) {
		return nil
	}
	return err
}

// touches tells whether a change gave a cell the value that it has since.
func touches(p *data.Past, field string) bool {
	switch field {
	case ledger.Whole:
		return true
	case ledger.Geometry:
		return p.Remade
	}
	_, after := p.After[field]
	_, before := p.Before[field]
	return after || before
}

// exchanged are the documents by which the next file of the sender is compared with what is written now.
// added are the ids of the features that come with it.
func (c *checker) exchanged(r *Record, added []int64) iter.Seq2[data.Document, error] {
	return func(yield func(data.Document, error) bool) {
		for d, err := range c.known(r.ID, r.Author, added) {
			if !yield(d, err) {
				return
			}
		}
		if len(c.comparison.list) > 0 {
			yield(ledger.Disputes(r.ID, r.Author, c.comparison.list))
		}
	}
}

// known are the documents of what the sender knows from now on; id is of the import's record, where it has one.
func (c *checker) known(id, by string, added []int64) iter.Seq2[data.Document, error] {
	return func(yield func(data.Document, error) bool) {
		book := *c.comparison.book
		e := c.exchange(id, by)
		e.Cover(append(c.covered(), added...))
		book.Add(e)
		if !yield(book.Document(by)) {
			return
		}
		if was, next := c.comparison.refused, c.comparison.next; !was.Empty() || !next.Empty() {
			yield(book.RefusedDocument(next, by))
		}
	}
}

// noteExchange notes that a ledger came and changed nothing.
func (im Importer) noteExchange(ctx context.Context, c *checker, by string) error {
	_, err := im.Store.Write(ctx, data.Writing{
		Documents: func([]int64) iter.Seq2[data.Document, error] { return c.known("", by, nil) },
	})
	return err
}

// covered are the ids of the features that the file's good rows are about. What its sender knows of others stays unknown: those of
// bad rows he may not have been asked about.
func (c *checker) covered() (ids []int64) {
	for at := range c.base.table.Rows {
		id := c.base.table.ID(at)
		if c.comparison.good.has(id) && !c.twins[c.keyOf(at)] {
			ids = append(ids, id)
		}
	}
	return ids
}

func (c *checker) exchange(id, by string) ledger.Exchange {
	return ledger.Exchange{
		At: c.comparison.latest, Day: time.Now().UTC().Truncate(time.Second), File: filepath.Base(c.path), Import: id,
		Layout: layout(c.base.layer.ID, c.src), By: by,
	}
}

// Handing is a ledger on its way to a sender of ledgers.
type Handing struct {
	book *ledger.Book
	at   time.Time
}

// HandOut is to be called before what a store has of a layer is read for a sender of ledgers. What he sends back is compared
// with that, once it is noted.
func (im Importer) HandOut(ctx context.Context, layer, sender string) (*Handing, error) {
	if _, ok := im.Catalog.Layer(layer); !ok {
		return nil, layers.NewFault("layer", "%q is not one of %s", layer, strings.Join(im.Catalog.IDs(), ", "))
	}
	if sender == "" {
		return nil, layers.NewFault("sender", "must name who gets the ledger")
	}
	if err := ledger.CheckSender(sender); err != nil {
		return nil, err
	}
	at, err := im.latestOf(ctx, data.PastQuery{Layers: []string{layer}})
	if err != nil {
		return nil, err
	}
	book, err := ledger.ReadBook(ctx, im.Store, layer, sender)
	return &Handing{book, at}, err
}

// Note puts on record in a store that the ledger is with its sender.
func (h *Handing) Note(ctx context.Context, store data.Documents, by string) error {
	h.book.Add(ledger.Exchange{At: h.at, Day: time.Now().UTC().Truncate(time.Second), By: by, Whole: true})
	doc, err := h.book.Document(by)
	if err != nil {
		return err
	}
	return store.PutDocument(ctx, doc)
}

// Settle settles disputes that an import left open, by their cells: where the file is chosen its value is written, unless the
// store has got another one since, which is told and stays open. It gives all disputes of the import as they are then.
func (im Importer) Settle(ctx context.Context, id string, choices map[string]ledger.Choice, by string) ([]ledger.Conflict, error) {
	r, err := im.Record(ctx, id)
	if err != nil {
		return nil, err
	}
	l, ok := im.Catalog.Layer(r.Layer)
	if !ok {
		return nil, fmt.Errorf("import %s is of layer %s, which the catalogue has no more", id, r.Layer)
	}
	if err := (ledger.Choices{Cells: choices}).Check(l).Err(); err != nil {
		return nil, err
	}
	list, err := ledger.ReadDisputes(ctx, im.Store, id)
	if err != nil {
		return nil, err
	}
	now, cursor, err := im.features(ctx, l, list)
	if err != nil {
		return nil, err
	}
	var edits []layers.Edit
	known := map[string]bool{}
	for i := range list {
		conflict := &list[i]
		choice, asked := choices[conflict.Cell()]
		known[conflict.Cell()] = true
		if !asked || conflict.Choice.Settles() {
			continue
		}
		if choice == ledger.File {
			e, err := settled(l, conflict, now[conflict.Feature])
			if err != nil {
				return nil, err
			}
			if e == nil {
				continue // it is of another value now, which the list tells
			}
			edits = append(edits, *e)
		}
		conflict.Choice = choice
	}
	for cell := range choices {
		if !known[cell] {
			return nil, layers.NewFault("cells", "%q is not in dispute since import %s", cell, id)
		}
	}
	doc, err := ledger.Disputes(id, by, list)
	if err != nil {
		return nil, err
	}
	r.Open = 0
	for i := range list {
		if !list[i].Choice.Settles() {
			r.Open++
		}
	}
	record, err := r.document()
	if err != nil {
		return nil, err
	}
	_, err = im.Store.Write(ctx, data.Writing{
		Edits: data.Edits(edits...), Since: cursor, Layers: []string{l.ID}, Documents: data.Keep(doc, record),
		By: im.authorship(data.FromImport, r, by),
	})
	return list, err
}

// features are those that disputes are about, as the store has them.
func (im Importer) features(ctx context.Context, l *layers.Layer, list []ledger.Conflict) (map[int64]*layers.Feature, data.Cursor, error) {
	now := map[int64]*layers.Feature{}
	for i := range list {
		now[list[i].Feature] = nil
	}
	cursor, err := im.Store.LoadLayers(ctx, []string{l.ID}, func(_ *layers.Layer, f *layers.Feature) error {
		if _, ok := now[f.ID]; ok {
			now[f.ID] = history.Copy(f)
		}
		return nil
	})
	return now, cursor, err
}

// settled is the edit by which the file's value comes to count; nil where the store has another one than the dispute is about,
// which it is about from then on.
func settled(l *layers.Layer, conflict *ledger.Conflict, now *layers.Feature) (*layers.Edit, error) {
	if now == nil || conflict.Field == ledger.Whole {
		return nil, layers.NewFault("cells", "%q can only be settled by importing again: the feature is gone, or is to go", conflict.Cell())
	}
	e := &layers.Edit{Op: layers.Update, Layer: l.ID, Feature: layers.Feature{ID: now.ID, Values: slices.Clone(now.Values)}, Set: []int{}}
	if conflict.Field == ledger.Geometry {
		e.Feature.Geometry = conflict.Place.Geometry()
		return e, nil
	}
	f := l.Field(conflict.Field)
	was, err := l.Fields[f].Check(conflict.Store)
	if err == nil && was != now.Values[f] {
		conflict.Store, conflict.From = now.Values[f], nil
		return nil, nil
	}
	said, err := l.Fields[f].Check(conflict.File)
	if err != nil {
		return nil, layers.NewFault("cells", "%q: %v", conflict.Cell(), err)
	}
	e.Feature.Values[f], e.Set = said, []int{f}
	return e, nil
}
