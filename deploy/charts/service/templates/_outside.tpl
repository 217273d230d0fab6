{{- /* How requests come in. */ -}}

{{- define "service.service" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "service.fullname" . }}
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "service.labels" (list . "service") | nindent 4 }}
spec:
  ports:
    - name: http
      port: 80
      targetPort: http
      appProtocol: http
    - name: ops
      port: 9090
      targetPort: ops
      appProtocol: http
  selector:
    {{- include "service.selector" (list . "service") | nindent 4 }}
{{- end -}}

{{- /* The service knows its prefix, so the path goes to it as it came. */ -}}
{{- define "service.prefix" -}}
{{- printf "/%s-service" (include "service.short" .) -}}
{{- end -}}

{{- define "service.ingress" -}}
{{- with .Values.ingress -}}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ include "service.fullname" $ }}
  namespace: {{ $.Release.Namespace }}
  labels:
    {{- include "service.labels" (list $ "service") | nindent 4 }}
  {{- with .annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- with .className }}
  ingressClassName: {{ . }}
  {{- end }}
  {{- with .tlsSecretName }}
  tls:
    - hosts: [{{ $.Values.ingress.host }}]
      secretName: {{ . }}
  {{- end }}
  rules:
    - host: {{ .host }}
      http:
        paths:
          - path: {{ include "service.prefix" $ }}
            pathType: Prefix
            backend:
              service:
                name: {{ include "service.fullname" $ }}
                port:
                  name: http
{{- end -}}
{{- end -}}

{{- define "service.httpRoute" -}}
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: {{ include "service.fullname" . }}
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "service.labels" (list . "service") | nindent 4 }}
  {{- with .Values.httpRoute.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  parentRefs:
    {{- toYaml .Values.httpRoute.parentRefs | nindent 4 }}
  hostnames:
    {{- toYaml .Values.httpRoute.hostnames | nindent 4 }}
  rules:
    - matches:
        - path:
            type: PathPrefix
            value: {{ include "service.prefix" . }}
      backendRefs:
        - name: {{ include "service.fullname" . }}
          port: 80
{{- end -}}
