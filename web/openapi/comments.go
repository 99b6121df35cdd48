package openapi

import (
	"net/http"
	"reflect"

	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/web/comments"
)

// sentComment is what is sent to comment, as multipart/form-data.
type sentComment struct {
	Text  string   `json:"text,omitempty" maxLength:"4000"`
	Class string   `json:"class,omitempty" enum:"internal,sensitive" default:"internal" doc:"Sensitive where it tells of persons"`
	ID    string   `json:"id,omitempty" doc:"16 to 64 letters, digits and hyphens; the same comment sent twice by it is there once"`
	File  []string `json:"file,omitempty" maxItems:"10" format:"binary" doc:"Photos and documents, 64 MiB together"`
}

// commentOperations are those of what people say at features.
func commentOperations() []operation {
	size := param("size", question.Text, "preview：照片的小图。", "preview is a small picture of a photo.")
	return []operation{
		{
			method: http.MethodGet, path: comments.Root, id: "comments", tag: "catalogue", media: asJSON,
			title:  "What people say at a feature, for those who may read its internal fields",
			answer: reflect.TypeFor[comments.List](),
		},
		{
			method: http.MethodPost, path: comments.Root, id: "addComment", tag: "catalogue", body: "multipart/form-data", media: asJSON,
			title: "Say something at a feature, with photos and documents", status: http.StatusCreated,
			sends: reflect.TypeFor[sentComment](), answer: reflect.TypeFor[comments.Comment](),
		},
		{
			method: http.MethodDelete, path: comments.Root + "/{comment}", id: "removeComment", tag: "catalogue",
			title: "Take a comment away", status: http.StatusNoContent,
		},
		with([]question.Param{size}, get(comments.Root+"/{comment}/files/{file}", "commentFile", "catalogue",
			"A photo or document of a comment", asBytes)),
	}
}
