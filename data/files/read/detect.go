package read

import (
	"bytes"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/cuntu/cuntu/data/files/record"
)

// detect finds the format by the first bytes, which do not lie as names do, and
// enters a zip. It leaves j at the file that is to be read.
func (j *Job) detect() error {
	if strings.HasPrefix(extension(j.name), ".shx") || extension(j.name) == ".dbf" {
		all, err := j.folder.names()
		if err != nil {
			return err
		}
		if shp := companion(all, j.name, ".shp"); shp != "" {
			j.name = shp
		}
	}
	r, size, err := j.folder.open(j.name)
	if err != nil {
		return err
	}
	head := make([]byte, 4096)
	n, err := io.ReadFull(r, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		r.Close()
		return err
	}
	head = head[:n]
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06")) {
		return j.enter(r, size)
	}
	r.Close()
	f, err := j.formats.sniff(head, j.name)
	if err != nil {
		return err
	}
	if j.o.Format != "" {
		f = j.o.Format
	}
	j.src.Format = f
	return nil
}

// sniff tells the format from the first bytes and the name.
func (f Formats) sniff(head []byte, name string) (string, error) {
	if len(head) == 0 {
		return "", fmt.Errorf("the file is empty")
	}
	known := f.known()
	switch {
	case bytes.HasPrefix(head, []byte("\xD0\xCF\x11\xE0")):
		return record.XLS, nil
	case bytes.HasPrefix(head, []byte("SQLite format 3\x00")):
		return record.GeoPackage, nil
	case bytes.HasPrefix(head, []byte("\x00\x00\x27\x0A")):
		return record.Shapefile, nil
	case bytes.HasPrefix(head, []byte("fgb")):
		return record.FlatGeobuf, nil
	case bytes.HasPrefix(head, []byte("\x00\x00\x00")) && bytes.Contains(head[:min(len(head), 32)], []byte("OSMHeader")):
		return record.OSM, nil
	case bytes.HasPrefix(head, []byte("PAR1")), bytes.HasPrefix(head, []byte("PARE")):
		return record.Parquet, nil
	case bytes.HasPrefix(head, []byte("%PDF")), bytes.HasPrefix(head, []byte("Rar!")), bytes.HasPrefix(head, []byte("7z\xBC\xAF")),
		bytes.HasPrefix(head, []byte("\x1F\x8B")):
		return "", fmt.Errorf("is a PDF or an archive that cannot be read; allowed are %s", known)
	}
	if extension(name) == ".dbf" {
		return record.Shapefile, nil
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(head, bom), " \t\r\n")
	byName := f.of(name)
	switch {
	case len(text) > 0 && text[0] == 0x1E:
		return record.GeoJSONSeq, nil
	case len(text) > 0 && text[0] == '{':
		// A sequence's first text is a Feature; files that open otherwise are read by
		// GeoJSON's reader, which takes both.
		if byName == record.GeoJSONSeq {
			return record.GeoJSONSeq, nil
		}
		return record.GeoJSON, nil
	case bytes.HasPrefix(text, []byte("<")):
		if bytes.Contains(head, []byte("<kml")) || byName == record.KML {
			return record.KML, nil
		}
		if bytes.Contains(head, []byte("<osm")) {
			return record.OSM, nil
		}
		if lower := bytes.ToLower(head); bytes.Contains(lower, []byte("<html")) || bytes.Contains(lower, []byte("<table")) {
			return record.HTML, nil
		}
		if bytes.Contains(head, []byte("urn:schemas-microsoft-com:office")) {
			return "", fmt.Errorf("is a workbook as XML of 2003: open it in Excel or WPS and save it as .xlsx")
		}
		return "", fmt.Errorf("is XML but not KML; allowed are %s", known)
	case (byName == record.XLS || byName == record.XLSX) && bytes.IndexByte(head, 0) < 0:
		return record.CSV, nil // systems name what they export after the program that opens it
	case byName != "" && byName != record.CSV && byName != record.TSV:
		return "", fmt.Errorf("is no %s file inside, whatever its name says; allowed are %s", byName, known)
	case bytes.IndexByte(head, 0) >= 0 && !utf16Text(head):
		return "", fmt.Errorf("is a binary file of a kind that is not known; allowed are %s", known)
	case byName == record.TSV:
		return record.TSV, nil
	}
	return record.CSV, nil
}

func utf16Text(head []byte) bool {
	return bytes.HasPrefix(head, []byte{0xFF, 0xFE}) || bytes.HasPrefix(head, []byte{0xFE, 0xFF})
}

// enter looks into a zip: a workbook, a KMZ, one or several shapefiles, or one
// other file.
func (j *Job) enter(r io.ReadCloser, size int64) error {
	at, ok := r.(io.ReaderAt)
	if !ok { // a zip in a zip, or a file system without random access
		defer r.Close()
		all, _, err := j.folder.open(j.name)
		if err != nil {
			return err
		}
		defer all.Close()
		b, err := io.ReadAll(io.LimitReader(all, maxXLSX+1))
		if err != nil {
			return err
		}
		if len(b) > maxXLSX {
			return &record.TooLargeError{What: "the zip within", Limit: maxXLSX}
		}
		at, size = bytes.NewReader(b), int64(len(b))
	} else {
		j.src.closes = append(j.src.closes, r)
	}
	a, err := newArchive(at, size, nil)
	if err != nil {
		return err
	}
	var found []string
	for _, name := range a.order {
		if name == "[Content_Types].xml" || name == "xl/workbook.xml" {
			j.src.Format = record.XLSX
			return nil
		}
		if f := j.formats.of(name); f != "" && (f != record.Shapefile || extension(name) == ".shp") && extension(name) != ".txt" {
			found = append(found, name)
		}
	}
	if extension(j.name) == ".kmz" && len(found) > 1 {
		found = placed(a, found)
	}
	if _, nested := j.folder.(*archive); nested {
		return fmt.Errorf("is a zip within a zip, which is not read: unpack it")
	}
	if len(found) == 0 {
		return fmt.Errorf("the zip holds none of %s", j.formats.known())
	}
	stems := make([]string, len(found))
	for i, n := range found {
		stems[i] = strings.TrimSuffix(path.Base(n), path.Ext(n))
		if i > 0 && stems[i] == stems[i-1] {
			stems[i] = path.Base(n)
		}
	}
	inner := j.o.Layer
	if j.formats.of(found[0]) != record.Shapefile && len(found) == 1 {
		inner = "" // the layer is one of the file within
	}
	i, err := pick(j.src.File, inner, stems)
	if err != nil {
		return err
	}
	if len(found) > 1 || j.formats.of(found[0]) == record.Shapefile {
		j.src.Layer, j.src.Layers, j.o.Layer = stems[i], stems, ""
	}
	j.folder, j.name = a, found[i]
	j.src.File += "/" + path.Base(found[i])
	return j.detect()
}

// placed leaves out the files of a KMZ without a placemark, such as a doc.kml that
// only links to the others.
func placed(a *archive, names []string) (out []string) {
	for _, n := range names {
		r, _, err := a.open(n)
		if err != nil {
			continue
		}
		if p, err := newPlacemarks(r, ""); err == nil {
			if _, err := p.next(); err == nil {
				out = append(out, n)
			}
		}
		r.Close()
	}
	return out
}
