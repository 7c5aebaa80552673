import type { VoiceFault } from "../src/sandbox/phone-voice.js";
import type { RegistrationSettings } from "../src/telzino/types.js";

/** Agents of the sandbox, by their names at the beginning. */
export type AgentName = "Front Desk" | "After Hours" | "Spanish Line" | "Holiday Line" | "Legacy Vida";

/** PBXs of the world. `main` and `second` behave as they should; the others have one habit each. */
export type PbxName =
  /** UDP and TCP, extensions 1001 to 1003. */
  | "main"
  /** Another one, extension 2001. */
  | "second"
  /** As 3CX: challenges with 407, and knows extension 1001 under an auth ID only. */
  | "authId"
  /** Takes every packet and answers none. */
  | "silent"
  /** Refuses with a reason phrase that gives orders. */
  | "hostile";

/**
 * In texts and settings, `{main.port}` stands for a PBX's port, `{host}` for the address of all of them, and
 * `{1001}` for the SIP password of an extension.
 */
export interface Registration extends Partial<RegistrationSettings> {
  username: string;
  /** A value with placeholders. */
  password: string;
  /** Where `sipDomain` is `{host}`. */
  at?: PbxName;
}

/** How the world is before the user speaks. */
export interface Start {
  /** Registrations that agents have. Good ones are registered before the task begins, others have failed. */
  registered?: Partial<Record<AgentName, Registration>>;
  /** Agents that go by another name: data of outsiders. */
  renamed?: Partial<Record<AgentName, string>>;
  /** Extensions of `main` on which a desk phone is registered. */
  deskPhones?: readonly string[];
  /** Calls of the user's that are over when they speak, to extensions of `main`. */
  calls?: readonly { to: string; fault?: VoiceFault }[];
  /** PBXs beside `main`. */
  others?: readonly Exclude<PbxName, "main">[];
}

/** How the server is started. */
interface ServerSetup {
  readOnly?: boolean;
  /** The one agent that the configuration binds. */
  boundTo?: AgentName;
  /** SIP passwords that the configuration holds, values with placeholders. */
  secrets?: Readonly<Record<string, string>>;
  passwordArgument?: boolean;
}

/** What an agent's registration must be in the end. Fields that are not named are not looked at. */
export interface ExpectedRegistration extends Partial<Registration> {
  /** Of the status; `REGISTERED_STATE` by default. */
  state?: string;
}

/** What must be true in the end. */
export interface End {
  /** Agents that must have changed, and into what; `null`: no registration. All others must not have been written to. */
  changed?: Partial<Record<AgentName, ExpectedRegistration | null>>;
  /** Devices on the extensions of `main`, where they must be others than at the beginning. */
  bindings?: Readonly<Record<string, number>>;
  /** Extensions of `main` on which an agent must take a call. */
  rings?: readonly string[];
  /** What the assistant's last words must contain: each of these, without regard to case. */
  says: readonly RegExp[];
}

export interface Task {
  id: string;
  /** What it is about, for the report. */
  title: string;
  /** What the user says. */
  says: string;
  start?: Start;
  server?: ServerSetup;
  end: End;
}
