import type { Task } from "../task.js";
import { CHANGE } from "./change.js";
import { FAILURES } from "./failures.js";
import { HOSTILE } from "./hostile.js";
import { LOOK } from "./look.js";
import { MISSING } from "./missing.js";
import { SETUP } from "./setup.js";

/** Every task. A new one is an entry in one of these lists. */
export const TASKS: readonly Task[] = [...SETUP, ...MISSING, ...CHANGE, ...LOOK, ...FAILURES, ...HOSTILE];
