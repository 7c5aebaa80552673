const DAY = 86_400;

/** Seconds of the day of a time as written in a log. */
function secondOfDay(at: string | undefined): number | undefined {
  const [, hours, minutes, seconds, half] =
    /(\d{1,2}):(\d{2}):(\d{2}(?:[.,]\d{1,9})?)(?: ([AP])M)?/.exec(at ?? "") ?? [];
  if (seconds === undefined) return undefined;
  const noon = half === "P" && Number(hours) < 12 ? 12 : half === "A" && Number(hours) === 12 ? -12 : 0;
  return (Number(hours) + noon) * 3_600 + Number(minutes) * 60 + Number(seconds.replace(",", "."));
}

/** Seconds from one time of day to another, past midnight too; `undefined` where one of them cannot be read. */
export function secondsBetween(from: string | undefined, to: string | undefined): number | undefined {
  const [start, end] = [secondOfDay(from), secondOfDay(to)];
  if (start === undefined || end === undefined) return undefined;
  const passed = end - start;
  // Lines may be slightly out of order.
  return passed < -DAY / 2 ? passed + DAY : Math.max(0, passed);
}
