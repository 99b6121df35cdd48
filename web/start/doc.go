// Package start answers what an office asks on the first day with its own data: workbooks to fill in, and what to do next.
//
// A snapshot, as who asks may see it, and his rights flow in; answers to HTTP requests flow out. It writes nothing.
package start
