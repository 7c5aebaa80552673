import { isLoopback } from "../../base/loopback.js";
import { numberWithin } from "../audit/settings.js";
import type { WatchFlags } from "./flags.js";

export interface WatchSettings {
  intervalMs: number;
  confirm: number;
  webhook: URL | undefined;
  isJson: boolean;
  perSecond: number;
}

/** What the flags say, or what is wrong with them. */
export function watchSettings(flags: WatchFlags): WatchSettings | { problem: string } {
  const interval = numberWithin(flags.interval, 60, 1, 86_400);
  if (interval === undefined) return { problem: "--interval takes seconds, from 1 to 86400" };
  const confirm = numberWithin(flags.confirm, 2, 1, 100);
  if (confirm === undefined || !Number.isInteger(confirm)) {
    return { problem: "--confirm takes a whole number from 1 to 100" };
  }
  const perSecond = numberWithin(flags.rate, 20, 0.1, 1_000);
  if (perSecond === undefined) return { problem: "--rate takes a number from 0.1 to 1000" };
  const webhook = flags.webhook === undefined ? undefined : webhookOf(flags.webhook);
  if (webhook === "wrong") {
    return {
      problem: "--webhook takes an https:// address (http:// on this machine only), without user or password",
    };
  }
  return { intervalMs: interval * 1_000, confirm, webhook, isJson: flags.json === true, perSecond };
}

function webhookOf(text: string): URL | "wrong" {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.username !== "" || url.password !== "") return "wrong";
  const isSafe = url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
  return isSafe ? url : "wrong";
}
