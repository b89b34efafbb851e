package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/keysieve/keysieve/scanner/git"
)

// app is what a call of the program has to work with.
type app struct {
	stdin          *os.File
	stdout, stderr *os.File
	getenv         func(string) string
	directory      string // -C
	helpFailed     error  // what kept a help text from being written
	started        string // the directory of the user's shell, where -C led elsewhere; empty: the current one
}

// commands returns the commands in the order of the help.
func (a *app) commands() []*cobra.Command {
	return []*cobra.Command{
		a.stagedCommand(),
		a.dirCommand(),
		a.stdinCommand(),
		a.rangeCommand(),
		a.historyCommand(),
		a.rulesCommand(),
		a.configCommand(),
		a.hookCommand(),
		a.versionCommand(),
		a.completionCommand(),
	}
}

// run is the whole program but for the process around it.
func run(args []string, stdin, stdout, stderr *os.File) (code int) {
	defer func() {
		if r := recover(); r != nil {
			code = sayBug(stderr, r)
		}
	}()
	// A reader that goes away is an error of the write, not the end of the
	// process: what was found still has to turn the exit code.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A second interrupt ends the process at once.
	defer context.AfterFunc(ctx, stop)()

	a := &app{stdin: stdin, stdout: stdout, stderr: stderr, getenv: git.Getenv(os.LookupEnv)}
	root := a.rootCommand()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		err = a.helpFailed
	}
	return exit(stderr, err)
}

func (a *app) rootCommand() *cobra.Command {
	var showVersion bool
	root := &cobra.Command{
		Use:   "keysieve COMMAND",
		Short: "keep secrets out of Git",
		Long: `keysieve finds secrets before they leave your hands: in what is about to be
committed, in what a branch or a push adds, in a directory, in a stream, in all that
a repository has ever held.

Exit status: 0 nothing found; 1 findings that block; 2 wrong usage or
configuration, nothing scanned; 3 incomplete: something could not be read.`,
		Example: `  keysieve staged               check what is about to be committed
  keysieve range main..HEAD     check what the commits of a branch add
  keysieve dir                  check the files of this directory
  keysieve history              audit everything that this repository holds
  keysieve hook install         check every commit from now on`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if showVersion {
				return a.printVersion()
			}
			return groupRun(cmd, args)
		},
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if err := noEmptyFlags(cmd); err != nil {
				return err
			}
			return a.enterDirectory()
		},
	}
	root.PersistentFlags().StringVarP(&a.directory, "directory", "C", "", "run as if started in `DIR`")
	root.Flags().BoolVar(&showVersion, "version", false, "show the version")
	root.SetFlagErrorFunc(flagError)
	root.SetHelpFunc(a.writeHelp)
	root.AddCommand(a.commands()...)
	root.SetHelpCommand(a.helpCommand())
	root.InitDefaultHelpFlag()
	return root
}

// enterDirectory does what -C asks for, before anything reads a path.
func (a *app) enterDirectory() error {
	if a.directory == "" {
		return nil
	}
	started, err := os.Getwd()
	if err == nil { // else what is shown is not relative to it
		a.started = started
	}
	if err := os.Chdir(a.directory); err != nil {
		var path *os.PathError
		if errors.As(err, &path) {
			err = path.Err
		}
		return &usageError{message: fmt.Sprintf("cannot go to the directory of -C, %s: %v", a.directory, err)}
	}
	return nil
}

// groupRun is what a command with sub-commands does when none was named that
// it knows. That is an error, never a silent success.
func groupRun(cmd *cobra.Command, args []string) error {
	var names []string
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	slices.Sort(names)
	if len(args) == 0 {
		return &usageError{
			message: "no command given",
			hint:    fmt.Sprintf("%s COMMAND, one of: %s; more with %s --help", cmd.CommandPath(), joined(names), cmd.CommandPath()),
		}
	}
	return unknown("command", args[0], names)
}

// subCommands makes a command that only groups others.
func subCommands(cmd *cobra.Command, subs ...*cobra.Command) *cobra.Command {
	cmd.Args = cobra.ArbitraryArgs
	cmd.RunE = groupRun
	cmd.AddCommand(subs...)
	return cmd
}

// noArguments refuses arguments with a message in this program's words.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return &usageError{
		message: fmt.Sprintf("%s takes no arguments: %s", cmd.CommandPath(), args[0]),
		hint:    "see " + cmd.CommandPath() + " --help",
	}
}
