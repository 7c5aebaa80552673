/**
 * What a tool answers, as facts. Some clients show a model only the text of a result, others only its structured
 * content, so each fact has both: its words, and the same in fields. `test/integration/reply-parity.test.ts` compares them.
 */
export interface Fact<Data = Record<string, unknown>> {
  /** Its words, a line each. */
  readonly lines: readonly string[];
  /** The same as fields of the tool's output schema. `notes` of several facts are joined. */
  readonly data: Readonly<Partial<Data>>;
}

type Line = string | false | undefined;

/** A fact whose words are made of the fields that it brings. */
export function fact<Data>(data: Partial<Data>, ...lines: readonly Line[]): Fact<Data> {
  return { data, lines: lines.filter((line) => typeof line === "string") };
}

/** What the reply comes to, in a sentence or two. */
export function summary(sentence: string): Fact<{ summary: string }> {
  return { lines: [sentence], data: { summary: sentence } };
}

/** A sentence without its own field. `label`: its prefix in the text. */
export function note(sentence: string, label?: "Note"): Fact<{ notes: string[] }> {
  return { lines: [label === undefined ? sentence : `${label}: ${sentence}`], data: { notes: [sentence] } };
}

/** Several sentences, each as {@link note}. */
export function notes(sentences: readonly Line[], label?: "Note"): Fact<{ notes: string[] }>[] {
  return sentences.filter((sentence) => typeof sentence === "string").map((each) => note(each, label));
}

/** Facts in their order, as the two forms of one reply. */
export function told(facts: readonly Fact[]): { lines: string[]; data: Record<string, unknown> } {
  const data: Record<string, unknown> = {};
  for (const { notes: said, ...fields } of facts.map((each) => each.data)) {
    Object.assign(data, fields);
    if (Array.isArray(said)) data.notes = [...((data.notes as unknown[]) ?? []), ...said];
  }
  return { lines: facts.flatMap(({ lines }) => lines), data };
}
