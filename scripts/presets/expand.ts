/**
 * What a preset's file leaves out: provenance that is the file's default, facts that several presets share, lists that
 * are empty. What is not as it should be is passed on as it is, for the schema to tell.
 */

export type YamlMap = Record<string, unknown>;
export type Shared = ReadonlyMap<string, YamlMap>;

/** Every preset has this source, as its last one: it is in `shared.yaml` under the same name. */
const INFERRED = "inferred";

const STAGES = ["prepare", "account", "remote", "routing", "check"];

export function isMap(value: unknown): value is YamlMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * @param file the content of `systems/<id>.yaml`, without `rank`.
 * @param name of the file, for errors.
 * @returns a preset for `presetSchema` to check.
 */
export function expandPreset(id: string, file: YamlMap, shared: Shared, name: string): YamlMap {
  const { from, ...own } = withShared(file, shared, name) as YamlMap;
  const fact = (value: unknown) => withProvenance(value, from);
  const facts = (value: unknown = []) => (Array.isArray(value) ? value.map(fact) : value);
  const optional = (key: string) => (own[key] === undefined ? {} : { [key]: fact(own[key]) });
  return {
    ...own,
    id,
    ...("fields" in own
      ? { fields: mapValues(own.fields, (advice) => expandField(advice, fact, facts)) }
      : {}),
    ...optional("instead"),
    ...optional("documentedExample"),
    ...optional("echoTest"),
    ...optional("newPassword"),
    ...("setupNotes" in own ? { setupNotes: facts(own.setupNotes) } : {}),
    ...("noRegistrar" in own ? { noRegistrar: facts(own.noRegistrar) } : {}),
    conditions: facts(own.conditions),
    steps: stepsOf(own.steps, facts),
    existing: facts(own.existing),
    lookalikes: facts(own.lookalikes),
    inUse: facts(own.inUse),
    platformAddress: facts(own.platformAddress),
    audio: facts(own.audio),
    evidence: facts(own.evidence),
    traps: facts(own.traps),
    failures: withCodes(facts(own.failures)),
    ports: facts(own.ports),
    extraEndpoints: own.extraEndpoints ?? [],
    tls: facts(own.tls),
    nat: facts(own.nat),
    codecs: facts(own.codecs),
    wire: facts(own.wire),
    sources: { ...(isMap(own.sources) ? own.sources : {}), [INFERRED]: shared.get(INFERRED) },
    unverified: own.unverified ?? [],
  };
}

/** Puts what `shared: <name>` names in its place; keys beside it count more. */
function withShared(value: unknown, shared: Shared, name: string): unknown {
  if (Array.isArray(value)) return value.map((item) => withShared(item, shared, name));
  if (!isMap(value)) return value;
  const { shared: of, ...own } = mapValues(value, (item) => withShared(item, shared, name)) as YamlMap;
  if (of === undefined) return own;
  const content = shared.get(String(of));
  if (content === undefined) throw new Error(`${name}: shared.yaml has no "${of}"`);
  return { ...content, ...own };
}

/** A plain text is a fact; `from: <source> <confidence>` or the default says where it comes from. */
function withProvenance(value: unknown, byDefault: unknown): unknown {
  const map = typeof value === "string" ? { text: value } : value;
  if (!isMap(map)) return map;
  const { from = byDefault, ...own } = map;
  const [source, ...confidence] = String(from).split(" ");
  return { ...own, source, confidence: confidence.join(" ") };
}

function expandField(
  value: unknown,
  fact: (value: unknown) => unknown,
  facts: (value: unknown) => unknown,
): unknown {
  if (!isMap(value)) return value;
  return {
    ...(fact(value) as YamlMap),
    ...("where" in value ? { where: fact(value.where) } : {}),
    ...("alternatives" in value ? { alternatives: facts(value.alternatives) } : {}),
  };
}

/** From lists by stage to one list; a stage that is not known is kept, last. */
function stepsOf(value: unknown, facts: (value: unknown) => unknown): unknown {
  if (!isMap(value)) return value;
  return [...new Set([...STAGES, ...Object.keys(value)])].flatMap((stage) => {
    const steps = facts(value[stage]);
    return Array.isArray(steps) ? steps.map((step) => (isMap(step) ? { stage, ...step } : step)) : [steps];
  });
}

function withCodes(failures: unknown): unknown {
  return Array.isArray(failures)
    ? failures.map((failure) => (isMap(failure) ? { codes: [], ...failure } : failure))
    : failures;
}

function mapValues(value: unknown, change: (item: unknown) => unknown): unknown {
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, change(item)]));
}
