import { describe, expect, test } from "vitest";
import { supportBy } from "../../src/facts/managed-releases.ts";
import { newestMinor, releaseOf, releases } from "../../src/facts/releases.ts";

const day = /^20\d\d-[01]\d-[0-3]\d$/;

describe("releases", () => {
  test("there is no gap, and the ends follow one another", () => {
    expect(releases.map(({ minor }) => minor)).toEqual(
      Array.from({ length: newestMinor - 1 }, (_, index) => index + 2),
    );
    const ends = releases.map(({ endOfLife }) => endOfLife);
    expect(ends).toEqual(ends.toSorted());
  });

  test.each(releases)("1.$minor: out, in maintenance, over", (release) => {
    const { released, maintenance, endOfLife } = release;
    const dates = [released, maintenance, endOfLife].filter((each) => each !== undefined);
    for (const date of dates) expect(date).toMatch(day);
    expect(dates).toEqual(dates.toSorted());
    expect(release.minor < 16 || released !== undefined).toBe(true);
  });

  test("one that is not known is not made up", () => {
    expect(releaseOf(newestMinor + 1)).toBeUndefined();
    expect(releaseOf(1)).toBeUndefined();
  });
});

describe("providers", () => {
  test.each([
    ["EKS", "eks"],
    ["GKE", "gke"],
    ["AKS", "aks"],
  ] as const)("%s has its windows", (name, platform) => {
    const provider = supportBy(platform)!;
    expect(provider.name).toBe(name);
    for (const { minor, from, until, extendedUntil } of provider.windows) {
      const dates = [from, until, extendedUntil].filter((each) => each !== undefined);
      expect([minor, dates]).toEqual([minor, dates.toSorted()]);
      expect(releaseOf(minor)).toBeDefined();
    }
  });

  test("near misses: another platform, none", () => {
    expect(supportBy("k3s")).toBeUndefined();
    expect(supportBy(undefined)).toBeUndefined();
  });
});
