package read

import (
	"io"

	"github.com/cuntu/cuntu/data/files/record"
)

// What is taken from one file. Each is far above what real files have and low
// enough that a hostile one exhausts nothing.
const (
	maxFile     = 16 << 30  // bytes of any one file, unpacked: 16 GiB
	maxRecord   = 256 << 20 // bytes of one feature or shape
	maxLine     = 16 << 20  // bytes of one row of text
	maxFields   = 4096      // columns
	maxParts    = 1 << 16   // rings of one shape
	maxXLSX     = 512 << 20 // bytes of a workbook, packed, which is held in memory
	maxPage     = 64 << 20  // bytes of a web page, which is held in memory
	maxRatio    = 2000      // to which a file in a zip may unpack, when large
	maxEntries  = 10000     // files in a zip
	maxDepth    = 64        // elements within elements, geometries within geometries
	maxRows     = 100 << 20 // rows of a Parquet file, which may take no bytes
	fewRows     = 1 << 20   // rows that a small one may have
	sampleBytes = 256 << 10 // looked at for encoding and delimiter
	sampleRows  = 10000     // features looked at for their fields
)

// budget is a reader that fails once more than its limit is read between two
// refills: so that one record cannot fill the memory of those who buffer it.
type budget struct {
	r     io.Reader
	left  int64
	limit int64
	total int64
	what  string
}

func newBudget(r io.Reader, limit int64, what string) *budget {
	return &budget{r: r, left: limit, limit: limit, what: what}
}

func (b *budget) refill() { b.left = b.limit }

func (b *budget) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, &record.TooLargeError{What: b.what, Limit: b.limit}
	}
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := b.r.Read(p)
	b.left -= int64(n)
	b.total += int64(n)
	return n, err
}
