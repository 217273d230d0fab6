{{- /* A Cluster of the CloudNativePG operator, with our three roles in it. */ -}}

{{- define "service.cloudnativepgDatabase" -}}
{{- $name := include "service.databaseName" . -}}
{{- $database := .Values.database.cloudnativepg -}}
{{- include "service.madeSecrets" (list . (printf "%s-rw" $name) "service.cloudnativepgRoles") }}
---
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata:
  name: {{ $name }}
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "service.labels" (list . "database") | nindent 4 }}
spec:
  instances: {{ $database.instances }}
  {{- with $database.imageName }}
  imageName: {{ . }}
  {{- end }}
  inheritedMetadata:
    labels:
      {{- include "service.podLabels" (list . "database") | nindent 6 }}
  bootstrap:
    initdb:
      database: {{ include "service.short" . }}
      # The operator wants one. It owns the database and nothing in it, and nobody uses it.
      owner: {{ include "service.short" . }}_owner
      postInitApplicationSQLRefs:
        secretRefs:
          - name: {{ $name }}-roles
            key: roles.sql
  resources:
    {{- include "service.resources" $database.resources | nindent 4 }}
  storage:
    size: {{ $database.storage.size }}
    {{- with $database.storage.storageClassName }}
    storageClass: {{ . }}
    {{- end }}
{{- end -}}

{{- /* roles.sql with its inputs before it, for the one session in which the operator runs it: (list $ passwords). */ -}}
{{- define "service.cloudnativepgRoles" -}}
{{- $ := index . 0 -}}
apiVersion: v1
kind: Secret
metadata:
  name: {{ include "service.databaseName" $ }}-roles
  namespace: {{ $.Release.Namespace }}
  labels:
    {{- include "service.labels" (list $ "database") | nindent 4 }}
type: Opaque
stringData:
  roles.sql: |
    SELECT set_config('roles.service', '{{ include "service.short" $ }}', false);
    {{- range $role, $password := index . 1 }}
    SELECT set_config('roles.{{ $role }}_password', '{{ $password }}', false);
    {{- end }}
    {{- include "service.rolesSql" $ | nindent 4 }}
{{- end -}}
