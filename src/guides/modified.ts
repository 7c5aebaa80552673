/**
 * When each family of resources last changed, for `lastModified`. The digest is the first half of the SHA-256 of
 * all that is rendered. `npm run docs` sets both where a text has changed, and a test says when that is due.
 */
export const MODIFIED = {
  presets: { at: "2026-11-30T00:00:00Z", digest: "d3e223fed9f80d2745619897f99300dd" },
  states: { at: "2026-11-29T00:00:00Z", digest: "1cd45a1021b4197b2c01588b590e5746" },
  troubleshooting: { at: "2026-11-30T00:00:00Z", digest: "f3cfdff2b3e8a1ea7209836c5df8b016" },
} as const;
