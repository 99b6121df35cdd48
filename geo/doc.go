// Package geo is Cuntu's ground: coordinates, datums, distances on the
// ellipsoid and quantised geometry.
//
// Degrees of WGS 84 flow in (longitude first, as in orb and GeoJSON) and
// quantised Web Mercator integers, metres and square metres flow out. It knows
// nothing of layers, files or servers.
package geo
