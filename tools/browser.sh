#!/bin/sh
# Install what the browser tests need, where that is allowed; otherwise say what is missing. Never fails.
has_browser() { command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; }
has_fonts() { ls /usr/share/fonts/opentype/noto/NotoSansCJK* >/dev/null 2>&1 || { command -v fc-list >/dev/null && fc-list :lang=zh-tw | grep -q .; }; }
if has_browser && has_fonts; then exit 0; fi
if [ "$(id -u)" = 0 ]; then as_root=""; elif sudo -n true 2>/dev/null; then as_root="sudo -n"; else as_root=no; fi
if [ "$as_root" != no ] && command -v apt-get >/dev/null; then
  echo "Installing chromium and fonts-noto-cjk for the browser tests ..."
  export DEBIAN_FRONTEND=noninteractive
  $as_root apt-get update -qq >/dev/null 2>&1
  $as_root apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null 2>&1
fi
if ! has_browser || ! has_fonts; then
  echo "The browser tests will be skipped: they need the packages chromium and fonts-noto-cjk (apt install chromium fonts-noto-cjk)."
fi
exit 0
