# Run once by the image of Postgres, when the volume is empty: a database for each service, and
# its three roles.
set -eu
for service in order billing notification; do
  createdb --username "$POSTGRES_USER" "$service"
  export PGOPTIONS="-c roles.service=$service \
    -c roles.migrator_password=$service-migrator-$LOCAL_PASSWORD \
    -c roles.app_password=$service-app-$LOCAL_PASSWORD \
    -c roles.auditor_password=$service-auditor-$LOCAL_PASSWORD"
  psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$service" \
    --file /roles/roles.sql
  unset PGOPTIONS
done
