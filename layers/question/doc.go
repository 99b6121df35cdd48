// Package question declares what may be asked, once: a struct of parameters, the function that answers, and the answer.
//
// A parameter is a field of the struct with tags; its name is the field's in snake case. The tags are
//
//	en, zh    help, in both tongues
//	default   what stands in where it is not given
//	typed     the default on the command line, where it is another one
//	min, max  bounds of a number or year
//	one       what is allowed, separated by commas; @name stands for a list that the caller of Read knows
//	required  it must be given; the value says what it is
//	in        "path" for a part of the address, "body" for the JSON body; else it is in the query string
//	shape     of the body: what it must be, for who sends another
//	most      of a text, how many bytes it may have; of a list, how many items
//
// From a question come its HTTP route, its command, its answer in every format, and its part of the OpenAPI document:
// web and cmd range over questions and know none of them by name. The package answers nothing itself.
package question
