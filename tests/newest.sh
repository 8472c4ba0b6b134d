#!/usr/bin/env bash
# Run the pages, desks and admins (TESTS=tests: all) on the newest Django, so that the next long-term release costs nothing.
set -euo pipefail
python=$1
venv=.venv-newest
[ -x $venv/bin/python ] || "$python" -m venv $venv
sed 's/^django>=5.2.19,<5.3/django>=6.0/' requirements.in >$venv/requirements.in
sed "s/^-r requirements.in//" requirements-dev.in >$venv/requirements-dev.in
$venv/bin/python -m pip install --quiet --disable-pip-version-check \
  -r $venv/requirements.in -r $venv/requirements-dev.in
$venv/bin/python -m django --version
env -u DATABASE_URL -u SITE_URL $venv/bin/pytest -n 2 -m "not browser and not exhaustive and not once" \
  -p no:cacheprovider ${TESTS:-tests/*/test_admin.py tests/portal/test_[ps]*.py}
