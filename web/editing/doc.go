// Package editing takes edits over HTTP: it reads features that clients send, writes them to the store, waits until the
// server's own snapshot has them, and words what is refused. web/ogc edits one feature with it; here stand the batches over
// several layers.
//
// Requests flow in; edits flow to a data.Store, and answers and refusals out. It draws nothing and judges no rights: who may
// write, its callers have asked before.
package editing
