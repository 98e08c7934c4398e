{{/* The revision as in labels and selectors. */}}
{{- define "outrigger.revision" -}}
{{ .Values.revision | default "default" }}
{{- end }}

{{/* A name that is short enough for a label or a Service; a cut name ends in a hash, so that it stays unique. */}}
{{- define "outrigger.short" -}}
{{- if gt (len .) 63 -}}
{{ printf "%s-%s" (trunc 54 . | trimSuffix "-") (sha256sum . | trunc 8) }}
{{- else -}}
{{ . }}
{{- end -}}
{{- end }}

{{/* BASE[-REVISION], for a list of the root and the base. The default revision has no name, as in Istio's own names. */}}
{{- define "outrigger.named" -}}
{{- $revision := include "outrigger.revision" (index . 0) -}}
{{ include "outrigger.short" (printf "%s%s" (index . 1) (eq $revision "default" | ternary "" (printf "-%s" $revision))) }}
{{- end }}

{{/* The name of nearly all objects. It doesn't depend on the release name: a revision exists once per namespace. */}}
{{- define "outrigger.name" -}}
{{ include "outrigger.named" (list . "outrigger") }}
{{- end }}

{{/* The same for objects outside the release's namespace. */}}
{{- define "outrigger.clusterName" -}}
{{ include "outrigger.short" (printf "%s-%s" (include "outrigger.name" .) .Release.Namespace) }}
{{- end }}

{{- define "outrigger.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{ .Values.serviceAccount.name | default (include "outrigger.name" .) }}
{{- else -}}
{{ .Values.serviceAccount.name | default "default" }}
{{- end -}}
{{- end }}

{{/* The Secret of the certificate that is mounted; empty in the mode `managed`. */}}
{{- define "outrigger.tlsSecret" -}}
{{- if eq .Values.certificates.mode "cert-manager" -}}
{{ include "outrigger.named" (list . "outrigger-tls") }}
{{- else if eq .Values.certificates.mode "provided" -}}
{{ .Values.certificates.provided.secretName }}
{{- end -}}
{{- end }}

{{- define "outrigger.image" -}}
{{- with .Values.image -}}
{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end -}}
{{- end }}

{{/* The immutable labels of a revision, for selectors of Deployments and Services. */}}
{{- define "outrigger.selectorLabels" -}}
app.kubernetes.io/name: outrigger
istio.io/rev: {{ include "outrigger.revision" . | quote }}
{{- end }}

{{- define "outrigger.labels" -}}
app: sidecar-injector
{{ include "outrigger.selectorLabels" . }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}
