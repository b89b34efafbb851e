package rules

import (
	"embed"
	"fmt"
	"slices"

	"github.com/keysieve/keysieve/rules/shape"
)

//go:generate go run -tags prepare ./internal/prepare
//go:generate go generate ../scanner/detect

// packFiles are the built-in packs as they are written, for everything that
// shows or tests rules.
//
//go:embed packs/*.toml
var packFiles embed.FS

// prepared is what PrepareBuiltin made of packFiles when `go generate ./rules`
// ran last. It is a string, so that decoded rules alias it instead of copying.
//
//go:embed builtin.bin
var prepared string

// Builtin returns the Set of the built-in packs. It is cheap (about a
// millisecond) and its rules carry no examples; see BuiltinPacks for those. An
// error means that this program was built without `go generate ./rules`.
func Builtin() (*Set, error) {
	packs, err := preparedPacks()
	if err != nil {
		return nil, err
	}
	return NewSet(packs...)
}

// BuiltinPacks reads the built-in packs as they are written, in the order of
// their file names, with examples and counterexamples.
func BuiltinPacks() ([]Pack, error) {
	entries, err := packFiles.ReadDir("packs")
	if err != nil {
		return nil, fmt.Errorf("read built-in packs: %w", err)
	}
	var packs []Pack
	var errs []*Error
	for _, entry := range entries {
		name := "packs/" + entry.Name()
		data, err := packFiles.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read built-in packs: %w", err)
		}
		pack, err := DecodePack("rules/"+name, data)
		if err != nil {
			errs = append(errs, asErrors(err)...)
			continue
		}
		packs = append(packs, pack)
	}
	if err := joinErrors(errs); err != nil {
		return nil, err
	}
	return packs, nil
}

// PrepareBuiltin returns what builtin.bin must hold for the built-in packs as
// they are written. It depends on nothing but them and package shape.
func PrepareBuiltin() ([]byte, error) {
	packs, err := BuiltinPacks()
	if err != nil {
		return nil, err
	}
	set, err := NewSet(packs...)
	if err != nil {
		return nil, err
	}
	next := 0
	for i := range packs {
		n := len(packs[i].Rules)
		packs[i].shapes = slices.Clone(set.shapes[next : next+n])
		next += n
		if err := packs[i].encodeNears(); err != nil {
			return nil, err
		}
	}
	shared, err := makeShared()
	if err != nil {
		return nil, err
	}
	return encodePacks(packs, shared), nil
}

func preparedPacks() ([]Pack, error) {
	packs, err := decodePacks(prepared)
	if err != nil {
		return nil, fmt.Errorf("decode built-in rules: %w; run: go generate ./rules", err)
	}
	return packs, nil
}

// shapeOf returns the prepared shape of rule i; the zero Shape where there is none.
func (p *Pack) shapeOf(i int) *shape.Shape {
	if p.shapes == nil || p.shapes[i] == nil {
		return &shape.Shape{}
	}
	return p.shapes[i]
}
