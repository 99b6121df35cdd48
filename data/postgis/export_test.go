package postgis

import "time"

// Answer sets how long the server may be silent before Follow gives up.
func Answer(within time.Duration) Option { return func(o *options) { o.answer = within } }
