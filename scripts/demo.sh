#!/bin/sh
# The founding case, from the tables that ship: print it, write it, say what to try next.
set -eu
comity=$1
out=build/KOR-ILO-2018-2022
mkdir -p build
"$comity" load
"$comity" profile KOR ILO --years 2018-2022
"$comity" profile KOR ILO --years 2018-2022 --format html -o $out.html
"$comity" profile KOR ILO --years 2018-2022 --format json -o $out.json
cat <<TEXT

Written:
  $out.html   the page, in one file
  $out.json   the same figures for programs

Try next:
  $comity profile FRA ILO --years 2018-2022        another partner
  $comity profile KOR ILO --years 2018-2022 --lang ko
  $comity evidence KOR ILO contributions.assessed --years 2018-2022
  $comity --help
TEXT
