/**
 * How the user of a call of the newer era is asked, whose answer comes with another request: `this process` gets all of them, so the
 * call waits here; `any replica` may get it, if it has that key.
 */
export type Asking = { by: "this process" } | { by: "any replica"; key: Uint8Array };
