import { afterEach, describe, expect, it } from "vitest";
import { STATE_CODES } from "../../../src/sandbox/registrant-state.js";
import { registersOf, settingsFor, TestRecord, VERSIONS } from "../../support/registrant.js";
import { answerRows } from "../../support/registrant-answers.js";
import { ScriptedRegistrar } from "../../support/scripted-registrar.js";

let registrar: ScriptedRegistrar | undefined;
let record: TestRecord | undefined;
afterEach(async () => {
  await record?.close();
  await registrar?.close();
});

describe.each(VERSIONS)("the registrant like OpenSIPS %s", (version) => {
  it.each(answerRows())("takes %s as measured", async (_, script, measured) => {
    const { state, next, sent, expires = 3_600, mark = expires - 10 } = measured[version];
    registrar = await ScriptedRegistrar.start({ script });
    record = new TestRecord(version, settingsFor(registrar.target().port));
    await record.cycle();
    const { snapshot } = record.registrant;
    expect(STATE_CODES[snapshot.state]).toBe(state);
    expect(snapshot.timeoutSeconds).toBe(expires);
    const { clock } = record;
    expect(snapshot.expires).toStrictEqual(mark === 0 ? undefined : clock.date(clock.now() + mark));
    if (sent !== undefined) expect(registersOf(registrar)).toHaveLength(sent);
    expect(await record.secondsToNext()).toBe(next);
  });
});
