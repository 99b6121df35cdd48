// Package comments keeps what people say at a feature, and the photos and documents that they put there.
//
// Texts and files as they were sent flow in; comments with files of known kinds flow out: photos scaled and without what a
// phone adds unasked, documents as they came, each with its digest. They stand among the store's documents, so a backup has
// them, and no layer, tile or export does. Who may read and write them is for whoever asks to decide, by Comment.Class.
package comments
