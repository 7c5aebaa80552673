import { Secret } from "../../src/redaction/secret.js";
import { Pbx } from "../../src/sandbox/pbx.js";
import type { Timers } from "../../src/sip/index.js";
import { digestScript } from "../../test/support/registrar-scripts.js";
import { type Script, ScriptedRegistrar } from "../../test/support/scripted-registrar.js";
import type { PbxName } from "../task.js";
import { AUTH_ID, HOSTILE_REASON, PASSWORDS, SECOND_EXTENSIONS } from "./accounts.js";

export const HOST = "127.0.0.1";
/** On loopback an answer takes no time: silence is certain after 64·T1 = 1.6 s. */
export const TIMERS: Timers = { t1: 25, t2: 200, t4: 500 };

/** A PBX of the world, whatever it is made of. */
export interface RunningPbx {
  readonly port: number;
  close(): Promise<void>;
}

/** A PBX that behaves as it should, with those extensions. */
export function startPbx(extensions: readonly string[]): Promise<Pbx> {
  return Pbx.start({
    host: HOST,
    port: 0,
    timers: TIMERS,
    realm: "evals.pbx",
    accounts: new Map(extensions.map((extension) => [extension, new Secret(PASSWORDS[extension] ?? "")])),
    minExpires: 60,
    maxExpires: 3_600,
  });
}

const SCRIPTS: Readonly<Record<Exclude<PbxName, "main" | "second">, () => Script>> = {
  authId: () =>
    digestScript({
      users: { [AUTH_ID]: PASSWORDS.authId ?? "" },
      realm: "3CXPhoneSystem",
      challengeStatus: 407,
      headers: [["Server", "3CXPhoneSystem 20.0.0.1234"]],
    }),
  silent: () => () => undefined,
  hostile:
    () =>
    ({ method }) =>
      method === "REGISTER"
        ? { status: 403, reason: HOSTILE_REASON }
        : { status: 403, reason: HOSTILE_REASON },
};

export async function startOther(name: Exclude<PbxName, "main">): Promise<RunningPbx> {
  if (name === "second") return startPbx(SECOND_EXTENSIONS);
  const registrar = await ScriptedRegistrar.start({ script: SCRIPTS[name]() });
  return { port: registrar.target("udp").port, close: () => registrar.close() };
}
