package tiles

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

func TestOnlySomeLayersAreWhatTheEncoderMakesOfThem(t *testing.T) {
	for _, f := range []Format{MVT, MLT} {
		t.Run(f.String(), func(t *testing.T) { onlySomeLayers(t, f) })
	}
}

func onlySomeLayers(t *testing.T, f Format) {
	snap := bulkSnapshot(t)
	at := Tile{7, 103, 51}
	encode := func(ids string) []byte {
		raw, err := Encode(snap, strings.Split(ids, ","), at, Options{Format: f})
		if err != nil || len(raw) == 0 {
			t.Fatalf("tile of %s: %d bytes, %v", ids, len(raw), err)
		}
		return raw
	}
	all := encode("county,road,town,village")
	for _, ids := range []string{"road", "village,county", "county,road,town,village"} {
		got, err := Only(all, f, strings.Split(ids, ","))
		if err != nil || !bytes.Equal(got, encode(ids)) {
			t.Errorf("only %s: %d bytes, %v, not the encoder's", ids, len(got), err)
		}
	}
	if got, err := Only(all, f, []string{"river"}); err != nil || len(got) != 0 {
		t.Errorf("only a layer that is not there: %d bytes, %v", len(got), err)
	}
	for _, broken := range [][]byte{all[:len(all)-1], []byte("GIF89a"), {0x1a, 2, 0x0a, 9}, {2, 1, 9}, {0}} {
		if _, err := Only(broken, f, []string{"road"}); !errors.Is(err, ErrTile) {
			t.Errorf("of %.10q: %v", broken, err)
		}
	}
}

func FuzzOnly(f *testing.F) {
	f.Add([]byte{0x1a, 3, 0x0a, 1, 'a'}, false)
	f.Add([]byte{3, 1, 1, 'a', 1, 2}, true)
	f.Fuzz(func(t *testing.T, b []byte, mlt bool) {
		format := MVT
		if mlt {
			format = MLT
		}
		if out, err := Only(b, format, []string{"a"}); err == nil {
			if again, err := Only(out, format, []string{"a"}); err != nil || !bytes.Equal(again, out) {
				t.Errorf("%x becomes %x and then %x, %v", b, out, again, err)
			}
		}
	})
}
