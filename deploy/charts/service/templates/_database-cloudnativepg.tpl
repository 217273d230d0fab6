{{- /* A Cluster of the CloudNativePG operator. Its owner is our migrator; it lets no other role own. */ -}}

{{- define "service.cloudnativepgDatabase" -}}
{{- $name := include "service.databaseName" . -}}
{{- $short := include "service.short" . -}}
{{- $database := .Values.database.cloudnativepg -}}
{{- include "service.cloudnativepgRole" (list . (include "service.databaseSecret" . | fromYaml).name "app") }}
---
{{ include "service.cloudnativepgRole" (list . (printf "%s-auditor" $name) "auditor") }}
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
      database: {{ $short }}
      owner: {{ $short }}_migrator
      # What roles.sql does elsewhere: only who is named may do anything here.
      postInitApplicationSQL:
        - CREATE ROLE {{ $short }}_app NOLOGIN
        - CREATE ROLE {{ $short }}_auditor NOLOGIN
        - REVOKE ALL ON DATABASE "{{ $short }}" FROM PUBLIC
        - REVOKE ALL ON SCHEMA public FROM PUBLIC
        - GRANT CONNECT ON DATABASE "{{ $short }}" TO {{ $short }}_app, {{ $short }}_auditor
  # The operator gives them their passwords and lets them log in.
  managed:
    roles:
      - name: {{ $short }}_app
        ensure: present
        login: true
        passwordSecret:
          name: {{ (include "service.databaseSecret" . | fromYaml).name }}
      - name: {{ $short }}_auditor
        ensure: present
        login: true
        passwordSecret:
          name: {{ $name }}-auditor
  resources:
    {{- include "service.resources" $database.resources | nindent 4 }}
  storage:
    size: {{ $database.storage.size }}
    {{- with $database.storage.storageClassName }}
    storageClass: {{ . }}
    {{- end }}
{{- end -}}

{{- /* Name, password and URL of a role: (list $ secretName role). */ -}}
{{- define "service.cloudnativepgRole" -}}
{{- $ := index . 0 -}}
{{- $short := include "service.short" $ -}}
{{- $role := printf "%s_%s" $short (index . 2) -}}
{{- $password := include "service.keptPassword" (list $ (index . 1) "password" "") -}}
apiVersion: v1
kind: Secret
metadata:
  name: {{ index . 1 }}
  namespace: {{ $.Release.Namespace }}
  labels:
    {{- include "service.labels" (list $ "database") | nindent 4 }}
    cnpg.io/reload: "true"
type: kubernetes.io/basic-auth
stringData:
  username: {{ $role }}
  password: {{ $password | quote }}
  url: {{ printf "postgres://%s:%s@%s-rw.%s.svc:5432/%s" $role $password (include "service.databaseName" $) $.Release.Namespace $short | quote }}
{{- end -}}
