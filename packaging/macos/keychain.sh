#!/usr/bin/env bash
# Puts the certificate of the environment into a keychain of its own, and stores what notarising needs.
# Writes the variables that build_dmg.sh reads, one a line; none where there is no certificate.
set -euo pipefail
[ -n "${CERTIFICATE:-}" ] || { echo "note: there is no certificate: nothing will be signed" >&2; exit 0; }

keychain="${RUNNER_TEMP:-$(mktemp -d)}/signing.keychain-db"
secret=$(openssl rand -hex 24)
key=$(mktemp)
trap 'rm -f "$key"' EXIT
printf '%s' "$CERTIFICATE" | base64 --decode >"$key"
{
    security create-keychain -p "$secret" "$keychain"
    security set-keychain-settings -lut 21600 "$keychain"
    security unlock-keychain -p "$secret" "$keychain"
    security import "$key" -f pkcs12 -k "$keychain" -P "$PASSWORD" -T /usr/bin/codesign
    security set-key-partition-list -S apple-tool:,apple: -s -k "$secret" "$keychain"
    security list-keychains -d user -s "$keychain" login.keychain
} >&2
echo "SIGNING_IDENTITY=$IDENTITY"
if [ -n "${APPLE_ID:-}" ]; then
    xcrun notarytool store-credentials ml4t --apple-id "$APPLE_ID" --team-id "$TEAM_ID" \
        --password "$NOTARY_PASSWORD" >&2
    echo "NOTARY_PROFILE=ml4t"
fi
