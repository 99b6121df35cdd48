// Package elevation reads files of digital elevation models, keeps them in a store
// and loads them as a dem.Model.
//
// GeoTIFF and HGT files flow in, tiles of heights flow into the store, as documents of
// one kind, a tile a document; a model of all of them flows out, and Live keeps it in
// step. Cells keep their places and values: nothing is resampled on the way.
package elevation
