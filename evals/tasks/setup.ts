import type { Task } from "../task.js";

/** A new connection, with everything that is needed said. */
export const SETUP: readonly Task[] = [
  {
    id: "connect",
    title: "Connects an agent to an Asterisk",
    says: 'Please connect our agent "Front Desk" to the PBX. It is an Asterisk at {host}, port {main.port}, UDP. Extension 1001, SIP password {1001}',
    end: {
      changed: {
        "Front Desk": {
          sipDomain: "{host}",
          username: "1001",
          password: "{1001}",
          transport: "udp",
          at: "main",
        },
      },
      bindings: { "1001": 1 },
      rings: ["1001"],
      says: [/registered/, /call/],
    },
  },
  {
    id: "connect-tcp",
    title: "Connects an agent over TCP",
    says: 'Register "After Hours" on our PBX at {host}, port {main.port}, over TCP. It gets extension 1002, password {1002}',
    end: {
      changed: { "After Hours": { username: "1002", password: "{1002}", transport: "tcp", at: "main" } },
      bindings: { "1002": 1 },
      rings: ["1002"],
      says: [/registered/],
    },
  },
  {
    id: "name-in-other-letters",
    title: "Finds an agent whose name is written in another way",
    says: 'Connect the agent "frontdesk" to the PBX at {host}, port {main.port}, extension 1003, password {1003}',
    end: {
      changed: { "Front Desk": { username: "1003", password: "{1003}", at: "main" } },
      bindings: { "1003": 1 },
      says: [/registered/],
    },
  },
  {
    id: "address-with-scheme",
    title: "Takes an address apart that was pasted as a SIP URI",
    says: 'Connect "Spanish Line", please. Server: sip:{host}:{main.port}, extension 1001, password {1001}',
    end: {
      changed: { "Spanish Line": { sipDomain: "{host}", username: "1001", at: "main" } },
      bindings: { "1001": 1 },
      says: [/registered/],
    },
  },
  {
    id: "auth-id",
    title: "Gives the auth ID of a 3CX",
    says: 'We have a 3CX v20 at {host}, port {authId.port}, UDP. Please connect "Front Desk": extension 1001, Auth ID Qk7xvT2b, password {authId}',
    start: { others: ["authId"] },
    end: {
      changed: {
        "Front Desk": { username: "1001", authUsername: "Qk7xvT2b", password: "{authId}", at: "authId" },
      },
      says: [/registered/],
    },
  },
  {
    id: "number-shown",
    title: "Sets the number that is sent in calls",
    says: 'Connect "Front Desk" to the PBX at {host}, port {main.port}, extension 1001, password {1001} and have it send the number +12025550143',
    end: {
      changed: { "Front Desk": { username: "1001", did: "+12025550143", at: "main" } },
      bindings: { "1001": 1 },
      says: [/registered/],
    },
  },
  {
    id: "named-secret",
    title: "Uses a password that the server holds by name",
    says: 'Connect "Front Desk" to the PBX at {host}, port {main.port}, extension 1001. The password is configured on the server as secret RECEPTION',
    server: { secrets: { RECEPTION: "{1001}" } },
    end: {
      changed: { "Front Desk": { username: "1001", password: "{1001}", at: "main" } },
      bindings: { "1001": 1 },
      says: [/registered/],
    },
  },
  {
    id: "bound-agent",
    title: "Connects the agent that the configuration binds",
    says: "Connect the agent to our PBX at {host}, port {main.port}: extension 1002, password {1002}",
    server: { boundTo: "After Hours" },
    end: {
      changed: { "After Hours": { username: "1002", password: "{1002}", at: "main" } },
      bindings: { "1002": 1 },
      rings: ["1002"],
      says: [/registered/],
    },
  },
];
