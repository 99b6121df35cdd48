// Package start answers what an office asks on the first day with its own data: workbooks to fill in, what to do
// next, and whose map it is.
//
// A snapshot, as who asks may see it, and his rights flow in; answers to HTTP requests flow out. It writes whose map it is, and
// nothing else.
package start
