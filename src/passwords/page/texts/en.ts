import type { EntryTexts } from "./types.js";

export const en: EntryTexts = {
  lang: "en",
  title: "SIP password",
  heading: "Enter the SIP password",
  intro:
    "Your assistant is connecting an AI phone agent to your phone system. What you type here does not go through the conversation: the assistant never sees it.",
  agent: "Agent",
  pbx: "Phone system",
  user: "User",
  connection: "Connection",
  port: "port",
  destination: "Sent to",
  destinationStore: "Telzino, which keeps it and signs the agent in at this phone system",
  destinationTest: "This phone system, once, as a test; it is not kept",
  password: "SIP password",
  hint: "The extension’s SIP secret on the phone system, not the login of its web pages or voicemail.",
  show: "Show",
  hide: "Hide",
  submit: "Connect",
  submitTest: "Test",
  retry: "Try once more",
  retryIn: "Try once more in {seconds} s",
  cancel: "Cancel",
  validUntil: "This page is valid until {time} and for this one entry.",
  noScript: "This page needs JavaScript, so that the password is sent to this computer’s own server alone.",
  storing: "Storing the settings …",
  registering: "Saved. The phone system is being asked whether it accepts …",
  testing: "The phone system is being asked …",
  ends: {
    registered: [
      "Registered",
      "The phone system has accepted the registration. Call the extension now: only a call shows that it works.",
    ],
    unproven: [
      "Saved",
      "The settings are saved. The platform calls the agent registered, but that does not prove it yet: the details say what is missing.",
    ],
    failed: ["Not registered", "The settings are saved, but the registration has failed."],
    pending: ["Saved", "The phone system has not decided yet. The assistant can look again in a moment."],
    unreadable: ["Saved", "Whether the agent is registered cannot be read at the moment."],
    overtaken: [
      "Other settings are stored",
      "The settings were sent and confirmed, but others are stored now.",
    ],
    error: ["Not completed", "This did not end as intended. The details say what is known."],
    done: ["Done", "The assistant has the result."],
    cancelled: ["Cancelled", "Nothing was sent. The assistant has been told."],
    closed: ["Ended", "The page was closed."],
    expired: ["Time is up", "Nothing was sent. Ask the assistant for a new page."],
    replaced: ["Replaced", "The assistant has opened a newer page for this agent. Use that one."],
    stored: [
      "Not needed any more",
      "Meanwhile another call has stored a password for this agent. The assistant knows the result.",
    ],
    stopped: ["Ended", "The assistant’s server has ended. Ask the assistant to start again."],
    lost: ["No connection", "The assistant’s server does not answer any more."],
    spent: [
      "This page is not valid any more",
      "It was used, or its time is up. Ask the assistant for a new one.",
    ],
  },
  verdicts: { proven: "Proven", problem: "Problem", not_proven: "Not proven" },
  failures: {
    WRONG_CREDENTIALS_STATE:
      "The phone system did not accept the password. Copy it once more from the extension’s SIP settings; some systems have a separate auth ID too.",
    REGISTRAR_ERROR_STATE:
      "The phone system refused: wrong password or user, an extension that is switched off, or one that may not sign in from outside.",
    REGISTER_TIMEOUT_STATE:
      "The phone system did not answer. Check its address, port and firewall with the assistant. If it has refused before, it may have banned the platform: then correct the password first and have the ban lifted.",
    INTERNAL_ERROR_STATE:
      "The phone system could not be reached. Check its address with the assistant; another password will not help.",
    other: "The registration has failed. The assistant can look into it.",
  },
  retryOffer:
    "You can try once more, with the right password. Do not guess: phone systems lock out after a few tries.",
  noMoreTries: "Go on with the assistant, who knows the result.",
  details: "Details",
  goOn: "You can close this page and go on in the conversation.",
  problems: {
    empty: "Enter the password.",
    tooLong: "That is longer than a SIP password can be (256 characters).",
    invalid: "That contains characters that a SIP password cannot have.",
    busy: "A password is being tried already. Wait a moment.",
    over: "This page is not valid any more.",
    refused: "That could not be sent. Reload the page and try again.",
  },
};
