package layers

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"slices"

	"github.com/cuntu/cuntu/geo"
)

// Digest tells states of a feature apart: a hash that nobody can make two states agree in.
type Digest [16]byte

// String is the digest as text of 22 letters, digits, - and _.
func (d Digest) String() string { return base64.RawURLEncoding.EncodeToString(d[:]) }

// ParseDigest reads what String writes.
func ParseDigest(text string) (d Digest, ok bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(b) != len(d) {
		return d, false
	}
	return Digest(b), true
}

// DigestOf is the digest of a feature as it is served: of its values in the fields, and of its shape. Derived fields are no
// part of it, so that an edit of other features does not make this one another.
func DigestOf(fields []Field, value func(field int) Value, shape geo.Shape) Digest {
	var b []byte
	text := func(s string) {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(s)))
		b = append(b, s...)
	}
	for i := range fields {
		if fields[i].Derived {
			continue
		}
		v := value(i)
		text(fields[i].ID)
		b = append(b, byte(v.Kind()))
		b = binary.LittleEndian.AppendUint64(b, v.Bits())
		text(v.Text())
	}
	b = append(b, byte(shape.Kind))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(shape.Ends)))
	for _, end := range shape.Ends {
		b = binary.LittleEndian.AppendUint32(b, end)
	}
	for _, p := range shape.Points {
		b = binary.LittleEndian.AppendUint32(b, uint32(p.X))
		b = binary.LittleEndian.AppendUint32(b, uint32(p.Y))
	}
	sum := sha256.Sum256(b)
	return Digest(sum[:len(Digest{})])
}

// Base is the state of a feature that an editor saw. He may see fewer fields than there are: what he does not see may change
// without making his edit one of a state that is gone.
type Base struct {
	Fields []string // the ids of the fields that he sees
	Hidden []string // those of them of which he saw null in this feature, since he may not see its values
	Digest Digest   // as DigestOf makes it of these fields; the zero Digest is for whatever state
}

// Any tells whether the feature must be there, in whatever state.
func (b *Base) Any() bool { return b.Digest == Digest{} }

// Is tells whether a feature of the layer is in the state.
func (b *Base) Is(l *Layer, f *Feature) bool {
	if b.Any() {
		return true
	}
	shape, err := geo.NewShape(f.Geometry)
	if err != nil || len(f.Values) != len(l.Fields) || len(f.Unread) > 0 {
		return false
	}
	fields, values := b.Sees(l, f)
	return b.Digest == DigestOf(fields, func(field int) Value { return values[field] }, shape)
}

// Sees are the fields of the layer that the editor sees, in the layer's order, and what he sees in them of a feature.
func (b *Base) Sees(l *Layer, f *Feature) (fields []Field, values []Value) {
	for i := range l.Fields {
		id := l.Fields[i].ID
		if i >= len(f.Values) || !slices.Contains(b.Fields, id) {
			continue
		}
		v := f.Values[i]
		if slices.Contains(b.Hidden, id) {
			v = Null
		}
		fields, values = append(fields, l.Fields[i]), append(values, v)
	}
	return fields, values
}

// StoredFields are the ids of the fields of the layer that are no derived ones.
func (l *Layer) StoredFields() (ids []string) {
	for i := range l.Fields {
		if !l.Fields[i].Derived {
			ids = append(ids, l.Fields[i].ID)
		}
	}
	return ids
}
