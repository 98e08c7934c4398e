{{/* The revision of istiod as in labels. */}}
{{- define "outrigger.revision" -}}
{{ .Values.revision | default "default" }}
{{- end }}

{{/* BASE[-REVISION], for a list of the root and the base: a name of istiod's. The default revision is left out, as Istio does. */}}
{{- define "outrigger.ofRevision" -}}
{{- $revision := include "outrigger.revision" (index . 0) -}}
{{ index . 1 }}{{ if ne $revision "default" }}-{{ $revision }}{{ end }}
{{- end }}

{{/* A name that is short enough for a label or a Service; a cut name ends in a hash, so that it stays unique. */}}
{{- define "outrigger.short" -}}
{{- if gt (len .) 63 -}}
{{ printf "%s-%s" (trunc 54 . | trimSuffix "-") (sha256sum . | trunc 8) }}
{{- else -}}
{{ . }}
{{- end -}}
{{- end }}

{{/* The name of nearly all objects: the release's, with the chart's unless it contains that. */}}
{{- define "outrigger.fullname" -}}
{{- $name := .Values.nameOverride | default .Chart.Name -}}
{{- $usual := contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) -}}
{{ include "outrigger.short" (.Values.fullnameOverride | default $usual) }}
{{- end }}

{{/* FULLNAME-SUFFIX, for a list of the root and the suffix. */}}
{{- define "outrigger.named" -}}
{{ include "outrigger.short" (printf "%s-%s" (include "outrigger.fullname" (index . 0)) (index . 1)) }}
{{- end }}

{{/* The name of objects outside the release's namespace. */}}
{{- define "outrigger.clusterName" -}}
{{ include "outrigger.named" (list . .Release.Namespace) }}
{{- end }}

{{- define "outrigger.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{ .Values.serviceAccount.name | default (include "outrigger.fullname" .) }}
{{- else -}}
{{ .Values.serviceAccount.name | default "default" }}
{{- end -}}
{{- end }}

{{/* The Secret of the certificate that is mounted; empty in the mode `managed`. */}}
{{- define "outrigger.tlsSecret" -}}
{{- if eq .Values.certificates.mode "cert-manager" -}}
{{ include "outrigger.named" (list . "tls") }}
{{- else if eq .Values.certificates.mode "provided" -}}
{{ .Values.certificates.provided.secretName }}
{{- end -}}
{{- end }}

{{- define "outrigger.image" -}}
{{- with .Values.image -}}
{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end -}}
{{- end }}

{{/* The immutable labels of a release, for selectors of Deployments and Services. */}}
{{- define "outrigger.selectorLabels" -}}
app.kubernetes.io/name: outrigger
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{/*
The labels of every object. Istio's own labels are on the webhook configurations only: istiod and istioctl take objects with
`istio.io/rev` for istiod's.
*/}}
{{- define "outrigger.labels" -}}
{{- $own := include "outrigger.selectorLabels" . | fromYaml -}}
{{- $_ := set $own "app.kubernetes.io/managed-by" .Release.Service -}}
{{- $_ := set $own "app.kubernetes.io/version" .Chart.AppVersion -}}
{{- $_ := set $own "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-") -}}
{{ merge $own (.Values.commonLabels | default dict) | toYaml }}
{{- end }}

{{/* The labels of an object that something selects by labels of the user's, for a list of the root and these. */}}
{{- define "outrigger.labelsAnd" -}}
{{ merge (dict) (index . 1) (include "outrigger.labels" (index . 0) | fromYaml) | toYaml }}
{{- end }}
