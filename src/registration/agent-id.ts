const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Characters of an agent's name that are compared. */
const MAX_NAME = 200;

export function isAgentId(text: string): boolean {
  return UUID.test(text);
}

/** Whether a text was meant as an id: it is then never taken for a name, however it is misspelt. */
export function isLikeAgentId(text: string): boolean {
  const bare = text.replace(/^[^0-9a-z]+/i, "").replace(/^(?:urn:)?(?:uuid:)?[{("'<]*/i, "");
  if (!/\d/.test(bare)) return false;
  return /^[0-9a-z]{8}-[0-9a-z]{4}(?:-|$)/i.test(bare) || /^[0-9a-f-]{16,}[})"'>]*$/i.test(bare);
}

/** What is wrong with a text that is to name an agent, by id or by name. */
export function agentProblem(text: string): string | undefined {
  if (isAgentId(text)) return undefined;
  if (text.trim() === "") return "must not be empty";
  if (isLikeAgentId(text)) return "must be an agent's UUID; call list_telzino_agents to find it by name";
  return text.length > MAX_NAME ? `is too long (${MAX_NAME} characters at most)` : undefined;
}

/** Names are equal if they differ only in case and blanks. */
export function plainAgentName(name: string): string {
  // Upper case first: "ß" is "SS" there, and both forms of the Greek "σ" are one.
  return name.normalize("NFC").toUpperCase().toLowerCase().replace(/\s+/gu, "");
}
