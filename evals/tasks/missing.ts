import type { Task } from "../task.js";

/** Something is missing or cannot be: nothing may be stored, and the user must be asked or told. */
export const MISSING: readonly Task[] = [
  {
    id: "password-missing",
    title: "Asks for a password that was not given",
    says: 'Connect "Front Desk" to the PBX at {host}, port {main.port}, extension 1001.',
    end: { says: [/password/] },
  },
  {
    id: "password-not-in-the-conversation",
    title: "Says where a password goes that must not come through the conversation",
    says: 'Connect "Front Desk" to the PBX at {host}, port {main.port}, extension 1001.',
    server: { passwordArgument: false },
    end: { says: [/password/, /page|TELZINO_SIP_SECRET/] },
  },
  {
    id: "extension-missing",
    title: "Asks for the extension",
    says: 'Connect "Front Desk" to our FreePBX at {host}, port {main.port}, please.',
    end: { says: [/extension/] },
  },
  {
    id: "address-missing",
    title: "Asks for the PBX's address",
    says: 'Connect "Front Desk" to our FreePBX: extension 1001, password {1001}',
    end: { says: [/address|domain|host/] },
  },
  {
    id: "auth-id-missing",
    title: "Asks for the auth ID that a 3CX needs",
    says: 'We have a 3CX v20 at {host}, port {authId.port}, UDP. Connect "Front Desk": extension 1001, password {authId}',
    start: { others: ["authId"] },
    end: { says: [/auth ?(?:entication)? ?(?:ID|username)/] },
  },
  {
    id: "agent-not-named",
    title: "Asks which agent is meant",
    says: "Connect our agent to the PBX at {host}, port {main.port}, extension 1001, password {1001}",
    end: { says: [/which/, /Front Desk/] },
  },
  {
    id: "agent-unknown",
    title: "Finds no agent of that name, and takes no other",
    says: 'Connect "Night Watch" to the PBX at {host}, port {main.port}, extension 1001, password {1001}',
    end: { says: [/Night Watch/, /Front Desk/] },
  },
  {
    id: "wrong-kind",
    title: "Tells that an agent of the older kind cannot be connected",
    says: 'Connect "Legacy Vida" to the PBX at {host}, port {main.port}, extension 1001, password {1001}',
    end: { says: [/LiveKit/] },
  },
  {
    id: "teams",
    title: "Tells that nothing registers on Microsoft Teams, and what does",
    says: 'We use Microsoft Teams. Connect "Front Desk" to it, please.',
    end: { says: [/Teams/, /no (?:SIP )?registration|not register|cannot register|can't register/] },
  },
  {
    id: "elastic-trunk",
    title: "Tells that a Twilio trunk takes no registration, and what does",
    says: 'Our numbers are on a Twilio Elastic SIP Trunk. Connect "Front Desk" to it with user trunk1, password {1001}',
    end: { says: [/no registration|not register|cannot register|can't register/, /SIP Domain/] },
  },
  {
    id: "desk-phone-named",
    title: "Does not take the extension of a desk phone",
    says: 'Connect "Front Desk" to the PBX at {host}, port {main.port}. Take extension 1001, the one of the desk phone at the counter, password {1001}',
    start: { deskPhones: ["1001"] },
    end: { says: [/desk phone|phone/, /own/] },
  },
  {
    id: "read-only",
    title: "Tells that a read-only server stores nothing",
    says: 'Connect "Front Desk" to the PBX at {host}, port {main.port}, extension 1001, password {1001}',
    server: { readOnly: true },
    end: { says: [/read-only/] },
  },
];
