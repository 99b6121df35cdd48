// Package web is Cuntu over HTTP: tiles, questions, health and the web app.
//
// Requests flow in and are checked here; one call into layers or tiles answers
// each; JSON, tiles and problem details (RFC 9457) flow out. No handler touches
// a store: all read the live snapshot, so the map goes on when the database is
// gone. Nothing here knows SQL or files.
package web
