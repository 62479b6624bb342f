import { describe, expect, test } from "vitest";
import { differences, fileOfWorkloads, scenarioIn } from "./rehearse-scenario.ts";

/** One replica behind a Service: down for its start of 20 s. */
const workloads = "- { deployment: shop/web, nodes: [node-1], service: true, start: 20s }";

const said = (expected: string) =>
  differences(scenarioIn(fileOfWorkloads(workloads, `expect: [${expected}]`)));

const outage = "{ rule: service-outage, subject: shop/web }";

test("a scenario that expects what comes has no differences", () => {
  expect(said(`${outage}, { word: HURTS }, { takes: { atMost: 31s } }`)).toEqual([]);
  expect(said("{ rule: service-outage, severity: error, message: 1 to 0 Ready }")).toEqual([]);
  expect(said('{ rule: service-outage, subject: "*" }')).toEqual([]);
  expect(said(`${outage}, { service: shop/web, downtime: { atLeast: 15s, atMost: 25s } }`)).toEqual([]);
});

test("a file that expects nothing at all has no differences, one that expects an empty list does", () => {
  expect(differences(scenarioIn(fileOfWorkloads(workloads)))).toEqual([]);
  expect(said("")).toEqual([
    "not expected: error service-outage: shop/web: 1 to 0 Ready for 20 s = start 20 (1 replica)",
  ]);
});

describe("a wrong expectation is a difference, in words", () => {
  test.each([
    [
      "{ rule: drain-never-ends, subject: node-1 }",
      "expected drain-never-ends about node-1, got nothing of that rule",
    ],
    [
      "{ rule: service-outag, subject: shop/web }",
      'expected service-outag about shop/web, got nothing of that rule (did you mean "service-outage"?)',
    ],
    [
      "{ rule: service-outage, severity: warning }",
      "expected warning service-outage, got error shop/web: 1 to 0 Ready for 20 s = start 20 (1 replica)",
    ],
    [
      "{ rule: service-outage, message: pull }",
      'expected service-outage saying "pull", got error shop/web: 1 to 0 Ready for 20 s = start 20 (1 replica)',
    ],
    ["{ word: HANGS }", "expected the report to begin with HANGS, got HURTS"],
    ["{ service: shop/web, downtime: { atMost: 5s } }", "expected shop/web to be down at most 5 s, got 20 s"],
    [
      "{ service: shop/web, downtime: { atLeast: 1m } }",
      "expected shop/web to be down at least 1m00s, got 20 s",
    ],
    [
      "{ service: shop/cart, downtime: { atMost: 5s } }",
      "expected shop/cart to be down at most 5 s: there is no such Service",
    ],
    ["{ takes: { atLeast: 5m, atMost: 6m } }", "expected a plan that takes 5m00s to 6m00s, got 30 s"],
  ])("%s", (expected, message) => {
    expect(said(`${outage}, ${expected}`)).toEqual([message]);
  });
});

test("an error about something else is not the one that was expected", () => {
  expect(said("{ rule: service-outage, subject: shop/cart }")).toEqual([
    "expected service-outage about shop/cart, got error shop/web: 1 to 0 Ready for 20 s = start 20 (1 replica)",
    "not expected: error service-outage: shop/web: 1 to 0 Ready for 20 s = start 20 (1 replica)",
  ]);
});

test("a plan that never ends takes no time that could be named", () => {
  const budget = "- { deployment: shop/web, nodes: [node-1], pdb: { minAvailable: 1 } }";
  const expected = "expect: [{ takes: { atMost: 1h } }, { rule: drain-never-ends }]";
  expect(differences(scenarioIn(fileOfWorkloads(budget, expected)))).toEqual([
    "expected a plan that takes at most 1h00m, got one that never ends",
  ]);
});
