package comments_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/comments"
	"github.com/cuntu/cuntu/data/gpkg"
	"github.com/cuntu/cuntu/data/postgis"
	"github.com/cuntu/cuntu/data/postgis/pgtest"
	"github.com/cuntu/cuntu/layers"
)

var (
	here  = comments.Place{Layer: "village", ID: 7}
	liu   = comments.Person{ID: "u1", Name: "liu"}
	zhang = comments.Person{ID: "u2", Name: "zhang"}
)

// onBoth does a test with a book in each kind of store.
func onBoth(t *testing.T, test func(t *testing.T, b *comments.Book)) {
	for name, open := range map[string]func(t *testing.T) (data.Store, error){
		"GeoPackage": func(t *testing.T) (data.Store, error) {
			return gpkg.Open(t.Context(), filepath.Join(t.TempDir(), "a.gpkg"), layers.Builtin(), gpkg.Options{Create: true})
		},
		"PostGIS": func(t *testing.T) (data.Store, error) {
			url := pgtest.URL(t)
			if err := postgis.Migrate(t.Context(), url, layers.Builtin()); err != nil {
				return nil, err
			}
			return postgis.Open(t.Context(), url, layers.Builtin())
		},
	} {
		t.Run(name, func(t *testing.T) {
			store, err := open(t)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { store.Close() })
			test(t, &comments.Book{Store: store})
		})
	}
}

func add(t *testing.T, b *comments.Book, p comments.Place, by comments.Person, text string, files ...comments.Sent) comments.Comment {
	t.Helper()
	c, err := b.Add(t.Context(), p, comments.Comment{By: by, Text: text, Class: layers.Internal}, files)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func texts(t *testing.T, b *comments.Book, p comments.Place) (list []string) {
	t.Helper()
	all, err := b.List(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		list = append(list, c.By.Name+": "+c.Text)
	}
	return list
}

func TestCommentsStandAtTheirFeatureInTheOrderInWhichTheyCame(t *testing.T) {
	onBoth(t, func(t *testing.T, b *comments.Book) {
		add(t, b, here, liu, " 桥面有裂缝 ")
		add(t, b, comments.Place{Layer: "village", ID: 70}, liu, "另一个村")
		add(t, b, comments.Place{Layer: "road", ID: 7}, liu, "一条路")
		add(t, b, here, zhang, "已安排检修")
		if got := texts(t, b, here); !slices.Equal(got, []string{"liu: 桥面有裂缝", "zhang: 已安排检修"}) {
			t.Errorf("there are %q", got)
		}
	})
}

func TestAFileComesBackAsItsDigestSays(t *testing.T) {
	onBoth(t, func(t *testing.T, b *comments.Book) {
		long := append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("0123456789abcdef"), 600_000)...) // of three pieces
		c := add(t, b, here, liu, "", comments.Sent{Name: "验收报告.pdf", Content: long})
		f, content, err := b.Open(t.Context(), here, c.ID, "1")
		sum := sha256.Sum256(long)
		if err != nil || !bytes.Equal(content, long) || f.SHA256 != hex.EncodeToString(sum[:]) || f.Name != "验收报告.pdf" || f.Bytes != len(long) {
			t.Errorf("%+v of %d bytes: %v", f, len(content), err)
		}
		list, _ := b.List(t.Context(), here)
		if len(list) != 1 || list[0].Files[0] != f {
			t.Errorf("the list has %+v", list)
		}
		if _, _, err := b.Preview(t.Context(), here, c.ID, "1"); !errors.Is(err, comments.ErrNone) {
			t.Errorf("a document has a preview: %v", err)
		}
		for name, at := range map[string]comments.Place{"another village": {Layer: "village", ID: 8}, "another layer": {Layer: "road", ID: 7}} {
			if _, _, err := b.Open(t.Context(), at, c.ID, "1"); !errors.Is(err, comments.ErrNone) {
				t.Errorf("it is at %s too: %v", name, err)
			}
		}
		spoil := data.Document{Kind: "comment-file", ID: "village/7/" + c.ID + "/1/1", Time: c.At, Content: bytes.Repeat([]byte("x"), 4<<20)}
		if err := b.Store.PutDocument(t.Context(), spoil); err != nil {
			t.Fatal(err)
		}
		if _, _, err := b.Open(t.Context(), here, c.ID, "1"); !errors.Is(err, comments.ErrSpoilt) {
			t.Errorf("what was changed in the database is given out: %v", err)
		}
	})
}

func TestACommentThatIsSentAgainIsThereOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, b *comments.Book) {
		c := comments.Comment{ID: comments.NewID(), By: liu, Text: "一次", Class: layers.Internal}
		var wait sync.WaitGroup
		for range 4 {
			wait.Go(func() {
				if _, err := b.Add(t.Context(), here, c, nil); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if got := texts(t, b, here); len(got) != 1 {
			t.Errorf("there are %q", got)
		}
		c.By, c.Text = zhang, "别人的"
		if _, err := b.Add(t.Context(), here, c, nil); !errors.Is(err, comments.ErrIDTaken) {
			t.Errorf("another person takes its place: %v", err)
		}
		if got := texts(t, b, here); !slices.Equal(got, []string{"liu: 一次"}) {
			t.Errorf("there are %q", got)
		}
	})
}

func TestARemovedCommentLeavesWhoseItWasAndDigestsAlone(t *testing.T) {
	onBoth(t, func(t *testing.T, b *comments.Book) {
		c := add(t, b, here, liu, "张三家", comments.Sent{Name: "张三.jpg", Content: photoOf(t, 40, 30, nil)})
		if err := b.Remove(t.Context(), here, c.ID, zhang); err != nil {
			t.Fatal(err)
		}
		all, err := b.List(t.Context(), here)
		if err != nil || len(all) != 1 {
			t.Fatalf("%v %v", all, err)
		}
		got := all[0]
		if got.Text != "" || got.Files[0].Name != "" || got.Files[0].SHA256 != c.Files[0].SHA256 || got.By != liu || got.Removed.By != zhang {
			t.Errorf("left is %+v", got)
		}
		if _, _, err := b.Open(t.Context(), here, c.ID, "1"); !errors.Is(err, comments.ErrNone) {
			t.Errorf("its file can still be had: %v", err)
		}
		if left, err := b.Store.ListDocuments(t.Context(), "comment-file"); err != nil || len(left) > 0 {
			t.Errorf("of its file stay %v %v", left, err)
		}
		if err := b.Remove(t.Context(), here, c.ID, liu); err != nil {
			t.Error(err)
		}
		if again, _ := b.Get(t.Context(), here, c.ID); again.Removed.By != zhang {
			t.Error("who removed it first is forgotten")
		}
	})
}

// photoOf is a JPEG with a red left and a blue right half, and segments put in behind its start.
func photoOf(t *testing.T, w, h int, segments []byte) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{200, 0, 0, 255}
			if x >= w/2 {
				c = color.RGBA{0, 0, 200, 255}
			}
			m.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return slices.Concat(b.Bytes()[:2], segments, b.Bytes()[2:])
}

// exif is a segment that says how the camera was held, and where.
func exif(orientation uint16) []byte {
	tiff := []byte("MM\x00\x2a\x00\x00\x00\x08\x00\x02")
	tiff = append(tiff, 0x01, 0x0f, 0, 2, 0, 0, 0, 20, 0, 0, 0, 0x40) // the maker's name
	tiff = append(tiff, 0x01, 0x12, 0, 3, 0, 0, 0, 1, byte(orientation>>8), byte(orientation), 0, 0)
	tiff = append(tiff, 0, 0, 0, 0)
	tiff = append(tiff, make([]byte, 0x40-len(tiff))...)
	body := append([]byte("Exif\x00\x00"), append(tiff, "HUAWEI 33.8701N109.9401E 138 0000 0000 0"...)...)
	size := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(body)+2))
	return append(size, body...)
}

func TestAPhotoIsKeptWithoutWhatAPhoneAdds(t *testing.T) {
	onBoth(t, func(t *testing.T, b *comments.Book) {
		sent := append(photoOf(t, 3000, 400, exif(1)), "MotionPhoto 13800000000 and what lies behind the picture"...)
		c := add(t, b, here, liu, "", comments.Sent{Name: `C:\张三\IMG_1.PNG`, Content: sent})
		f, kept, err := b.Open(t.Context(), here, c.ID, "1")
		if err != nil {
			t.Fatal(err)
		}
		if f.Name != "IMG_1.jpg" || f.Type != "image/jpeg" || f.Width != 2560 || f.Height != 341 {
			t.Errorf("it is kept as %+v", f)
		}
		_, preview, err := b.Preview(t.Context(), here, c.ID, "1")
		if err != nil {
			t.Fatal(err)
		}
		for name, content := range map[string][]byte{"photo": kept, "preview": preview} {
			for _, told := range []string{"Exif", "HUAWEI", "33.87", "138", "Motion"} {
				if bytes.Contains(content, []byte(told)) {
					t.Errorf("the %s tells %s", name, told)
				}
			}
		}
		m, err := jpeg.Decode(bytes.NewReader(preview))
		if err != nil || m.Bounds().Dx() != 360 {
			t.Errorf("the preview is %v %v", m.Bounds(), err)
		}
	})
}

// TestAPhotoStandsUpright has each orientation of Exif; where red must lie is from the standard's own words.
func TestAPhotoStandsUpright(t *testing.T) {
	b := book(t)
	for orientation, red := range []string{1: "left", "right", "right", "left", "top", "top", "bottom", "bottom"} {
		if red == "" {
			continue
		}
		c := add(t, b, here, liu, "", comments.Sent{Name: "a.jpg", Content: photoOf(t, 64, 32, exif(uint16(orientation)))})
		_, kept, err := b.Open(t.Context(), here, c.ID, "1")
		if err != nil {
			t.Fatal(err)
		}
		m, err := jpeg.Decode(bytes.NewReader(kept))
		if err != nil {
			t.Fatal(err)
		}
		w, h := m.Bounds().Dx(), m.Bounds().Dy()
		at := map[string]image.Point{"left": {4, h / 2}, "right": {w - 4, h / 2}, "top": {w / 2, 4}, "bottom": {w / 2, h - 4}}[red]
		if r, _, blue, _ := m.At(at.X, at.Y).RGBA(); r < blue || (orientation >= 5) != (h > w) {
			t.Errorf("orientation %d: at the %s of %d × %d it is not red", orientation, red, w, h)
		}
	}
}

func book(t *testing.T) *comments.Book {
	t.Helper()
	store, err := gpkg.Open(t.Context(), filepath.Join(t.TempDir(), "a.gpkg"), layers.Builtin(), gpkg.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return &comments.Book{Store: store}
}

// zipOf is a zip of files, name and content in turn.
func zipOf(t *testing.T, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err == nil {
			_, err = w.Write([]byte(files[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// bomb is a PNG that says it has more pixels than any machine holds.
func bomb(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		t.Fatal(err)
	}
	out := b.Bytes()
	binary.BigEndian.PutUint32(out[16:], 100_000)
	binary.BigEndian.PutUint32(out[20:], 100_000)
	binary.BigEndian.PutUint32(out[29:], crc32.ChecksumIEEE(out[12:29]))
	return out
}

func TestAFileIsWhatIsInItAndNotWhatItIsCalled(t *testing.T) {
	b := book(t)
	docx := zipOf(t, "[Content_Types].xml", "", "word/document.xml", "")
	for _, c := range []struct {
		name    string
		content []byte
		media   string // "" where it is not taken
		says    string
	}{
		{"表.xlsx", zipOf(t, "xl/workbook.xml", ""), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ""},
		{"文.DOCX", docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ""},
		{"公文.ofd", zipOf(t, "OFD.xml", ""), "application/ofd", ""},
		{"a.odt", zipOf(t, "mimetype", "application/vnd.oasis.opendocument.text"), "application/vnd.oasis.opendocument.text", ""},
		{"a.csv", []byte("村,人口\n"), "text/plain", ""},
		{"gbk.txt", []byte("\xb4\xe5\xc3\xf1\n"), "text/plain", ""},
		{"文.pdf", docx, "", "name it .docx"},
		{"a.docm", zipOf(t, "word/document.xml", "", "word/vbaProject.bin", ""), "", "macros"},
		{"a.zip", zipOf(t, "a.exe", "MZ"), "", "is a zip"},
		{"a.docx", docx[:len(docx)-30], "", "cut off"},
		{"a.html", []byte("<script>alert(1)</script>"), "", "not of a kind"},
		{"a.svg", []byte("<svg onload='alert(1)'/>"), "", "not of a kind"},
		{"a.jpg", []byte("<script>alert(1)</script>"), "", "not of a kind"},
		{"a.txt", []byte("MZ\x00\x01"), "", "not of a kind"},
		{"a.jpg", []byte("\xff\xd8\xff\xe0 and no more"), "", "cut off or spoilt"},
		{"a.heic", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"), "", "send it as JPEG"},
		{"a.png", bomb(t), "", "100000 × 100000 pixels"},
		{"a.pdf", nil, "", "is empty"},
	} {
		kept, err := b.Add(t.Context(), here, comments.Comment{By: liu, Class: layers.Internal}, []comments.Sent{{c.name, c.content}})
		if c.media == "" {
			if wrong, ok := errors.AsType[layers.Faults](err); !ok || !strings.Contains(err.Error(), c.says) || wrong[0].Part != "file[0] "+c.name {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		if err != nil || kept.Files[0].Type != c.media || kept.Files[0].Name != c.name {
			t.Errorf("%s is kept as %+v: %v", c.name, kept.Files, err)
		}
	}
	if got := texts(t, b, here); len(got) != 6 {
		t.Errorf("%d comments are kept", len(got))
	}
}

func TestAttackNamesOfFilesThatHideWhatTheyAre(t *testing.T) {
	b := book(t)
	for name, want := range map[string]string{
		"../../etc/passwd.txt":            "passwd.txt",
		"报告\u202etxt.exe.txt":             "报告txt.exe.txt",
		"a\r\nSet-Cookie: x.txt":          "aSet-Cookie x.txt",
		strings.Repeat("长", 300) + ".txt": strings.Repeat("长", 116) + ".txt",
	} {
		c, err := b.Add(t.Context(), here, comments.Comment{By: liu, Class: layers.Internal}, []comments.Sent{{name, []byte("字")}})
		if err != nil || c.Files[0].Name != want {
			t.Errorf("%q is kept as %+v: %v", name, c.Files, err)
		}
	}
}

func TestACommentThatCannotBeTakenSaysWhy(t *testing.T) {
	b := book(t)
	many := make([]comments.Sent, 11)
	for part, c := range map[string]struct {
		comments.Comment
		files []comments.Sent
	}{
		"text: is empty":                  {comments.Comment{Class: layers.Internal}, nil},
		"text: has 4001 characters":       {comments.Comment{Class: layers.Internal, Text: strings.Repeat("字", 4001)}, nil},
		"class: must be internal":         {comments.Comment{Text: "a"}, nil},
		"file: are 11":                    {comments.Comment{Class: layers.Internal}, many},
		"id: must have from 16 to 64":     {comments.Comment{Class: layers.Internal, Text: "a", ID: "../../../../other"}, nil},
		"file: have 67108865 bytes; thos": {comments.Comment{Class: layers.Internal}, []comments.Sent{{"a.txt", make([]byte, 64<<20+1)}}},
	} {
		if _, err := b.Add(t.Context(), here, c.Comment, c.files); err == nil || !strings.HasPrefix(err.Error(), part) {
			t.Errorf("not %s: %v", part, err)
		}
	}
}
