//go:build unix

package packfile

import (
	"bytes"
	"io"
	"os"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/klauspost/compress/flate"
)

// BenchmarkInflate inflates all entries of the pack whose index
// KEYSIEVE_BENCH_PACK names, one-shot and with the decompressor that reads
// streams. Batches take turns, so that whatever else the machine does meets both.
// The figures are CPU time.
func BenchmarkInflate(b *testing.B) {
	path := os.Getenv("KEYSIEVE_BENCH_PACK")
	if path == "" {
		b.Skip("KEYSIEVE_BENCH_PACK names no .idx file")
	}
	p, err := OpenPack(path, SHA1, &Inflater{})
	if err != nil {
		b.Fatal(err)
	}
	defer p.Close()
	b.ReportAllocs()
	err = p.run(func(data []byte) error {
		batches := streamBatches(b, p, data)
		var both bothInflaters
		var spent [2]time.Duration
		b.ResetTimer()
		for n := range b.N {
			for k, batch := range batches {
				for turn := range 2 {
					way := (n + k + turn) % 2
					before := cpuTime(b)
					both.inflate(b, batch, way == 0)
					spent[way] += cpuTime(b) - before
				}
			}
		}
		b.ReportMetric(float64(spent[0].Milliseconds())/float64(b.N), "oneshot-ms")
		b.ReportMetric(float64(spent[1].Milliseconds())/float64(b.N), "reader-ms")
		b.ReportMetric(float64(spent[1])/float64(spent[0]), "times-as-fast")
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// benchStream is the zlib stream of an entry, and the size of its content.
type benchStream struct {
	data []byte
	size int
}

// streamBatches finds all entries of a pack, but for those that are streamed.
func streamBatches(b *testing.B, p *Pack, data []byte) (batches [][]benchStream) {
	offsets := make([]int64, 0, p.index.Count()+1)
	for n := range p.index.Count() {
		offset, err := p.index.offset(n)
		if err != nil {
			b.Fatal(err)
		}
		offsets = append(offsets, offset)
	}
	slices.Sort(offsets)
	offsets = append(offsets, int64(len(data)))
	var streams []benchStream
	for n, offset := range offsets[:len(offsets)-1] {
		e, err := p.entry(data, offset)
		if err != nil {
			b.Fatal(err)
		}
		if e.Size <= DefaultMaxWhole {
			streams = append(streams, benchStream{data[e.Data:offsets[n+1]], int(e.Size)})
		}
	}
	for batch := range slices.Chunk(streams, 2000) {
		batches = append(batches, batch)
	}
	return batches
}

// bothInflaters are what is compared.
type bothInflaters struct {
	one    oneShot
	reader io.ReadCloser
	input  bytes.Reader
	result []byte
}

func (v *bothInflaters) inflate(b *testing.B, batch []benchStream, oneShot bool) {
	if v.reader == nil {
		v.reader = flate.NewReader(&v.input)
		v.result = make([]byte, DefaultMaxWhole+1)
	}
	for _, s := range batch {
		var err error
		if oneShot {
			_, err = v.one.inflate(v.result[:s.size], s.data, false)
		} else {
			v.input.Reset(s.data[2 : len(s.data)-4])
			if err = v.reader.(flate.Resetter).Reset(&v.input, nil); err == nil {
				// One byte more than there is shows the end of the stream.
				var n int
				if n, err = io.ReadFull(v.reader, v.result[:s.size+1]); n == s.size && err != nil {
					err = nil
				}
			}
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}

// cpuTime is what the process has used.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
