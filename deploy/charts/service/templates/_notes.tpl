{{- define "service.notes" -}}
{{- $fullname := include "service.fullname" . -}}
{{ .Chart.Name }} {{ .Chart.AppVersion }} is release {{ .Release.Name }} in namespace {{ .Release.Namespace }}.

Wait for it:

  kubectl rollout status deployment/{{ $fullname }} -n {{ .Release.Namespace }}

{{- if .Values.ingress.enabled }}

It answers at http{{ if .Values.ingress.tlsSecretName }}s{{ end }}://{{ .Values.ingress.host }}{{ include "service.prefix" . }}
{{- else if .Values.httpRoute.enabled }}

It answers at http://{{ first .Values.httpRoute.hostnames }}{{ include "service.prefix" . }}
{{- end }}

From your machine:

  kubectl port-forward service/{{ $fullname }} 8080:80 -n {{ .Release.Namespace }}
  curl http://localhost:8080{{ include "service.prefix" . }}/openapi.json      # page to try it: {{ include "service.prefix" . }}/docs
  kubectl port-forward service/{{ $fullname }} 9090:9090 -n {{ .Release.Namespace }}
  curl http://localhost:9090/ready                                    # and /live, /metrics

{{- if .Values.smokeTest.enabled }}

When all three services are installed, place a real order:

  helm test {{ .Release.Name }} -n {{ .Release.Namespace }}
{{- end }}
{{- if eq .Values.database.mode "development" }}

Its database is one pod without backup, and goes when the release goes. Use it for development only.
{{- end }}
{{- if and (eq .Values.kafka.sasl.mechanism "none") (not .Values.kafka.tls.enabled) }}

It speaks to the broker in the clear and without a name. Use that for development only.
{{- end }}
{{- end -}}
