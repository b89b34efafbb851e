package packfile

import (
	"bytes"
	"testing"
)

// FuzzDelta applies damaged deltas: one that is accepted makes exactly what it declares, within the limit, out
// of its base and of bytes that it holds itself, and its instructions say so one by one.
func FuzzDelta(f *testing.F) {
	base := []byte("0123456789abcdefghij")
	f.Add(base, craftDelta(20, 6, 1, '<', 0x91, 5, 5))
	f.Add(base, craftDelta(20, 9, 0x90, 4, 0x91, 16, 4, 1, 'x'))
	f.Add(base, craftDelta(20, 0x10000, 0x80))
	f.Add(base, craftDelta(20, 1<<60, 0x90, 10))
	f.Fuzz(func(t *testing.T, base, data []byte) {
		const limit = 1 << 16
		d, err := NewDelta(data)
		if err != nil {
			return
		}
		content, err := d.apply(nil, base, limit)
		if err != nil {
			return
		}
		if int64(len(content)) != d.Result || len(content) > limit {
			t.Fatalf("%d bytes, declared %d", len(content), d.Result)
		}
		var again []byte
		for {
			in, ok, err := d.Next()
			if err != nil {
				t.Fatal(err)
			}
			if !ok {
				break
			}
			if in.Insert != nil {
				again = append(again, in.Insert...)
			} else {
				again = append(again, base[in.Offset:in.Offset+in.Size]...)
			}
		}
		if !bytes.Equal(again, content) {
			t.Errorf("instructions make %q, the delta %q", again, content)
		}
	})
}
