import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { parseScenario } from "../../src/scenario/read-scenario.ts";
import { scenarioFolder } from "./rehearse-scenario.ts";

const whole = readFileSync(join(scenarioFolder, "local-storage.yaml"), "utf8");
const body = whole.slice(whole.indexOf("spec:"));
const words = [...new Set(body.match(/[A-Za-z0-9]+/g))];
const junk = fc.constantFrom(
  "",
  "-1",
  "[]",
  "{}",
  "null",
  "true",
  "1e9",
  "__proto__",
  "never",
  "0%",
  "🦊",
  "*x",
  "'",
);

test.prop([fc.constantFrom(...words), junk, fc.nat(4)])(
  "a damaged scenario is read, or refused in words of our own",
  (word, other, nth) => {
    let seen = 0;
    const damaged = body.replaceAll(word, (found) => (seen++ === nth ? other : found));
    const result = parseScenario(whole.slice(0, whole.indexOf("spec:")) + damaged, "scenario.yaml");
    const messages = result.ok ? [] : result.problems.map(({ message }) => message);
    expect(messages.length > 0 || result.ok).toBe(true);
    for (const message of messages) {
      expect(message).not.toMatch(/Invalid input|undefined|\[object|Expected|TypeError/);
      expect(message).not.toContain("\n");
    }
  },
);
