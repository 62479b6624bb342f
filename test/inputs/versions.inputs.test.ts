import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { apiRemovalOf } from "../../src/facts/api-removals.ts";
import { kubeadmOf } from "../../src/facts/kubeadm.ts";
import { releaseOf } from "../../src/facts/releases.ts";
import { skewOf, skewRuleOf } from "../../src/facts/skew.ts";
import { parseVersion } from "../../src/model/version.ts";
import { judgeCluster } from "../../src/rules/judge.ts";
import type { Finding } from "../../src/verdict/verdict.ts";
import { inputCluster, inputs } from "../support/inputs.ts";

/** The tables beside the inputs, and real clusters of mixed versions. */

const folder = inputs === undefined ? "" : join(inputs, "../facts");
const versionRules = new Set(["version-skew", "version-unsupported", "removed-api", "removed-feature"]);

function table<T>(name: string): T {
  return JSON.parse(readFileSync(join(folder, name), "utf8")) as T;
}

function minorOf(text: string): number {
  return Number(text.split(".")[1]);
}

function ofVersions(file: string, to?: string): readonly Finding[] {
  const target = to === undefined ? undefined : parseVersion(to);
  return judgeCluster(inputCluster(file), undefined, target).filter(({ rule }) => versionRules.has(rule));
}

describe.skipIf(folder === "" || !existsSync(folder))(
  "the facts agree with the tables that they come from",
  () => {
    test("kubelets that an API server of each minor may have", () => {
      const { rules } = table<{ rules: { id: string; allowedForApiserver?: Record<string, string[]> }[] }>(
        "skew.json",
      );
      const allowed = rules.find(({ id }) => id === "kubelet")!.allowedForApiserver!;
      const rule = skewRuleOf("kubelet", "kube-apiserver")!;
      for (const [server, kubelets] of Object.entries(allowed)) {
        const minors = new Set(kubelets.map(minorOf));
        for (let kubelet = 10; kubelet <= 40; kubelet++)
          expect([server, kubelet, skewOf(rule, kubelet, minorOf(server)) === undefined]).toEqual([
            server,
            kubelet,
            minors.has(kubelet),
          ]);
      }
    });

    test("every removed API, and when it goes", () => {
      const { entries } = table<{
        entries: {
          group?: string;
          version: string;
          kind: string;
          removedIn: string;
          effectiveRemovedIn?: string;
        }[];
      }>("api-removals.json");
      expect(entries.length).toBeGreaterThan(100);
      for (const { group = "", version, kind, removedIn, effectiveRemovedIn = removedIn } of entries)
        for (const name of kind.split("/").filter((each) => each !== "...")) {
          const apiVersion = group === "" ? version : `${group}/${version}`;
          expect([apiVersion, name, apiRemovalOf(apiVersion, name)?.removed]).toEqual([
            apiVersion,
            name,
            minorOf(effectiveRemovedIn),
          ]);
        }
    });

    test("kubeadm's limits and releases, minor by minor", () => {
      const { perMinor } = table<{
        perMinor: { kubeadm: string; minControlPlane: string; minKubelet: string; images: unknown }[];
      }>("kubeadm.json");
      // The newest is known as a release candidate only.
      for (const { kubeadm, minControlPlane, minKubelet, images } of perMinor.slice(0, -1))
        expect(kubeadmOf(minorOf(kubeadm))).toEqual({
          minor: minorOf(kubeadm),
          oldestControlPlane: minorOf(minControlPlane),
          oldestKubelet: minorOf(minKubelet),
          images,
        });
      const { minors } = table<{ minors: { minor: string; eol: string | null }[] }>("releases.json");
      for (const { minor, eol } of minors)
        expect([minor, releaseOf(minorOf(minor))?.endOfLife ?? null]).toEqual([minor, eol]);
    });
  },
);

describe.skipIf(inputs === undefined)("real clusters", () => {
  const mixed = "clusters/troubleshoot/troubleshoot-digitalocean-6node.json";

  test("kubelets of 1.16 and 1.19: the older one is a minor too far behind", () => {
    expect(ofVersions(mixed).map(({ rule, severity, subject }) => [severity, rule, subject])).toEqual([
      ["error", "version-skew", "kubelet-1.16"],
      ["info", "version-unsupported", "1.16"],
      ["info", "version-unsupported", "1.19"],
    ]);
    expect(ofVersions(mixed)[0]!.message).toBe(
      "kubelet v1.16.2 on repldev-marc is 3 minors older than the API server (v1.19.3): at most 2 are supported",
    );
  });

  test("on the way to 1.25: who has to move first, and whose runtime goes", () => {
    expect(
      ofVersions(mixed, "v1.25.16").map(({ rule, subject, data }) => [rule, subject, data["minor"]]),
    ).toEqual([
      ["version-skew", "kubelet-1.16", undefined],
      ["removed-feature", "dockershim", "1.24"],
      ["version-skew", "kubelet-1.19", "1.22"],
      ["version-unsupported", "1.25", "1.25"],
      ["version-unsupported", "1.16", "1.16"],
      ["version-unsupported", "1.19", "1.19"],
    ]);
  });

  test.each(["clusters/openshift-must-gather/ocp-aws.json", "clusters/troubleshoot/troubleshoot-k3s.json"])(
    "%s: of one version, nothing is said but how old it is",
    (file) => {
      expect(ofVersions(file).filter(({ rule }) => rule !== "version-unsupported")).toEqual([]);
    },
  );
});
