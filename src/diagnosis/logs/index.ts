/** Reads logs of PBXs and traces of SIP messages: what the rest of the program may use of it. */
export { DIALECTS } from "./event.js";
export type { LogFinding } from "./log-findings.js";
export { type LogReport, type ReadOptions, readLog, type ShownEvent } from "./read-log.js";
