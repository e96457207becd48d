#!/usr/bin/env bash
# The disk image for macOS, from the bundle that packaging/build.py made.
#
#     packaging/macos/build_dmg.sh VERSION
#
# Signs when SIGNING_IDENTITY names a "Developer ID Application" in the keychain, and has Apple notarise
# the image when NOTARY_PROFILE names credentials stored by `xcrun notarytool store-credentials`.
set -euo pipefail

version=${1:?say the version: packaging/macos/build_dmg.sh 0.1.0}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
bundle="$root/dist/ML4T Desktop.app"
image="$root/dist/ml4t-desktop-$version-macos-$(uname -m).dmg"
entitlements="$root/packaging/macos/entitlements.plist"
[ -d "$bundle" ] || { echo "error: $bundle is not there: run packaging/build.py first" >&2; exit 1; }

if [ -n "${SIGNING_IDENTITY:-}" ]; then
    # From the inside out, as a signature covers what is inside.
    find "$bundle/Contents" -type f \( -name '*.dylib' -o -name '*.so' \) -print0 |
        xargs -0 codesign --force --timestamp --options runtime --sign "$SIGNING_IDENTITY"
    find "$bundle/Contents/Frameworks" -name '*.framework' -type d -prune -print0 |
        xargs -0 codesign --force --timestamp --options runtime --sign "$SIGNING_IDENTITY"
    codesign --force --timestamp --options runtime --entitlements "$entitlements" \
        --sign "$SIGNING_IDENTITY" "$bundle"
    codesign --verify --deep --strict "$bundle"
else
    echo "note: SIGNING_IDENTITY is not set: the image is not signed"
fi

room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cp -R "$bundle" "$room/"
ln -s /Applications "$room/Applications"
rm -f "$image"
hdiutil create -volname "ML4T Desktop $version" -srcfolder "$room" -format ULFO -ov "$image"

if [ -n "${SIGNING_IDENTITY:-}" ]; then
    codesign --force --timestamp --sign "$SIGNING_IDENTITY" "$image"
fi
if [ -n "${NOTARY_PROFILE:-}" ]; then
    xcrun notarytool submit "$image" --keychain-profile "$NOTARY_PROFILE" --wait
    xcrun stapler staple "$image"
fi
echo "$image"
