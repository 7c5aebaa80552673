/** `12 s`, `5 min`, `3 h`: how long something has been, never below nothing. */
export function age(ms: number): string {
  const count = Math.max(0, Math.round(ms / 1_000));
  if (count >= 7_200) return `${Math.round(count / 3_600)} h`;
  return count >= 120 ? `${Math.round(count / 60)} min` : `${count} s`;
}
