package detect

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// A content may be full of secrets: a dump of gigabytes has one in every row. Nobody reads
// a hundred thousand findings of one file, and to keep them all would take more memory than there is.
// So there is room for a number of matches in a content, and what is found when it is full is counted, and no more: it is
// not judged, which is most of the work. Which ones are kept depends on the content alone.
//
// What generic rules find, which is the most and the least sure, takes no room from others: a token of a provider's at the
// end of a file of passwords is still found.

const (
	// MaxMatches is of about how many places in a content matches are kept, however many rules match there, and of rules that are not
	// common (see there) in any case. When
	// there are as many, the block that is being looked at is the last of which any are kept.
	MaxMatches = 50_000
	// rawShare is how many times as many matches there may be before those at one place are counted as one, block by block.
	rawShare = 4
	// secretUnit is how many bytes of a secret count as another match: private keys have thousands.
	secretUnit = 1 << 10
	// mostCounted is how many times as much as is kept may be left out before it is not even counted: that, too, takes its time.
	mostCounted = 10
)

// manyMatches is how many matches of a content, and manyAsks how many candidates of a block, take so much memory that those who scan many
// contents at a time want to know.
const (
	manyMatches = 4_000
	manyAsks    = 100_000
)

// ScanCrowd is Scan, and calls crowd when the content is found to hold thousands of secrets: from then on it takes a lot of memory. Crowd may
// wait until another content is dealt with.
func (d *Detector) ScanCrowd(content []byte, crowd func()) Result {
	if len(content) > d.blockSize {
		s := d.NewStream()
		s.OnCrowd(crowd)
		s.Write(content)
		return s.Close()
	}
	return d.wholeCrowd(content, crowd)
}

// OnCrowd sets what is called when the stream is found to hold thousands of secrets (see ScanCrowd). It is to be set before Write.
func (s *Stream) OnCrowd(crowd func()) { s.pass.crowd = crowd }

// weight is how much of the room a match takes.
func weight(m *Match) int { return 1 + len(m.Secret)/secretUnit }

// limit sets, before a block is looked at, what there is still room for.
func (p *pass) limit(d *Detector) {
	p.shutCommon, p.shut = p.filled.all >= d.most, p.filled.own >= d.most
	p.full = p.full || p.left >= mostCounted*d.most
}

// room tells whether one more match of a rule is kept.
func (d *Detector) room(p *pass, rule int32) bool {
	if p.keepDead {
		return true
	}
	if d.common(int(rule)) {
		return !p.shutCommon && p.filled.all < rawShare*d.most
	}
	return !p.shut && p.filled.own < rawShare*d.most
}

// common tells whether a rule shares its room with all others: one without structure, or of passwords in files of some name, of which the
// text alone looks like any other's.
func (d *Detector) common(rule int) bool {
	info := &d.rules[rule]
	return info.generic || info.rule.Path != ""
}

// filling is how much of the room is taken: by all matches, and by those of rules that are not common.
type filling struct{ all, own int }

// fill takes room for a match; give gives it back.
func (p *pass) fill(d *Detector, m *Match) { p.take(d, m, weight(m)) }
func (p *pass) give(d *Detector, m *Match) { p.take(d, m, -weight(m)) }

func (p *pass) take(d *Detector, m *Match, n int) {
	p.filled.all += n
	if !d.common(m.Rule) {
		p.filled.own += n
	}
}

// deafTo tells whether a rule is no longer asked: there is no room for its matches, and they were counted for long enough.
func (d *Detector) deafTo(p *pass, rule int32) bool {
	if !p.full || d.room(p, rule) {
		return false
	}
	p.uncounted = true
	return true
}

// crowded tells whether for what was found in a traced content, where some is carried over, a scan of the whole may not have had room.
func (p *pass) crowded(d *Detector) bool {
	filled := 0
	for i := range p.found {
		filled += weight(&p.found[i])
	}
	return p.left > 0 || p.unheeded > 0 || filled >= rawShare*d.most
}

// surplus is what a pass found when there was no room for it any more.
type surplus struct {
	left  int     // places that were left out
	spans []extra // of the block under way
	fresh int     // index of the first match that was found in the block before
	// bare says that something may have been left out: the excerpts of matches are no more than their secrets, since
	// nothing masks what stands beside them and was not judged.
	bare bool
	// shut says that there is no room for matches of rules that are not common any more, shutCommon that there is none for others.
	shut, shutCommon bool
	// full says that what was left out is counted no longer, and uncounted that there was something to count.
	full, uncounted bool
}

// extra is a place that was left out, or an encoded run with some number of them.
type extra struct {
	span
	hidden int // 0: the place itself
}

// leaveOut notes a value that was not judged.
func (p *pass) leaveOut(b block, value part) {
	p.spans = append(p.spans, extra{span{b.base + int64(value.start), b.base + int64(value.end)}, 0})
	p.spoil()
}

// leaveOutHidden notes an encoded run in which n places were left out.
func (p *pass) leaveOutHidden(run span, n int) {
	if n > 0 {
		p.spans = append(p.spans, extra{run, n})
		p.spoil()
	}
}

// countSurplus counts what was left out of a block, the places on which several rules agree once and those that were
// found all the same not at all. fresh are the block's matches in order of their start, which are to be the last of found.
func (p *pass) countSurplus(known int) {
	fresh := p.found[known:]
	if len(p.spans) > 0 {
		p.strip()
	}
	p.fresh = known
	slices.SortFunc(p.spans, func(x, y extra) int { return cmp.Or(cmp.Compare(x.start, y.start), cmp.Compare(x.end, y.end)) })
	k, reach := 0, int64(-1)
	for i := 0; i < len(p.spans); {
		s, plain := p.spans[i].span, false
		for ; i < len(p.spans) && p.spans[i].start < max(s.end, s.start+1); i++ {
			s.end, plain = max(s.end, p.spans[i].end), plain || p.spans[i].hidden == 0
			p.left += p.spans[i].hidden
		}
		for ; k < len(fresh) && fresh[k].Start < s.end; k++ {
			reach = max(reach, fresh[k].End)
		}
		if plain && reach <= s.start {
			p.left++
		}
	}
	p.spans = p.spans[:0]
}

// strip makes excerpts bare from the block under way on, and those of the block before that reach into it.
func (p *pass) strip() {
	if p.bare {
		return
	}
	p.bare = true
	for i := p.fresh; i < len(p.found); i++ {
		if m := &p.found[i]; m.Excerpt != "" && m.ExcerptStart+int64(len(m.Excerpt)) > p.from {
			m.strip()
		}
	}
}

// strip cuts a match's excerpt to the secret.
func (m *Match) strip() {
	from := int(m.Start - m.ExcerptStart)
	to := min(len(m.Excerpt), from+min(int(m.End-m.Start), excerptReach))
	for to > from && to < len(m.Excerpt) && !utf8.RuneStart(m.Excerpt[to]) {
		to--
	}
	m.Excerpt, m.ExcerptStart = strings.Clone(m.Excerpt[from:to]), m.Start
}

// thin drops from a block's matches, in order of their start, those that will be of no account, where the block, which decides
// what begins before end, has all that overlaps them: what was judged to be no secret and keeps no generic rule from
// reporting one (a content may be full of examples and public keys), and matches of generic rules on a secret of which another one
// has the same to say. What is made from a traced content needs them all.
func (w *worker) thin(p *pass, known int, end int64) {
	if p.trace != nil || p.keepDead {
		return
	}
	fresh := p.found[known:]
	kept := fresh[:0]
	for i := 0; i < len(fresh); {
		reach, generic, group := fresh[i].End, false, i
		for ; group < len(fresh) && (group == i || fresh[group].Start < reach); group++ { // those that overlap
			m := &fresh[group]
			reach, generic = max(reach, m.End), generic || !m.dead && w.d.rules[m.Rule].generic
		}
		for ; i < group; i++ {
			switch m := fresh[i]; {
			case reach > end, !m.dead && !w.d.equaled(kept, &m), m.dead && generic:
				if n := len(kept); n > 0 && kept[n-1].Start == m.Start && kept[n-1].End == m.End && kept[n-1].Secret == m.Secret {
					p.give(w.d, &m)
				}
				kept = append(kept, m)
			default:
				p.give(w.d, &m)
			}
		}
	}
	clear(fresh[len(kept):])
	p.found = p.found[:known+len(kept)]
}

// equaled tells whether, of matches in order, the last one is about the same text as another that is to follow it, and will be kept or dropped
// whatever becomes of the other: of two generic ones the more specific is kept, in the place of the last.
func (d *Detector) equaled(kept []Match, m *Match) bool {
	if len(kept) == 0 {
		return false
	}
	o := &kept[len(kept)-1]
	if o.dead || o.Start != m.Start || o.End != m.End || o.Secret != m.Secret || !d.exchangeable(o) || !d.exchangeable(m) {
		return false
	}
	if d.specificity(m, o) < 0 {
		*o, *m = *m, *o
	}
	return true
}

// exchangeable tells whether nothing but the specificity of a match decides whether it is reported: neither the place of the content nor what else
// stands in it.
func (d *Detector) exchangeable(m *Match) bool {
	info := &d.rules[m.Rule]
	return info.generic && !info.keyworded && !info.rule.SkipReport && !d.conditional(m) && !d.pairs
}
