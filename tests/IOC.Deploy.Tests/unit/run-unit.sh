#!/usr/bin/env bash
# Runs the systemd unit as it is shipped: a systemd of its own, in namespaces of its own (processes, mounts, network, control groups),
# starts the published host with all the restrictions of the unit. Needs root. Prints NAME=VALUE lines for the test.
#   run-unit.sh PUBLISHED DEPLOY-FOLDER WORK-FOLDER
set -euo pipefail
published=$1 deploy=$2 work=$3
here=$(readlink -f "${BASH_SOURCE[0]}")

if [ "${IOC_UNIT_STAGE:-}" = inside ]; then
  mount --make-rprivate /
  mount -t tmpfs -o mode=755 tmpfs /run
  mount -t cgroup2 cgroup2 /sys/fs/cgroup
  mkdir -p /run/systemd/system /run/lock /run/units/ioc.service.d /run/published /run/work /run/deploy
  mount --bind "$published" /run/published
  mount --bind "$work" /run/work
  mount --bind "$deploy" /run/deploy
  mount -t tmpfs tmpfs /tmp
  mount -t tmpfs -o mode=755 tmpfs /opt
  mount -t tmpfs -o mode=755 tmpfs /var/lib
  # Accounts are made in a copy of /etc.
  cp -a /etc /run/etc && mount --bind /run/etc /etc
  mkdir /opt/ioc && mount --bind /run/published /opt/ioc
  systemd-sysusers /run/deploy/systemd/ioc.sysusers.conf
  systemd-tmpfiles --create /run/deploy/systemd/ioc.tmpfiles.conf
  cp /run/deploy/systemd/ioc.env /etc/ioc/ioc.env
  cp /run/deploy/systemd/ioc.service /run/units/
  # There is no journal here; nothing else of the unit is changed.
  printf '[Service]\nStandardOutput=append:/run/work/host.log\nStandardError=append:/run/work/host.log\n' >/run/units/ioc.service.d/log.conf
  for target in sysinit basic shutdown multi-user network-online time-sync; do printf '[Unit]\nDefaultDependencies=no\n' >"/run/units/$target.target"; done
  export container=ioc SYSTEMD_UNIT_PATH=/run/units
  exec /lib/systemd/systemd --system --unit=multi-user.target --log-target=console --log-level=notice --show-status=no
fi

IOC_UNIT_STAGE=inside unshare --fork --pid --mount --net --cgroup --ipc --uts --mount-proc --kill-child "$here" "$published" "$deploy" "$work" >"$work/systemd.log" 2>&1 &
outer=$!
trap 'kill -KILL $outer 2>/dev/null || true; wait $outer 2>/dev/null || true' EXIT

for _ in $(seq 300); do
  manager=$(ps --ppid "$outer" -o pid= | tr -d ' ' || true)
  [ -n "$manager" ] && [ "$(ps -p "$manager" -o comm= || true)" = systemd ] && break
  kill -0 "$outer" 2>/dev/null || { cat "$work/systemd.log"; exit 1; }
  sleep 0.1
done
inside() { nsenter --target "$manager" --mount --pid --net --cgroup -- "$@"; }
for _ in $(seq 300); do inside systemctl list-units >/dev/null 2>&1 && break; sleep 0.1; done

code=0; inside systemctl start ioc.service || code=$?
echo "start=$code"
show() { inside systemctl show ioc.service --property="$1" --value; }
echo "state=$(show ActiveState)/$(show SubState)"
main=$(show MainPID)
echo "health=$(inside /opt/ioc/IOC.Host health --data /var/lib/ioc | cut -d' ' -f1 || true)"
status() { inside sed -n "s/^$1:[[:space:]]*//p" "/proc/$main/status"; }
echo "user=$(inside stat -c %U "/proc/$main")"
echo "capabilities=$(status CapBnd)$(status CapEff)$(status CapAmb)"
echo "nonewprivileges=$(status NoNewPrivs)"
echo "seccomp=$(status Seccomp)"
echo "worldreadable=$(inside find /var/lib/ioc -perm /o=r | wc -l)"
# What the host could do itself: its mounts, its user.
as_host() { nsenter --target "$manager" --mount --pid --net -- nsenter --target "$main" --mount -- setpriv --reuid ioc --regid ioc --clear-groups "$@"; }
for path in /etc/ioc/x /opt/ioc/x /usr/x /var/lib/x /var/log/x /run/x; do
  as_host touch "$path" 2>/dev/null && echo "wrote=$path"
done
as_host sh -c 'touch /var/lib/ioc/own && touch /tmp/own' && echo "own=written"
[ -e /tmp/own ] || inside test -e /tmp/own || echo "tmp=private"
echo "home=$(as_host ls -A /root /home 2>/dev/null | grep -vc ':$' || true)"
echo "datamode=$(inside stat -c %a /var/lib/ioc)"
echo "listening=$(inside cat /proc/net/tcp /proc/net/tcp6 | awk '$4=="0A"{print $2}' | sort | tr '\n' ' ')"

code=0; inside systemctl stop ioc.service || code=$?
echo "stop=$code/$(show Result)/$(show ExecMainStatus)"
# A wrong setting ends it at once, and it is not tried again.
inside sh -c 'echo Ioc__Partitions=0 >>/etc/ioc/ioc.env'
code=0; inside systemctl start ioc.service 2>/dev/null || code=$?
echo "wrong=$code/$(show Result)/$(show ExecMainStatus)/$(show NRestarts)"
