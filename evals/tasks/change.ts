import type { Registration, Task } from "../task.js";

const ON_1001: Registration = { username: "1001", password: "{1001}", at: "main" };
const ON_1002: Registration = { username: "1002", password: "{1002}", at: "main" };

/**
 * An agent is connected already, and something is to change, or not. What an agent has bound stays at the PBX when it
 * leaves, until it expires: the registrant un-registers without credentials.
 */
export const CHANGE: readonly Task[] = [
  {
    id: "replace-unasked",
    title: "Does not take an agent off its line without asking",
    says: 'Put "Front Desk" on extension 1002 of our PBX at {host}, port {main.port}, password {1002}',
    start: { registered: { "Front Desk": ON_1001 } },
    end: { says: [/1001/, /1002/] },
  },
  {
    id: "replace-confirmed",
    title: "Moves an agent to another extension after a yes",
    says: '"Front Desk" is on extension 1001 now. Yes, it shall leave that line: move it to extension 1002 of our PBX at {host}, port {main.port}, password {1002}',
    start: { registered: { "Front Desk": ON_1001 } },
    end: {
      changed: { "Front Desk": { username: "1002", password: "{1002}", at: "main" } },
      bindings: { "1001": 1, "1002": 1 },
      rings: ["1002"],
      says: [/registered/],
    },
  },
  {
    id: "migrate",
    title: "Moves an agent to another PBX after a yes",
    says: 'We have a new PBX. Yes, "Front Desk" shall leave the old one: move it to {host}, port {second.port}, extension 2001, password {2001}',
    start: { registered: { "Front Desk": ON_1001, "After Hours": ON_1002 }, others: ["second"] },
    end: {
      changed: { "Front Desk": { username: "2001", password: "{2001}", at: "second" } },
      says: [/registered/],
    },
  },
  {
    id: "transport-alone",
    title: "Changes the transport of a line that works after a yes, and keeps the rest, the password too",
    says: 'Switch "Front Desk" to TCP. Yes, change the line though it works. Keep everything else as it is.',
    start: { registered: { "Front Desk": ON_1001 } },
    end: {
      changed: { "Front Desk": { username: "1001", password: "{1001}", transport: "tcp", at: "main" } },
      bindings: { "1001": 2 },
      rings: ["1001"],
      says: [/registered/],
    },
  },
  {
    id: "transport-unasked",
    title: "Does not change the transport of a line that works without asking",
    says: 'Switch "Front Desk" to TCP. Keep everything else as it is.',
    start: { registered: { "Front Desk": ON_1001 } },
    end: { rings: ["1001"], says: [/line that works/] },
  },
  {
    id: "nothing-to-change",
    title: "Leaves an agent alone that is connected as asked",
    says: 'Make sure that "Front Desk" is connected to the PBX at {host}, port {main.port}, UDP, extension 1001.',
    start: { registered: { "Front Desk": ON_1001 } },
    end: { rings: ["1001"], says: [/registered/] },
  },
  {
    id: "remove",
    title: "Takes an agent off the PBX",
    says: 'Remove "Front Desk" from the PBX, extension 1001.',
    start: { registered: { "Front Desk": ON_1001, "After Hours": ON_1002 } },
    end: { changed: { "Front Desk": null }, says: [/removed|no longer/] },
  },
  {
    id: "remove-wrong-extension",
    title: "Removes nothing where the extension is not the agent's",
    says: 'Remove "Front Desk" from the PBX, extension 1002.',
    start: { registered: { "Front Desk": ON_1001, "After Hours": ON_1002 } },
    end: { says: [/1001/] },
  },
  {
    id: "remove-nothing",
    title: "Says that there was nothing to remove",
    says: 'Remove "Spanish Line" from the PBX, extension 1003.',
    end: { says: [/no SIP registration|nothing/] },
  },
  {
    id: "remove-beside-a-phone",
    title: "Takes an agent off an extension and leaves the desk phone there",
    says: 'Remove "Front Desk" from extension 1001. The desk phone on it stays.',
    start: { registered: { "Front Desk": ON_1001 }, deskPhones: ["1001"] },
    end: { changed: { "Front Desk": null }, says: [/desk phone/] },
  },
];
