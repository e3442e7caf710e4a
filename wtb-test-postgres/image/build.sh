#!/bin/sh
# Builds a PostgreSQL image from the packages of this Debian or Ubuntu, for machines that reach no container
# registry: `build.sh <name of the image, without its tag> <label>`. Its tag is the version of PostgreSQL.
set -eu

image=$1
label=$2
here=$(dirname "$(readlink -f "$0")")
# Installing packages waits for the disk most of the time, so it is done in memory where that is allowed.
if [ "$(id -u)" = 0 ] && [ -z "${IN_OWN_MOUNTS:-}" ] && unshare --mount true 2>/dev/null; then
    IN_OWN_MOUNTS=1 exec unshare --mount "$0" "$@"
fi
work=$(mktemp -d)
trap 'umount "$work" 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
[ -z "${IN_OWN_MOUNTS:-}" ] || mount -t tmpfs tmpfs "$work"
export TMPDIR="$work"

# The distribution's own sources and how this machine reaches them; other sources may not fit together.
origin=$(. /etc/os-release && [ "$ID" = ubuntu ] && echo Ubuntu || echo Debian)
apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' "Origin: $origin" |
    sort -u >"$work/sources.list"
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
apt-config dump | grep '^Acquire::' >"$work/apt.conf" || true
version=$(apt-cache depends postgresql | sed -n 's/.*Depends: postgresql-\([0-9]*\)$/\1/p')
if [ -z "$version" ]; then
    echo 'the package lists of this machine have no postgresql; run `apt-get update`' >&2
    exit 1
fi

# What a server for tests does not need: documentation, translations, what maintains packages and clusters, the
# cluster that the package made, and the compiler of queries. That is three quarters of it all.
cat >"$work/finish.sh" <<'END'
set -eu
cd "$1"
install -m 755 "$here/docker-entrypoint.sh" usr/local/bin/
rm -rf var/cache/debconf/*
rm -rf usr/share/doc usr/share/man usr/share/info usr/share/locale usr/share/postgresql/*/man usr/share/lintian
rm -rf etc/postgresql/* var/lib/postgresql/*
rm -rf usr/share/perl usr/lib/*/perl usr/lib/*/libperl* usr/share/i18n
rm -rf usr/lib/*/libLLVM* usr/lib/llvm* usr/lib/*/libz3*
rm -rf usr/lib/postgresql/*/lib/bitcode usr/lib/postgresql/*/lib/llvmjit*
END

export here
if command -v mmdebstrap >/dev/null; then
    mmdebstrap --variant=essential --include="postgresql-$version" --aptopt="$work/apt.conf" \
        --customize-hook="sh $work/finish.sh \"\$1\"" "$suite" "$work/root.tar" "$work/sources.list"
else
    mirror=$(awk -v suite="$suite" '$3 == suite { print $2; exit }' "$work/sources.list")
    debootstrap --variant=minbase --include="postgresql-$version" "$suite" "$work/root" "$mirror"
    sh "$work/finish.sh" "$work/root"
    tar --create --file "$work/root.tar" --directory "$work/root" .
fi

replaced=$(docker images --quiet "$image:$version")
# One step in place of a Dockerfile with many: the engine needs seconds for each of them.
docker import \
    --change "ENV PATH=/usr/lib/postgresql/$version/bin:/usr/local/bin:/usr/bin:/bin PGDATA=/var/lib/postgresql/data" \
    --change "LABEL $label" \
    --change 'EXPOSE 5432' \
    --change 'HEALTHCHECK --interval=5s --timeout=5s CMD ["pg_isready", "--quiet", "--host=127.0.0.1"]' \
    --change 'ENTRYPOINT ["docker-entrypoint.sh"]' \
    "$work/root.tar" "$image:unfinished"
# It disconnects everybody; on SIGTERM the server would wait until they go.
printf 'FROM %s\nSTOPSIGNAL SIGINT\n' "$image:unfinished" | docker build --quiet --tag "$image:$version" -
docker rmi "$image:unfinished"
# A container may still need it.
[ -z "$replaced" ] || docker rmi "$replaced" || true
