/** What a hosted page says besides the words of the page as such. `{…}` is filled in. */
export interface HostedTexts {
  /** `{name}`: who asks, as the operator has it shown. */
  asks: string;
  /** No name is given. */
  /** `{address}`: of this server, where its operator has said no name. */
  asksUnnamed: string;
  /** The same for one test call. */
  asksForCall: string;
  asksForCallUnnamed: string;
  askedBy: string;
  /** Before the operator's own words; `{name}`. */
  says: string;
  /** `{address}`: how the browser's line of addresses begins. */
  check: string;
  unasked: string;
  onlyHere: string;
  continue: string;
  /** `{minutes}`, more than one. */
  validFor: string;
  validForOne: string;
  /** While it is being worked on. */
  wait: string;
  waitForCall: string;
  lookAgain: string;
  code: {
    heading: string;
    label: string;
    hint: string;
    open: string;
    wrong: string;
    /** Too many were wrong. */
    locked: string;
  };
  /** A heading and a sentence. */
  oneMoment: readonly [heading: string, text: string];
  tooMany: readonly [heading: string, text: string];
  /** The data for an answer is not available at the moment. */
  unavailable: readonly [heading: string, text: string];
  /** A form that this browser was not given here. */
  notFromHere: readonly [heading: string, text: string];
}
