package shape

import "testing"

func TestGramsAreInOrder(t *testing.T) {
	n := len(commonGrams) / gramLine * gramsPerLine
	if n != 16384 || n/gramsPerLine*gramLine != len(commonGrams) {
		t.Fatalf("%d records in %d bytes", n, len(commonGrams))
	}
	for i := range n {
		if f := gramFrequency(gramRecordAt(i)[:gramSize]); f <= rareGram { // RarestGram ends at the first that is not listed
			t.Errorf("%q has a frequency of %g, rare ones of %g", gramRecordAt(i)[:gramSize], f, rareGram)
		}
	}
	for i := 1; i < n; i++ {
		if a, b := gramRecordAt(i - 1)[:gramSize], gramRecordAt(i)[:gramSize]; a >= b {
			t.Errorf("%q before %q", a, b)
		}
	}
}

func TestGramFrequency(t *testing.T) {
	for _, pair := range [][2]string{{"the ", "odds"}, {"    ", "pass"}, {"ion_", "qx7z"}, {"RETU", "akia"}} {
		if common, rare := gramFrequency(pair[0]), gramFrequency(pair[1]); common <= rare {
			t.Errorf("%q %g, %q %g", pair[0], common, pair[1], rare)
		}
	}
	if got := RarestGram("the odds"); got == 0 {
		t.Error("the group of an article is the rarest")
	}
}
