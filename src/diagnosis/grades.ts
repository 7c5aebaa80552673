/**
 * How bad a finding is for the registration:
 * `critical`: with this it cannot work, or cannot be expected to. `warning`: it may work now, but this is wrong
 * or risky. `info`: a fact worth knowing; nothing has to be done.
 */
export const SEVERITIES = ["critical", "warning", "info"] as const;
export type Severity = (typeof SEVERITIES)[number];

/**
 * How sure the conclusion is. `high`: the evidence leaves no other reading. `medium`: the likeliest of few
 * readings. `low`: one of several, named because it is worth a look.
 */
export const CONFIDENCES = ["high", "medium", "low"] as const;
export type Confidence = (typeof CONFIDENCES)[number];

/** Which network the evidence was seen from. The platform registers from its own, not from this machine's. */
export const VIEWPOINTS = ["this machine", "the platform"] as const;
export type Viewpoint = (typeof VIEWPOINTS)[number];
