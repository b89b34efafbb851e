package decode

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// sourceLike makes text like source code, without encoded text. What the finders stop at is about as
// frequent as in C programs: an equals sign in 130 bytes, an ampersand in 500, a backslash
// and a percent sign in 1500, a word of 24 or more characters in 650.
func sourceLike(size int) []byte {
	rng := rand.New(rand.NewPCG(1, 2))
	short := strings.Fields(`if else return for while static int char const void struct i j n ok ptr len to is in it of and a
		the self def class null true list node next data size type name key value server client request response`)
	long := strings.Fields(`REDIS_CLUSTER_SLOT_COUNT max_connection_pool_size_limit getElementsByClassNameFast
		src/networking/connection_handler ------------------------------------------------`)
	signs := strings.Split("( ) ; , . -> { } [ ] ( ) ; , . < > # // /* */ ( ) ; ( ) , ( ) ; * \" ' ! + -", " ")
	var b strings.Builder
	for b.Len() < size {
		b.WriteString(strings.Repeat("    ", rng.IntN(4)))
		for range 2 + rng.IntN(8) {
			word := short[rng.IntN(len(short))]
			switch pick := rng.IntN(1300); {
			case pick < 12:
				word = long[rng.IntN(len(long))]
			case pick < 70:
				word += " ="
			case pick < 85:
				word += " &" + word
			case pick < 90:
				word += `\n`
			case pick < 95:
				word += "%d"
			case pick < 150:
				word = fmt.Sprint(rng.IntN(5000))
			}
			b.WriteString(word)
			b.WriteString(strings.Repeat(" ", rng.IntN(2)))
			b.WriteString(signs[rng.IntN(len(signs))])
			b.WriteString(strings.Repeat(" ", rng.IntN(2)))
		}
		b.WriteString("\n")
	}
	return []byte(b.String()[:size])
}

func BenchmarkFind(b *testing.B) {
	content := sourceLike(1 << 20)
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		Find(content, func(Run) {})
	}
}

// BenchmarkReference is what a pass over the bytes takes at least, to compare with on a busy machine.
func BenchmarkReference(b *testing.B) {
	content := sourceLike(1 << 20)
	b.Run("count", func(b *testing.B) {
		b.SetBytes(int64(len(content)))
		for b.Loop() {
			bytes.Count(content, []byte("="))
		}
	})
	b.Run("copy", func(b *testing.B) {
		into := make([]byte, len(content))
		b.SetBytes(int64(len(content)))
		for b.Loop() {
			copy(into, content)
		}
	})
}

// BenchmarkLong finds nothing in wrapped base64 of a binary file.
func BenchmarkLong(b *testing.B) {
	content := []byte(hostile["wrapped binary"](1 << 20))
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		Find(content, func(Run) { b.Error("found something") })
	}
}

func BenchmarkDecoders(b *testing.B) {
	content := sourceLike(1 << 20)
	for _, d := range Decoders() {
		b.Run(d.Name(), func(b *testing.B) {
			b.SetBytes(int64(len(content)))
			b.ReportAllocs()
			for b.Loop() {
				d.Find(content, 0, func(Run) {})
			}
		})
	}
}

func BenchmarkRuns(b *testing.B) {
	content := sourceLike(1 << 20)
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		eachRun(content, func(_, end int) int { return end }, nil)
	}
}

func BenchmarkText(b *testing.B) {
	content := sourceLike(1 << 20)
	utf16 := encodeUTF16(string(content), false)
	b.Run("UTF-8", func(b *testing.B) {
		b.SetBytes(int64(len(content)))
		for b.Loop() {
			Text(content)
		}
	})
	b.Run("UTF-16", func(b *testing.B) {
		b.SetBytes(int64(len(utf16)))
		for b.Loop() {
			Text(utf16)
		}
	})
}
