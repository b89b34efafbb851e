package reftable

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"slices"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// testTable is what writeTable makes a table of.
type testTable struct {
	version   byte // 0: 1
	format    packfile.Format
	blockSize int  // what blocks hold at most
	padded    bool // the header says so, and blocks are padded
	restarts  int  // every so many records; 0: 16
	noIndex   bool
	objects   bool // a block of objects, which nobody reads
	refs      []testRecord
	logs      []testRecord
}

type testRecord struct {
	key   string
	kind  byte
	value []byte
}

// tableWriter writes a table as the specification says, a block at a time.
type tableWriter struct {
	testTable
	out []byte
	// last are the last keys of the blocks of the level that is being written, and where they begin.
	last []testRecord
}

func putVarint(value uint64) []byte {
	buf := [10]byte{9: byte(value & 0x7f)}
	at := 9
	for value >>= 7; value > 0; value >>= 7 {
		at--
		value--
		buf[at] = 0x80 | byte(value&0x7f)
	}
	return buf[at:]
}

func put24(out []byte, n int) { out[0], out[1], out[2] = byte(n>>16), byte(n>>8), byte(n) }

func putText(text string) []byte { return append(putVarint(uint64(len(text))), text...) }

// header writes the 24 or 28 bytes that stand at the front and in the footer.
func (w *tableWriter) header() []byte {
	out := append([]byte("REFT"), max(w.version, 1), 0, 0, 0)
	if w.padded {
		put24(out[5:], w.blockSize)
	}
	out = binary.BigEndian.AppendUint64(out, 1)
	out = binary.BigEndian.AppendUint64(out, 99)
	if w.version == 2 {
		name := "sha1"
		if w.format == packfile.SHA256 {
			name = "s256"
		}
		out = append(out, name...)
	}
	return out
}

// block writes as many records as it holds, and gives the rest.
func (w *tableWriter) block(kind byte, records []testRecord) []testRecord {
	start := len(w.out)
	if start == len(w.header()) {
		start = 0 // the first one has the header in it
	}
	w.out = append(w.out, kind, 0, 0, 0)
	body := len(w.out)
	var restarts []int
	key := ""
	n := 0
	for ; n < len(records); n++ {
		r := records[n]
		prefix := 0
		if n%max(w.restarts, 1) == 0 || w.restarts == 0 && n%16 == 0 {
			restarts = append(restarts, len(w.out)-start)
		} else {
			for prefix < min(len(key), len(r.key)) && key[prefix] == r.key[prefix] {
				prefix++
			}
		}
		record := append(putVarint(uint64(prefix)), putVarint(uint64(len(r.key)-prefix)<<3|uint64(r.kind))...)
		record = append(append(record, r.key[prefix:]...), r.value...)
		if n > 0 && len(w.out)-start+len(record)+3*(len(restarts)+1)+2 > w.blockSize {
			if prefix == 0 && restarts[len(restarts)-1] == len(w.out)-start {
				restarts = restarts[:len(restarts)-1]
			}
			break
		}
		w.out = append(w.out, record...)
		key = r.key
	}
	for _, at := range restarts {
		w.out = append(w.out, byte(at>>16), byte(at>>8), byte(at))
	}
	w.out = binary.BigEndian.AppendUint16(w.out, uint16(len(restarts)))
	put24(w.out[body-3:], len(w.out)-start)
	if kind == logBlock {
		var deflated bytes.Buffer
		z := zlib.NewWriter(&deflated)
		_, _ = z.Write(w.out[body:])
		_ = z.Close()
		w.out = append(w.out[:body], deflated.Bytes()...)
	}
	w.last = append(w.last, testRecord{key, 0, putVarint(uint64(start))})
	if w.padded && kind != logBlock && n < len(records) {
		w.out = append(w.out, make([]byte, max(0, start+w.blockSize-len(w.out)))...)
	}
	return records[n:]
}

// section writes all records of a kind and their index, and gives where both begin.
func (w *tableWriter) section(kind byte, records []testRecord) (start, index int) {
	start = len(w.out)
	w.last = nil
	for rest := records; len(rest) > 0; {
		rest = w.block(kind, rest)
	}
	if w.noIndex {
		return start, 0
	}
	for level := w.last; len(level) > 1; level = w.last {
		index, w.last = len(w.out), nil
		for rest := level; len(rest) > 0; {
			rest = w.block(indexBlock, rest)
		}
	}
	return start, index
}

func writeTable(table testTable) []byte {
	w := tableWriter{testTable: table}
	if w.blockSize == 0 {
		w.blockSize = 4096
	}
	w.out = w.header()
	var refIndex, objects, logs, logIndex int
	if len(w.refs) > 0 {
		_, refIndex = w.section(refBlock, w.refs)
	}
	if w.objects {
		w.noIndex = true
		objects, _ = w.section('o', []testRecord{{"\x01\x02", 1, putVarint(0)}})
		w.noIndex = table.noIndex
	}
	if len(w.logs) > 0 {
		logs, logIndex = w.section(logBlock, w.logs)
		if logs == len(w.header()) {
			logs = 0
		}
	}
	return w.seal(refIndex, objects<<5|2, 0, logs, logIndex)
}

// seal appends the footer.
func (w *tableWriter) seal(offsets ...int) []byte {
	footer := w.header()
	for _, at := range offsets {
		footer = binary.BigEndian.AppendUint64(footer, uint64(at))
	}
	footer = binary.BigEndian.AppendUint32(footer, crc32.ChecksumIEEE(footer))
	return append(w.out, footer...)
}

// reseal makes the footer's checksum right.
func reseal(file []byte) []byte {
	file = bytes.Clone(file)
	header := headerV1
	if len(file) > 4 && file[4] == 2 {
		header = headerV2
	}
	if at := len(file) - header - footerFields; at >= 0 {
		copy(file[at:], file[:header])
		body := file[at : len(file)-4]
		binary.BigEndian.PutUint32(file[len(file)-4:], crc32.ChecksumIEEE(body))
	}
	return file
}

func testID(format packfile.Format, n int) packfile.ID {
	raw := make([]byte, format.Size())
	binary.BigEndian.PutUint32(raw, uint32(n))
	raw[len(raw)-1] = 1
	return packfile.MakeID(raw)
}

// refRecord writes a reference: n is what it names, 0 that it is deleted.
func refRecord(format packfile.Format, name, target string, n int, peeled bool) testRecord {
	value := putVarint(uint64(n % 300)) // when it changed
	switch {
	case target != "":
		return testRecord{name, symbolic, append(value, putText(target)...)}
	case n == 0:
		return testRecord{name, deletion, value}
	case peeled:
		return testRecord{name, twoIDs, testID(format, n+1).Append(testID(format, n).Append(value))}
	}
	return testRecord{name, oneID, testID(format, n).Append(value)}
}

func logKey(name string, update uint64) string {
	return name + "\x00" + string(binary.BigEndian.AppendUint64(nil, ^update))
}

// logRecord writes an entry of a log: from before to after; deleted if both are -1.
func logRecord(format packfile.Format, name string, update uint64, before, after int) testRecord {
	if before == -1 && after == -1 {
		return testRecord{logKey(name, update), deletion, nil}
	}
	zero := packfile.MakeID(make([]byte, format.Size()))
	id := func(n int) packfile.ID {
		if n == 0 {
			return zero
		}
		return testID(format, n)
	}
	value := id(after).Append(id(before).Append(nil))
	value = append(value, putText("A U Thor")...)
	value = append(value, putText("author@example.org")...)
	value = append(value, putVarint(1700000000+update)...)
	value = append(value, 0, 90)
	value = append(value, putText("commit: message\n")...)
	return testRecord{logKey(name, update), logUpdate, value}
}

func sortRecords(records []testRecord) []testRecord {
	slices.SortFunc(records, func(a, b testRecord) int { return bytes.Compare([]byte(a.key), []byte(b.key)) })
	return records
}
