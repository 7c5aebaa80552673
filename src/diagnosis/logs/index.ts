/** Reads logs of PBXs and traces of SIP messages: what the rest of the program may use of it. What reads them is loaded later. */
export type { ShownEvent } from "./event-words.js";
export type { LogFinding } from "./log-findings.js";
export type { LogReport, ReadOptions } from "./read-log.js";
export { readLogAside } from "./reader.js";
export { PoolBusy, ThreadTimeout } from "./thread-pool.js";
