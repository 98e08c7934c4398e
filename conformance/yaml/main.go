// Command yaml computes the results in yaml/cases.jsonl: how sigs.k8s.io/yaml, and with it Kubernetes, reads and writes
// YAML. In the folder conformance:
//
//	go run ./yaml           writes the results into yaml/cases.jsonl
//	go run ./yaml -check    fails where they differ
package main

import (
	"encoding/json"
	"errors"

	"sigs.k8s.io/yaml"

	"outrigger/conformance/internal/cases"
)

// yamlCase has either a document to read or a value to write.
type yamlCase struct {
	Name  string          `json:"name"`
	Read  *string         `json:"read,omitempty"`
	Write json.RawMessage `json:"write,omitempty"`

	JSON  string `json:"json,omitempty"`
	Error string `json:"error,omitempty"`
	Text  string `json:"text,omitempty"`
}

func (c yamlCase) CaseName() string { return c.Name }

func main() {
	cases.Refresh("yaml/cases.jsonl", func(c yamlCase) (yamlCase, error) {
		c.JSON, c.Error, c.Text = "", "", ""
		switch {
		case (c.Read != nil) == (c.Write != nil):
			return c, errors.New("must have one of read and write")
		case c.Read != nil:
			text, err := yaml.YAMLToJSON([]byte(*c.Read))
			if err != nil {
				c.Error = err.Error()
			}
			c.JSON = string(text)
			return c, nil
		default:
			var value any
			if err := json.Unmarshal(c.Write, &value); err != nil {
				return c, err
			}
			text, err := yaml.Marshal(value)
			c.Text = string(text)
			return c, err
		}
	})
}
