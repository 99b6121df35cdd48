package tiles

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/cuntu/cuntu/tiles/encode"
	"github.com/cuntu/cuntu/tiles/maptile"
)

func TestOnlySomeLayersAreWhatTheEncoderMakesOfThem(t *testing.T) {
	for _, f := range []encode.Format{encode.MVT, encode.MLT} {
		t.Run(f.String(), func(t *testing.T) { onlySomeLayers(t, f) })
	}
}

func onlySomeLayers(t *testing.T, f encode.Format) {
	snap := bulkSnapshot(t)
	at := maptile.Tile{Z: 7, X: 103, Y: 51}
	encodeTile := func(ids string) []byte {
		raw, err := encode.Encode(snap, strings.Split(ids, ","), at, encode.Options{Format: f})
		if err != nil || len(raw) == 0 {
			t.Fatalf("tile of %s: %d bytes, %v", ids, len(raw), err)
		}
		return raw
	}
	all := encodeTile("county,road,town,village")
	for _, ids := range []string{"road", "village,county", "county,road,town,village"} {
		got, err := encode.Keep(all, f, strings.Split(ids, ","))
		if err != nil || !bytes.Equal(got, encodeTile(ids)) {
			t.Errorf("only %s: %d bytes, %v, not the encoder's", ids, len(got), err)
		}
	}
	if got, err := encode.Keep(all, f, []string{"river"}); err != nil || len(got) != 0 {
		t.Errorf("only a layer that is not there: %d bytes, %v", len(got), err)
	}
	for _, broken := range [][]byte{all[:len(all)-1], []byte("GIF89a"), {0x1a, 2, 0x0a, 9}, {2, 1, 9}, {0}} {
		if _, err := encode.Keep(broken, f, []string{"road"}); !errors.Is(err, encode.ErrTile) {
			t.Errorf("of %.10q: %v", broken, err)
		}
	}
}

func FuzzOnly(f *testing.F) {
	f.Add([]byte{0x1a, 3, 0x0a, 1, 'a'}, false)
	f.Add([]byte{3, 1, 1, 'a', 1, 2}, true)
	f.Fuzz(func(t *testing.T, b []byte, mlt bool) {
		format := encode.MVT
		if mlt {
			format = encode.MLT
		}
		if out, err := encode.Keep(b, format, []string{"a"}); err == nil {
			if again, err := encode.Keep(out, format, []string{"a"}); err != nil || !bytes.Equal(again, out) {
				t.Errorf("%x becomes %x and then %x, %v", b, out, again, err)
			}
		}
	})
}
