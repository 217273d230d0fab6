{{- define "kafka.port" -}}
{{ ternary 9093 9092 .Values.security.enabled }}
{{- end -}}
