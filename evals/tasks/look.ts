import type { Registration, Task } from "../task.js";

const ON_1001: Registration = { username: "1001", password: "{1001}", at: "main" };

/** The user only wants to know something: nothing may be written. */
export const LOOK: readonly Task[] = [
  {
    id: "is-it-registered",
    title: "Tells that an agent is registered",
    says: 'Is "Front Desk" registered?',
    start: { registered: { "Front Desk": ON_1001 } },
    end: { says: [/registered/, /1001/] },
  },
  {
    id: "is-it-registered-read-only",
    title: "Tells on a read-only server too that an agent is not connected",
    says: 'Is "After Hours" registered?',
    server: { readOnly: true },
    end: { says: [/no SIP registration|not registered|none/] },
  },
  {
    id: "why-not",
    title: "Says why an agent does not register, and changes nothing",
    says: 'Why is "After Hours" not registered? Do not change anything.',
    start: { registered: { "After Hours": { username: "1002", password: "not-it-98", at: "main" } } },
    end: { says: [/password|credentials/] },
  },
  {
    id: "call-heard-both-ways",
    title: "Tells that a call has proven the line",
    says: 'I have just called "Front Desk" from extension 1003, and we heard each other. Is the line proven now?',
    start: { registered: { "Front Desk": ON_1001 }, calls: [{ to: "1001" }] },
    end: { says: [/proven/, /agent/, /caller|you/] },
  },
  {
    id: "call-nothing-heard",
    title: "Says which direction is dead after a call in which the user heard nothing",
    says: 'I have just called "Front Desk" from extension 1003. It was answered, and I heard nothing. Why? Do not change anything.',
    start: { registered: { "Front Desk": ON_1001 }, calls: [{ to: "1001", fault: "agent_unheard" }] },
    end: { says: [/media address|RTP/] },
  },
  {
    id: "call-no-reaction",
    title: "Says which direction is dead after a call in which the agent did not react",
    says: 'I have just called "Front Desk" from extension 1003. I heard it, but it did not react. Why? Do not change anything.',
    start: { registered: { "Front Desk": ON_1001 }, calls: [{ to: "1001", fault: "caller_unheard" }] },
    end: { says: [/hears nothing|not hear|one.way/, /firewall|RTP|symmetric/] },
  },
  {
    id: "what-would-change",
    title: "Shows what would change, and changes nothing",
    says: 'Show me only what would change if you put "Front Desk" on TCP. Do not change anything.',
    start: { registered: { "Front Desk": ON_1001 } },
    end: { rings: ["1001"], says: [/tcp/] },
  },
  {
    id: "what-is-needed",
    title: "Says what a FreePBX needs, and changes nothing",
    says: "What would I need to connect an agent to FreePBX 17? I only want to know.",
    end: { says: [/extension/, /secret|password/, /5060/] },
  },
];
