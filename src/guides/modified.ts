/**
 * When each family of resources last changed, for `lastModified`. The digest is the first half of the SHA-256 of
 * all that is rendered. `npm run docs` sets both where a text has changed, and a test says when that is due.
 */
export const MODIFIED = {
  presets: { at: "2026-11-30T00:00:00Z", digest: "c65ecbfe13b92959531795d37b584d60" },
  states: { at: "2026-11-30T00:00:00Z", digest: "e3cc1153c8b5ae5232970ba96d396da1" },
  troubleshooting: { at: "2026-11-30T00:00:00Z", digest: "007ccaf1462bf3ae35cf1bbcb57b4221" },
} as const;
