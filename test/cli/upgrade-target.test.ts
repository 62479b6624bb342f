import { describe, expect, test } from "vitest";
import { InputError } from "../../src/cli/input-error.ts";
import { upgradeTarget } from "../../src/cli/upgrade-target.ts";
import { formatVersion } from "../../src/model/version.ts";
import { clusterAt, nodeAt } from "../support/versions.ts";

function target(text: string, own = "v1.33.4"): string {
  return formatVersion(upgradeTarget(text, clusterAt(own, nodeAt("node-1", "v1.33.4"))));
}

describe("--to", () => {
  test.each([
    ["v1.36", "v1.36.4"],
    ["1.36", "v1.36.4"],
    ["v1.36.0", "v1.36.0"],
    ["v1.33", "v1.33.13"],
    ["v1.33.5", "v1.33.5"],
  ])("%s is %s", (text, expected) => {
    expect(target(text)).toBe(expected);
  });

  test.each([
    ["soon", "--to soon: expected a version such as v1.36"],
    ["v1.37", "--to v1.37: this version is not known here. Known are v1.2 to v1.36, as of 2026-08-22."],
    ["v2.0", "--to v2.0: this version is not known here. Known are v1.2 to v1.36, as of 2026-08-22."],
    [
      "v1.36.99",
      "--to v1.36.99: this patch is not known here. The newest of v1.36 is v1.36.4, as of 2026-08-22.",
    ],
    ["v1.33.4", "--to v1.33.4: the cluster is at v1.33.4 (--kubernetes-version), and v1.33.4 is not newer."],
    ["v1.30", "--to v1.30: the cluster is at v1.33.4 (--kubernetes-version), and v1.30.14 is not newer."],
  ])("%s is refused: %s", (text, message) => {
    expect(() => target(text)).toThrow(InputError);
    expect(() => target(text)).toThrow(message);
  });

  test("a cluster whose version is not known goes anywhere that is", () => {
    expect(formatVersion(upgradeTarget("v1.36", { ...clusterAt("v1.33.4"), version: "" }))).toBe("v1.36.4");
  });
});
