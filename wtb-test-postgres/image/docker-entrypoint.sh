#!/bin/sh
# Starts PostgreSQL in a container as the official image does: a new cluster for POSTGRES_USER, POSTGRES_PASSWORD
# and POSTGRES_DB, unless there is one in PGDATA.
set -eu

: "${POSTGRES_USER:=postgres}"
: "${POSTGRES_DB:=$POSTGRES_USER}"
: "${POSTGRES_INITDB_ARGS=--locale=C.UTF-8 --locale-provider=icu --icu-locale=en-US}"

# `docker run image -c fsync=off` has only the arguments of the server.
case "${1:--}" in
-*) set -- postgres "$@" ;;
esac

if [ "$(id -u)" = 0 ]; then
    install -d -o postgres -g postgres -m 700 "$PGDATA"
    install -d -o postgres -g postgres -m 2775 /run/postgresql
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi

make_cluster() {
    password=$(mktemp)
    printf '%s' "$POSTGRES_PASSWORD" >"$password"
    # shellcheck disable=SC2086 # several arguments
    initdb --no-sync --auth-local=trust --auth-host=scram-sha-256 --encoding=UTF8 \
        --username="$POSTGRES_USER" --pwfile="$password" $POSTGRES_INITDB_ARGS
    rm "$password"
    echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
    echo "listen_addresses = '*'" >>"$PGDATA/postgresql.conf"
    # Nobody outside can see this server, and it says that it is ready: it is why some wait for two such lines.
    pg_ctl start --wait --options="-c listen_addresses='' -c fsync=off"
    if [ "$POSTGRES_DB" != postgres ]; then
        createdb --username="$POSTGRES_USER" --maintenance-db=postgres "$POSTGRES_DB"
    fi
    pg_ctl stop --wait --mode=fast
}

if [ "$1" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then
    if [ -z "${POSTGRES_PASSWORD:-}" ]; then
        echo 'set POSTGRES_PASSWORD to the password of the administrator' >&2
        exit 1
    fi
    make_cluster
fi

exec "$@"
