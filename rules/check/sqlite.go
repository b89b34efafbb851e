package check

import (
	"encoding/binary"
	"strings"
)

// SQLite databases are read as far as it takes to know which tables there are and whether they hold rows. Source:
// sqlite.org/fileformat2.html.

// sqliteMagic begins a database.
const sqliteMagic = "SQLite format 3\x00"

// sqlite is the beginning of a database.
type sqlite struct {
	data string
	page int // bytes
	left int // pages and rows that may still be looked at
}

// sqliteMost bounds how many pages and rows are looked at: pages may name each other over and over.
const sqliteMost = 100_000

// openSQLite reads the header.
func openSQLite(data string) (*sqlite, bool) {
	if len(data) < 100 || !strings.HasPrefix(data, sqliteMagic) {
		return nil, false
	}
	page := int(binary.BigEndian.Uint16([]byte(data[16:18])))
	if page == 1 {
		page = 1 << 16
	}
	return &sqlite{data: data, page: page, left: sqliteMost}, page >= 512 && page&(page-1) == 0
}

// at returns a page, and where it begins behind the header that the first has; numbers count from 1. It is not ok where the page is behind the data.
func (s *sqlite) at(number int) (page string, body int, ok bool) {
	from := (number - 1) * s.page
	if number < 1 || number > 1<<30 || from+s.page > len(s.data) || s.left <= 0 {
		return "", 0, false
	}
	s.left--
	if number == 1 {
		body = 100
	}
	return s.data[from : from+s.page], body, true
}

// The kinds of pages of tables.
const (
	sqliteInterior = 5
	sqliteLeaf     = 13
)

// walk calls visit with the cell of each row of the table with that page as root, as far as pages are there. It reports
// whether all were.
func (s *sqlite) walk(number, depth int, visit func(cell string)) bool {
	page, body, ok := s.at(number)
	if !ok || depth > 8 {
		return false
	}
	kind, cells := page[body], int(page[body+3])<<8|int(page[body+4])
	at := body + 8
	if kind == sqliteInterior {
		at += 4
	} else if kind != sqliteLeaf {
		return false
	}
	if at+2*cells > len(page) {
		return false
	}
	all := true
	for i := range cells {
		if s.left--; s.left <= 0 {
			return false
		}
		from := int(page[at+2*i])<<8 | int(page[at+2*i+1])
		switch {
		case from+4 > len(page):
			return false
		case kind == sqliteLeaf:
			visit(page[from:])
		default:
			all = s.walk(int(binary.BigEndian.Uint32([]byte(page[from:]))), depth+1, visit) && all
		}
	}
	if kind == sqliteInterior {
		all = s.walk(int(binary.BigEndian.Uint32([]byte(page[body+8:]))), depth+1, visit) && all
	}
	return all
}

// count returns how many rows a table has, and whether it is there. Where no row is seen and pages are missing it is as good as not there.
func (s *sqlite) count(table string) (rows int, ok bool) {
	root := 0
	s.walk(1, 0, func(cell string) {
		if values := sqliteRecord(cell, 4); len(values) == 4 && root == 0 && values[0] == "table" && strings.EqualFold(values[1], table) {
			for _, b := range []byte(values[3]) {
				root = root<<8 | int(b)
			}
		}
	})
	if root <= 1 {
		return 0, false
	}
	whole := s.walk(root, 0, func(string) { rows++ })
	return rows, whole || rows > 0
}

// sqliteRecord returns the first n columns of a leaf cell's record, as bytes; fewer where they are not in the cell.
func sqliteRecord(cell string, n int) (values []string) {
	_, cell = sqliteVarint(cell) // the payload's length
	_, cell = sqliteVarint(cell) // the row's id
	size, rest := sqliteVarint(cell)
	head := len(cell) - len(rest)
	if size < head || size > len(cell) {
		return nil
	}
	types, body := cell[head:size], cell[size:]
	for len(types) > 0 && len(values) < n {
		var kind int
		kind, types = sqliteVarint(types)
		length := 0
		switch {
		case kind >= 12:
			length = (kind - 12) / 2
		case kind == 5:
			length = 6
		case kind == 6 || kind == 7:
			length = 8
		case kind >= 1 && kind <= 4:
			length = kind
		}
		if length > len(body) {
			return values
		}
		value := body[:length]
		if kind == 9 {
			value = "\x01"
		}
		values, body = append(values, value), body[length:]
	}
	return values
}

// sqliteVarint takes a number off the front; one that has more than four bytes is too large to matter.
func sqliteVarint(text string) (n int, rest string) {
	for i := 0; i < len(text) && i < 9; i++ {
		n = n<<7 | int(text[i]&0x7f)
		if text[i] < 0x80 {
			return n & (1<<31 - 1), text[i+1:]
		}
	}
	return 0, ""
}

// madeSQLite makes a database of two pages with one table of one row.
func madeSQLite(table string, row []byte) []byte {
	const size = 1024
	data := make([]byte, 2*size)
	copy(data, sqliteMagic)
	data[16], data[18], data[19], data[21], data[22], data[23] = size>>8, 1, 1, 64, 32, 32
	record := append([]byte{6, 23, byte(13 + 2*len(table)), byte(13 + 2*len(table)), 1, 0}, "table"+table+table+"\x02"...)
	sqliteLeafPage(data[:size], 100, record)
	sqliteLeafPage(data[size:], 0, append([]byte{3, 12, 0}, row...)[:3+len(row)])
	return data
}

// sqliteLeafPage writes a leaf with one row.
func sqliteLeafPage(page []byte, body int, record []byte) {
	cell := append([]byte{byte(len(record)), 1}, record...)
	at := len(page) - len(cell)
	copy(page[at:], cell)
	page[body], page[body+4] = sqliteLeaf, 1
	page[body+5], page[body+6] = byte(at>>8), byte(at)
	page[body+8], page[body+9] = byte(at>>8), byte(at)
}
