import { expect, test } from "vitest";
import { remainsSentences } from "../../src/report/remains.ts";
import type { Finding, Suggestion, VerifiedFix, Verdict } from "../../src/verdict/verdict.ts";

const suggestion = (
  command: string,
  edit: Suggestion["edit"] = { kind: "before", steps: [] },
): Suggestion => ({
  commands: [command],
  edit,
  cost: "",
  harm: 1,
});

const error = (subject: string, more: Partial<Finding> = {}): Finding => ({
  rule: "drain-refused",
  severity: "error",
  subject,
  message: "",
  details: [],
  events: [],
  weight: 1,
  suggestions: [],
  data: {},
  ...more,
});

const tried = (own: Suggestion, more: Partial<VerifiedFix>): VerifiedFix => ({
  suggestion: own,
  resolved: [],
  introduced: [],
  remaining: [],
  verdict: { word: "HANGS" } as Verdict,
  ...more,
});

const nothing = { fixes: [], failed: [] };

test("no fix is known where none was suggested", () => {
  expect(remainsSentences(nothing, [error("n1"), error("n2")])).toEqual([
    "no fix known for drain-refused n1 and drain-refused n2",
  ]);
});

test("what was accepted is to be lived with: it does not remain", () => {
  expect(remainsSentences(nothing, [error("n1", { accepted: true })])).toEqual([]);
});

test("what was suggested and not rehearsed is said to be so", () => {
  const own = suggestion("kubectl scale", { kind: "drain", options: { force: true } });
  const left = error("n1", { suggestions: [own] });
  expect(remainsSentences(nothing, [left])).toEqual([
    "not rehearsed, for want of time, is what may help drain-refused n1: kubectl scale",
  ]);
  // Rehearsed in vain: that is no fix.
  expect(remainsSentences({ fixes: [], failed: [tried(own, {})] }, [left])).toEqual([
    "no fix known for drain-refused n1",
  ]);
});

test("what does away with it and brings another error is named with that error", () => {
  const flags = suggestion("kubectl drain n1 --force", { kind: "drain", options: { force: true } });
  const failed = [tried(flags, { resolved: ["drain-refused n1"], introduced: ["drain-never-ends n1"] })];
  expect(remainsSentences({ fixes: [], failed }, [error("n1", { suggestions: [flags] })])).toEqual([
    "drain-refused n1 is gone with kubectl drain n1 --force; rehearsed, that HANGS, with drain-never-ends n1",
  ]);
});

test("what only a person can do is a command that was not rehearsed", () => {
  const byHand = suggestion("kubectl uncordon n1", { kind: "none" });
  expect(remainsSentences(nothing, [error("n1", { suggestions: [byHand] })])).toEqual([
    "drain-refused n1: kubectl uncordon n1 (not rehearsed)",
  ]);
});
