// Package write writes the files that planning offices exchange, a file a format.
//
// Records flow in, one after the other, and a file or stream comes out, in memory that
// does not grow with the file. A Writer tells in its notes what the format could not
// hold. What is broken off leaves nothing behind.
//
// It moves no coordinates and knows nothing of layers; which formats there are, and which
// ending asks for which, package files lists.
package write
