{{- /* `helm test`: a real order through all three services. */ -}}
{{- define "service.smokeTest" -}}
{{- with .Values.smokeTest -}}
{{- $name := printf "%s-smoke-test" (include "service.fullname" $) -}}
apiVersion: v1
kind: Pod
metadata:
  name: {{ $name }}
  namespace: {{ $.Release.Namespace }}
  labels:
    {{- include "service.podLabels" (list $ "smoke-test") | nindent 4 }}
    app.kubernetes.io/managed-by: {{ $.Release.Service }}
  annotations:
    helm.sh/hook: test
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
    helm.sh/hook-output-log-policy: hook-succeeded,hook-failed
spec:
  {{- include "service.podTop" (list $ (include "service.fullname" $) 10001) | nindent 2 }}
  restartPolicy: Never
  activeDeadlineSeconds: 120
  containers:
    - name: smoke-test
      image: {{ include "service.image" (list $ .image) }}
      imagePullPolicy: {{ .image.pullPolicy }}
      args: [/app/smoke.js]
      env:
        - name: ORDER_URL
          value: {{ .orderUrl }}
        - name: BILLING_URL
          value: {{ .billingUrl }}
        - name: NOTIFICATION_URL
          value: {{ .notificationUrl }}
      resources:
        {{- include "service.resources" .resources | nindent 8 }}
      securityContext:
        {{- include "service.containerSecurity" $ | nindent 8 }}
      volumeMounts:
        {{- include "service.temporaryMount" $ | nindent 8 }}
  volumes:
    {{- include "service.temporaryVolume" $ | nindent 4 }}
{{- end -}}
{{- end -}}
