/** One question for each tool, and parts of the tool's answer to it, word for word. */
export interface ReadmeExample {
  readonly tool: string;
  /** What a person says to the assistant. */
  readonly ask: string;
  readonly answer: readonly string[];
}

/** In the order in which an agent is connected; `test/integration/readme-examples.test.ts` asks the tools in the sandbox. */
export const README_EXAMPLES: readonly ReadmeExample[] = [
  {
    tool: "list_telzino_agents",
    ask: "Which agents do I have?",
    answer: ['"Front Desk" (active, simple), no SIP account'],
  },
  {
    tool: "list_pbx_presets",
    ask: "Where is the SIP password in FreePBX?",
    answer: ["The extension's Secret", "Applications > Extensions > the extension > Secret"],
  },
  {
    tool: "pbx_setup_guide",
    ask: "How do I set up extension 1001 on our Asterisk?",
    answer: ["pjsip show endpoint 1001 on the console shows a bound Contact."],
  },
  {
    tool: "configure_sip_registration",
    ask: "Connect Front Desk to it as extension 1001.",
    answer: ['Registered: "Front Desk" is 1001@', "The settings are saved."],
  },
  {
    tool: "get_sip_status",
    ask: "Is Front Desk registered?",
    answer: ["The platform is registered, as of its last REGISTER", "ago."],
  },
  {
    tool: "watch_test_call",
    ask: "I am calling 1001 now. Does it work?",
    answer: ['"Front Desk": proven. Agent and caller heard each other'],
  },
  {
    tool: "diagnose_sip_registration",
    ask: "Why does it fail over TLS?",
    answer: ["The port speaks plain SIP, not TLS"],
  },
  {
    tool: "explain_sip_log",
    ask: "What does this log line mean? NOTICE: Request 'REGISTER' from … - No matching endpoint found",
    answer: ["The PBX does not know this user or domain"],
  },
  {
    tool: "remove_sip_registration",
    ask: "Take Front Desk off the PBX.",
    answer: ['Removed: "Front Desk" is no longer registered and receives no SIP calls.'],
  },
];
