package comments

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/draw"

	"github.com/cuntu/cuntu/layers"
)

const (
	mostPixels   = 50_000_000 // of a photo that is sent; a phone's has 12 to 50 million
	mostPNG      = 20_000_000 // of a PNG, of which a pixel takes four bytes or eight
	longestSide  = 2560       // pixels of one that is kept: a paper of A4 at 220 dots an inch
	previewSide  = 360
	photoQuality = 85 // of JPEG, of 100
)

// atOnce lets one photo at a time be unpacked: the largest takes some 300 MB.
var atOnce = make(chan struct{}, 1)

// photo scales a photo, turns it upright, and makes a preview of it. What is kept is painted anew: of what a camera or a phone
// wrote beside the picture, such as where, when, with which device and by whom it was taken, nothing is left.
func (m *prepared) photo(ctx context.Context) error {
	config, format, err := image.DecodeConfig(bytes.NewReader(m.content))
	if err != nil {
		return layers.NewFault("", "is a photo that is cut off or spoilt")
	}
	most := mostPixels
	if format == "png" {
		most = mostPNG
	}
	if config.Width <= 0 || config.Height <= 0 || config.Width > most/config.Height {
		return layers.NewFault("", "has %d × %d pixels; up to %d million are taken", config.Width, config.Height, most/1_000_000)
	}
	select {
	case atOnce <- struct{}{}:
		defer func() { <-atOnce }()
	case <-ctx.Done():
		return ctx.Err()
	}
	whole, _, err := image.Decode(bytes.NewReader(m.content))
	if err != nil {
		return layers.NewFault("", "is a photo that is cut off or spoilt")
	}
	turned := 1
	if format == "jpeg" {
		turned = orientation(m.content)
	}
	kept := upright(scaled(whole, longestSide, draw.ApproxBiLinear), turned)
	var out bytes.Buffer
	if format == "png" {
		err = png.Encode(&out, kept)
	} else {
		err = jpeg.Encode(&out, onWhite(kept), &jpeg.Options{Quality: photoQuality})
	}
	if err != nil {
		return err
	}
	var small bytes.Buffer
	if err := jpeg.Encode(&small, onWhite(scaled(kept, previewSide, draw.BiLinear)), &jpeg.Options{Quality: photoQuality}); err != nil {
		return err
	}
	m.content, m.preview = out.Bytes(), small.Bytes()
	m.Width, m.Height = kept.Bounds().Dx(), kept.Bounds().Dy()
	return nil
}

// scaled is an image whose longer side has at most so many pixels. by is how: kernels look best where much is left out, and take
// 32 bytes for each pixel of the new width and the old height.
func scaled(from image.Image, side int, by draw.Scaler) image.Image {
	w, h := from.Bounds().Dx(), from.Bounds().Dy()
	if longer := max(w, h); longer > side {
		w, h = max(1, w*side/longer), max(1, h*side/longer)
	}
	to := image.NewNRGBA(image.Rect(0, 0, w, h))
	by.Scale(to, to.Bounds(), from, from.Bounds(), draw.Src, nil)
	return to
}

// onWhite is an image without what lets through, which JPEG does not know.
func onWhite(from image.Image) image.Image {
	to := image.NewRGBA(from.Bounds())
	draw.Draw(to, to.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(to, to.Bounds(), from, from.Bounds().Min, draw.Over)
	return to
}

// upright turns an image as its orientation (Exif 2.32, tag 0x0112) says.
func upright(from image.Image, orientation int) image.Image {
	if orientation < 2 || orientation > 8 {
		return from
	}
	w, h := from.Bounds().Dx(), from.Bounds().Dy()
	size := image.Rect(0, 0, w, h)
	if orientation >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	to := image.NewNRGBA(size)
	for y := range h {
		for x := range w {
			tx, ty := x, y
			switch orientation {
			case 2:
				tx = w - 1 - x
			case 3:
				tx, ty = w-1-x, h-1-y
			case 4:
				ty = h - 1 - y
			case 5:
				tx, ty = y, x
			case 6:
				tx, ty = h-1-y, x
			case 7:
				tx, ty = h-1-y, w-1-x
			case 8:
				tx, ty = y, w-1-x
			}
			to.Set(tx, ty, from.At(x, y))
		}
	}
	return to
}

// orientation is how a camera held a JPEG, from 1 to 8; 1 where it does not say.
func orientation(b []byte) int {
	for at := 2; at+4 <= len(b) && b[at] == 0xff; {
		marker, size := b[at+1], int(binary.BigEndian.Uint16(b[at+2:]))
		if marker == 0xff { // a fill byte
			at++
			continue
		}
		if marker == 0xda || size < 2 || at+2+size > len(b) { // the picture begins, or it is cut off
			break
		}
		segment := b[at+4 : at+2+size]
		if tiff, is := bytes.CutPrefix(segment, []byte("Exif\x00\x00")); marker == 0xe1 && is {
			return tiffOrientation(tiff)
		}
		at += 2 + size
	}
	return 1
}

func tiffOrientation(b []byte) int {
	if len(b) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if b[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(b[4:]))
	if at+2 > int64(len(b)) {
		return 1
	}
	entries := int64(order.Uint16(b[at:]))
	for i := range entries {
		e := at + 2 + 12*i
		if e+12 > int64(len(b)) {
			return 1
		}
		if order.Uint16(b[e:]) == 0x0112 {
			if v := int(order.Uint16(b[e+8:])); v >= 1 && v <= 8 {
				return v
			}
			return 1
		}
	}
	return 1
}
