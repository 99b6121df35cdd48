package comments

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"path"
	"strings"
	"time"

	kept "github.com/cuntu/cuntu/data/comments"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/web/query"
)

// MostBody is how many bytes may be sent with a comment: its files and what stands around them.
const MostBody = kept.MostBytes + 1<<20

const mostField = 64 << 10 // bytes of a part that is no file

// receive reads what is sent: multipart/form-data with the parts text, class, id and file, each but the last once at most.
func receive(w http.ResponseWriter, r *http.Request) (c kept.Comment, files []kept.Sent, err error) {
	c.Class = access.Internal
	if err := query.New(r).Done(); err != nil {
		return c, nil, err
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(uploadTime)) // where it cannot, the server's own holds
	r.Body = http.MaxBytesReader(w, r.Body, MostBody)
	body, err := r.MultipartReader()
	if err != nil {
		return c, nil, layers.NewFault("body", "must be multipart/form-data with the parts text, class, id and file")
	}
	seen := map[string]bool{}
	for {
		part, err := body.NextPart()
		if errors.Is(err, io.EOF) {
			return c, files, nil
		}
		if err != nil {
			return c, nil, sending(err)
		}
		name := part.FormName()
		if name == "file" {
			if len(files) == kept.MostFiles {
				return c, nil, layers.NewFault("file", "are more than %d, which is as many as a comment may have", kept.MostFiles)
			}
			content, err := io.ReadAll(part)
			if err != nil {
				return c, nil, sending(err)
			}
			files = append(files, kept.Sent{Name: part.FileName(), Content: content})
			continue
		}
		if seen[name] {
			return c, nil, layers.NewFault(name, "is given twice")
		}
		seen[name] = true
		if err := field(&c, name, part); err != nil {
			return c, nil, err
		}
	}
}

// field reads a part that is no file.
func field(c *kept.Comment, name string, part *multipart.Part) error {
	b, err := io.ReadAll(io.LimitReader(part, mostField+1))
	if err != nil {
		return sending(err)
	}
	if len(b) > mostField {
		return layers.NewFault(name, "has more than %d bytes", mostField)
	}
	switch text := string(b); name {
	case "text":
		c.Text = text
	case "id":
		c.ID = text
	case "class":
		if err := c.Class.UnmarshalText(b); err != nil {
			return layers.NewFault("class", "%q must be internal or sensitive", text)
		}
	default:
		return layers.NewFault(name, "is not a part here: allowed are text, class, id and file")
	}
	return nil
}

// sending makes what the client did wrong its own fault.
func sending(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || strings.HasPrefix(err.Error(), "multipart:") {
		return layers.NewFault("body", "is cut off or no multipart/form-data")
	}
	return err
}

// send sends a file that is kept. Its tag is its digest.
func send(w http.ResponseWriter, r *http.Request, f kept.File, content []byte, preview bool, disposition func(name, title string) string) {
	media, tag := f.Type, `"`+f.SHA256+`"`
	if preview {
		media, tag = "image/jpeg", `"`+f.SHA256+`-preview"`
	}
	h := w.Header()
	h.Set("Content-Type", media)
	h.Set("Content-Disposition", disposition("file-"+f.ID+strings.ToLower(path.Ext(f.Name)), f.Name))
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, no-cache") // a browser asks each time, since rights are taken away
	h.Set("ETag", tag)
	if sum, err := hex.DecodeString(f.SHA256); err == nil && !preview {
		h.Set("Repr-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(sum)+":")
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}
