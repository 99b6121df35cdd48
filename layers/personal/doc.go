// Package personal recognises what must not come into the map: the data of a person. The map knows villages and counts; no
// poor person is ever stored.
//
// A column's heading, or a text, flows in; what of a person it holds flows out, and never the text itself. Numbers are
// recognised by how they are made (GB 11643-1999 for citizens' numbers, ISO/IEC 7812-1 for bank cards), so that codes of
// roads, projects and villages, coordinates and long decimals pass. Names within a text are not recognised.
//
// Names of those on duty and the telephones of their offices may stand in fields of contacts, and only there; see Contact.
package personal
