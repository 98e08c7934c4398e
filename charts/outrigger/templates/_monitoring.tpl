{{/*
Name and namespace of an object that may be wanted in another namespace than the release's, for a list of the root, this namespace
or empty, and a suffix of the name or empty.
*/}}
{{- define "outrigger.elsewhere" -}}
{{- $root := index . 0 -}}
{{- $namespace := index . 1 -}}
{{- $suffix := join "-" (compact (list (index . 2) (empty $namespace | ternary "" $root.Release.Namespace))) -}}
name: {{ if $suffix }}{{ include "outrigger.named" (list $root $suffix) }}{{ else }}{{ include "outrigger.fullname" $root }}{{ end }}
namespace: {{ $namespace | default $root.Release.Namespace | quote }}
{{- end }}

{{/* The rules of files/alerts.yaml for this release, a YAML list. */}}
{{- define "outrigger.alerts" -}}
{{- $values := .Values.prometheusRule -}}
{{- $job := $values.job | default (include "outrigger.fullname" .) -}}
{{- $configurations := include "outrigger.configurationNames" . | fromYamlArray | join ", " -}}
{{- $text := .Files.Get "files/alerts.yaml"
  | replace "SELECTOR" (printf "namespace=%q,job=%q" .Release.Namespace $job)
  | replace "CERTIFICATE_SECONDS" (int64 $values.certificateExpirySeconds | toString)
  | replace "CALL_SECONDS" (toString $values.slowCallSeconds)
  | replace "SLOW_SECONDS" (toString $values.slowSeconds)
  | replace "WEBHOOKS" $configurations -}}
{{- $rules := (fromYaml $text).rules -}}
{{- if $values.runbookUrl -}}
{{- range $rules -}}
{{- $_ := set .annotations "runbook_url" (printf "%s#%s" $values.runbookUrl (lower .alert)) -}}
{{- end -}}
{{- end -}}
{{ toYaml $rules }}
{{- end }}
