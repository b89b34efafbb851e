package detect

import "testing"

// TestSealedElsewhere: a line that was passed over in a sealed mapping counts where it stands without one, also for a worker that met it before.
func TestSealedElsewhere(t *testing.T) {
	d := New(mustSet(t, "[[rules]]\nid = \"generic\"\ngeneric = true\nregex = '''password: ([0-9A-Za-z+/]{40,80})'''\n"))
	line := "  password: AgBHdm3kQ82mXl1qPz93Sw7YbTr5VnH0cLd4GfJ6aKs8Ue1ZzQpWn\n"
	for range 3 {
		if _, trace := d.ScanTraced(nil, []byte("spec:\n encryptedData:\n"+line), nil, false); trace != nil {
			t.Error("what was decided far above is carried over")
		}
		if r, _ := d.ScanTraced(nil, []byte("spec:\n data:\n"+line), nil, false); len(r.Matches) != 1 {
			t.Errorf("without the seal: %+v", r.Matches)
		}
	}
}
