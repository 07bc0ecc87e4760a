#!/bin/sh
# Makes the random passwords of docker-compose.yml, once: existing files are kept.
# The folder is 0700; the files in it can be read by the users inside the containers, who get them one by one.
set -eu
cd "$(dirname "$0")"
umask 077
mkdir -p secrets
cd secrets

random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
keep() { [ -e "$1" ] || { printf '%s\n' "$2" > "$1"; chmod 0644 "$1"; }; }

keep postgres_superuser "$(random)"
keep secret_key "$(random)"
keep database_url "postgresql://sealroom_web:$(random)@postgres:5432/sealroom"
keep database_worker_url "postgresql://sealroom_worker:$(random)@postgres:5432/sealroom"
keep database_owner_url "postgresql://sealroom_owner:$(random)@postgres:5432/sealroom"
if [ ! -e redis_url ]; then
    password=$(random)
    keep valkey_conf "requirepass $password"
    keep redis_url "redis://:$password@valkey:6379/0"
fi
