// Command template computes the results in template/cases.jsonl with Go's text/template, the text functions of sprig
// and sigs.k8s.io/yaml, in the versions of go.mod. In the folder conformance:
//
//	go run ./template           writes the results into template/cases.jsonl
//	go run ./template -check    fails where they differ
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"strconv"
	"strings"
	"text/template"
	"time"

	"github.com/Masterminds/sprig/v3"
	"sigs.k8s.io/yaml"

	"outrigger/conformance/internal/cases"
)

// templateCase is a line of cases.jsonl. conformance/README.md describes the fields.
type templateCase struct {
	Name      string          `json:"name"`
	Category  string          `json:"category"`
	Template  string          `json:"template"`
	Functions string          `json:"functions,omitempty"`
	YAML      string          `json:"yaml,omitempty"`
	Data      json.RawMessage `json:"data"`

	Output *string  `json:"output,omitempty"`
	Error  *failure `json:"error,omitempty"`
}

type failure struct {
	Stage string `json:"stage"`
	// A piece of Go's message, as short as whoever wrote the case likes.
	Contains string `json:"contains"`
	Line     int    `json:"line"`
}

func (c templateCase) CaseName() string { return c.Name }

func main() {
	time.Local = time.UTC
	cases.Refresh("template/cases.jsonl", compute)
}

func compute(c templateCase) (templateCase, error) {
	contains := ""
	if c.Error != nil {
		contains = c.Error.Contains
	}
	c.Output, c.Error = nil, nil
	if c.YAML != "" {
		data, err := yaml.YAMLToJSON([]byte(c.YAML))
		if err != nil {
			return c, err
		}
		c.Data = data
	}
	// Every number becomes a float64.
	var data any
	if err := json.Unmarshal(c.Data, &data); err != nil {
		return c, err
	}
	parsed, err := parse(c)
	if err != nil {
		c.Error, err = describe("parse", err, contains)
		return c, err
	}
	var output strings.Builder
	if err := parsed.Execute(&output, data); err != nil {
		c.Error, err = describe("exec", err, contains)
		return c, err
	}
	text := output.String()
	c.Output = &text
	return c, nil
}

func parse(c templateCase) (*template.Template, error) {
	main := template.New("main")
	if c.Functions != "builtins" {
		main.Funcs(functions(main))
	}
	return main.Parse(c.Template)
}

// functions are sprig's, and three that injection templates and tests of `call` need.
func functions(main *template.Template) template.FuncMap {
	all := sprig.TxtFuncMap()
	maps.Copy(all, template.FuncMap{
		"toYaml": func(value any) string {
			text, err := yaml.Marshal(value)
			if err != nil {
				return ""
			}
			return strings.TrimSuffix(string(text), "\n")
		},
		"include": func(name string, data any) (string, error) {
			var output strings.Builder
			err := main.ExecuteTemplate(&output, name, data)
			return output.String(), err
		},
		"funcs": func() map[string]any {
			return map[string]any{
				"add":  func(left, right int) int { return left + right },
				"join": func(separator string, parts ...string) string { return strings.Join(parts, separator) },
				"one":  func() int { return 1 },
				"fail": func() (int, error) { return 0, errors.New("fixture failed") },
			}
		},
	})
	return all
}

// place is where a message names the line, and in a message of execution the column.
var place = regexp.MustCompile(`^template: main:(\d+):(?:\d+:)? `)

// describe says what of an error counts: a new case without `contains` gets the whole message behind the line.
func describe(stage string, err error, contains string) (*failure, error) {
	message := err.Error()
	found := place.FindStringSubmatch(message)
	if found == nil {
		return nil, fmt.Errorf("no line in %q", message)
	}
	if contains == "" {
		contains = strings.TrimPrefix(message, found[0])
	}
	if !strings.Contains(message, contains) {
		return nil, fmt.Errorf("error.contains is %q, and the message %q", contains, message)
	}
	line, err := strconv.Atoi(found[1])
	return &failure{Stage: stage, Contains: contains, Line: line}, err
}
