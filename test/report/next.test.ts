import { expect, test } from "vitest";
import { drainDefaults } from "../../src/plan/plan.ts";
import { drainFlags } from "../../src/report/next.ts";

test("a time-out is written as one types it, and as the proposed one is", () => {
  expect(drainFlags({ ...drainDefaults, timeout: 120_000 })).toEqual(["--timeout=2m"]);
  expect(drainFlags({ ...drainDefaults, timeout: 90_000 })).toEqual(["--timeout=1m30s"]);
});
