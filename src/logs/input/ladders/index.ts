import type { InputStep } from "../pasted-line.js";
import { openArrowLines } from "./arrow-lines.js";
import { openBareList } from "./bare-list.js";
import { openDirectionLines } from "./direction-lines.js";
import { openFlowText } from "./flow-text.js";
import { openRegisterLines } from "./register-lines.js";
import { openUprights } from "./uprights.js";

/** Calls as drawings, by tools and by hand. Each arrow becomes a line of a list of packets. */

export const openLadders: InputStep = (lines) => {
  const ways = [
    openFlowText,
    openUprights,
    openArrowLines,
    openDirectionLines,
    openRegisterLines,
    openBareList,
  ];
  for (const open of ways) {
    const opened = open(lines);
    if (opened !== lines) return opened;
  }
  return lines;
};
