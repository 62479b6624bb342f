import { describe, expect, test } from "vitest";
import { kubeadmConfigVersions } from "../../src/facts/kubeadm-config.ts";
import { kubeadmImages } from "../../src/facts/kubeadm-images.ts";
import { kubeadmMinors, kubeadmOf } from "../../src/facts/kubeadm.ts";
import { skewOf, skewRuleOf, skewRules } from "../../src/facts/skew.ts";
import { newestMinor } from "../../src/facts/releases.ts";

/** How far behind and ahead a component of a minor may be: each row with what is just allowed and just not. */
const rows: readonly (readonly [
  component: string,
  against: string,
  own: number,
  older: number,
  newer: number,
])[] = [
  ["kube-apiserver", "kube-apiserver", 30, 1, 1],
  ["kubelet", "kube-apiserver", 25, 3, 0],
  ["kubelet", "kube-apiserver", 24, 2, 0],
  ["kubelet", "kube-apiserver", 19, 2, 0],
  ["kubelet", "kube-apiserver", 33, 3, 0],
  ["kube-proxy", "kube-apiserver", 25, 3, 0],
  ["kube-proxy", "kube-apiserver", 24, 2, 0],
  ["kube-proxy", "kubelet", 25, 3, 3],
  ["kube-proxy", "kubelet", 24, 2, 2],
  ["kube-controller-manager", "kube-apiserver", 30, 1, 0],
  ["kube-scheduler", "kube-apiserver", 30, 1, 0],
  ["cloud-controller-manager", "kube-apiserver", 30, 1, 0],
  ["kubectl", "kube-apiserver", 30, 1, 1],
];

describe("the skew policy", () => {
  test.each(rows)("%s against %s of 1.%i: %i older, %i newer", (component, against, own, older, newer) => {
    const rule = skewRuleOf(component, against)!;
    expect(skewOf(rule, own, own)).toBeUndefined();
    expect(skewOf(rule, own, own + older)).toBeUndefined();
    expect(skewOf(rule, own, own + older + 1)).toEqual({ direction: "older", by: older + 1, limit: older });
    expect(skewOf(rule, own, own - newer)).toBeUndefined();
    expect(skewOf(rule, own, own - newer - 1)).toEqual({ direction: "newer", by: newer + 1, limit: newer });
  });

  test("every rule is in the table above, and names its source", () => {
    const tested = new Set(rows.map(([component, against]) => `${component} ${against}`));
    expect(skewRules.map(({ component, against }) => `${component} ${against}`)).toEqual([...tested]);
    for (const { source } of skewRules) expect(source).toMatch(/^https:\/\/kubernetes\.io\//);
  });
});

describe("kubeadm", () => {
  test.each(kubeadmMinors)("1.$minor: one minor of control plane, one or three of kubelets", (kubeadm) => {
    expect(kubeadm.oldestControlPlane).toBe(kubeadm.minor - 1);
    expect(kubeadm.oldestKubelet).toBe(kubeadm.minor - (kubeadm.minor <= 28 ? 1 : 3));
    expect(kubeadm.images[0]!.fromPatch).toBe(0);
    const patches = kubeadm.images.map(({ fromPatch }) => fromPatch);
    expect(patches).toEqual(patches.toSorted((a, b) => a - b));
  });

  const images = kubeadmMinors.flatMap((kubeadm) =>
    kubeadm.images.map((row, index) => ({ minor: kubeadm.minor, row, before: kubeadm.images[index - 1] })),
  );

  test.each(images)(
    "1.$minor.$row.fromPatch brings its own images, the patch before the earlier ones",
    (each) => {
      const { minor, row, before } = each;
      expect(kubeadmImages({ minor, patch: row.fromPatch })).toBe(row);
      expect(kubeadmImages({ minor, patch: row.fromPatch - 1 })).toBe(before);
      const { fromPatch: _from, ...brought } = row;
      // A row that brings nothing new would be no row.
      expect(brought).not.toEqual({ etcd: before?.etcd, coredns: before?.coredns, pause: before?.pause });
    },
  );

  test.each(kubeadmConfigVersions)("$apiVersion: deprecated and gone in that order", (each) => {
    const { introduced, deprecated = Infinity, removed = Infinity } = each;
    expect(introduced).toBeLessThan(deprecated);
    expect(Math.min(deprecated, 98)).toBeLessThan(Math.min(removed, 99));
    // What takes over is there before the old version goes.
    const next = kubeadmConfigVersions[kubeadmConfigVersions.indexOf(each) + 1];
    expect(next?.introduced ?? 0).toBeLessThan(removed);
  });

  test("there is one for each minor from 1.16 to the newest", () => {
    expect(kubeadmMinors.map(({ minor }) => minor)).toEqual(
      Array.from({ length: newestMinor - 15 }, (_, index) => 16 + index),
    );
    expect(kubeadmOf(15)).toBeUndefined();
  });
});
