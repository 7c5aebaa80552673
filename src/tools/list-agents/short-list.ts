/** A sentence, where the API's list ends before its own total: who else there is was not seen. */
export function shortListWords(list: {
  /** The page that was asked for first, and how many agents a page has. */
  page: number;
  perPage: number;
  /** Agents from that page on. */
  count: number;
  hasMore: boolean;
  total: number | undefined;
}): string | undefined {
  const { page, perPage, count, hasMore, total } = list;
  const listed = (page - 1) * perPage + count;
  if (hasMore || total === undefined || listed >= total || count === 0) return undefined;
  return `The API's list ends after ${listed} of ${total} agents: who else there is was not seen.`;
}
