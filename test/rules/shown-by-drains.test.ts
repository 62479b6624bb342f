import { expect, test } from "vitest";
import { besideDrains } from "../../src/rules/shown-by-drains.ts";
import type { Finding, Severity } from "../../src/verdict/verdict.ts";

function finding(severity: Severity, rule: string, data: Finding["data"]): Finding {
  return {
    rule,
    severity,
    subject: "x",
    message: "",
    details: [],
    events: [],
    weight: 0,
    suggestions: [],
    data,
  };
}

const beside = (looked: Finding, ...drains: readonly Finding[]) =>
  besideDrains([looked], drains)[0]!.severity;
const outage = (...services: readonly string[]) => finding("error", "service-outage", { services });
const pending = (...workloads: readonly string[]) => finding("error", "pods-left-pending", { workloads });

test("what the drains show of all that it names is a note", () => {
  const single = finding("warning", "single-replica", { services: ["shop/web", "shop/api"] });
  expect(beside(single, outage("shop/web"), outage("shop/api", "shop/other"))).toBe("info");
  const pinned = finding("warning", "pinned-to-node", { workloads: ["ml/Deployment/train"] });
  expect(beside(pinned, pending("ml/Deployment/train"))).toBe("info");
});

test("near misses: a part of it, another rule, an error, what names nobody, no drain at all", () => {
  const single = finding("warning", "single-replica", { services: ["shop/web", "shop/api"] });
  expect(beside(single, outage("shop/web"))).toBe("warning");
  expect(beside(single, pending("shop/web", "shop/api"))).toBe("warning");
  expect(beside(single)).toBe("warning");
  const budget = finding("warning", "budget-allows-nothing", { workloads: ["shop/Deployment/web"] });
  expect(beside(budget, pending("shop/Deployment/web"))).toBe("warning");
  expect(beside(finding("warning", "single-replica", { services: [] }), outage("shop/web"))).toBe("warning");
  expect(beside(finding("error", "single-replica", { services: ["shop/web"] }), outage("shop/web"))).toBe(
    "error",
  );
});
