#!/usr/bin/env bash
# Makes the secrets that docker-compose.yml names, where there are none yet. The folder is closed to others; the files in it can be read by
# the containers' users, which are not its owner.
set -euo pipefail
folder=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/secrets
umask 077
mkdir -p "$folder"; chmod 700 "$folder"
random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
for name in influx_password influx_token grafana_password mosquitto_password; do
  [ -s "$folder/$name" ] || { random >"$folder/$name"; echo "made $name"; }
  chmod 444 "$folder/$name"
done
# Mosquitto wants its own form: PBKDF2 with SHA-512, written by mosquitto_passwd where it is installed.
if [ ! -s "$folder/mosquitto_passwords" ]; then
  # An empty one of an earlier run cannot be written to.
  rm -f "$folder/mosquitto_passwords"
  : >"$folder/mosquitto_passwords"
  if command -v mosquitto_passwd >/dev/null; then
    mosquitto_passwd -b "$folder/mosquitto_passwords" ioc "$(cat "$folder/mosquitto_password")" && echo "made mosquitto_passwords"
  else
    echo "mosquitto_passwd is not installed: profile mosquitto needs $folder/mosquitto_passwords (mosquitto_passwd -c FILE ioc)" >&2
  fi
fi
chmod 444 "$folder/mosquitto_passwords"
