/** What a model does in a test: a script instead of a mind. Each API's form of it is an adapter's affair. */

/** A tool as the client described it to the model. */
interface GivenTool {
  /** As the client calls it, with whatever it puts before the server's own name. */
  name: string;
  description: string;
  schema: unknown;
}

/** A tool's result as the client handed it to the model. */
interface GivenResult {
  /** The name under which the model had called it. */
  tool: string;
  text: string;
}

/** Everything that one request gave the model. */
export interface Turn {
  /** The client's own instructions and those of its servers. */
  instructions: string;
  tools: readonly GivenTool[];
  /** Of the whole conversation, the oldest first. */
  results: readonly GivenResult[];
}

/** What the model does next: calls a tool by the name that the server gave it, or says its last word. */
export type Move = { call: string; with: object } | { say: string };

/** May also do what a person does meanwhile, such as open a page. */
export type Step = (last: GivenResult | undefined, turn: Turn) => Move | Promise<Move>;

/** A move in the client's own names. */
export type NamedMove = { call: string; with: object } | { say: string };

/** A client that does not hand over all tools at once has one that looks for them. */
const SEARCHES: readonly string[] = ["ToolSearch", "tool_search"];

export interface ScriptOptions {
  /** The words by which a tool is looked for that was not handed over. */
  wordsFor?: (tool: string) => string;
}

export class ScriptedModel {
  /** What the model was given, request by request; without requests that had no tools, such as for a title. */
  readonly turns: Turn[] = [];
  readonly #steps: readonly Step[];
  readonly #moves = new Map<number, Promise<Move>>();

  readonly #wordsFor: (tool: string) => string;

  constructor(
    steps: readonly Step[],
    { wordsFor = (tool) => tool.replaceAll("_", " ") }: ScriptOptions = {},
  ) {
    this.#steps = steps;
    this.#wordsFor = wordsFor;
  }

  get lastTurn(): Turn {
    const turn = this.turns.at(-1);
    if (!turn) throw new Error("the client has asked the model for nothing");
    return turn;
  }

  /** The result of the nth call of the script, as the model got it. */
  result(index: number): string {
    const result = ownResults(this.lastTurn)[index];
    if (!result) throw new Error(`no result ${index}: ${JSON.stringify(this.lastTurn.results)}`);
    return result.text;
  }

  /** The same request once more, as after a broken connection, gets the same move, and nothing is done twice. */
  async next(turn: Turn): Promise<NamedMove> {
    if (turn.tools.length === 0) return { say: "A conversation" };
    this.turns.push(turn);
    const results = ownResults(turn);
    const step = this.#steps[results.length];
    if (!step) return { say: "There is no more to do." };
    const move = this.#moves.get(results.length) ?? Promise.resolve().then(() => step(results.at(-1), turn));
    this.#moves.set(results.length, move);
    const done = await move;
    if ("say" in done) return done;
    const name = turn.tools.find((tool) => isNamed(tool, done.call))?.name;
    if (name !== undefined) return { ...done, call: name };
    const search = turn.tools.find((tool) => SEARCHES.includes(tool.name));
    if (search === undefined || turn.results.at(-1)?.tool === search.name) {
      throw new Error(`no tool ${done.call} among ${turn.tools.map((tool) => tool.name).join(", ")}`);
    }
    return { call: search.name, with: { query: this.#wordsFor(done.call), max_results: 5 } };
  }
}

/** Whether that is the server's tool, whatever the client puts before its name. */
export function isNamed({ name }: { name: string }, own: string): boolean {
  return name === own || (name.endsWith(own) && /[_.-]$/.test(name.slice(0, -own.length)));
}

const ownResults = ({ results }: Turn) => results.filter(({ tool }) => !SEARCHES.includes(tool));
