import type { Task } from "../task.js";

/** It does not work: what was asked is stored, no password is guessed, and the cause is reported. */
export const FAILURES: readonly Task[] = [
  {
    id: "wrong-password",
    title: "Tells that the password was refused, and tries no other",
    says: 'Connect "Front Desk" to the PBX at {host}, port {main.port}, extension 1001, password not-it-98',
    end: {
      changed: {
        "Front Desk": { username: "1001", password: "not-it-98", state: "WRONG_CREDENTIALS_STATE" },
      },
      says: [/password/],
    },
  },
  {
    id: "silent-port",
    title: "Blames address, port or firewall where nothing answers",
    says: 'Connect "Front Desk" to the PBX at {host}, port {silent.port}, UDP, extension 1001, password {1001}',
    start: { others: ["silent"] },
    end: {
      changed: { "Front Desk": { username: "1001", at: "silent", state: "REGISTER_TIMEOUT_STATE" } },
      says: [/port|firewall/, /answer/],
    },
  },
  {
    id: "unknown-name",
    title: "Blames the name where it does not resolve",
    says: 'Connect "Front Desk" to the PBX at pbx.example.invalid, port 5060, extension 1001, password {1001}',
    end: {
      changed: {
        "Front Desk": { sipDomain: "pbx.example.invalid", username: "1001", state: "INTERNAL_ERROR_STATE" },
      },
      says: [/resolve|DNS/],
    },
  },
  {
    id: "mend",
    title: "Corrects a wrong password",
    says: '"Front Desk" does not register on the PBX at {host}, port {main.port}, extension 1001. The right password is {1001}',
    start: { registered: { "Front Desk": { username: "1001", password: "not-it-98", at: "main" } } },
    end: {
      changed: { "Front Desk": { username: "1001", password: "{1001}", at: "main" } },
      bindings: { "1001": 1 },
      rings: ["1001"],
      says: [/registered/],
    },
  },
];
