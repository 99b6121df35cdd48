package read

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/data/files/shape"
)

// shpReader reads the shapes one after the other, or in the order of an index.
type shpReader struct {
	in    *bufio.Reader
	file  io.Reader
	size  int64
	read  int64
	row   int64
	buf   bytes.Buffer
	index *shxReader // nil where the shapes follow each other
}

func newShpReader(r io.Reader, size int64) (*shpReader, error) {
	s := &shpReader{in: newBuffered(r), file: r, size: size}
	var head [shpHead]byte
	if _, err := io.ReadFull(s.in, head[:]); err != nil {
		return nil, fmt.Errorf("the header of the .shp is cut off")
	}
	if binary.BigEndian.Uint32(head[:]) != shpMark {
		return nil, fmt.Errorf("is no .shp file")
	}
	s.read = shpHead
	return s, nil
}

// Both .shp and .shx begin with a header of so many bytes, and it with this number.
const (
	shpHead = 100
	shpMark = 9994
)

// next gives the next shape, nil for a null shape. A problem concerns this shape
// alone.
func (s *shpReader) next() (g orb.Geometry, problem, err error) {
	told := int64(-1) // how long the index says it is
	if s.index != nil {
		at, length, err := s.index.next()
		if err != nil {
			return nil, nil, err
		}
		if told = length; at != s.read {
			if err := s.seek(at); err != nil {
				return nil, nil, err
			}
		}
	}
	var head [8]byte
	if _, err := io.ReadFull(s.in, head[:]); err != nil {
		if err == io.EOF && s.index == nil {
			return nil, nil, io.EOF
		}
		return nil, nil, s.cutOff(err)
	}
	s.row++
	s.read += 8
	length, err := s.length(2*int64(binary.BigEndian.Uint32(head[4:])), told)
	if err != nil {
		return nil, nil, err
	}
	s.buf.Reset()
	n, err := io.CopyN(&s.buf, s.in, length) // grows with what is there
	s.read += n
	if err != nil {
		return nil, nil, s.cutOff(err)
	}
	g, problem = parseShape(s.buf.Bytes())
	return g, problem, nil
}

// length is how many bytes the shape at hand has. A null shape has the four of its
// type, whatever it claims: some programs claim more. Of a shape that claims more than
// is there the index is believed.
func (s *shpReader) length(claimed, told int64) (int64, error) {
	const kind = 4 // bytes
	if ahead, _ := s.in.Peek(kind + 4); claimed > kind && len(ahead) >= kind && binary.LittleEndian.Uint32(ahead) == record.ShapeNull {
		last := s.size > 0 && s.read+kind >= s.size
		if told == kind || last || len(ahead) == kind+4 && binary.BigEndian.Uint32(ahead[kind:]) == uint32(s.row+1) {
			return kind, nil
		}
	}
	if left := s.size - s.read; s.size > 0 && claimed > left && told >= kind && told <= left {
		claimed = told
	}
	if claimed > maxRecord {
		return 0, &record.TooLargeError{What: fmt.Sprintf("shape %d", s.row), Limit: maxRecord}
	}
	if s.size > 0 && claimed > s.size-s.read {
		return 0, fmt.Errorf("shape %d is said to have %d bytes and the file has %d left", s.row, claimed, s.size-s.read)
	}
	return claimed, nil
}

// seek goes on reading at a place of the file.
func (s *shpReader) seek(at int64) error {
	if ahead := at - s.read; ahead > 0 {
		n, err := io.CopyN(io.Discard, s.in, ahead)
		if s.read += n; err != nil {
			return s.cutOff(err)
		}
		return nil
	}
	file, ok := s.file.(io.Seeker)
	if !ok {
		return fmt.Errorf("shape %d lies before others and cannot be gone back to", s.row+1)
	}
	if _, err := file.Seek(at, io.SeekStart); err != nil {
		return err
	}
	s.in.Reset(s.file)
	s.read = at
	return nil
}

func (s *shpReader) cutOff(err error) error {
	if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("the .shp is cut off after %d shapes", s.row)
	}
	return err
}

// shxReader reads an index: where each shape begins and how long it is.
type shxReader struct{ in *bufio.Reader }

func newShxReader(r io.Reader) (*shxReader, error) {
	x := &shxReader{bufio.NewReaderSize(r, 64<<10)}
	var head [shpHead]byte
	if _, err := io.ReadFull(x.in, head[:]); err != nil || binary.BigEndian.Uint32(head[:]) != shpMark {
		return nil, errIndex
	}
	return x, nil
}

var errIndex = errors.New("is no index of shapes")

func (x *shxReader) next() (at, length int64, err error) {
	var entry [8]byte
	if _, err := io.ReadFull(x.in, entry[:]); err != nil {
		return 0, 0, io.EOF // a last one that is cut off is none
	}
	return 2 * int64(binary.BigEndian.Uint32(entry[:])), 2 * int64(binary.BigEndian.Uint32(entry[4:])), nil
}

// shapeOrder is what an index says of the shapes of a file.
type shapeOrder struct {
	count  int64
	inStep bool // each begins where the one before ends
	back   bool // some lie before others that come first
}

// survey reads an index to its end. One that points out of a file of size bytes, or
// twice to the same place in turn, is of no use.
func (x *shxReader) survey(size int64) (shapeOrder, error) {
	o := shapeOrder{inStep: true}
	end, last := int64(shpHead), int64(0)
	for {
		at, length, err := x.next()
		if err == io.EOF {
			o.inStep = o.inStep && end == size
			return o, nil
		}
		if at < shpHead || at+8 > size || at == last {
			return o, errIndex
		}
		o.count++
		o.inStep = o.inStep && at == end
		o.back = o.back || at < last
		end, last = at+8+length, at
	}
}

var errShape = errors.New("the shape is damaged")

// parseShape reads the content of a record.
func parseShape(b []byte) (orb.Geometry, error) {
	if len(b) < 4 {
		return nil, errShape
	}
	kind := binary.LittleEndian.Uint32(b)
	if kind == record.ShapeMultiPatch {
		return nil, fmt.Errorf("is a multipatch (3D surfaces), which cannot be read")
	}
	if kind > 28 {
		return nil, fmt.Errorf("has shape type %d, which is not known", kind)
	}
	body := b[4:]
	switch kind % 10 {
	case record.ShapeNull:
		return nil, nil
	case record.ShapePoint:
		p, ok := points(body, 1)
		if !ok {
			return nil, errShape
		}
		return shape.Sound(p[0])
	case record.ShapeMultiPoint:
		if len(body) < 36 {
			return nil, errShape
		}
		p, ok := points(body[36:], binary.LittleEndian.Uint32(body[32:]))
		if !ok {
			return nil, errShape
		}
		if len(p) == 0 {
			return nil, nil
		}
		return shape.Sound(orb.MultiPoint(p))
	case record.ShapeLine, record.ShapePolygon:
		parts, err := shapeParts(body)
		if err != nil || len(parts) == 0 {
			return nil, err
		}
		if kind%10 == record.ShapePolygon {
			return shape.Assemble(parts), nil
		}
		if len(parts) == 1 {
			return orb.LineString(parts[0]), nil
		}
		lines := make(orb.MultiLineString, len(parts))
		for i, p := range parts {
			lines[i] = orb.LineString(p)
		}
		return lines, nil
	}
	return nil, fmt.Errorf("has shape type %d, which is not known", kind)
}

// points reads n pairs of doubles, if there are as many.
func points(b []byte, n uint32) ([]orb.Point, bool) {
	if int64(n)*16 > int64(len(b)) {
		return nil, false
	}
	out := make([]orb.Point, n)
	for i := range out {
		out[i] = orb.Point{
			math.Float64frombits(binary.LittleEndian.Uint64(b[16*i:])),
			math.Float64frombits(binary.LittleEndian.Uint64(b[16*i+8:])),
		}
	}
	return out, true
}

// shapeParts reads box, counts, the parts' beginnings and the points.
func shapeParts(b []byte) ([][]orb.Point, error) {
	if len(b) < 40 {
		return nil, errShape
	}
	nParts, nPoints := binary.LittleEndian.Uint32(b[32:]), binary.LittleEndian.Uint32(b[36:])
	if nParts > maxParts {
		return nil, &record.TooLargeError{What: "the number of parts of the shape", Limit: maxParts}
	}
	if 4*int64(nParts) > int64(len(b)-40) {
		return nil, errShape
	}
	starts := b[40 : 40+4*nParts]
	all, ok := points(b[40+4*nParts:], nPoints)
	if !ok {
		return nil, errShape
	}
	if err := shape.Numbers(1, all...); err != nil {
		return nil, err
	}
	var out [][]orb.Point
	for i := range nParts {
		from, to := binary.LittleEndian.Uint32(starts[4*i:]), nPoints
		if i+1 < nParts {
			to = binary.LittleEndian.Uint32(starts[4*i+4:])
		}
		if from > to || to > nPoints {
			return nil, errShape
		}
		if to > from {
			out = append(out, all[from:to:to])
		}
	}
	return out, nil
}
