package osm

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/paulmach/osm"
	"github.com/paulmach/osm/osmxml"

	"github.com/cuntu/cuntu/data/files/osm/pbf"
)

// elements shows a file's nodes and ways piece by piece; io.EOF comes after the last.
type elements interface {
	Next(v pbf.Visitor) error
	Done() int64 // bytes read
}

// newElements reads a stream in the form that it has.
func newElements(in io.Reader) (elements, error) {
	buffered := bufio.NewReaderSize(in, 1<<16)
	head, err := buffered.Peek(512)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF")), " \t\r\n")
	if !bytes.HasPrefix(head, []byte("<")) {
		return pbf.NewReader(buffered), nil
	}
	if bytes.Contains(head, []byte("<osmChange")) {
		return nil, errors.New("is a list of changes (.osc); an extract is needed")
	}
	counted := &counter{in: buffered}
	return &xmlElements{osmxml.New(context.Background(), counted), counted}, nil
}

// counter counts the bytes that are read.
type counter struct {
	in   io.Reader
	read int64
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.in.Read(b)
	c.read += int64(n)
	return n, err
}

// xmlElements are those of an XML file.
type xmlElements struct {
	*osmxml.Scanner
	in *counter
}

func (x *xmlElements) Done() int64 { return x.in.read }

func (x *xmlElements) Next(v pbf.Visitor) error {
	if !x.Scan() {
		if err := x.Err(); err != nil {
			return err
		}
		return io.EOF
	}
	switch e := x.Object().(type) {
	case *osm.Node:
		return showNode(v, e)
	case *osm.Way:
		return showWay(v, e)
	}
	return nil
}

func showNode(v pbf.Visitor, n *osm.Node) error {
	if v.Node == nil {
		return nil
	}
	if !(math.Abs(n.Lat) <= 90 && math.Abs(n.Lon) <= 180) {
		return fmt.Errorf("node %d lies nowhere on earth", n.ID)
	}
	return v.Node(int64(n.ID), int32(math.Round(n.Lon*perDegree)), int32(math.Round(n.Lat*perDegree)), n.Tags)
}

func showWay(v pbf.Visitor, w *osm.Way) error {
	if v.Way == nil {
		return nil
	}
	ids := make([]int64, len(w.Nodes))
	for i, n := range w.Nodes {
		ids[i] = int64(n.ID)
	}
	return v.Way(int64(w.ID), ids, w.Tags)
}

// readAll shows a visitor all of a stream and tells how far it is.
func readAll(in io.Reader, v pbf.Visitor, done func(bytes int64)) error {
	all, err := newElements(in)
	if err != nil {
		return err
	}
	for {
		if err := all.Next(v); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		done(all.Done())
	}
}
