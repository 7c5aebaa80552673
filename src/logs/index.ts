/** Reads logs of PBXs and traces of SIP messages: what the rest of the program may use of it. What reads them is loaded later. */
export type { LogReport } from "./read-log.js";
export { type ReadingPlace, readLogAside } from "./reader.js";
export { PoolBusy, ThreadTimeout } from "./thread-pool.js";
