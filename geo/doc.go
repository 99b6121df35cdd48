// Package geo is Cuntu's ground: coordinates, datums, distances on the
// ellipsoid and quantised geometry.
//
// Degrees of WGS 84 flow in (longitude first, as in orb and GeoJSON) and
// quantised Web Mercator integers, metres and square metres flow out. It knows
// nothing of layers, files or servers, keeps no state and writes to nothing that
// it is given.
//
//   - Point, Box and Shape are places on the grid; Quantise, NewShape and
//     AppendShape make them, LonLat and Geometry take them back to degrees.
//   - Distance, Destination, Bearing, Length and Area measure on the WGS 84
//     ellipsoid. CGCS2000 (EPSG:4490), whose ellipsoid differs by 0.1 mm in the
//     semi-minor axis, is taken for the same.
//   - Origin, made by At, measures from one place to many: to places, to the
//     nearest place of a Shape, and a lower bound to a Box.
//   - WGS84ToGCJ02 and its kin change between WGS 84 and the datums of Chinese web
//     maps.
package geo
