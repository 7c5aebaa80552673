/**
 * When each family of resources last changed, for `lastModified`. The digest is the first half of the SHA-256 of
 * all that is rendered. `npm run docs` sets both where a text has changed, and a test says when that is due.
 */
export const MODIFIED = {
  presets: { at: "2026-11-30T00:00:00Z", digest: "c6a5706980fb531339376ff5f4ab80b2" },
  states: { at: "2026-11-29T00:00:00Z", digest: "1cd45a1021b4197b2c01588b590e5746" },
  troubleshooting: { at: "2026-11-30T00:00:00Z", digest: "f030f60a0cc1287125060c3a0e359aa9" },
} as const;
