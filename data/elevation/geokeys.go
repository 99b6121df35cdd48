package elevation

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/cuntu/cuntu/geo/crs"
)

// The GeoTIFF keys (OGC 19-008r4) that are read.
const (
	keyModel            = 1024
	keyRaster           = 1025
	keyCitation         = 1026
	keyGeographic       = 2048
	keyGeogCitation     = 2049
	keyGeogUnits        = 2054
	keySemiMajor        = 2057
	keyInvFlattening    = 2059
	keyProjected        = 3072
	keyPCSCitation      = 3073
	keyMethod           = 3075
	keyLinearUnits      = 3076
	keyNaturalOriginLon = 3080
	keyNaturalOriginLat = 3081
	keyFalseEasting     = 3082
	keyFalseNorthing    = 3083
	keyScale            = 3092
	keyVerticalUnits    = 4099

	modelProjected, modelGeographic = 1, 2
	pixelIsPoint                    = 2
	userDefined                     = 32767
	methodTransverseMercator        = 1
	unitMetre                       = 9001
)

// keys are the GeoTIFF keys of a file.
type keys struct {
	short  map[int]int
	double map[int]float64
	text   map[int]string
}

func (d *directory) keys() (*keys, error) {
	k := &keys{map[int]int{}, map[int]float64{}, map[int]string{}}
	list, err := d.numbers(tagGeoKeyDirectory)
	if err != nil {
		return nil, err
	}
	doubles, err := d.numbers(tagGeoDoubles)
	if err != nil {
		return nil, err
	}
	ascii, err := d.text(tagGeoASCII)
	if err != nil {
		return nil, err
	}
	if len(list) < 4 {
		return k, nil
	}
	for e := list[4:]; len(e) >= 4; e = e[4:] {
		id, count, at := int(e[0]), int(e[2]), int(e[3])
		switch int(e[1]) {
		case 0:
			k.short[id] = at
		case tagGeoDoubles:
			if at < len(doubles) {
				k.double[id] = doubles[at]
			}
		case tagGeoASCII:
			if at+count <= len(ascii) {
				k.text[id] = strings.TrimRight(ascii[at:at+count], "|")
			}
		}
	}
	return k, nil
}

// CRSError is the error of a file that does not say in what coordinate system it is, which then must be given.
type CRSError struct{ why string }

func (e *CRSError) Error() string { return e.why }

// crs is the coordinate system that the keys name or describe.
func (k *keys) crs() (*crs.CRS, error) {
	code := k.short[keyProjected]
	if k.short[keyModel] == modelGeographic || code == 0 && k.short[keyMethod] == 0 {
		code = k.short[keyGeographic]
	}
	switch {
	case code > 0 && code < userDefined:
		return crs.ByCode(code)
	case k.short[keyModel] == 0:
		return nil, &CRSError{"does not say in what coordinate system it is"}
	}
	if k.short[keyModel] == modelProjected && k.short[keyMethod] == methodTransverseMercator {
		if u := k.short[keyLinearUnits]; u != 0 && u != unitMetre {
			return nil, fmt.Errorf("its coordinates are in unit %d, not in metres", u)
		}
		return crs.FromWKT(k.wkt())
	}
	if k.short[keyModel] == modelGeographic {
		return crs.FromWKT(k.geographicWKT())
	}
	return nil, &CRSError{fmt.Sprintf("its coordinate system, %q, is not one of %s", k.text[keyCitation]+k.text[keyPCSCitation], crs.Known)}
}

// geographicWKT describes the ellipsoid's system. Where the citation does not tell the
// datum, the ellipsoid does.
func (k *keys) geographicWKT() string {
	if code := k.short[keyGeographic]; code > 0 && code < userDefined {
		if c, err := crs.ByCode(code); err == nil {
			return c.WKT()
		}
	}
	name := strings.TrimPrefix(k.text[keyGeogCitation], "GCS Name = ")
	if i := strings.IndexByte(name, '|'); i >= 0 {
		name = name[:i]
	}
	clean := strings.NewReplacer(`"`, "", " ", "_").Replace(name)
	return fmt.Sprintf(`GEOGCS["%s",DATUM["%s",SPHEROID["%s",%v,%v]],PRIMEM["Greenwich",0],UNIT["Degree",0.0174532925199433]]`,
		clean, clean, clean, k.or(keySemiMajor, 6378137), k.or(keyInvFlattening, 298.257222101))
}

func (k *keys) or(key int, fallback float64) float64 {
	if v, ok := k.double[key]; ok {
		return v
	}
	return fallback
}

func (k *keys) wkt() string {
	return fmt.Sprintf(`PROJCS["user-defined",%s,PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",%v],`+
		`PARAMETER["False_Northing",%v],PARAMETER["Central_Meridian",%v],PARAMETER["Scale_Factor",%v],PARAMETER["Latitude_Of_Origin",%v],`+
		`UNIT["Meter",1]]`,
		k.geographicWKT(), k.or(keyFalseEasting, 0), k.or(keyFalseNorthing, 0), k.or(keyNaturalOriginLon, 0), k.or(keyScale, 1),
		k.or(keyNaturalOriginLat, 0))
}

// place says where the raster's cells lie.
func (d *directory) place(r *Raster, c *crs.CRS) error {
	k, err := d.keys()
	if err != nil {
		return err
	}
	if r.CRS = c; c == nil {
		if r.CRS, err = k.crs(); err != nil {
			return err
		}
	}
	scale, err := d.numbers(tagPixelScale)
	if err != nil {
		return err
	}
	tie, err := d.numbers(tagTiepoint)
	if err != nil {
		return err
	}
	matrix, err := d.numbers(tagTransformation)
	if err != nil {
		return err
	}
	switch {
	case len(scale) >= 2 && len(tie) >= 6:
		r.DX, r.DY = scale[0], scale[1]
		r.X, r.Y = tie[3]-tie[0]*r.DX, tie[4]+tie[1]*r.DY
	case len(matrix) >= 8 && matrix[1] == 0 && matrix[4] == 0:
		r.DX, r.DY, r.X, r.Y = matrix[0], -matrix[5], matrix[3], matrix[7]
	case len(matrix) >= 8:
		return errors.New("its rows do not run from west to east; turn it with gdalwarp")
	default:
		return errors.New("does not say where it lies")
	}
	if !(r.DX > 0 && r.DY > 0) || math.IsInf(r.X, 0) || math.IsInf(r.Y, 0) {
		return fmt.Errorf("its cells are %v × %v large; rows must run from west to east, the northern ones first (gdalwarp turns it)", r.DX, r.DY)
	}
	if k.short[keyRaster] != pixelIsPoint {
		r.X, r.Y = r.X+r.DX/2, r.Y-r.DY/2
	}
	return nil
}
