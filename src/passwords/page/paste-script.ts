import { FIXABLE, INVISIBLE, MASKED, PIN, QUOTES, WEB_ADDRESS } from "../../redaction/paste-faults.js";

/**
 * For scripts of pages: `faultsOf(value, username)` as `pasteFaults`, what of it can be taken away (`isFixable`), and the
 * value without that (`cleaned`).
 */
export const PASTE_SCRIPT = `
  const quotes = ${JSON.stringify(QUOTES)};
  const isQuoted = (bare) => bare.length > 2 && (quotes[bare.charAt(0)] || "").includes(bare.slice(-1));
  const isFixable = (fault) => ${JSON.stringify(FIXABLE)}.includes(fault);
  const faultsOf = (value, username) => {
    const bare = value.trim();
    const isUser = [bare, bare.replace(/^sips?:/i, "").split("@", 1)[0]].includes(username);
    return [
      value !== value.trimStart() && "blankFirst",
      value !== value.trimEnd() && "blankLast",
      ${INVISIBLE}.test(bare) && "invisible",
      isQuoted(bare) && "quoted",
      isUser && "isUser",
      ${MASKED}.test(bare) && "masked",
      ${PIN}.test(bare) && !isUser && "pin",
      ${WEB_ADDRESS}.test(bare) && "webAddress",
    ].filter(Boolean);
  };
  const cleaned = (value) => {
    for (let round = 0; round < 3; round += 1) {
      value = value.replace(${INVISIBLE}g, "").trim();
      if (isQuoted(value)) value = value.slice(1, -1);
    }
    return value;
  };
`;
