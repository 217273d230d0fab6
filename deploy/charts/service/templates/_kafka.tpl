{{- /* How to reach the broker: variables, files, and the Secret where the chart makes it. */ -}}

{{- define "service.kafkaSecretName" -}}
{{- .Values.kafka.sasl.existingSecret.name | default (printf "%s-kafka" (include "service.fullname" .)) -}}
{{- end -}}

{{- /* Whether the chart makes it. */ -}}
{{- define "service.makesKafkaSecret" -}}
{{- with .Values.kafka.sasl -}}
{{- if and (ne .mechanism "none") .password -}}
{{- if .existingSecret.name -}}
{{- fail "kafka.sasl.password and kafka.sasl.existingSecret.name exclude each other" -}}
{{- end -}}
true
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* Under which keys name and password are. */ -}}
{{- define "service.kafkaKeys" -}}
{{- if include "service.makesKafkaSecret" . -}}
username: username
password: password
{{- else -}}
username: {{ .Values.kafka.sasl.existingSecret.usernameKey }}
password: {{ .Values.kafka.sasl.existingSecret.passwordKey }}
{{- end -}}
{{- end -}}

{{- define "service.kafkaVariables" -}}
{{- with .Values.kafka -}}
KAFKA_BROKERS: {{ join "," .brokers | quote }}
KAFKA_TLS: {{ ternary "verify" "off" .tls.enabled | quote }}
{{- if and .tls.enabled .tls.caSecret.name }}
KAFKA_CA_FILE: /secrets/kafka/ca.crt
{{- end }}
KAFKA_SASL: {{ .sasl.mechanism }}
{{- if ne .sasl.mechanism "none" }}
KAFKA_USERNAME_FILE: /secrets/kafka/username
KAFKA_PASSWORD_FILE: /secrets/kafka/password
{{- end }}
TOPIC_PARTITIONS: {{ .partitions | quote }}
{{- end -}}
{{- end -}}

{{- /* Sources of the projected volume that is mounted at /secrets. */ -}}
{{- define "service.kafkaFiles" -}}
{{- with .Values.kafka -}}
{{- if ne .sasl.mechanism "none" }}
- secret:
    name: {{ include "service.kafkaSecretName" $ }}
    items:
      {{- range $what, $key := include "service.kafkaKeys" $ | fromYaml }}
      - key: {{ $key }}
        path: kafka/{{ $what }}
      {{- end }}
{{- end }}
{{- if and .tls.enabled .tls.caSecret.name }}
- secret:
    name: {{ .tls.caSecret.name }}
    items:
      - key: {{ .tls.caSecret.key }}
        path: kafka/ca.crt
{{- end }}
{{- end -}}
{{- end -}}

{{- define "service.kafkaSecret" -}}
{{- if include "service.makesKafkaSecret" . -}}
apiVersion: v1
kind: Secret
metadata:
  name: {{ include "service.kafkaSecretName" . }}
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "service.labels" (list . "broker-client") | nindent 4 }}
type: Opaque
stringData:
  username: {{ .Values.kafka.sasl.username | quote }}
  password: {{ .Values.kafka.sasl.password | quote }}
{{- end -}}
{{- end -}}

{{- /* The number of partitions: said twice where it is unusual, and never changed in place. */ -}}
{{- define "service.checkPartitions" -}}
{{- $wanted := int .Values.kafka.partitions -}}
{{- if and (ne $wanted 4) (ne $wanted (int .Values.kafka.partitionsConfirmed)) -}}
{{- fail (printf "kafka.partitions is %d: say it again as kafka.partitionsConfirmed, if that is what the topics have" $wanted) -}}
{{- end -}}
{{- $live := lookup "v1" "ConfigMap" .Release.Namespace (include "service.fullname" .) -}}
{{- with dig "data" "TOPIC_PARTITIONS" "" $live -}}
{{- if ne (int .) $wanted -}}
{{- fail (printf "kafka.partitions is %d, but this release was installed with %s. The topics keep their partitions: another number means a new generation of topics, see deploy/OPERATIONS.md" $wanted .) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* The volume of all secrets of a pod, from sources in YAML. */ -}}
{{- define "service.secretsVolume" -}}
- name: secrets
  projected:
    defaultMode: 256 # 0400
    sources:
      {{- . | nindent 6 }}
{{- end -}}

{{- define "service.secretsMount" -}}
- name: secrets
  mountPath: /secrets
  readOnly: true
{{- end -}}
