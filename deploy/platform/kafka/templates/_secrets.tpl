{{- /* Sources of the volume at /secrets: the broker's certificate, and each user's password. */ -}}
{{- define "kafka.secrets" -}}
- secret:
    name: {{ .Values.security.certificateSecret | default (printf "%s-tls" (include "service.fullname" .)) }}
    items:
      - { key: tls.key, path: tls.key }
      - { key: tls.crt, path: tls.crt }
- secret:
    name: {{ .Values.security.usersSecret | default (printf "%s-users" (include "service.fullname" .)) }}
    items:
      {{- range prepend .Values.security.users "admin" }}
      - { key: {{ . }}, path: {{ . }} }
      {{- end }}
{{- end -}}
