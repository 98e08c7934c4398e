{{/*
Where the three documents come from, as a JSON object by `config`, `values` and `mesh`: NAMESPACE/NAME of a ConfigMap, or
empty where neither values nor an existing ConfigMap say anything.
*/}}
{{- define "outrigger.sources" -}}
{{- $injector := .Values.injector -}}
{{- $own := printf "%s/%s" .Release.Namespace (include "outrigger.fullname" .) -}}
{{- $given := fromJson (include "outrigger.documents" .) -}}
{{- $sources := dict -}}
{{- range $key := list "config" "values" "mesh" -}}
{{- $existing := get $injector.existing $key -}}
{{- if and $existing (hasKey $given $key) -}}
{{- fail (printf "\n\ninjector.existing.%s names a ConfigMap, and injector.%s has content too: leave one of them out" $key $key) -}}
{{- end -}}
{{- $_ := set $sources $key (hasKey $given $key | ternary $own $existing) -}}
{{- end -}}
{{ toJson $sources }}
{{- end }}

{{/* The complete documents in this chart's values, as a JSON object: the content of its own ConfigMap. */}}
{{- define "outrigger.documents" -}}
{{- $documents := dict -}}
{{- with .Values.injector -}}
{{- if .config }}{{ $_ := set $documents "config" .config }}{{ end -}}
{{- if and .values (eq .valuesMode "replace") }}{{ $_ := set $documents "values" .values }}{{ end -}}
{{- if .mesh }}{{ $_ := set $documents "mesh" .mesh }}{{ end -}}
{{- end -}}
{{ toJson $documents }}
{{- end }}

{{/*
The ConfigMaps that the injector watches, as a JSON object: names by namespace. With `fromCluster` the namespace of istiod is
always there, as its Deployment is read, too.
*/}}
{{- define "outrigger.configMaps" -}}
{{- $sources := fromJson (include "outrigger.sources" .) -}}
{{- $followed := values $sources | sortAlpha | uniq | compact -}}
{{- $byNamespace := dict -}}
{{- with .Values.injector -}}
{{- if .fromCluster -}}
{{- $_ := set $byNamespace $.Values.istioNamespace list -}}
{{- $names := list -}}
{{- if not (and $sources.config $sources.values) -}}
{{- $names = append $names (include "outrigger.ofRevision" (list $ "istio-sidecar-injector")) -}}
{{- end -}}
{{- if not $sources.mesh -}}
{{- $names = concat $names (list (include "outrigger.ofRevision" (list $ "istio")) .sharedMeshConfig) -}}
{{- end -}}
{{- range compact $names -}}
{{- $followed = append $followed (printf "%s/%s" $.Values.istioNamespace .) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range uniq $followed -}}
{{- $parts := splitList "/" . -}}
{{- $_ := set $byNamespace (index $parts 0) (append (get $byNamespace (index $parts 0) | default list) (index $parts 1)) -}}
{{- end -}}
{{ toJson $byNamespace }}
{{- end }}

{{/*
Values that change some of the built-in ones, as assignments `path=value` of `outrigger serve --set`; one JSON text a line.
Takes a list of the path as --set writes it, the path for messages, and the value.
*/}}
{{- define "outrigger.assignments" -}}
{{- $path := index . 0 -}}
{{- $shown := index . 1 -}}
{{- $value := index . 2 -}}
{{- if kindIs "map" $value -}}
{{- if and (not $value) (hasSuffix "]" $path) -}}
{{- include "outrigger.unassignable" (list $shown "an empty object in a list") -}}
{{- end -}}
{{- range $key, $item := $value -}}
{{- $name := regexReplaceAll "([\\\\.=\\[,])" $key "\\${1}" -}}
{{- include "outrigger.assignments" (list (trimPrefix "." (printf "%s.%s" $path $name)) (printf "%s.%s" $shown $key) $item) -}}
{{- end -}}
{{- else if kindIs "slice" $value -}}
{{- printf "%s={}" $path | toJson }}{{ "\n" -}}
{{- range $index, $item := $value -}}
{{- include "outrigger.assignments" (list (printf "%s[%d]" $path $index) (printf "%s[%d]" $shown $index) $item) -}}
{{- end -}}
{{- else if kindIs "string" $value -}}
{{- if regexMatch "^(true|false|null|0|[+-][0-9]+|[1-9][0-9]*)$" $value -}}
{{- include "outrigger.unassignable" (list $shown (printf "the text %q, which would be taken for a boolean or a number, without its quotes" $value)) -}}
{{- end -}}
{{- printf "%s=%s" $path (regexReplaceAll "([\\\\,{}])" $value "\\${1}") | toJson }}{{ "\n" -}}
{{- else if kindIs "invalid" $value -}}
{{- printf "%s=null" $path | toJson }}{{ "\n" -}}
{{- else if kindIs "bool" $value -}}
{{- printf "%s=%t" $path $value | toJson }}{{ "\n" -}}
{{- else if ne (float64 (int64 $value)) (float64 $value) -}}
{{- include "outrigger.unassignable" (list $shown (printf "the fraction %v" $value)) -}}
{{- else -}}
{{- printf "%s=%d" $path (int64 $value) | toJson }}{{ "\n" -}}
{{- end -}}
{{- end }}

{{- define "outrigger.unassignable" -}}
{{- fail (printf "\n\n%s is %s: a single value can't be changed to that. If it has to be, give all values and say injector.valuesMode=replace" (index . 0) (index . 1)) -}}
{{- end }}
