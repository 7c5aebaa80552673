/** Reads logs of PBXs and traces of SIP messages: what the rest of the program may use of it. What reads them is loaded later. */

export type { ShownStream } from "./read-capture.js";
export type { LogReport } from "./read-log.js";
export type { SourceReport } from "./read-source.js";
export { type ReadingPlace, readLogAside } from "./reader.js";
export { PoolBusy, ThreadTimeout } from "./thread-pool.js";
