package gpkg

// RegisterFunctions gives a connection what the R-tree's triggers call, as QGIS and GDAL do to theirs.
var RegisterFunctions = registerFunctions
