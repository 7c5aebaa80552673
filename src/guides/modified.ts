/**
 * When each family of resources last changed, for `lastModified`. The digest is the first half of the SHA-256 of
 * all that is rendered. `npm run docs` sets both where a text has changed, and a test says when that is due.
 */
export const MODIFIED = {
  presets: { at: "2026-11-30T00:00:00Z", digest: "f38551e8a41a9f83620493fd42583004" },
  states: { at: "2026-11-30T00:00:00Z", digest: "e3cc1153c8b5ae5232970ba96d396da1" },
  troubleshooting: { at: "2026-11-30T00:00:00Z", digest: "f030f60a0cc1287125060c3a0e359aa9" },
} as const;
