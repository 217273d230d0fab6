{{- /* What every pod has in common: the restricted Pod Security profile and more. */ -}}

{{- /* The top of a pod's spec: (list $ serviceAccountName uid). */ -}}
{{- define "service.podTop" -}}
{{- $ := index . 0 -}}
{{- $user := int (index . 2) -}}
serviceAccountName: {{ index . 1 }}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: {{ $user }}
  runAsGroup: {{ $user }}
  # Secrets are mounted with mode 0400; this makes them readable for the group, and for no other.
  fsGroup: {{ $user }}
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- with $.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "service.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{- /* Memory's limit is its request; CPU has none, because a limit only makes requests slower. */ -}}
{{- define "service.resources" -}}
requests:
  cpu: {{ .cpu }}
  memory: {{ .memory }}
limits:
  memory: {{ .memory }}
{{- end -}}

{{- define "service.temporaryVolume" -}}
- name: tmp
  emptyDir:
    sizeLimit: 64Mi
{{- end -}}

{{- define "service.temporaryMount" -}}
- name: tmp
  mountPath: /tmp
{{- end -}}

{{- /* Variables as a container's `env`, from a map in YAML. */ -}}
{{- define "service.environment" -}}
{{- range $name, $value := . }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end -}}

{{- define "service.serviceAccount" -}}
{{- $ := index . 0 -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ index . 1 }}
  namespace: {{ $.Release.Namespace }}
  labels:
    {{- include "service.labels" (list $ (index . 2)) | nindent 4 }}
  {{- with index . 3 }}
  annotations:
    {{- . | nindent 4 }}
  {{- end }}
# It has no Role, and no pod gets its token.
automountServiceAccountToken: false
{{- end -}}

{{- /* On which nodes. */ -}}
{{- define "service.nodes" -}}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
