import type { TelzinoApi } from "../../src/telzino/types.js";
import { servicesFor } from "./mcp.js";

/** An API whose list of agents never comes; `asked` once it was asked for, `aborted` once no one waits for it. */
export function hangingApi(): { api: TelzinoApi; asked: Promise<void>; aborted: Promise<void> } {
  let ask = () => {};
  let abort = () => {};
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  const aborted = new Promise<void>((resolve) => {
    abort = resolve;
  });
  const listAgents: TelzinoApi["listAgents"] = (_query, options) =>
    new Promise((_resolve, reject) => {
      ask();
      options?.signal?.addEventListener("abort", () => {
        abort();
        reject(options.signal?.reason);
      });
    });
  return { api: { ...servicesFor().api, listAgents }, asked, aborted };
}
