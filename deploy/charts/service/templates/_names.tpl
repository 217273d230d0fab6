{{- /* Names, labels and images. */ -}}

{{- define "service.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- /* The release's name, or release and chart where that says more. Room is left for suffixes. */ -}}
{{- define "service.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains (include "service.name" .) .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "service.name" .) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- /* `order` of `order-service`: its database, its principal, its part of every agreed name. */ -}}
{{- define "service.short" -}}
{{- trimSuffix "-service" .Chart.Name -}}
{{- end -}}

{{- /* What a selector may use, because it never changes: (list $ component). */ -}}
{{- define "service.selector" -}}
{{- $ := index . 0 -}}
app.kubernetes.io/name: {{ include "service.name" $ }}
app.kubernetes.io/instance: {{ $.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{- /* Labels of an object: (list $ component). */ -}}
{{- define "service.labels" -}}
{{- $ := index . 0 -}}
{{ include "service.selector" . }}
app.kubernetes.io/version: {{ $.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $.Release.Service }}
app.kubernetes.io/part-of: exactly-once
helm.sh/chart: {{ printf "%s-%s" $.Chart.Name ($.Chart.Version | replace "+" "_") }}
{{- end -}}

{{- /* Labels of a pod: (list $ component). */ -}}
{{- define "service.podLabels" -}}
{{- $ := index . 0 -}}
{{ include "service.selector" . }}
app.kubernetes.io/version: {{ $.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: exactly-once
{{- end -}}

{{- /* An image by digest if there is one, else by tag: (list $ image). */ -}}
{{- define "service.image" -}}
{{- $ := index . 0 -}}
{{- with index . 1 -}}
{{- if .digest -}}
{{- printf "%s@%s" .repository .digest -}}
{{- else -}}
{{- printf "%s:%s" .repository (default $.Chart.AppVersion .tag) -}}
{{- end -}}
{{- end -}}
{{- end -}}
