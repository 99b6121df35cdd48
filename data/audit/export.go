package audit

import (
	"context"
	"encoding/json"
	"io"

	"github.com/cuntu/cuntu/data"
)

// line is a line of an exported record: an act or a seal.
type line struct {
	Act  *actLine  `json:"act,omitempty"`
	Seal *sealLine `json:"seal,omitempty"`
}

// actLine and sealLine have times as they are hashed.
type (
	actLine struct {
		data.Act
		At string `json:"at"`
	}
	sealLine struct {
		data.Seal
		At string `json:"at"`
	}
)

// Export writes a whole record as JSON, a line an act or a seal, as verify_audit.py reads it. It holds no more than a line.
func Export(ctx context.Context, log data.Audit, to io.Writer) error {
	w := json.NewEncoder(to)
	w.SetEscapeHTML(false)
	return log.ReadActs(ctx,
		func(a data.Act) error { return w.Encode(line{Act: &actLine{a, timeText(a.At)}}) },
		func(s data.Seal) error { return w.Encode(line{Seal: &sealLine{s, timeText(s.At)}}) })
}
