package layers

// Recorded gathers the subjects of records: those features of which there are steps, so that what follows from the steps is
// not written by others.
type Recorded struct {
	names map[string]map[string]bool // by record
}

// RecordsOf are the ids of the records that fields of a layer follow from.
func (l *Layer) RecordsOf() (ids []string) {
	for i := range l.Fields {
		if id := l.Fields[i].Follows; id != "" && (len(ids) == 0 || ids[len(ids)-1] != id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// NewRecorded gathers subjects of the records of a layer.
func NewRecorded(l *Layer) *Recorded {
	r := &Recorded{names: map[string]map[string]bool{}}
	for _, id := range l.RecordsOf() {
		r.names[id] = map[string]bool{}
	}
	return r
}

// Add adds a row of a record, by its first value, which names the subject; rows of other layers pass.
func (r *Recorded) Add(record string, subject Value) {
	if names := r.names[record]; names != nil {
		names[subject.Text()] = true
	}
}

// Follows tells whether a field of a feature follows from steps that there are.
func (r *Recorded) Follows(l *Layer, field int, value func(field int) Value) bool {
	names := r.names[l.Fields[field].Follows]
	if len(names) == 0 {
		return false
	}
	key := l.Field("code")
	if l.Key != "" {
		key = l.Field(l.Key)
	}
	return key >= 0 && names[value(key).Text()]
}
