#!/bin/sh
# Runs once, on an empty data folder: one database and one role of its own for each service, and no way into another's.
set -eu
for service in identity testing billing documents notify; do
  psql --quiet --set ON_ERROR_STOP=1 --set name="svc_$service" --set word="$(cat "/run/secrets/${service}_password")" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'word';
CREATE DATABASE :"name" OWNER :"name" TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
REVOKE CONNECT ON DATABASE :"name" FROM PUBLIC;
SQL
done
