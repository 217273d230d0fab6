{{- /* One pod with Postgres, for development: no backup, no TLS, gone with the release. */ -}}

{{- define "service.developmentDatabase" -}}
{{- include "service.madeSecrets" (list . (include "service.databaseName" .) "") }}
---
{{ include "service.developmentInit" . }}
---
{{ include "service.serviceAccount" (list . (include "service.databaseName" .) "database" "") }}
---
{{ include "service.developmentService" . }}
---
{{ include "service.developmentStatefulSet" . }}
{{- end -}}

{{- define "service.developmentInit" -}}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "service.databaseName" . }}
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "service.labels" (list . "database") | nindent 4 }}
data:
  # The image runs it once, when the volume is empty.
  roles.sh: |
    export PGOPTIONS="-c roles.service=$POSTGRES_DB \
      -c roles.migrator_password=$(cat /secrets/migrator) \
      -c roles.app_password=$(cat /secrets/app) \
      -c roles.auditor_password=$(cat /secrets/auditor)"
    psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --file /roles/roles.sql
    unset PGOPTIONS
  roles.sql: |
    {{- include "service.rolesSql" . | nindent 4 }}
{{- end -}}

{{- define "service.developmentService" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "service.databaseName" . }}
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "service.labels" (list . "database") | nindent 4 }}
spec:
  ports:
    - name: postgres
      port: 5432
      targetPort: postgres
  selector:
    {{- include "service.selector" (list . "database") | nindent 4 }}
{{- end -}}

{{- define "service.developmentStatefulSet" -}}
{{- $database := .Values.database.development -}}
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ include "service.databaseName" . }}
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "service.labels" (list . "database") | nindent 4 }}
spec:
  replicas: 1
  serviceName: {{ include "service.databaseName" . }}
  selector:
    matchLabels:
      {{- include "service.selector" (list . "database") | nindent 6 }}
  # Uninstalled means gone; whoever wants to keep the data has mode existing.
  persistentVolumeClaimRetentionPolicy:
    whenDeleted: Delete
    whenScaled: Retain
  template:
    metadata:
      labels:
        {{- include "service.podLabels" (list . "database") | nindent 8 }}
    spec:
      {{- include "service.podTop" (list . (include "service.databaseName" .) $database.runAsUser) | nindent 6 }}
      # A smart shutdown would wait for every client; the image stops fast on SIGINT.
      terminationGracePeriodSeconds: 30
      containers:
        - name: postgres
          image: {{ include "service.image" (list . $database.image) }}
          imagePullPolicy: {{ $database.image.pullPolicy }}
          env:
            - name: POSTGRES_USER
              value: postgres
            - name: POSTGRES_DB
              value: {{ include "service.short" . }}
            - name: POSTGRES_PASSWORD_FILE
              value: /secrets/admin
            - name: PGDATA
              value: /var/lib/postgresql/18/docker
          ports:
            - name: postgres
              containerPort: 5432
          # Over TCP, which the server opens only after its first start is complete.
          startupProbe:
            exec:
              command: [pg_isready, --quiet, --host=127.0.0.1, --username=postgres]
            periodSeconds: 2
            timeoutSeconds: 5
            failureThreshold: 90
          readinessProbe:
            exec:
              command: [pg_isready, --quiet, --host=127.0.0.1, --username=postgres]
            periodSeconds: 10
            timeoutSeconds: 5
          resources:
            {{- include "service.resources" $database.resources | nindent 12 }}
          securityContext:
            {{- include "service.containerSecurity" . | nindent 12 }}
          volumeMounts:
            - name: data
              mountPath: /var/lib/postgresql
            - name: run
              mountPath: /var/run/postgresql
            - name: roles
              mountPath: /docker-entrypoint-initdb.d/roles.sh
              subPath: roles.sh
              readOnly: true
            - name: roles
              mountPath: /roles
              readOnly: true
            {{- include "service.secretsMount" . | nindent 12 }}
            {{- include "service.temporaryMount" . | nindent 12 }}
      {{- include "service.nodes" . | nindent 6 }}
      volumes:
        - name: run
          emptyDir:
            sizeLimit: 16Mi
        - name: roles
          configMap:
            name: {{ include "service.databaseName" . }}
        {{- include "service.secretsVolume" (printf "- secret:\n    name: %s-passwords" (include "service.databaseName" .)) | nindent 8 }}
        {{- include "service.temporaryVolume" . | nindent 8 }}
  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        accessModes: [ReadWriteOnce]
        {{- with $database.storage.storageClassName }}
        storageClassName: {{ . }}
        {{- end }}
        resources:
          requests:
            storage: {{ $database.storage.size }}
{{- end -}}
