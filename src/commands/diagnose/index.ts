import { z } from "zod";
import { present } from "../../base/present.js";
import { NAME, VERSION } from "../../base/version.js";
import { echoCodeRefusal } from "../../calls/echo-test.js";
import type { Config } from "../../config/index.js";
import { POSITIONS } from "../../diagnosis/evidence-media.js";
import { type DiagnoseOptions, ProbeHistory, diagnose as runDiagnosis } from "../../diagnosis/index.js";
import { obtainPassword } from "../../passwords/password.js";
import { loadPreset } from "../../presets/index.js";
import { createRedactor } from "../../redaction/redactor.js";
import type { Secret } from "../../redaction/secret.js";
import { cleanText } from "../../redaction/text.js";
import {
  authUsernameField,
  portField,
  proxyField,
  sipDomainField,
  transportField,
  usernameField,
} from "../../registration/fields.js";
import { accountOf, completeSettings } from "../../registration/settings.js";
import { readArguments } from "../../tools/core/arguments.js";
import type { CallContext, Services } from "../../tools/core/context.js";
import { ToolError } from "../../tools/core/errors.js";
import { holdingApi } from "../../tools/core/holding-api.js";
import { type ResolvedTarget, resolveTarget } from "../../tools/diagnose-sip-registration/target.js";
import { fitted } from "../fitted.js";
import { askHidden, canAsk } from "../hidden-prompt.js";
import type { Io } from "../io.js";
import { misused, withFlag } from "../misused.js";
import { openServices } from "../services.js";
import { EXIT_CODES, explainFailure } from "../verdicts.js";
import { asJson, asText } from "./report.js";

/** The flags as given on the command line. Never a secret. */
export interface DiagnoseFlags {
  user?: string;
  authUser?: string;
  proxy?: string;
  transport?: string;
  port?: string;
  preset?: string;
  testCredentials?: boolean;
  testBinding?: boolean;
  media?: boolean;
  echoCode?: string;
  position?: string;
  passwordSecret?: string;
  ignoreCertificate?: boolean;
  detail?: boolean;
  json?: boolean;
}

/** Of words that the user of the command wrote, in which nothing is looked for. */
const { redact: shown } = createRedactor();

const given = z.strictObject({
  sipDomain: sipDomainField.optional(),
  username: usernameField.optional(),
  authUsername: authUsernameField.optional(),
  proxy: proxyField.optional(),
  transport: transportField.optional(),
  port: portField.optional(),
});

/** How a field is called on the command line. */
const FLAGS: Readonly<Record<string, string>> = {
  sipDomain: "the host",
  username: "--user",
  authUsername: "--auth-user",
  proxy: "--proxy",
  transport: "--transport",
  port: "--port",
};

/**
 * Diagnoses a registration and prints what was found. Without a host it takes the stored settings of the agent
 * that is configured.
 *
 * @returns the exit code: 0 proven, 1 a problem was found, 2 wrong usage, 3 not proven.
 */
export async function diagnose(
  config: Config,
  io: Io,
  host: string | undefined,
  flags: DiagnoseFlags,
): Promise<number> {
  const read = readArguments(given, {
    sipDomain: host,
    username: flags.user,
    authUsername: flags.authUser,
    proxy: flags.proxy,
    transport: flags.transport,
    port: flags.port,
  });
  if (!read.ok) return misused(io, ...read.problems.map((problem) => shown(withFlag(problem, FLAGS))));
  if (host === undefined && config.agentId === undefined) {
    return misused(io, "give the PBX's host (and --user), or --agent-id for an agent's stored settings");
  }
  if (flags.preset !== undefined && !(await loadPreset(flags.preset.toLowerCase()))) {
    return misused(
      io,
      `--preset ${cleanText(flags.preset, 60)}: there is no such preset; see docs/presets.md`,
    );
  }
  const media = mediaOf(flags);
  if (typeof media === "string") return misused(io, media);
  const { services, close } = await openServices(config, io);
  try {
    return await look(config, io, read.input, flags, media, services);
  } catch (error) {
    return explainFailure(error, "diagnose", io, services.redactor);
  } finally {
    await close();
  }
}

async function look(
  config: Config,
  io: Io,
  input: z.output<typeof given>,
  flags: DiagnoseFlags,
  media: MediaRequest | undefined,
  services: Services,
): Promise<number> {
  const call = callOf(services);
  const resolved = await resolveTarget({ ...input, agentId: config.agentId }, call);
  const password = await passwordFor(resolved, config, flags, io);
  if (password) call.hold(password);
  const showsProgress = "isTTY" in io.stderr && io.stderr.isTTY === true;
  const report = await runDiagnosis(resolved.target, {
    platformIsLocal: services.platformIsLocal,
    history: new ProbeHistory(),
    ignoreCertificate: flags.ignoreCertificate === true,
    testBinding: flags.testBinding === true,
    ...(flags.preset === undefined ? {} : { presetId: flags.preset.toLowerCase() }),
    ...(resolved.platform ? { platform: resolved.platform } : {}),
    ...present({ whyNoPlatform: resolved.whyNoPlatform, media }),
    hold: call.hold,
    ...present({ password }),
    ...(showsProgress
      ? { onProgress: (message) => io.stderr.write(`… ${services.redactor.redact(message)}\n`) }
      : {}),
  });
  const { redact, redactDeep } = services.redactor;
  const { note } = resolved;
  const detail = flags.detail === true;
  // Messages in full are not broken.
  const asShown = (text: string) => (detail ? text : fitted(text, io.stdout));
  io.stdout.write(
    flags.json
      ? `${JSON.stringify(redactDeep({ name: NAME, version: VERSION, ...asJson(report) }), null, 2)}\n`
      : asShown(redact(asText(report, { detail, ...present({ note }) }))),
  );
  return EXIT_CODES[report.verdict.outcome];
}

/** The tools' own way to a target, for a command: it is never cancelled, and progress is not reported. */
function callOf(services: Services): CallContext {
  const { hold, refusalOf } = services.redactor;
  return {
    services: { ...services, api: holdingApi(services.api, hold) },
    readOnly: services.readOnly,
    signal: new AbortController().signal,
    progress: () => {},
    hold,
    shows: (text) => text.passes(refusalOf),
  };
}

/**
 * The password to test: a configured one by its name, one typed without being shown, or the one that the API
 * has stored for the agent. Never from the command line, where other programs can read it.
 *
 * @throws SecretRefused, ToolError, PromptCancelled
 */
async function passwordFor(
  { target, agent }: ResolvedTarget,
  config: Config,
  flags: DiagnoseFlags,
  io: Io,
): Promise<Secret | undefined> {
  if (!flags.testCredentials && !flags.testBinding) {
    if (flags.passwordSecret === undefined) return undefined;
    throw new ToolError("--password-secret is used with --test-credentials only: add that, or leave it out.");
  }
  const { username } = target;
  if (username === undefined) throw new ToolError("--test-credentials takes --user: whose password is it?");
  const obtained = obtainPassword({
    name: flags.passwordSecret,
    secrets: config.sipSecrets,
    stored: agent?.registration ?? null,
    settings: completeSettings({ ...target, username }),
  });
  if (obtained.kind === "given") return obtained.password;
  if (!canAsk(io)) {
    throw new ToolError(
      "There is no terminal to ask for the SIP password: put it into TELZINO_SIP_SECRET_<NAME> and give --password-secret <NAME>.",
    );
  }
  return askHidden(shown(`SIP password of ${accountOf({ ...target })} (not shown): `), io);
}

type MediaRequest = NonNullable<DiagnoseOptions["media"]>;

/** What to call the echo test with, or what is wrong with the flags for it. */
function mediaOf({
  media,
  testCredentials,
  echoCode,
  position,
}: DiagnoseFlags): MediaRequest | undefined | string {
  if (!media) {
    const unused = echoCode !== undefined ? "--echo-code" : position === undefined ? undefined : "--position";
    return unused && `${unused} is used with --media only: add that, or leave it out`;
  }
  if (!testCredentials) return "--media is used with --test-credentials only: add that";
  const refusal = echoCode === undefined ? undefined : echoCodeRefusal(echoCode, []);
  if (refusal !== undefined) return `--echo-code: ${refusal}`;
  const known = POSITIONS.find((each) => each === position);
  if (position !== undefined && known === undefined) return "--position is inside or outside";
  return present({ echoCode, position: known });
}
