// Package cases reads and writes files of cases: one JSON object a line, a case's input together with the result that
// a reference implementation computed for it.
package cases

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"
	"unicode/utf16"
)

var check = flag.Bool("check", false, "write nothing; fail where a committed result differs")

// Case is a case's input and result.
type Case interface{ CaseName() string }

// Refresh gives every case of a file the result that compute finds, and writes the file. With -check it compares
// instead, and exits with status 1 where the file would change.
func Refresh[C Case](file string, compute func(C) (C, error)) {
	before := read[C](file)
	after := make([]C, len(before))
	for i, one := range before {
		var err error
		if after[i], err = compute(one); err != nil {
			Fail("%s: %s: %v", file, one.CaseName(), err)
		}
	}
	Write(file, after)
}

// Write writes cases to a file; with -check it compares instead, as Refresh does.
func Write[C Case](file string, all []C) {
	flag.Parse()
	committed, err := os.ReadFile(file)
	if err != nil && !os.IsNotExist(err) {
		Fail("%v", err)
	}
	lines := map[string]bool{}
	for _, line := range bytes.Split(committed, []byte("\n")) {
		lines[string(line)] = true
	}
	var text bytes.Buffer
	names, changed := map[string]bool{}, []string{}
	for _, one := range all {
		name, line := one.CaseName(), encode(one)
		if names[name] {
			Fail("%s: two cases are named %s", file, name)
		}
		names[name] = true
		if !lines[string(line)] {
			changed = append(changed, name)
		}
		text.Write(line)
		text.WriteByte('\n')
	}
	if bytes.Equal(text.Bytes(), committed) {
		fmt.Printf("%s: all %d results are up to date\n", file, len(all))
		return
	}
	if *check {
		Fail("%s is out of date: npm run conformance:refresh would change %s", file, summary(changed))
	}
	if err := os.WriteFile(file, text.Bytes(), 0o644); err != nil {
		Fail("%v", err)
	}
	fmt.Printf("%s: changed %s\n", file, summary(changed))
}

func summary(names []string) string {
	const shown = 10
	switch {
	case len(names) == 0:
		return "the order, the format, or which cases there are"
	case len(names) <= shown:
		return strings.Join(names, ", ")
	default:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:shown], ", "), len(names)-shown)
	}
}

func read[C Case](file string) []C {
	text, err := os.Open(file)
	if err != nil {
		Fail("%v", err)
	}
	defer text.Close()
	decoder := json.NewDecoder(text)
	decoder.DisallowUnknownFields()
	all := []C{}
	for {
		var one C
		switch err := decoder.Decode(&one); err {
		case nil:
			all = append(all, one)
		case io.EOF:
			return all
		default:
			Fail("%s: the case after %d others: %v", file, len(all), err)
		}
	}
}

func encode(one any) []byte {
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(one); err != nil {
		Fail("%v", err)
	}
	return escapeInvisible(strings.TrimSuffix(line.String(), "\n"))
}

// escapeInvisible writes what an editor doesn't show (and may remove) as \uXXXX.
func escapeInvisible(text string) []byte {
	var escaped bytes.Buffer
	for _, r := range text {
		if unicode.IsPrint(r) {
			escaped.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&escaped, "\\u%04x", unit)
		}
	}
	return escaped.Bytes()
}

// Fail ends the program with a message and status 1.
func Fail(format string, values ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", values...)
	os.Exit(1)
}
