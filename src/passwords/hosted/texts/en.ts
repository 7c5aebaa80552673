import type { HostedTexts } from "./types.js";

export const en: HostedTexts = {
  asks: "{name} asks for the SIP password of an extension of your phone system, for an AI phone agent that is being connected to it.",
  asksUnnamed:
    "Your assistant asks, through the server {address}, for the SIP password of an extension of your phone system, for an AI phone agent that is being connected to it.",
  asksForCall:
    "{name} asks for the SIP password of an extension of your phone system, to place one test call from it to your AI phone agent.",
  asksForCallUnnamed:
    "Your assistant asks, through the server {address}, for the SIP password of an extension of your phone system, to place one test call from it to your AI phone agent.",
  askedBy: "Asked by",
  says: "{name} says:",
  check: "Check the address in your browser before you type anything: it must begin with {address}",
  unasked: "If you did not ask for this yourself, close the page: nothing happens then.",
  onlyHere: "Once you continue, the page opens only in this browser.",
  continue: "Continue",
  validFor: "This page is valid for {minutes} more minutes, for this one entry and only in this browser.",
  validForOne: "This page is valid for one more minute, for this one entry and only in this browser.",
  wait: "This can take up to a minute. The page shows the outcome by itself.",
  waitForCall: "The call and a look at its log take about a minute. The page shows the outcome by itself.",
  lookAgain: "Look again",
  code: {
    heading: "Enter the eight letters",
    label: "Letters",
    hint: "As they were read out or sent to you. Capitals and blanks do not matter.",
    open: "Open the page",
    wrong:
      "These letters lead to no page: they are not right, were used before, or their time is up. Check them, or ask for new ones.",
    locked:
      "Too many wrong letters came from your connection. Use the long address, or wait a quarter of an hour and ask for new letters.",
  },
  oneMoment: ["One moment", "The page opens in a moment. If it does not, continue here:"],
  tooMany: ["Too many requests", "Wait a minute, then open the page again."],
  unavailable: ["Not at the moment", "Nothing was sent. Wait a moment, then open the page again."],
  notFromHere: [
    "That could not be sent",
    "Nothing was done. Open the address once more; your browser must allow cookies for it.",
  ],
};
