package elevation

import (
	"encoding/binary"
	"fmt"
	"math"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/cuntu/cuntu/geo/crs"
	"github.com/cuntu/cuntu/geo/dem"
)

// voidHGT stands for no height in SRTM's files.
const voidHGT = -32768

var hgtName = regexp.MustCompile(`^([NS])(\d{2})([EW])(\d{3})`)

// openHGT opens a square of one degree as SRTM has it: big-endian metres, 1,201 or
// 3,601 rows and columns whose outer ones lie on the whole degrees, which only the
// name tells, of the south-western corner.
func openHGT(name string, in input) (*Raster, error) {
	m := hgtName.FindStringSubmatch(strings.ToUpper(path.Base(strings.ReplaceAll(name, `\`, "/"))))
	if m == nil {
		return nil, fmt.Errorf("the name of an .hgt file must begin with its south-western corner, such as N33E109")
	}
	side := int(math.Sqrt(float64(in.Size() / 2)))
	if side != 1201 && side != 3601 || int64(side)*int64(side)*2 != in.Size() {
		return nil, fmt.Errorf("has %d bytes; an .hgt file has 2884802 (3″) or 25934402 (1″)", in.Size())
	}
	lat, _ := strconv.Atoi(m[2]) // digits
	lon, _ := strconv.Atoi(m[4])
	if m[1] == "S" {
		lat = -lat
	}
	if m[3] == "W" {
		lon = -lon
	}
	if lat < -90 || lat > 89 || lon < -180 || lon > 179 {
		return nil, fmt.Errorf("%s is no place on Earth", m[0])
	}
	wgs84, err := crs.ByCode(4326)
	if err != nil {
		return nil, err
	}
	step := 1 / float64(side-1)
	return &Raster{
		Width: side, Height: side, CRS: wgs84, X: float64(lon), Y: float64(lat + 1), DX: step, DY: step,
		forget: func() {},
		window: func(col, row, width, height int, to []float32) error {
			line := make([]byte, 2*width)
			for j := range height {
				if _, err := in.ReadAt(line, 2*(int64(row+j)*int64(side)+int64(col))); err != nil {
					return err
				}
				for i := range width {
					if h := int16(binary.BigEndian.Uint16(line[2*i:])); h == voidHGT {
						to[j*width+i] = dem.Unknown
					} else {
						to[j*width+i] = float32(h)
					}
				}
			}
			return nil
		},
	}, nil
}
