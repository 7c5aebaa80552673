import { FRAME_MS } from "./speech.js";

/** Behind so many frames nothing is made up for: the process had no time. */
const MOST_AT_ONCE = 10;

/**
 * Calls once for each frame that is due, without drifting. Its timer keeps no process alive.
 *
 * @returns what stops it.
 */
export function everyFrame(onFrame: () => void): () => void {
  const began = performance.now();
  let frames = 0;
  const timer = setInterval(() => {
    const due = Math.floor((performance.now() - began) / FRAME_MS);
    frames = Math.max(frames, due - MOST_AT_ONCE);
    for (; frames < due; frames += 1) onFrame();
  }, FRAME_MS);
  timer.unref();
  return () => clearInterval(timer);
}
