#!/usr/bin/env bash
# Makes the keys of a coordinator, its workers and you, and prints the two Secrets that hold them:
#
#   secrets.sh FOLDER | kubectl apply -f -
#
# FOLDER keeps them: a second call prints the same again. Your own key is FOLDER/own.key.
set -euo pipefail

folder=${1:?say where the keys are kept: secrets.sh FOLDER}
posweep=${POSWEEP:-posweep}
state=$folder/state

umask 077
mkdir -p "$folder"
[ -e "$folder/worker.key" ] || "$posweep" keys new worker --state "$state" --output "$folder/worker.key" >/dev/null
[ -e "$folder/own.key" ] || "$posweep" keys new own --role client --state "$state" --output "$folder/own.key" >/dev/null

secret() { # NAME KEY=FILE...
    printf -- '---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: %s\n' "$1"
    printf '  labels: {app.kubernetes.io/name: posweep}\ntype: Opaque\nimmutable: false\ndata:\n'
    shift
    for entry in "$@"; do printf '  %s: %s\n' "${entry%%=*}" "$(base64 --wrap=0 "${entry#*=}")"; done
}

authorized=()
for key in "$state"/keys/authorized/*.key; do
    authorized+=("$(basename "$key" .key).authorized=$key")
done
secret posweep-coordinator "coordinator.key=$state/keys/coordinator.key" "${authorized[@]}"
secret posweep-worker "worker.key=$folder/worker.key"
