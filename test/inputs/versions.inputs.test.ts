import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { apiRemovalOf, apiRemovals, apiVersionOf } from "../../src/facts/api-removals.ts";
import { kubeadmConfigVersions } from "../../src/facts/kubeadm-config.ts";
import { kubeadmOf } from "../../src/facts/kubeadm.ts";
import { releaseOf } from "../../src/facts/releases.ts";
import { skewOf, skewRuleOf, skewRules } from "../../src/facts/skew.ts";
import { parseVersion } from "../../src/model/version.ts";
import { judgeCluster } from "../../src/rules/judge.ts";
import type { Finding } from "../../src/verdict/verdict.ts";
import { inputCluster, inputs } from "../support/inputs.ts";
import { findingsAt } from "../support/versions.ts";

/** The tables beside the inputs, and real clusters of mixed versions. */

const folder = inputs === undefined ? "" : join(inputs, "../facts");
const versionRules = new Set(["version-skew", "version-unsupported", "removed-api", "removed-feature"]);

function table<T>(name: string): T {
  return JSON.parse(readFileSync(join(folder, name), "utf8")) as T;
}

/** What runtime-unsupported says of the minors ahead. */
const runtimesAhead: readonly (readonly [file: string, to: string, subject: string | undefined])[] = [
  ["clusters/sonobuoy/sonobuoy-quick-no-failures.json", "v1.26.0", "cri-v1"],
  ["clusters/sonobuoy/sonobuoy-quick-no-failures.json", "v1.25.0", undefined],
  ["clusters/insights-operator/insights-archive-sample.json", "v1.21.0", "cri-o-upgrade"],
  ["clusters/troubleshoot/troubleshoot-k3s.json", "v1.36.0", "containerd-1"],
  ["clusters/troubleshoot/troubleshoot-digitalocean-6node.json", "v1.26.0", "cri-v1"],
];

describe.skipIf(inputs === undefined)("container runtimes of real clusters", () => {
  test.each(runtimesAhead)("%s to %s", (file, to, subject) => {
    const found = findingsAt(inputCluster(file), "runtime-unsupported", to);
    const ahead = found.filter(({ data }) => data["isAhead"] === true);
    expect(ahead.map((each) => each.subject)).toEqual(subject === undefined ? [] : [subject]);
  });
});

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

    test("no rule of the skew policy is left out, and each says the same", () => {
      interface Limit {
        readonly when: string;
        readonly value: number;
      }
      interface Rule {
        readonly id: string;
        readonly component?: string | readonly string[];
        readonly against?: string;
        readonly maxOlder?: number | readonly Limit[] | null;
        readonly maxNewer?: number | readonly Limit[];
      }
      const { rules } = table<{ rules: readonly Rule[] }>("skew.json");
      // Rules about how kubeadm goes on are its own refusals; these are about two versions beside each other.
      const pairs = rules.filter(
        ({ maxOlder, maxNewer }) => maxOlder !== undefined && maxNewer !== undefined,
      );
      const at = (limit: number | readonly Limit[] | null | undefined, minor: number): number => {
        if (typeof limit === "number") return limit;
        const row = (limit ?? []).find(({ when }) =>
          when.includes(">=") ? minor >= Number(when.split(">= ")[1]) : minor < Number(when.split("< ")[1]),
        );
        return row!.value;
      };
      const seen = new Set<string>();
      for (const { component = "", against = "", maxOlder, maxNewer } of pairs)
        for (const name of typeof component === "string" ? [component] : component) {
          const other = against.startsWith("kubelet") ? "kubelet" : "kube-apiserver";
          const rule = skewRuleOf(name, other)!;
          seen.add(rule.id);
          for (const own of [17, 24, 25, 26, 33]) {
            const [older, newer] = [at(maxOlder, own), at(maxNewer, own)];
            const answers = [-newer - 1, -newer, older, older + 1].map(
              (by) => skewOf(rule, own, own + by)?.direction,
            );
            expect([rule.id, own, answers]).toEqual([rule.id, own, ["newer", undefined, undefined, "older"]]);
          }
        }
      expect([...seen].sort()).toEqual(skewRules.map(({ id }) => id).sort());
    });

    test("every removed API: since when, until when, and what comes instead", () => {
      interface Entry {
        readonly group?: string;
        readonly version: string;
        readonly kind: string;
        readonly introducedIn: string;
        readonly deprecatedIn?: string;
        readonly removedIn: string;
        readonly effectiveRemovedIn?: string;
        readonly persisted?: boolean;
        readonly replacement: Replacement | null;
        readonly replacementFinal?: Replacement;
      }
      interface Replacement {
        readonly group: string;
        readonly version: string;
        readonly availableSince?: string;
      }
      const named = (each: Replacement | null | undefined) =>
        each ? [each.group, each.version, each.availableSince ? minorOf(each.availableSince) : null] : null;
      const { entries } = table<{ entries: readonly Entry[] }>("api-removals.json");
      expect(entries.length).toBeGreaterThan(100);
      const seen = new Set<string>();
      for (const entry of entries)
        for (const name of entry.kind.split("/").filter((each) => each !== "...")) {
          const { group = "", version } = entry;
          const apiVersion = apiVersionOf({ group, version });
          seen.add(`${apiVersion} ${name}`);
          const row = apiRemovalOf(apiVersion, name)!;
          expect({
            name: `${apiVersion} ${name}`,
            introduced: row.introduced,
            deprecated: row.deprecated,
            removed: row.removed,
            isStored: row.isStored ?? true,
            replacement: row.replacement
              ? [row.replacement.group, row.replacement.version, row.replacement.since ?? null]
              : null,
            final: row.final ? [row.final.group, row.final.version, row.final.since ?? null] : null,
          }).toEqual({
            name: `${apiVersion} ${name}`,
            introduced: minorOf(entry.introducedIn),
            deprecated: entry.deprecatedIn ? minorOf(entry.deprecatedIn) : undefined,
            removed: minorOf(entry.effectiveRemovedIn ?? entry.removedIn),
            isStored: entry.persisted ?? true,
            replacement: named(entry.replacement),
            final: named(entry.replacementFinal),
          });
        }
      // Two have no row of their own there: their types were dropped.
      const { groupVersionTypesDropped } = table<{
        groupVersionTypesDropped: { data: Record<string, string> };
      }>("api-removals.json");
      for (const row of apiRemovals)
        for (const kind of row.kinds.filter((each) => !seen.has(`${apiVersionOf(row)} ${each}`))) {
          const dropped = groupVersionTypesDropped.data[apiVersionOf(row).replace(".k8s.io", "")];
          expect([kind, row.removed]).toEqual([kind, minorOf(dropped ?? "")]);
        }
    });

    test("kubeadm's configuration, version by version", () => {
      interface Version {
        readonly version: string;
        readonly introduced: string;
        readonly deprecated?: string | null;
        readonly removed?: string | null;
      }
      const { configApiHistory } = table<{ configApiHistory: readonly Version[] }>("kubeadm.json");
      const known = configApiHistory.filter(({ introduced }) => /^1\.\d+$/.test(introduced));
      expect(
        known.map(({ version, introduced, deprecated, removed }) => [
          `kubeadm.k8s.io/${version}`,
          minorOf(introduced),
          deprecated ? minorOf(deprecated) : undefined,
          removed ? minorOf(removed) : undefined,
        ]),
      ).toEqual(
        kubeadmConfigVersions.map((each) => [
          each.apiVersion,
          each.introduced,
          each.deprecated,
          each.removed,
        ]),
      );
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
      ["version-skew", "kubectl", "1.25"],
    ]);
  });

  test.each(["clusters/openshift-must-gather/ocp-aws.json", "clusters/troubleshoot/troubleshoot-k3s.json"])(
    "%s: of one version, nothing is said but how old it is",
    (file) => {
      expect(ofVersions(file).filter(({ rule }) => rule !== "version-unsupported")).toEqual([]);
    },
  );
});
