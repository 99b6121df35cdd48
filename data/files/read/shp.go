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
)

// shpReader reads the shapes one after the other.
type shpReader struct {
	in   *bufio.Reader
	size int64
	read int64
	row  int64
	buf  bytes.Buffer
}

func newShpReader(r io.Reader, size int64) (*shpReader, error) {
	s := &shpReader{in: newBuffered(r), size: size}
	var head [100]byte
	if _, err := io.ReadFull(s.in, head[:]); err != nil {
		return nil, fmt.Errorf("the header of the .shp is cut off")
	}
	if binary.BigEndian.Uint32(head[:]) != 9994 {
		return nil, fmt.Errorf("is no .shp file")
	}
	s.read = 100
	return s, nil
}

// next gives the next shape, nil for a null shape. A problem concerns this shape
// alone.
func (s *shpReader) next() (g orb.Geometry, problem, err error) {
	var head [8]byte
	if _, err := io.ReadFull(s.in, head[:]); err != nil {
		if err == io.EOF {
			return nil, nil, io.EOF
		}
		return nil, nil, s.cutOff(err)
	}
	s.row++
	length := 2 * int64(binary.BigEndian.Uint32(head[4:]))
	s.read += 8
	if length > maxRecord {
		return nil, nil, &record.TooLargeError{What: fmt.Sprintf("shape %d", s.row), Limit: maxRecord}
	}
	if s.size > 0 && length > s.size-s.read {
		return nil, nil, fmt.Errorf("shape %d is said to have %d bytes and the file has %d left", s.row, length, s.size-s.read)
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

func (s *shpReader) cutOff(err error) error {
	if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("the .shp is cut off after %d shapes", s.row)
	}
	return err
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
		if math.IsNaN(p[0][0]) || math.IsNaN(p[0][1]) {
			return nil, nil // a point that is nowhere
		}
		return p[0], nil
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
		return orb.MultiPoint(p), nil
	case record.ShapeLine, record.ShapePolygon:
		parts, err := shapeParts(body)
		if err != nil || len(parts) == 0 {
			return nil, err
		}
		if kind%10 == record.ShapePolygon {
			return assemble(parts), nil
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
		if i > 0 && !(math.Abs(out[i][0]) < 1e300 && math.Abs(out[i][1]) < 1e300) {
			return nil, false
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
