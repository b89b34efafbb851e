package detect

// visits is the set of the places at which a matcher's search tried a choice: keys below maxVisited.
//
// Most searches visit a few hundred of some ten thousand possible keys, spread over all of them. A hash table of those that were
// visited stays in the cache; a bit for each possible key would not, and every page of it would first have to be had from the
// system. A search that visits more than maxSlots/2 goes on with bits: then most of the memory is used.
type visits struct {
	slots []uint32 // open addressing: number of the search and key; those of other searches are free
	run   uint32   // number of this search, above the bits of a key
	used  int
	bits  []uint64 // a bit for each key, once there are too many for slots; empty between searches
	dense bool
	keys  uint // how many there can be in this search
}

const (
	minSlots = 1 << 11
	maxSlots = 1 << 14 // 64 KB
	keyBits  = 24
	keyMask  = 1<<keyBits - 1
)

// begin empties the set for a search with keys below n, which is maxVisited at most.
func (v *visits) begin(n int) {
	if v.dense {
		clear(v.bits[:(v.keys+63)/64]) // those of the search before
		v.dense = false
	}
	if v.slots == nil {
		v.slots = written[uint32](minSlots)
	}
	if v.run += 1 << keyBits; v.run == 0 { // the numbers begin anew
		clear(v.slots)
		v.run = 1 << keyBits
	}
	v.used, v.keys = 0, uint(n)
}

// add adds a key and tells whether it was there.
func (v *visits) add(key uint) bool {
	if v.dense {
		return v.addBit(key)
	}
	entry := v.run | uint32(key)
	mask := uint(len(v.slots) - 1)
	at := slotOf(key) & mask
	for ; v.slots[at]&^keyMask == v.run; at = (at + 1) & mask {
		if v.slots[at] == entry {
			return true
		}
	}
	v.slots[at] = entry
	if v.used++; v.used > len(v.slots)/2 {
		v.grow()
	}
	return false
}

// slotOf spreads keys (Knuth's multiplicative hashing).
func slotOf(key uint) uint { return uint(uint64(key) * 0x9E3779B97F4A7C15 >> 32) }

// grow makes room for more keys.
func (v *visits) grow() {
	old := v.slots
	v.dense = len(old) >= maxSlots
	if v.dense {
		if words := int(v.keys+63) / 64; len(v.bits) < words {
			v.bits = written[uint64](words)
		}
	} else {
		v.slots = written[uint32](maxSlots)
		v.used = 0
	}
	for _, entry := range old {
		if entry&^keyMask == v.run {
			v.add(uint(entry & keyMask))
		}
	}
}

// addBit is add where bits are used.
func (v *visits) addBit(key uint) bool {
	word, bit := &v.bits[key/64], uint64(1)<<(key%64)
	was := *word&bit != 0
	*word |= bit
	return was
}
