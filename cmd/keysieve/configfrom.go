package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner/git"
)

// maxConfigFile bounds a configuration or pack in a revision, in bytes.
const maxConfigFile = 64 << 20

// repositoryPlace is the place of a command that looks into a repository: the
// configuration is that at root or, with --config-from, that of a revision.
func repositoryPlace(ctx context.Context, repo *git.Repository, root string) place {
	return place{dir: root, stopAt: root, tree: func(revision string) (*rules.Tree, error) {
		return revisionTree(ctx, repo, revision)
	}}
}

// revisionTree gives the files of a revision as rules reads them.
func revisionTree(ctx context.Context, repo *git.Repository, revision string) (*rules.Tree, error) {
	id, err := repo.ResolveCommit(ctx, revision)
	if err != nil {
		return nil, err
	}
	commit, err := repo.Commit(id)
	if err != nil {
		return nil, fmt.Errorf("revision %s: %w", revision, err)
	}
	return &rules.Tree{Name: revision, Read: func(path string) ([]byte, error) {
		mode, blob, err := repo.PathInTree(commit.Tree, path)
		if err != nil {
			return nil, err
		}
		switch mode {
		case git.ModeFile:
			return repo.Objects().Read(blob, git.KindBlob, maxConfigFile)
		case git.ModeNone:
			return nil, fs.ErrNotExist
		case git.ModeSymlink: // the rest of the way may lie outside of the revision
			return nil, errors.New("it is a symbolic link, which is not followed in a revision")
		}
		return nil, errors.New("it is not a regular file")
	}}, nil
}

// loadFrom reads the configuration of the revision that --config-from names. Where that
// has none the defaults hold, whatever lies in the work tree.
func (f *ruleFlags) loadFrom(at place) (*rules.Config, []string, error) {
	switch {
	case f.config != "":
		return nil, nil, &usageError{message: "flags --config and --config-from exclude each other"}
	case at.tree == nil:
		return nil, nil, git.ErrNotRepository
	}
	tree, err := at.tree(f.configFrom)
	if err != nil {
		return nil, nil, err
	}
	config, err := rules.LoadConfigFrom(tree)
	if errors.Is(err, fs.ErrNotExist) {
		note := fmt.Sprintf("there is no %s in the revision %s: the defaults hold", rules.ConfigName, f.configFrom)
		return &rules.Config{}, []string{note}, nil
	}
	if err != nil {
		return nil, nil, err
	}
	return config, []string{"the configuration is " + config.Path}, nil
}
