/**
 * Numbers that reach an emergency service in some country, of six digits at most. A PBX may route one of them to the outside
 * whatever extension bears it, so none of them is ever called.
 *
 * Source: the element `emergency` of all territories in libphonenumber's ShortNumberMetadata.xml
 * (https://github.com/google/libphonenumber/blob/HEAD/resources/ShortNumberMetadata.xml, read on 2026-07-17), and 113 to 119
 * as a whole.
 */
const NUMBERS: ReadonlySet<string> = new Set(
  `
  01 02 03 13 14 15 16 17 18 19 90 91 92 93 94
  000 001 002 003 011 019 022 033 050 060 065 066 068 080 085 088
  100 101 102 103 104 105 106 107 108 110 111 112 113 114 115 116 117 118 119
  120 122 123 124 125 127 128 129 130 131 132 133 140 144 150 151 152 153 154 155 156 157 158 159 160 166
  170 171 172 175 177 180 188 190 191 192 193 194 195 197 198 199
  211 311 333 355 511 555 666 819 888
  901 902 903 911 912 913 917 919 922 933 939 955 977 990 991 992 993 994 995 996 997 998 999
  1122 1220 1298 1444 1669 1730 2611 9999 10111 10177 90000
  124422 127799 201606 201917 202099 202914 320221 723141
  `
    .trim()
    .split(/\s+/),
);

/** Gabon's `13xx`. */
const BLOCK = /^13\d\d$/;

/** Digits that get an outside line on many PBXs; the rest is dialled there. */
const OUTSIDE_LINE = /^[089]{1,2}(?=\d)/;

/** Whether a PBX may dial what follows the first digit outside. */
export function mayGetOutsideLine(dialled: string): boolean {
  return /^[089]/.test(dialled);
}

/** Whether a PBX may take the digits for an emergency number, by themselves or after those for an outside line. */
export function mayBeEmergency(dialled: string): boolean {
  const digits = dialled.replace(/\D/g, "");
  const prefix = OUTSIDE_LINE.exec(digits)?.[0] ?? "";
  const readings = [digits, ...[...prefix].map((_, index) => digits.slice(index + 1))];
  return readings.some((reading) => NUMBERS.has(reading) || BLOCK.test(reading));
}
