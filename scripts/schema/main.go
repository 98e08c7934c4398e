// Command schema writes the tables of Kubernetes' and Istio's types from the Go packages that go.mod names. `npm run schema`
// runs it for both files.
//
//	go run . kubernetes > ../../src/kubernetes/schema/types.ts
//	go run . mesh       > ../../src/istio/mesh/types.ts
package main

import (
	"fmt"
	"os"
	"reflect"
	"regexp"
	"runtime/debug"
	"slices"
	"sort"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
	mesh "istio.io/api/mesh/v1alpha1"
	core "k8s.io/api/core/v1"
)

var tables = map[string]func(){"kubernetes": kubernetes, "mesh": meshTypes}

func main() {
	if len(os.Args) == 2 {
		if write, found := tables[os.Args[1]]; found {
			write()
			return
		}
	}
	fmt.Fprintln(os.Stderr, "usage: schema kubernetes|mesh")
	os.Exit(2)
}

// opaque types have a JSON form of their own and are leaves of the table.
var opaque = map[string]string{
	"Time": "Time", "MicroTime": "MicroTime", "Quantity": "Quantity", "IntOrString": "IntOrString", "FieldsV1": "FieldsV1", "RawExtension": "RawExtension",
}

func kubernetes() {
	seen := map[string][]string{}
	visit(reflect.TypeOf(core.Pod{}), seen)
	header("k8s.io/api", "The fields of a Pod and of all it contains, as k8s.io/api declares them: Go name, type, JSON name; then\n * `omitempty` where a zero value is left out, `merge=KEY` and `retainKeys` for strategic merge, `inline` where the\n * fields stand in the object itself, `union` for fields of which only one may be set, and `discriminator` for a field that\n * says which one.")
	fmt.Println("export const kubernetesTypes = `")
	print(seen)
	fmt.Println("`")
}

// oneMember matches the documentation of types of which only one field may be set.
var oneMember = regexp.MustCompile(`(?i)\b(only one of its members|(only|exactly) one of (the|these) fields|exactly one field must be specified)\b`)

// unions are those that the documentation doesn't declare in these words: validation refuses a second field of them.
var unions = map[string][]string{
	"EnvVar":           {"Value", "ValueFrom"},
	"EnvVarSource":     {"FieldRef", "ResourceFieldRef", "ConfigMapKeyRef", "SecretKeyRef", "FileKeyRef"},
	"EnvFromSource":    {"ConfigMapRef", "SecretRef"},
	"PodResourceClaim": {"ResourceClaimName", "ResourceClaimTemplateName"},
	"SeccompProfile":   {"LocalhostProfile"},
	"AppArmorProfile":  {"LocalhostProfile"},
}

// discriminators say which field of a union is set.
var discriminators = map[string]string{"SeccompProfile": "Type", "AppArmorProfile": "Type"}

func isUnionMember(t reflect.Type, f reflect.StructField) bool {
	if documented, ok := reflect.New(t).Interface().(interface{ SwaggerDoc() map[string]string }); ok {
		if oneMember.MatchString(documented.SwaggerDoc()[""]) {
			return true
		}
	}
	return slices.Contains(unions[t.Name()], f.Name)
}

func visit(t reflect.Type, seen map[string][]string) {
	if _, done := seen[t.Name()]; done || opaque[t.Name()] != "" {
		return
	}
	lines := []string{}
	seen[t.Name()] = lines
	for i := 0; i < t.NumField(); i++ {
		f := t.Field(i)
		parts := strings.Split(f.Tag.Get("json"), ",")
		line := f.Name + " " + typeText(f.Type, seen)
		if parts[0] == "" || (len(parts) > 1 && parts[1] == "inline") {
			line += " inline"
		} else {
			line += " " + parts[0]
			if len(parts) > 1 && parts[1] == "omitempty" {
				line += " omitempty"
			}
		}
		for _, strategy := range strings.Split(f.Tag.Get("patchStrategy"), ",") {
			if strategy == "merge" {
				line += " merge"
				if key := f.Tag.Get("patchMergeKey"); key != "" {
					line += "=" + key
				}
			} else if strategy != "" {
				line += " " + strategy
			}
		}
		if isUnionMember(t, f) {
			line += " union"
		} else if discriminators[t.Name()] == f.Name {
			line += " discriminator"
		}
		lines = append(lines, line)
	}
	seen[t.Name()] = lines
}

func typeText(t reflect.Type, seen map[string][]string) string {
	switch t.Kind() {
	case reflect.Pointer:
		return "*" + typeText(t.Elem(), seen)
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "bytes"
		}
		return "[]" + typeText(t.Elem(), seen)
	case reflect.Map:
		return "map:" + typeText(t.Elem(), seen)
	case reflect.Struct:
		visit(t, seen)
		return t.Name()
	default:
		return t.Kind().String()
	}
}

func meshTypes() {
	seen := map[string][]string{}
	enums := map[string][]string{}
	visitMessage((&mesh.MeshConfig{}).ProtoReflect().Descriptor(), seen, enums)
	header("istio.io/api", "The messages of a MeshConfig, as istio.io/api declares them: Go name, type, proto name; then `oneof=NAME` for\n * fields of which one can be set. Their JSON names are the lowerCamelCase of the proto names.")
	fmt.Println("export const meshMessages = `")
	print(seen)
	fmt.Println("`")
	fmt.Println("\n/** The enums of these messages: `NAME=NUMBER` for each value, the zero value first. */")
	fmt.Println("export const meshEnums = `")
	print(enums)
	fmt.Println("`")
}

func short(name protoreflect.FullName) string {
	text := strings.TrimPrefix(string(name), "istio.mesh.v1alpha1.")
	text = strings.TrimPrefix(text, "google.protobuf.")
	return strings.ReplaceAll(text, ".", "_")
}

func visitMessage(d protoreflect.MessageDescriptor, seen, enums map[string][]string) {
	name := short(d.FullName())
	if _, done := seen[name]; done || strings.HasPrefix(string(d.FullName()), "google.protobuf.") {
		return
	}
	seen[name] = nil
	lines := []string{}
	fields := d.Fields()
	for i := 0; i < fields.Len(); i++ {
		f := fields.Get(i)
		line := goName(string(f.Name())) + " "
		if f.IsMap() {
			line += "map:" + kindText(f.MapValue(), seen, enums)
		} else if f.IsList() {
			line += "[]" + kindText(f, seen, enums)
		} else {
			line += kindText(f, seen, enums)
		}
		line += " " + string(f.Name())
		if o := f.ContainingOneof(); o != nil {
			line += " oneof=" + goName(string(o.Name()))
		}
		lines = append(lines, line)
	}
	seen[name] = lines
}

func kindText(f protoreflect.FieldDescriptor, seen, enums map[string][]string) string {
	switch f.Kind() {
	case protoreflect.MessageKind:
		visitMessage(f.Message(), seen, enums)
		return short(f.Message().FullName())
	case protoreflect.EnumKind:
		name := short(f.Enum().FullName())
		values := f.Enum().Values()
		lines := []string{}
		for i := 0; i < values.Len(); i++ {
			lines = append(lines, fmt.Sprintf("%s=%d", values.Get(i).Name(), values.Get(i).Number()))
		}
		enums[name] = lines
		return "enum:" + name
	default:
		return f.Kind().String()
	}
}

// goName is the name that protoc-gen-go gives a field.
func goName(name string) string {
	out := ""
	for _, part := range strings.Split(name, "_") {
		if part != "" {
			out += strings.ToUpper(part[:1]) + part[1:]
		}
	}
	return out
}

func header(module, what string) {
	fmt.Printf("// Generated by npm run schema from %s %s: edit scripts/schema/go.mod or main.go instead.\n", module, version(module))
	fmt.Printf("\n/**\n * %s\n */\n", what)
}

// version is the version of a module that this program was built with.
func version(module string) string {
	info, ok := debug.ReadBuildInfo()
	if ok {
		for _, dependency := range info.Deps {
			if dependency.Path == module {
				return dependency.Version
			}
		}
	}
	fmt.Fprintf(os.Stderr, "schema: the build doesn't say its version of %s\n", module)
	os.Exit(1)
	return ""
}

func print(types map[string][]string) {
	names := make([]string, 0, len(types))
	for name := range types {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		fmt.Println(name)
		for _, line := range types[name] {
			fmt.Println("  " + line)
		}
	}
}
