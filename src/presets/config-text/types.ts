import type { PresetTransport } from "../types.js";

/**
 * What is known of the account so far. Outside text: the generators refuse what could change the meaning of
 * a configuration (`UnsafeValueError`), and put a placeholder where a value is missing.
 */
export interface SetupValues {
  /** SIP user, usually the extension. */
  username?: string;
  /** Digest user, where it differs from `username`. */
  authUsername?: string;
  /** Host name or IP literal. */
  sipDomain?: string;
  transport?: PresetTransport;
  port?: number;
  /** The agent's name, shown as caller name where the PBX has a place for it. */
  agentName?: string;
  /** E.164. */
  did?: string;
}

/** A piece of configuration, ready to paste but for its placeholders. */
export interface ConfigText {
  /** What it is, in a few words. */
  title: string;
  /** The file, screen or shell that it goes into. */
  target: string;
  language: "ini" | "dialplan" | "xml" | "kamailio" | "sql" | "sh" | "csv";
  /** Ends with a line feed. */
  text: string;
  /** What makes it take effect, or what to mind. */
  afterwards: string;
}

/** Makes the texts of one system. Pure. @throws UnsafeValueError */
export type ConfigGenerator = (values: SetupValues) => ConfigText[];
