package curve

// Hilbert is the number, along Hilbert's curve, of the cell in column x and row y of a square with 2^bits cells a side
// (Warren, Hacker's Delight, 16-2: each pair of bits, from the highest, picks a quarter and turns what is below).
// Cells whose numbers follow each other lie side by side.
func Hilbert(x, y uint32, bits uint8) uint64 {
	n := uint64(0)
	for bit := bits; bit > 0; {
		bit--
		right, low := x>>bit&1, y>>bit&1
		n = n<<2 | uint64(3*right^low)
		if low == 0 { // the curve turns in both upper quarters
			if right == 1 {
				x, y = ^x, ^y // bits above this one count no more
			}
			x, y = y, x
		}
	}
	return n
}

// HilbertCell is the column and row of the cell with a number.
func HilbertCell(n uint64, bits uint8) (x, y uint32) {
	for bit := range bits {
		quarter := uint32(n >> (2 * bit) & 3)
		right := quarter >> 1
		low := quarter&1 ^ right
		if low == 0 {
			if right == 1 {
				all := uint32(1)<<bit - 1
				x, y = all-x, all-y
			}
			x, y = y, x
		}
		x |= right << bit
		y |= low << bit
	}
	return x, y
}
