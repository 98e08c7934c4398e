// Command validation computes what a Kubernetes API server says of pods that are created: of those in pods.jsonl, and of
// each pod in ../generated before and after injection. It decodes strictly, as the API server does for kubectl, fills in
// defaults, and validates; admission plugins have no say. In the folder conformance/validation:
//
//	go run .           writes the results into pods.jsonl and generated.jsonl
//	go run . -check    fails where they differ
//	go run . -filter   answers pods on standard input, each {"name", "pod"} on a line of its own
//
// The first build takes a few minutes.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"

	v1 "k8s.io/api/core/v1"
	podutil "k8s.io/kubernetes/pkg/api/pod"
	"k8s.io/kubernetes/pkg/apis/core"
	corev1 "k8s.io/kubernetes/pkg/apis/core/v1"
	"k8s.io/kubernetes/pkg/apis/core/validation"
	"k8s.io/kubernetes/pkg/capabilities"
	strictjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"

	"outrigger/conformance/internal/cases"
)

// podCase is a line of pods.jsonl. conformance/README.md describes the fields.
type podCase struct {
	Name     string          `json:"name"`
	Pod      json.RawMessage `json:"pod"`
	Refuses  string          `json:"refuses,omitempty"`
	Stricter string          `json:"stricter,omitempty"`

	Kubernetes answer `json:"kubernetes"`
}

// generatedCase is a line of generated.jsonl: a folder of ../generated.
type generatedCase struct {
	Name     string  `json:"name"`
	Input    answer  `json:"input"`
	Injected *answer `json:"injected,omitempty"`
}

func (c podCase) CaseName() string       { return c.Name }
func (c generatedCase) CaseName() string { return c.Name }

// answer is what the API server says of a pod.
type answer struct {
	// One of valid; invalid; unknown fields, which only strict decoding refuses; undecodable.
	Result  string   `json:"result"`
	Reasons []string `json:"reasons,omitempty"`
}

// filtered is a line of standard output: the answer to a pod.
type filtered struct {
	Name string `json:"name"`
	answer
}

var filter = flag.Bool("filter", false, "answer the pods on standard input")

func main() {
	flag.Parse()
	// The API server's flag --allow-privileged, without which no pod with an istio-init of privileges is valid.
	capabilities.Initialize(capabilities.Capabilities{AllowPrivileged: true})
	if *filter {
		askStandardInput()
		return
	}
	cases.Refresh("pods.jsonl", func(c podCase) (podCase, error) {
		c.Kubernetes = ask(c.Pod, true)
		return c, nil
	})
	generated, err := askGenerated("../generated")
	if err != nil {
		cases.Fail("%v", err)
	}
	cases.Write("generated.jsonl", generated)
}

func askStandardInput() {
	in, out := json.NewDecoder(bufio.NewReader(os.Stdin)), json.NewEncoder(os.Stdout)
	for in.More() {
		var one podCase
		if err := in.Decode(&one); err != nil {
			cases.Fail("standard input: %v", err)
		}
		if err := out.Encode(filtered{one.Name, ask(one.Pod, false)}); err != nil {
			cases.Fail("standard output: %v", err)
		}
	}
}

func askGenerated(folder string) ([]generatedCase, error) {
	inputs, err := filepath.Glob(filepath.Join(folder, "*", "input.yaml"))
	if err != nil {
		return nil, err
	}
	all := []generatedCase{}
	for _, input := range inputs {
		before, err := askFile(input)
		if err != nil {
			return nil, err
		}
		after, err := askFile(filepath.Join(filepath.Dir(input), "expected.yaml"))
		if err != nil && !os.IsNotExist(err) {
			return nil, err
		}
		all = append(all, generatedCase{Name: filepath.Base(filepath.Dir(input)), Input: *before, Injected: after})
	}
	return all, nil
}

func askFile(file string) (*answer, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	pod, err := yaml.YAMLToJSON(text)
	if err != nil {
		return nil, err
	}
	result := ask(pod, true)
	return &result, nil
}

// ask gives the answer to a pod. An API server decodes strictly for kubectl, but not what a webhook makes of a pod.
func ask(text []byte, strict bool) answer {
	var pod v1.Pod
	unknown, err := strictjson.UnmarshalStrict(text, &pod)
	if err != nil {
		return answer{"undecodable", []string{err.Error()}}
	}
	if strict && len(unknown) > 0 {
		return answer{"unknown fields", messages(unknown)}
	}
	if pod.Namespace == "" {
		pod.Namespace = "default"
	}
	if pod.Name == "" && pod.GenerateName != "" {
		pod.Name = pod.GenerateName + "x"
	}
	if pod.Spec.ServiceAccountName == "" {
		// The one admission plugin that injected pods rely on, ServiceAccount, would.
		pod.Spec.ServiceAccountName = "default"
	}
	corev1.SetObjectDefaults_Pod(&pod)
	var internal core.Pod
	if err := corev1.Convert_v1_Pod_To_core_Pod(&pod, &internal, nil); err != nil {
		return answer{"undecodable", []string{err.Error()}}
	}
	podutil.DropDisabledPodFields(&internal, nil)
	options := podutil.GetValidationOptionsFromPodSpecAndMeta(&internal.Spec, nil, &internal.ObjectMeta, nil)
	options.ResourceIsPod = true
	if faults := validation.ValidatePodCreate(&internal, options); len(faults) > 0 {
		return answer{"invalid", messages(faults)}
	}
	return answer{Result: "valid"}
}

func messages[E error](errs []E) []string {
	all := make([]string, len(errs))
	for i, err := range errs {
		all[i] = err.Error()
	}
	return all
}
