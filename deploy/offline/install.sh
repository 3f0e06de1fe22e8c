#!/bin/sh
# Installs or upgrades Tongxin from this folder without a network.  Usage: ./install.sh [FOLDER]   (default /opt/tongxin)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=${1:-/opt/tongxin}
python=${PYTHON:-python3}

"$python" "$here/check_machine.py"
if [ ! -f "$here/app.lock" ] || [ ! -d "$here/wheels" ]; then
    echo "✗ 安装包不完整：缺少 wheels 或 app.lock。请重新拷贝并核对 sha256。" >&2
    exit 1
fi
mkdir -p "$target"
# Beside the old environment, and put in its place only when it is whole: a failed upgrade changes nothing.
fresh="$target/.venv.new"
rm -rf "$fresh"
"$python" -m venv "$fresh"
if ! "$fresh/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --find-links "$here/wheels" \
    --require-hashes --requirement "$here/app.lock"; then
    rm -rf "$fresh"
    echo "✗ 安装未完成，原有版本未动。常见原因：Python 版本或处理器与安装包名称中的不同，或文件拷贝时损坏。" >&2
    exit 1
fi
"$fresh/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --no-deps "$here"/wheels/tongxin-*.whl
rm -rf "$fresh"/bin/__pycache__
if [ -d "$target/.venv" ]; then
    rm -rf "$target/.venv.old"
    mv "$target/.venv" "$target/.venv.old"
fi
mv "$fresh" "$target/.venv"
# Scripts name their interpreter by its full path.
sed -i "s|$fresh/|$target/.venv/|g" "$target"/.venv/bin/* "$target/.venv/pyvenv.cfg" 2>/dev/null || true
rm -rf "$target/deploy" "$target/docs"
cp -R "$here/deploy" "$here/docs" "$target/"
echo "已安装到 $target/.venv，版本 $("$target/.venv/bin/python" -c 'from importlib.metadata import version; print(version("tongxin"))')。"
[ ! -d "$target/.venv.old" ] || echo "原有版本保留在 $target/.venv.old。"
echo "下一步见 $here/CHECKLIST.md。"
