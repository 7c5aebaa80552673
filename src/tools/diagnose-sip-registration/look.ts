import { present } from "../../base/present.js";
import {
  type DiagnoseOptions,
  type DiagnosisReport,
  diagnose,
  ProbeLimitError,
} from "../../diagnosis/index.js";
import { createRedactor } from "../../redaction/redactor.js";
import type { Secret } from "../../redaction/secret.js";
import type { CallContext, ShareHolder } from "../core/context.js";
import { ToolError } from "../core/errors.js";
import { noteBindings } from "../core/seen-bindings.js";
import type { DiagnoseInput } from "./input.js";
import type { ResolvedTarget } from "./target.js";

const FULL: Readonly<Record<ShareHolder, string>> = {
  caller: "Too many of your diagnoses are under way.",
  tenant: "Too many diagnoses of your tenant are under way.",
  server: "Too many diagnoses are under way on this server.",
};

function mediaOf({ media, testCredentials, echoCode, position }: DiagnoseInput): DiagnoseOptions["media"] {
  return media && testCredentials ? present({ echoCode, position }) : undefined;
}

/** One diagnosis with what the call has given. @throws ToolError when too many were asked for, or are under way. */
export async function look(
  given: DiagnoseInput,
  { target, platform, whyNoPlatform }: ResolvedTarget,
  { services, signal, progress, hold: holdForCall, shows, place }: CallContext,
  more: Pick<DiagnoseOptions, "password" | "signal" | "onProgress" | "hold"> = {},
): Promise<DiagnosisReport> {
  const end = place?.startDiagnosis() ?? (() => {});
  if (typeof end === "string") {
    throw new ToolError(`${FULL[end]} Nothing was sent.`, [
      "Make the same call again when one of them has ended: each takes 20 s at most.",
    ]);
  }
  let step = 0;
  const sent = createRedactor();
  const hold = (secret: Secret) => {
    sent.hold(secret);
    (more.hold ?? holdForCall)(secret);
  };
  if (more.password) sent.hold(more.password);
  try {
    const report = await diagnose(target, {
      signal,
      history: await services.history(),
      platformIsLocal: services.platformIsLocal,
      force: given.force === true,
      ignoreCertificate: given.ignoreCertificate === true,
      ...(given.presetId === undefined ? {} : { presetId: given.presetId.toLowerCase() }),
      ...present({ platform, whyNoPlatform, media: mediaOf(given) }),
      ...(services.targetPolicy ? { policy: services.targetPolicy } : {}),
      onProgress: (message) => {
        step += 1;
        progress(message, step);
      },
      ...more,
      hold,
    });
    noteBindings(services.memory, report, (text) => shows(text) && text.passes(sent.refusalOf));
    return report;
  } catch (error) {
    if (!(error instanceof ProbeLimitError)) throw error;
    throw new ToolError(`${error.message} Nothing was sent.`, [
      `Wait ${error.retryAfterSeconds} s. A diagnosis is worth repeating only after something has changed.`,
    ]);
  } finally {
    end();
  }
}
