#!/bin/sh
# Runs once in a new cluster (docker-entrypoint-initdb.d): Sealroom's roles, their passwords, its database.
# Passwords come from the URLs' files and go to psql by its input, so no process list shows them.
set -eu

ask() { psql -X --quiet -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" "$@"; }

set_password() { # role, file with its URL
    url=$(cat "$2")
    password=${url#*://*:}
    printf '%s\n' "\\set password '${password%%@*}'" "alter role $1 password :'password';" | ask
}

ask --file /sealroom/roles.sql
set_password sealroom_web /run/secrets/database_url
set_password sealroom_worker /run/secrets/database_worker_url
set_password sealroom_owner /run/secrets/database_owner_url
ask --command 'create database sealroom'
ask --dbname sealroom --file /sealroom/database.sql
