#!/bin/sh
# report.sh <folder>: the table of certificate.csv as <folder>/README.md, and a plot for each file of <folder>/float.
set -eu
folder=$1

{
  cat <<'HEAD'
# The accuracy certificate

Written by `./dev certify` from [`certificate.csv`](certificate.csv), which also says where each worst error lies, how
many results are not NaN, infinite or of the sign that they should be, and which floating-point exceptions are raised
without a result that is a reason. What the figures mean is in [`docs/numerics.md`](../numerics.md).

Errors are in units in the last place, the worst over the arguments walked: `inf` is a finite result in place of an
infinity or a NaN, or the other way round. `steps back`: how often a monotonic function went against its direction; `-`
where it has none. A bound grows by 0.5 where the machine has no fused multiply-add.
HEAD
  for type in float double; do
    printf '\n## %s\n\n' "$type"
    awk -F, -v type="$type" '
      BEGIN {
        print "| function | on | walked | bound | worst | correctly rounded | steps back | libm | Eigen | PyTorch |"
        print "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
      }
      function short(x) { return x ~ /^[0-9.]+$/ ? sprintf("%.2f", x + 0.00499) : x }
      NR == 1 || $2 != type { next }
      $3 == "oneloop" { line[++count] = $0; next }
      { peer[$1, $3] = short($8) }
      END {
        for (i = 1; i <= count; ++i) {
          split(line[i], c, ",")
          name = c[1]
          printf "| `%s` | %s | %s | %s | %s | %.2f %% | %s |", name, c[4], c[5], c[7], short(c[8]), 100 * c[11], c[12]
          printf " %s | %s | %s |\n", peer[name, "libm"], peer[name, "Eigen"], peer[name, "PyTorch"]
        }
      }' "$folder/certificate.csv"
  done
  if command -v gnuplot >/dev/null && [ -d "$folder/float" ]; then
    printf '\n## Error over the range, float\n\nThe worst error in each binade of the argument, the most negative at the left.\n'
    for file in "$folder"/float/*.csv; do
      name=$(basename "$file" .csv)
      printf '\n![%s](float/%s.svg)\n' "$name" "$name"
    done
  fi
} >"$folder/README.md"

command -v gnuplot >/dev/null || exit 0
for file in "$folder"/float/*.csv; do
  name=$(basename "$file" .csv)
  columns=$(head -1 "$file" | awk -F, '{ print NF }')
  gnuplot <<EOF2
set terminal svg size 760,260 font 'sans,11' background '#ffffff'
set output '$folder/float/$name.svg'
set datafile separator ','
set title "$name" noenhanced
set ylabel 'ULP'
set yrange [0:6]
set xrange [-254:254]
set xtics ('-2^{127}' -254, '-2^{64}' -191, '-1' -127, '-2^{-64}' -63, '0' 0, '2^{-64}' 63, '1' 127, '2^{64}' 191, '2^{127}' 254)
set grid ytics
set key outside right noenhanced
plot for [i=2:$columns] '$file' using (\$0 - 254):i with steps title columnheader(i)
EOF2
done
