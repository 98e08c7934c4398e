{{/* The arguments of `outrigger serve`, a YAML list. */}}
{{- define "outrigger.arguments" -}}
{{- $sources := fromJson (include "outrigger.sources" .) -}}
- serve
- --log-format=json
- --log-level={{ .Values.logLevel }}
- --drain-delay={{ .Values.drainDelaySeconds }}s
- --port={{ .Values.ports.webhook }}
- --monitoring-port={{ .Values.ports.monitoring }}
- --tag={{ first .Values.tags }}
{{- if ne (include "outrigger.revision" .) "default" }}
- --revision={{ .Values.revision }}
{{- end }}
{{- if .Values.injector.fromCluster }}
- --from-cluster
- --istio-namespace={{ .Values.istioNamespace }}
{{- end }}
{{- range $key := list "config" "values" "mesh" }}
{{- with get $sources $key }}
- --{{ $key }}=configmap:{{ . }}
{{- end }}
{{- end }}
{{- if and .Values.injector.values (eq .Values.injector.valuesMode "merge") }}
{{- range include "outrigger.assignments" (list "" "injector.values" .Values.injector.values) | trim | splitList "\n" }}
- {{ printf "--set=%s" (fromJson (printf "{\"text\":%s}" .)).text | toJson }}
{{- end }}
{{- end }}
{{- with .Values.injector.nativeSidecars }}
- --native-sidecars={{ . }}
{{- end }}
{{- with .Values.injector.platform }}
- --platform={{ . }}
{{- end }}
{{- if .Values.injector.stampHash }}
- --stamp-hash
{{- end }}
{{- with .Values.injector.compliancePolicy }}
- {{ printf "--compliance-policy=%s" . | toJson }}
{{- end }}
{{- if eq .Values.certificates.mode "managed" }}
- --tls=managed
- --service-name={{ include "outrigger.fullname" . }}
- --ca-secret={{ include "outrigger.named" (list . "ca") }}
{{- else }}
- --tls=files
- --tls-cert=/etc/outrigger/tls/tls.crt
- --tls-key=/etc/outrigger/tls/tls.key
- --tls-name={{ include "outrigger.fullname" . }}.{{ .Release.Namespace }}.svc
{{- end }}
{{- with .Values.clientAuthentication }}
{{- if .secretName }}
- {{ printf "--client-ca=/etc/outrigger/client-ca/%s" .key | toJson }}
{{- with .names }}
- {{ printf "--client-names=%s" (join "," .) | toJson }}
{{- end }}
{{- end }}
{{- end }}
{{- range $name, $limit := .Values.serverLimits }}
- --limit={{ $name }}={{ int64 $limit }}
{{- end }}
{{- range .Values.extraArgs }}
- {{ toJson . }}
{{- end }}
{{- end }}
